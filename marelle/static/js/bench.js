// The reader's bench by keyboard, and the time spent on it for who asked. The list of keys is on the page; all works without.
const bench = document.querySelector("[data-bench]"), keys = document.querySelector("[data-shortcuts]");
if (bench && keys) {
  const on = keys.querySelector("[data-shortcuts-on]");
  const all = (selector) => [...bench.querySelectorAll(selector)];
  const at = new Map(); // where one is, in each kind of thing
  const see = (thing, focused) => {
    thing.closest("details:not([open])")?.setAttribute("open", "");
    (focused ?? thing).focus({ preventScroll: true });
    thing.scrollIntoView({ block: "nearest" });
  };
  const step = (selector, by, pick = () => null) => {
    const things = all(selector);
    if (!things.length) return;
    const here = things.findIndex((thing) => thing.contains(document.activeElement));
    const from = here >= 0 ? here : (at.get(selector) ?? (by > 0 ? -1 : things.length));
    const next = Math.min(things.length - 1, Math.max(0, from + by));
    at.set(selector, next);
    see(things[next], pick(things[next]));
  };
  const criterion = (by) => step("[data-criterion]", by, (set) => set.querySelector("input:checked") ?? set.querySelector("input[type=radio]"));
  const field = (by) => step(".noted", by, (box) => box.querySelector(".remark-link") ?? (box.tabIndex = -1, box));
  const points = (n) => {
    const set = document.activeElement.closest("[data-criterion]") ?? all("[data-criterion]")[at.get("[data-criterion]") ?? 0];
    const choice = set?.querySelector(`input[type=radio][value="${n}"]`);
    if (choice) { choice.focus(); choice.click(); }
  };
  const links = all(".remark-link"); // hundreds: reached by their keys, or by Tab for who wants no keys
  const settle = () => { for (const link of links) link.tabIndex = on.checked ? -1 : 0; };
  on.addEventListener("change", settle);
  settle();
  const go = (key) => document.querySelector(`a[data-key="${key}"]`)?.click();
  const acts = {
    j: () => criterion(1), k: () => criterion(-1), f: () => field(1), d: () => field(-1),
    r: () => step("[data-remark]", 1), e: () => step("[data-remark]", -1),
    c: () => document.activeElement.closest(".noted")?.querySelector(".remark-link")?.click(),
    s: () => document.getElementById("summary")?.focus(), N: () => go("N"), P: () => go("P"),
    "?": () => { keys.open = !keys.open; if (keys.open) keys.querySelector("summary").focus(); },
  };
  for (const n of [0, 1, 2, 3, 4]) acts[n] = () => points(n);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
    if (typing && event.key === "Escape") return event.target.blur();
    if (typing || !on.checked || event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  });
}

const timed = document.querySelector("[data-timed]");
if (timed) {
  let moved = true; // since the last sign sent
  for (const kind of ["keydown", "pointermove", "scroll", "pointerdown"]) addEventListener(kind, () => { moved = true; }, { capture: true, passive: true });
  const send = () => {
    if (!moved || document.visibilityState !== "visible") return;
    moved = false;
    const body = new URLSearchParams({ csrfmiddlewaretoken: timed.dataset.csrf });
    fetch(timed.dataset.timed, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  };
  send();
  setInterval(send, 30000);
}
