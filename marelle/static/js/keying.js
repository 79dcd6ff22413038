// Booklets typed by a number pad, for who asks for it: a key taken goes to the next line, said aloud by a live region.
// <input data-keys="key⇥word…" data-kind="one|many|integer|text">. Without this script it is a plain form.
const batch = document.querySelector("form[data-keying]");
if (batch) {
  const lines = [...batch.querySelectorAll("input[data-keys]")];
  const quick = batch.querySelector("[data-keying-quick]"), says = batch.querySelector("[data-keying-says]");
  const keysOf = (line) => new Map(line.dataset.keys.split("\n").map((each) => each.split("\t")));
  const title = (line) => batch.querySelector(`label[for="${CSS.escape(line.id)}"]`).firstChild.textContent.trim();
  const go = (line, by) => {
    const next = lines[lines.indexOf(line) + by] ?? (by > 0 ? batch.querySelector("button:not([type=button])") : batch.elements.number);
    next.focus();
    next.select?.();
  };
  const said = (line) => {
    const words = keysOf(line), typed = line.value.trim();
    if (line.dataset.kind === "text") return typed;
    return words.get(typed) ?? [...typed.replace(/[ ,]/g, "")].map((key) => words.get(key)).filter(Boolean).join(", ");
  };
  const take = (line) => {
    says.textContent = batch.dataset.wordsTaken.replace("{question}", title(line)).replace("{answer}", said(line) || line.value);
    go(line, 1);
  };
  // Whether nothing longer could still be typed
  const isWhole = (line) => {
    const typed = line.value, kind = line.dataset.kind, words = keysOf(line);
    if (kind === "text" || !words.has(typed)) return false;
    if (kind === "many") return ".*-".includes(typed);
    return ![...words.keys()].some((key) => key !== typed && key.startsWith(typed));
  };
  const check = (line) => {
    const words = keysOf(line), typed = line.value.trim();
    if (!typed || line.dataset.kind === "text" || said(line)) return true;
    if ([...words.keys()].some((key) => key.startsWith(typed))) return true;
    says.textContent = batch.dataset.wordsUnknown.replace("{key}", typed);
    line.select();
    return false;
  };
  batch.querySelector("[data-keying-choice]").hidden = false;
  for (const line of lines) {
    line.addEventListener("input", () => quick.checked && check(line) && isWhole(line) && take(line));
    line.addEventListener("keydown", (event) => {
      if (!quick.checked || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Enter") { event.preventDefault(); if (check(line)) take(line); }
      if (event.key === "ArrowDown") { event.preventDefault(); go(line, 1); }
      if (event.key === "ArrowUp") { event.preventDefault(); go(line, -1); }
    });
  }
  batch.elements.number.addEventListener("keydown", (event) => {
    if (quick.checked && event.key === "Enter") { event.preventDefault(); go(lines[0], 0); }
  });
}
