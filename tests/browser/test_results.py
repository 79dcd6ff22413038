"""What children said, as a resident and as a child read it: by keyboard, without a cookie; each page looked at in every way."""

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import choose, follow, press, push
from tests.browser.looks import assert_fine
from tests.browser.test_looks_meetings import faults_in_every_way
from tests.web.public_results import geography, publish

HOME = "/consultation/2026"
PAGES = [
    *("", "/heard", "/heard?lieu=commune-44143&par=age", "/heard?par=age_genre", "/hurt?lieu=commune-44143"),
    *("/lieux", "/lieux?q=rez", "/lieux/commune-44143", "/lieux/commune-44018", "/enfants", "/methode"),
    "/heard/vignette",
]
# In print: the table follows its chart, nothing to press is left, no line of a bar is lost.
LEFT = "() => [...document.querySelectorAll('button, select, .no-print')].filter((one) => one.checkVisibility()).length"


@pytest.fixture
def edition(transactional_db):
    geography()
    return publish()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_resident_builds_a_table(open_page, server, edition, scripts):
    page = open_page(java_script_enabled=scripts)
    look = assert_fine if scripts else lambda page: None  # axe is itself a script

    page.goto("/consultation")
    follow(page, "Résultats, Consultation nationale")
    look(page)
    follow(page, "Les adultes t’écoutent-ils ?")
    choose(page, "Territoire", "Rezé")
    press(page, page.get_by_label("Détail"), "ArrowDown")
    push(page, "Afficher le tableau")
    table = page.get_by_role("table", name="Les adultes t’écoutent-ils ?")
    expect(table.get_by_role("row", name="6 à 11 ans")).to_contain_text("88\u202f%")
    look(page)
    follow(page, "Toutes les questions, Rezé")
    expect(page.get_by_role("region", name="Ce qui distingue Rezé")).to_contain_text("plus haut ici")
    look(page)

    assert page.context.cookies() == []


def test_child_reads_what_children_said(open_page, server, edition):
    page = open_page(width=320)

    page.goto(HOME)
    follow(page, "Version pour les enfants")
    expect(page.get_by_role("heading", name="Sur 10 enfants, 6 disent\u202f: «\u202fOui\u202f»").first).to_be_visible()
    assert_fine(page)
    assert page.locator(".tenths").first.locator(".full").count() == 6
    follow(page, "La page des grands")

    expect(page).to_have_url(f"{server.url}{HOME}")
    assert page.context.cookies() == []


def test_results_in_every_way(open_page, server, edition):
    page = open_page(bypass_csp=True)

    faults = [fault for way in PAGES for fault in faults_in_every_way(page, f"{HOME}{way}")]

    assert faults == [], "\n".join(faults)


def test_a_printed_question_keeps_its_chart_and_its_table(open_page, server, edition):
    page = open_page()

    page.goto(f"{HOME}/heard")
    page.emulate_media(media="print")

    assert page.evaluate(LEFT) == 0
    expect(page.locator("figure.chart").first).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()


def test_bars_keep_their_ends_when_colours_are_forced(open_page, server, edition):
    page = open_page(forced_colors="active")

    page.goto(f"{HOME}/heard")

    drawn = page.locator(".bar-ends.thin").first.evaluate("(one) => getComputedStyle(one).stroke")
    bar = page.locator(".bar-fill").first.evaluate("(one) => getComputedStyle(one).fill")
    assert drawn != "none" and drawn != bar
