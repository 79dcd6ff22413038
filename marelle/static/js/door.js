// The door of a gathering: each press is kept in the page, sent, and sent again until the network takes it.
// <form data-door> holds `code`; the server takes one code many times as once. Without this script the form is simply sent.
const doors = document.querySelectorAll("form[data-door]");
if (doors.length) {
  const place = `door:${location.pathname}`;
  const says = document.querySelector("[data-door-says]"), waits = document.querySelector("[data-door-waits]");
  const read = () => JSON.parse(localStorage.getItem(place) ?? "[]");
  const keep = (presses) => localStorage.setItem(place, JSON.stringify(presses));
  const present = doors[0].dataset.wordsPresent;
  const count = () => {
    const left = read().length;
    waits.textContent = !left ? "" : left === 1 ? waits.dataset.wordsOne : waits.dataset.wordsMany.replace("{count}", left);
  };
  const token = () => doors[0].elements.csrfmiddlewaretoken.value;
  const forget = (key) => keep(read().filter((press) => press.key !== key));
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const { key, code } of read()) {
        const body = new URLSearchParams({ code, form_key: key, csrfmiddlewaretoken: token() });
        const answer = await fetch(location.pathname, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
        const heard = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
        if (answer.status >= 500 || !heard) break; // the house is tired, or asks who we are: kept, tried again
        forget(key);
        says.textContent = heard.sentence;
        const line = document.querySelector(`[data-door-state="${CSS.escape(heard.code ?? "")}"]`);
        if (line) {
          line.textContent = present;
          line.closest("li").querySelector("form")?.remove();
        }
      }
    } catch {
      // no network: kept
    }
    sending = false;
    count();
  };
  for (const form of doors) {
    form.addEventListener("submit", (event) => {
      const code = form.elements.code.value.trim();
      if (!code) return;
      event.preventDefault();
      keep([...read(), { key: crypto.randomUUID(), code }]);
      if (form.elements.code.type !== "hidden") form.elements.code.value = "";
      count();
      send();
    });
  }
  addEventListener("online", send);
  setInterval(() => { if (read().length) send(); }, 5000);
  count();
  send();
}
