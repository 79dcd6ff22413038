"""Hands on a keyboard, and nothing else: Tab to go to a thing, keys to use it."""

import time
from datetime import date

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from marelle.demo.building import TOTP_SECRET

MOST_TABS = 250
# Where the focus is: what it is called, whether it shows itself, whether something covers it.
FOCUS = """() => {
  const on = document.activeElement;
  if (!on || on === document.body) return null;
  const box = on.getBoundingClientRect(), style = getComputedStyle(on);
  const shows = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const at = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 30)];
  const inside = at[0] >= 0 && at[1] >= 0 && at[0] <= innerWidth && at[1] <= innerHeight;
  const top = inside && document.elementFromPoint(...at);
  const label = top && top.closest("label");
  const clear = !inside || on.contains(top) || top.contains(on) || [...(on.labels ?? [])].includes(label);
  return { html: on.outerHTML.slice(0, 140), shows, inside, clear, by: top?.outerHTML.slice(0, 140) };
}"""


def tab_to(page, target, *, back=False) -> None:
    """Press Tab until the focus is on `target`, which must show that it has it and be covered by nothing."""
    expect(target).to_be_visible()
    for _press in range(MOST_TABS):
        if target.evaluate("(one) => one === document.activeElement"):
            focus = page.evaluate(FOCUS)
            assert focus["shows"], f"focus not seen: {focus['html']}"
            assert focus["inside"], f"focus off the screen: {focus['html']}"
            assert focus["clear"], f"focus covered: {focus['html']} by {focus['by']}"
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{MOST_TABS} Tabs do not reach {target}")


def press(page, target, key="Enter") -> None:
    """Go to a link or a button and press it."""
    tab_to(page, target)
    page.keyboard.press(key)


def follow(page, name, *, exact=True, within=None) -> None:
    """Go to the link of that name, and follow it to the next page."""
    link = (within or page).get_by_role("link", name=name, exact=exact).first
    tab_to(page, link)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def push(page, name, *, exact=True, within=None) -> None:
    """Go to the button of that name, press it, and wait for the next page."""
    button = (within or page).get_by_role("button", name=name, exact=exact).first
    tab_to(page, button)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page, label, text, *, exact=True, within=None) -> None:
    """Go to the field of that title and write in it, over what it holds."""
    field = (within or page).get_by_label(label, exact=exact).and_(page.locator("input, textarea")).first
    tab_to(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def write_day(page, label, day: date, *, within=None) -> None:
    """Go to a day and type its figures, in the order the browser asks for them: day or month first."""
    field = (within or page).get_by_label(label, exact=True).first
    tab_to(page, field)
    for order in ("%d%m%Y", "%m%d%Y"):
        page.keyboard.type(day.strftime(order))
        if field.input_value() == day.isoformat():
            return
        for _part in range(3):
            page.keyboard.press("ArrowLeft")
    raise AssertionError(f"the field keeps {field.input_value()!r} for {day}")


def upload(page, label, file: dict) -> None:
    """Go to a field of files, open the chooser with a key, choose one."""
    field = page.get_by_label(label).first
    tab_to(page, field)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(files=[file])


def prove(page) -> None:
    """Read the authenticator application, type what it shows."""
    field = page.locator("input[name=code]")
    tab_to(page, field)
    page.keyboard.type(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tick(page, label, *, within=None) -> None:
    """Go to a box or a choice, and press Space."""
    field = (within or page).get_by_label(label).first
    tab_to(page, field)
    page.keyboard.press("Space")
    expect(field).to_be_checked()


def choose(page, label, option, *, within=None) -> None:
    """Go to a list and type the beginning of what one wants in it."""
    field = (within or page).get_by_label(label, exact=True).first
    tab_to(page, field)
    page.keyboard.type(option)
    expect(field.locator("option:checked")).to_contain_text(option)
