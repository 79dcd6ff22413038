"""What children said, as a resident and as a child read it: by keyboard, without a cookie; each page looked at in every way."""

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import choose, follow, press, push, write
from tests.browser.looks import assert_fine
from tests.browser.test_looks_meetings import faults_in_every_way
from tests.factories.consultations import NationalTableFactory, column
from tests.web.public_results import crossed, geography, publish

HOME = "/consultation/2026"
PAGES = [
    *("", "/heard", "/heard?lieu=commune-44143&par=age", "/heard?par=age_genre", "/hurt?lieu=commune-44143"),
    *("/lieux", "/lieux?q=rez", "/lieux/commune-44143", "/lieux/commune-44018", "/enfants", "/methode"),
    *("/heard/vignette", "/heard?croise=age.play", "/donnees"),
]
# In print: the table follows its chart, nothing to press is left, no line of a bar is lost.
LEFT = "() => [...document.querySelectorAll('button, select, .no-print')].filter((one) => one.checkVisibility()).length"


@pytest.fixture
def edition(transactional_db):
    geography()
    freeze = publish()
    columns = [crossed(column("heard", base=800, yes=71, no_way=24, dk=5), f"{age}.yes") for age in ("6_8", "9_11")]
    NationalTableFactory(freeze=freeze, axes="age.play", columns=columns, drawn=True)
    return freeze


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


def test_journalist_reads_a_question_by_several_axes_and_takes_its_numbers(open_page, server, edition):
    page = open_page()

    page.goto(f"{HOME}/heard")
    press(page, page.get_by_label("Selon la réponse à (régions et France)"), "End")
    push(page, "Afficher le tableau")
    table = page.get_by_role("table", name="Les adultes t’écoutent-ils ?").first
    expect(table.get_by_role("row", name="9 à 11 ans, Oui")).to_contain_text("71\u202f%")
    assert_fine(page)
    with page.expect_download() as taken:
        press(page, page.get_by_role("link", name="Tous les chiffres de cette question"))

    written = taken.value.path().read_text("utf-8")
    assert "age.play,9_11.yes,71," in written
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [320, 1280])
def test_partner_reads_the_report_of_a_town(open_page, server, edition, width):
    """From what one types to the question one looks for, then to what protects the children of a place with too few."""
    page = open_page(width=width)

    page.goto(HOME)
    follow(page, "Par territoire")
    write(page, "Nom ou code postal", "rez")
    push(page, "Trouver")
    follow(page, "Rezé", exact=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rezé")
    expect(page.get_by_role("region", name="Ce qui distingue Rezé")).to_contain_text("plus haut ici")
    assert_fine(page)
    page.goto(f"{HOME}/lieux/commune-44018")
    expect(page.get_by_text("Pas assez de réponses pour protéger les enfants").first).to_be_visible()
    assert_fine(page)

    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [320, 1280])
def test_child_reads_what_children_said(open_page, server, edition, width):
    page = open_page(width=width)

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
