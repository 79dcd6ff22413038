"""A visitor finds a town and follows a promise, or takes figures away: by keyboard, without a cookie, without a script."""

import csv
import io
import json
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from marelle.base import clock
from marelle.mandates.operations.snapshots import take_night
from tests.browser.keyboard import choose, follow, push, tab_to
from tests.browser.looks import assert_fine

MOST_CLICKS = 7  # specs/thread.md, proof 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_visitor_finds_a_town(open_page, server, town, scripts):
    page = open_page(java_script_enabled=scripts)
    look = assert_fine if scripts else lambda page: None  # axe is itself a script

    page.goto("/")
    look(page)
    follow(page, "Trouver ma ville")
    look(page)
    choose(page, "Département", "44")
    push(page, "Afficher")
    expect(page.get_by_role("heading", name="1 membre")).to_be_visible()
    look(page)
    follow(page, "Rezé", exact=False)
    expect(page.get_by_text("Année 1 sur 6").first).to_be_visible()
    look(page)
    follow(page, "Tu pourras aller à l’école sans avoir peur des voitures.", exact=False)
    expect(page.get_by_role("region", name="Le fil")).to_contain_text("Fermer la rue de l’école")
    look(page)
    follow(page, "English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    look(page)

    assert page.context.cookies() == []


def test_resident_takes_the_figures_of_the_network_away(open_page, server, town):
    take_night(clock.today() - timedelta(days=1))
    page = open_page()

    page.goto("/")
    follow(page, "Avancement", within=page.get_by_role("navigation").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Où en est le réseau")
    assert_fine(page)
    taken = {name: away(page, name) for name in ("CSV", "XLSX", "JSON")}

    lines = list(csv.DictReader(taken["CSV"].read_text("utf-8-sig").splitlines()))
    sheet = load_workbook(io.BytesIO(taken["XLSX"].read_bytes())).worksheets[0]
    assert (
        [line["domain"] for line in json.loads(taken["JSON"].read_bytes())] == [line["domain"] for line in lines] != []
    )
    assert next(sheet.iter_rows(values_only=True))[0] == "Jour"
    assert page.context.cookies() == []


def away(page, name):
    """Where the file behind a link of the figures is put."""
    link = page.get_by_role("region", name="Les mêmes chiffres, à emporter").get_by_role("link", name=name, exact=True)
    tab_to(page, link.first)
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    return taken.value.path()
