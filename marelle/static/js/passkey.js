// Passkeys: the browser's part. <form data-passkey="get|create"> holds `credential`; what to ask stands in data-options
// (JSON), or is read at data-ask when the button is pressed. Without this script the page says another way.
const bytes = (word) => Uint8Array.from(atob(word.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const word = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

const asked = (options) => {
  const { challenge, user, excludeCredentials, allowCredentials } = options;
  return {
    ...options,
    challenge: bytes(challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(excludeCredentials && { excludeCredentials: known(excludeCredentials) }),
    ...(allowCredentials && { allowCredentials: known(allowCredentials) }),
  };
};

const told = (credential) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = parts.filter((name) => credential.response[name]).map((name) => [name, word(credential.response[name])]);
  return JSON.stringify({
    id: credential.id,
    rawId: word(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(said),
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment,
  });
};

const optionsOf = async (form) => {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const says = form.querySelector("[data-passkey-says]"), words = says.dataset;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    says.textContent = "";
    if (!globalThis.PublicKeyCredential) {
      says.textContent = words.wordsNone;
      return;
    }
    try {
      const publicKey = asked((await optionsOf(form)).publicKey);
      form.elements.credential.value = told(await navigator.credentials[form.dataset.passkey]({ publicKey }));
      form.submit();
    } catch (error) {
      says.textContent = error.name === "InvalidStateError" ? words.wordsKnown : words.wordsDropped;
    }
  });
}
