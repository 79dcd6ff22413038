"""A clerk types a booklet by the number pad alone: each key goes to the next line and is said aloud; nothing is pressed with a mouse."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from marelle.base import clock
from marelle.consultations.models import Booklet
from marelle.consultations.operations import keying as operations
from tests.browser.keyboard import tab_to
from tests.browser.looks import assert_fine
from tests.consultations import intake as house
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.consultations.test_keying import AFTER, clerk
from tests.factories.consultations import IN_TIME, QuestionnaireFactory, SittingFactory
from tests.signing_in import sign_in


@pytest.fixture
def sitting(transactional_db):
    clock.start_at(AFTER)
    made = SittingFactory(state="keying")
    made.consultation.public_key = house.PAIR.public
    made.consultation.save()
    known = {"canonical": QUESTIONNAIRE.canonical, "content_hash": QUESTIONNAIRE.content_hash}
    QuestionnaireFactory(consultation=made.consultation, state="frozen", frozen_at=IN_TIME, **known)
    yield made
    clock._shift = None


def test_a_booklet_is_typed_by_number_keys_alone(page_fr, server, sitting):
    page, person = page_fr, clerk(sitting)
    cookie = sign_in(Client(), person).cookies["marelle"]
    page.context.add_cookies([{"name": "marelle", "value": cookie.value, "url": server.url}])
    home = f"/espace/{sitting.site.partner.organisation.code}/consultation/groupes/{sitting.code}/livrets"
    page.goto(f"{home}/saisir?band=9_11&language=fr")
    assert_fine(page)
    says = page.locator("[data-keying-says]")

    tab_to(page, page.get_by_label("Pavé numérique"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Numéro du livret"))
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    page.keyboard.type("1")  # a girl
    expect(page.locator("#q_heard")).to_be_focused()
    page.keyboard.type("7")
    expect(says).to_have_text("7\u202f: cette touche n’existe pas ici.")
    page.keyboard.type("2")
    expect(says).to_have_text("4. Les adultes t’écoutent-ils ? Pris\u202f: Non.")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("1")  # selected when one comes back
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(says).to_have_text("1. Où ? Pris\u202f: À l’école, À la maison.")
    page.keyboard.type("10")
    page.keyboard.type("*")
    expect(page.get_by_role("button", name="Livret terminé")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("Livret 123456 gardé").wait_for()

    booklet = Booklet.rows.get()
    entry = operations._open(sitting, booklet, booklet.first)
    assert (entry.gender, entry.answers) == ("girl", {"heard": 1, "where": [1, 2], "times": 10, "play": "dk"})
    page.goto(home)
    assert_fine(page)
