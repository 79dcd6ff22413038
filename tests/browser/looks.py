"""What every page must pass, at three widths: axe, no sideways scrolling, boxes large enough to touch."""

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.conftest import WIDTHS

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ") + " " + n.html.slice(0, 120)).join(" | ")}`);
}"""
# Excepted as WCAG 2.5.8 says: a link inside a sentence, as high as its line; a dot of a map, whose list stands beside it.
BOXES = """([least, controls]) => {
  const seen = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option], [tabindex='0']";
  const inSentence = (link) => link.tagName === "A" && getComputedStyle(link).display === "inline"
    && [...link.parentElement.childNodes].some((node) => node !== link && node.textContent.trim().length > 1);
  const faults = [];
  for (const found of document.querySelectorAll(seen)) {
    if (!found.checkVisibility({ visibilityProperty: true }) || found.closest(".out-of-sight, .skip, svg") || inSentence(found)) continue;
    const boxes = [found, ...(found.labels ?? []).length && ["radio", "checkbox"].includes(found.type) ? found.labels : []]
      .map((one) => one.getBoundingClientRect()).filter((box) => box.width);
    if (!boxes.length) continue;
    const wide = Math.max(...boxes.map((box) => box.width)), high = Math.max(...boxes.map((box) => box.height));
    const mark = found.getBoundingClientRect();
    const control = ["BUTTON", "INPUT", "SELECT", "TEXTAREA"].includes(found.tagName) && !found.closest(".foot");
    const asked = control ? controls : least;
    if (Math.min(wide, high) < asked - 0.5 || Math.min(mark.width, mark.height) < least - 0.5) {
      faults.push(`${Math.round(wide)}×${Math.round(high)} ${found.outerHTML.slice(0, 110)}`);
    }
  }
  return faults;
}"""
SIDEWAYS = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const far = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > page.clientWidth + 1
    || one.getBoundingClientRect().left < -1);
  return [`${page.scrollWidth} > ${page.clientWidth}`, ...far.slice(0, 4).map((one) => one.outerHTML.slice(0, 120))];
}"""


def faults_of(page, *, widths=WIDTHS, controls=44) -> list[str]:
    """What a page fails, told by width."""
    before = page.viewport_size
    page.evaluate(AXE_SCRIPT)
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(AXE, TAGS)
        found += [f"sideways: {one}" for one in page.evaluate(SIDEWAYS)]
        found += [f"small: {one}" for one in page.evaluate(BOXES, [24, controls])]
        faults += [f"{page.url} at {width}: {fault}" for fault in found]
    page.set_viewport_size(before)
    return faults


def assert_fine(page, **options) -> None:
    """Nothing fails, at 320, 800 and 1280."""
    faults = faults_of(page, **options)
    assert faults == [], "\n".join(faults)
