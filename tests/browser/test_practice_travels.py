"""A talk of one town becomes an action of another, by keyboard, and the strip leads from each to the other."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from marelle.accounts.models import Organisation
from marelle.base import clock
from marelle.events.operations import gatherings
from marelle.library.models import Adoption, Practice
from tests.browser.keyboard import follow, press, push, tick, write
from tests.browser.looks import assert_fine
from tests.browser.test_thread import STRIP, links_of
from tests.browser.town import STORY, WRITES, enter, someone
from tests.factories.events import EventPersonFactory

NAME = "Le banc des devoirs"
TOLD = {
    "En une ou deux phrases": "Des bancs à l’ombre où faire ses devoirs avec un plus grand.",
    "Où cela s’est passé": "Deux places d’un quartier sans bibliothèque.",
    "Ce qui n’allait pas pour les enfants": "Ils n’avaient pas de table au calme.",
    "Ce qui a été fait": "Douze bancs posés, des lycéens payés trois soirs par semaine.",
    "Ce que les enfants ont décidé": "L’emplacement et les horaires.",
    "Ce qui montre que cela marche": "Soixante habitués au bout d’un an.",
    "Ce qu’il faut pour faire de même": "Une place calme et un point d’eau.",
}


@pytest.fixture
def talk(town):
    """Given yesterday, at a gathering, by somebody of the town that writes."""
    officer, begins = someone("committee-officer"), clock.now() - timedelta(days=1)
    with clock.at(begins - timedelta(days=20)):
        dates = gatherings.Dates(begins, begins + timedelta(days=2), "Europe/Paris", "Angers", None, begins, None)
        name = {"fr": "Journées d’essai", "en": "Trial days"}
        event = gatherings.draft_gathering(
            officer.committees_as()[0], year=2025, name=name, objectives={}, dates=dates, by=officer
        )
        part = gatherings.Part("round_table", {"fr": NAME}, begins, 45)
        item = gatherings.save_item(event.pk, part, by=officer)
        gatherings.publish_gathering(event.pk, by=officer)
    EventPersonFactory(event=event, item=item, role="speaker", organisation=Organisation.objects.get(code=WRITES))
    return item


def test_talk_becomes_an_action_of_another_town_and_the_strip_shows_it_both_ways(page_fr, server, talk):
    page = page_fr
    public = f"/rencontre/2025/{talk.code}"

    enter(page, server, "committee-officer")
    page.goto(f"/bureau/rencontres/nationales/{talk.event.code}/programme/{talk.code}")
    assert_fine(page)
    push(page, "En faire une pratique", exact=False)
    assert_fine(page)

    enter(page, server, "city-editor")
    page.goto(f"/espace/{WRITES}/rencontres/pratiques")
    follow(page, NAME)
    complete(page)
    push(page, "Proposer cette pratique")
    assert_fine(page)

    enter(page, server, "committee-officer")
    page.goto("/bureau/rencontres/pratiques")
    follow(page, NAME)
    push(page, "La publier")
    push(page, "La retenir pour le programme")
    assert_fine(page)
    made = Practice.rows.get(texts__name=NAME)
    assert (made.state, made.organisation.code) == ("retained", WRITES)

    enter(page, server, "member-admin")
    page.goto(f"/pratiques/{made.code}")
    assert_fine(page)
    follow(page, "Reprendre")
    assert_fine(page)
    press(page, page.locator("main form button").first)
    page.wait_for_url("**/rencontres/reprises/**")
    assert_fine(page)
    action = Adoption.rows.get(practice=made).action
    inside = f"/espace/{STORY}/plan/actions/{action.code}"

    page.goto(inside)
    assert_fine(page)
    for side, address in (
        ("D’où ça vient", f"/pratiques/{made.code}"),
        ("D’où ça vient", public),
        ("Ce que ça devient", f"/pratiques/{made.code}"),
    ):
        assert address in links_of(page, side)
        press(page, page.locator(f'{STRIP} a[href="{address}"]').first)
        page.wait_for_url(f"**{address}")
        assert_fine(page)
    becomes = page.locator(f"{STRIP} > div").filter(has=page.get_by_role("heading", name="Ce que ça devient"))
    expect(becomes).to_contain_text(action.name)


def complete(page) -> None:
    """Answer every question that must be, choose a domain."""
    for question, words in TOLD.items():
        write(page, question, words)
    with page.expect_navigation():
        press(page, page.locator("#fr").get_by_role("button", name="Enregistrer", exact=True))
    tick(page, page.locator("#subject label").first.inner_text().strip(), within=page.locator("#subject"))
    with page.expect_navigation():
        press(page, page.locator("#subject").get_by_role("button", name="Enregistrer", exact=True))
