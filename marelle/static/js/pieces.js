// Small comforts: dialogs, focus on the error summary, panes resized, confirm of a file's name. All pages work without.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && dialog.showModal) {
    event.preventDefault();
    dialog.showModal(); // the browser gives the focus back to the opener
  }
});
const focusFaults = (root) => root.querySelector("[data-focus]")?.focus();
document.addEventListener("DOMContentLoaded", () => focusFaults(document));
document.addEventListener("htmx:afterSwap", (event) => focusFaults(event.target));

for (const bar of document.querySelectorAll('.panes > [role="separator"]')) {
  let share = Number(bar.getAttribute("aria-valuenow")) || 55;
  const panes = bar.parentElement;
  const show = (next) => {
    share = Math.min(75, Math.max(25, next));
    bar.setAttribute("aria-valuenow", Math.round(share));
    panes.style.setProperty("--a", `${share * 0.09}fr`); // the third keeps 3fr of 12
    panes.style.setProperty("--b", `${(100 - share) * 0.09}fr`);
  };
  const turned = getComputedStyle(panes).direction === "rtl" ? -1 : 1;
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
    if (by) {
      event.preventDefault();
      show(share + by * turned);
    }
  });
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    bar.onpointermove = (move) => {
      const box = panes.getBoundingClientRect();
      show((turned > 0 ? move.clientX - box.left : box.right - move.clientX) / box.width / 0.75 * 100);
    };
    bar.onpointerup = () => { bar.onpointermove = null; };
  });
}
