"""Every page looked at: axe, boxes, sideways scrolling, spacing, forced colours, right to left."""

import pytest

from tests.browser.looks import BOXES, SIDEWAYS, assert_fine, faults_of
from tests.browser.town import STORY, WRITES, enter

PUBLIC = [
    *("/", "/villes", f"/villes/{STORY}", "/villes/81004", f"/villes/{STORY}/engagements/1", "/rejoindre"),
    *("/rejoindre/ma-commune?q=fontaine", "/rejoindre/eligibilite", "/appels/2026", "/verifier", "/accessibilite"),
    *("/confidentialite", "/sources", "/securite", "/recherche?q=rez", "/compte/entrer", "/compte/commune/60001"),
    *("/adresse-inconnue", "/pieces"),
]
CITY = [
    *("", "/candidature", "/candidature/presentation", "/candidature/auto-evaluation/bien-etre"),
    *("/candidature/equipe-projet", "/candidature/plan", "/candidature/plan?vue=tableau", "/candidature/documents"),
    *("/candidature/depot", "/plan", "/documents", "/convention", "/equipe", "/messages", "/recherche?q=rue"),
]
ACCOUNT = ["/compte/", "/compte/messages", "/compte/securite", "/compte/moi"]
OFFICE = [
    *("", "/appels", "/appels/nouveau", "/appels/2026", "/lectures", "/decisions", "/conventions", "/villes"),
    *("/maison", "/maison/invariants", "/equipe", "/equipe/journal", "/messages", "/recherche?q=ville"),
]
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-block-end: 2em !important; }"""  # WCAG 1.4.12
# A line one types in scrolls; the heads of a table that has become cards stand on each cell.
CUT = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
  const { overflowX, overflowY, textOverflow } = getComputedStyle(one);
  const hides = [overflowX, overflowY].some((way) => way === "hidden" || way === "clip") || textOverflow === "ellipsis";
  return hides && !one.closest(".out-of-sight, svg, thead, input") && one.checkVisibility()
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.outerHTML.slice(0, 140))"""


def visit(page, addresses, look) -> list[str]:
    """What `look` finds on each page."""
    faults = []
    for address in addresses:
        page.goto(address)
        faults += look(page)
    return faults


def test_public_pages(page_fr, server, town, settings):
    settings.DEMO = True  # the gallery of pieces is shown there alone

    faults = visit(page_fr, PUBLIC, faults_of)

    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_workspace_and_account(open_page, server, town, theme):
    page = open_page(color_scheme=theme)
    enter(page, server, "signatory")
    widths = (320, 800, 1280) if theme == "light" else (800,)

    faults = visit(
        page, [*(f"/espace/{WRITES}{way}" for way in CITY), *ACCOUNT], lambda page: faults_of(page, widths=widths)
    )

    assert faults == [], "\n".join(faults)


def test_office(page_fr, server, town):
    enter(page_fr, server, "committee-admin")

    faults = visit(page_fr, [f"/bureau{way}" for way in OFFICE], faults_of)

    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("face", ["public", "city"])
def test_spaced_text_is_not_cut(open_page, server, town, face):
    page = open_page(width=320, bypass_csp=True)
    if face == "city":
        enter(page, server, "signatory")

    def look(page):
        page.add_style_tag(content=SPACED)
        return [f"{page.url}: {fault}" for fault in page.evaluate(CUT) + page.evaluate(SIDEWAYS)]

    faults = visit(page, PUBLIC[:-1] if face == "public" else [f"/espace/{WRITES}{way}" for way in CITY], look)

    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("width", [320, 1280])
def test_right_to_left_nothing_sticks_out(open_page, server, town, settings, width):
    settings.DEMO = True
    page = open_page(width=width)

    def look(page):
        page.evaluate("document.documentElement.dir = 'rtl'")
        return [f"{page.url}: {fault}" for fault in page.evaluate(SIDEWAYS) + page.evaluate(BOXES, [24, 44])]

    faults = visit(page, ["/pieces?dir=rtl", *PUBLIC], look)
    enter(page, server, "signatory")
    faults += visit(page, [f"/espace/{WRITES}{way}" for way in CITY], look)

    assert faults == [], "\n".join(faults)


def test_forced_colours_keep_words_and_edges(open_page, server, town):
    page = open_page(forced_colors="active", color_scheme="dark")
    enter(page, server, "signatory")
    page.goto(f"/espace/{WRITES}/candidature")

    states = page.locator(".state")
    edges = states.evaluate_all("all => all.map((one) => getComputedStyle(one).borderTopStyle)")

    assert all(words.strip() for words in states.all_inner_texts())
    assert set(edges) == {"solid", "dashed"}  # what is begun is dashed
    assert_fine(page, widths=(320,))
    page.goto(f"/villes/{STORY}")
    assert "Année 1 sur 6" in page.locator("main").inner_text()
    squares = page.locator(".hop").evaluate_all("all => all.map((one) => one.getBoundingClientRect().width > 0)")
    assert squares == [True] * 6
