// Saves one field at a time: <form data-save="/address" data-version="3">, fields inside saved on change or after a pause.
// POST name, value, was, version, csrfmiddlewaretoken. 200: {"version", "saved_at": "14 h 32"}. 409: the conflict, in HTML.
for (const form of document.querySelectorAll("form[data-save]")) {
  const says = form.querySelector("[data-saved]");
  const fails = form.querySelector("[data-not-saved]");
  const words = says ? says.dataset : {};
  const was = new Map(), timers = new Map(), refused = new Map(), dirty = new Set();
  const valueOf = (name) => new FormData(form).getAll(name).filter((value) => typeof value === "string").join(",");
  const named = (field) => field.name && field.type !== "file" && field.type !== "hidden" && !field.closest("[data-no-save]");
  for (const field of form.elements) if (named(field)) was.set(field.name, valueOf(field.name));
  let chain = Promise.resolve(), again = 0, isOut = false, why = "";

  const say = (good, bad) => {
    if (says) says.textContent = good;
    if (fails && fails.textContent !== bad) fails.textContent = bad;
  };
  const isOver = async () => { // the session; who signs in again has another key, which the page as it stands now holds
    const now = await fetch(location.href);
    const page = new DOMParser().parseFromString(await now.text(), "text/html");
    const key = page.querySelector("form[data-save] [name=csrfmiddlewaretoken]")?.value;
    for (const field of key ? document.getElementsByName("csrfmiddlewaretoken") : []) field.value = key;
    return now.redirected;
  };
  const save = async (name) => {
    const value = valueOf(name);
    if (value === was.get(name) || value === refused.get(name)?.value) return dirty.delete(name);
    say(words.wordsSaving, "");
    const body = new URLSearchParams({
      name, value, was: was.get(name) ?? "", version: form.dataset.version ?? "",
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken?.value ?? "",
    });
    try {
      why = words.wordsFailed;
      const answer = await fetch(form.dataset.save, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      const field = form.elements[name];
      const box = (field.length && !field.tagName ? field[0] : field).closest(".field") ?? form;
      refused.get(name)?.place.remove();
      refused.delete(name);
      if (answer.status === 409) {
        dirty.delete(name);
        say("", words.wordsConflict);
        const place = document.createElement("div");
        place.dataset.conflict = "";
        refused.set(name, { value, place });
        place.innerHTML = await answer.text(); // from our own address, escaped by the server
        (box === form ? form : box).after(place);
        place.querySelector("[data-focus]")?.focus();
        return;
      }
      if (answer.status === 422 && answer.headers.get("content-type")?.includes("json")) {
        dirty.delete(name);
        return say("", (await answer.json()).error); // what to type instead; sending it again would not help
      }
      const isRefused = answer.redirected || answer.status === 403; // to the sign-in, or with the key of a session that is over
      isOut = isRefused && (await isOver());
      if (isOut) why = words.wordsOut ?? why;
      if (isRefused || !answer.ok) throw new Error(answer.status);
      const { version, saved_at: savedAt } = await answer.json();
      if (version !== undefined) form.dataset.version = version;
      was.set(name, value);
      if (valueOf(name) === value) dirty.delete(name);
      again = 0;
      if (!dirty.size) say(`${words.wordsSaved} ${savedAt ?? new Date().toTimeString().slice(0, 5)}`, "");
    } catch {
      say("", why);
      again = Math.min(again + 1, 6);
      setTimeout(() => queue(name), 1000 * 2 ** again);
    }
  };
  const queue = (name) => { chain = chain.then(() => save(name)); };
  const note = (event, pause) => {
    const { name } = event.target;
    if (!named(event.target) || !was.has(name)) return;
    dirty.add(name);
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(() => queue(name), pause));
  };
  form.addEventListener("input", (event) => note(event, 1200));
  form.addEventListener("change", (event) => note(event, 0));
  form.addEventListener("submit", (event) => {
    if (!isOut) return dirty.clear();
    event.preventDefault(); // the sign-in would take its place, and the text would be lost
    for (const name of dirty) queue(name);
  });
  addEventListener("beforeunload", (event) => { if (dirty.size) event.preventDefault(); });
}
