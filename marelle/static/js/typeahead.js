// A list of places beneath a plain field: WAI-ARIA combobox, by arrows, Enter and Escape. Without this, the form is sent.
for (const finder of document.querySelectorAll("[data-finder]")) {
  const input = finder.querySelector("input");
  const list = Object.assign(document.createElement("ul"), { id: `${input.id}-list`, className: "options", role: "listbox", hidden: true });
  list.setAttribute("aria-label", input.labels[0].textContent);
  const count = Object.assign(document.createElement("p"), { className: "count", role: "status" });
  finder.append(list, count);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }
  const code = finder.dataset.codeName && Object.assign(document.createElement("input"), { type: "hidden", name: finder.dataset.codeName });
  if (code) finder.append(code);
  let places = [], active = -1, waiting, asked = 0;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (next) => {
    active = (next + places.length) % places.length;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", at === active));
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  };
  const choose = (place) => {
    input.value = place.name;
    if (code) code.value = place.code;
    close();
    count.textContent = `${place.name}, ${place.code}`;
    finder.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: place }));
    if (finder.dataset.go) location.assign(finder.dataset.go + encodeURIComponent(place.code));
  };
  const draw = () => {
    list.replaceChildren(...places.map((place, at) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${at}`, role: "option" });
      const rest = document.createElement("span");
      rest.textContent = [place.departement, place.code].filter(Boolean).join(" · ");
      option.append(place.name, rest);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(place); });
      return option;
    }));
    list.hidden = !places.length;
    input.setAttribute("aria-expanded", String(!!places.length));
    const words = finder.dataset;
    count.textContent = !places.length ? words.wordsNone : places.length === 1 ? words.wordsOne : words.wordsMany.replace("{count}", places.length);
  };
  const ask = async () => {
    const query = input.value.trim();
    const mine = ++asked;
    if (query.length < 2) { places = []; close(); count.textContent = ""; return; }
    const kind = (finder.dataset.kind ?? "").split(" ").filter(Boolean).map((one) => `&kind=${one}`).join("");
    try {
      const answer = await fetch(`${finder.dataset.finder}?q=${encodeURIComponent(query)}${kind}&limit=8`);
      const found = answer.ok ? await answer.json() : [];
      if (mine === asked) { places = found; active = -1; draw(); }
    } catch { close(); } // offline: the plain field still sends its form
  };
  input.addEventListener("input", () => { if (code) code.value = ""; clearTimeout(waiting); waiting = setTimeout(ask, 120); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); point(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1)); }
    if (event.key === "Enter" && active >= 0) { event.preventDefault(); choose(places[active]); }
  });
  input.addEventListener("blur", close);
}
