"""A visitor finds a town and follows a promise: by keyboard, French then English, without a cookie, without a script."""

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import choose, follow, push
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
