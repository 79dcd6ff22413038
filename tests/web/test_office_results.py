"""The office reads the results of a place as everyone will, before they are public and after."""

import re
from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from tests.factories.accounts import PersonFactory
from tests.web.public_results import SECRET, geography, publish
from tests.web.test_office_consultation_running import at, office
from tests.web.test_public_results import words

pytestmark = pytest.mark.django_db
PLACES = ["", "region-52", "departement-44", "commune-44143", "commune-44190", "commune-44018"]


def open_page(state="embargoed", **known):
    """The page of the results, for an officer of the committee."""
    geography()
    consultation = publish(state, **known).consultation
    officer = PersonFactory(roles=[(consultation.committee, Role.PROGRAMME_OFFICER)])
    return office(officer), at("results", consultation)


def test_each_place_is_read_before_anybody_else_reads_it():
    page, place = open_page()

    country, region, town = (words(page.get(place, {"lieu": slug})) for slug in ("", "region-52", "commune-44143"))

    assert "Aperçu" not in country and "environ 26 410" not in country
    assert "26 410" in country and "Qui a répondu" in country
    assert "Pays de la Loire : environ 1 900 enfants" in region
    assert "Rezé : environ 140 enfants" in town and "6 à 11 ans" in town and "Ce qui distingue Rezé" in town


def test_choice_of_places_is_those_that_have_a_page():
    page, place = open_page()

    chosen = re.findall(r'<option value="([^"]*)"', page.get(place).content.decode())

    assert chosen == ["", "region-52", "departement-44", "commune-44143"]


def test_no_town_is_read_while_sheets_may_still_be_taken_back_and_frozen_again():
    """Two freezes read town by town: two draws of noise on the same children."""
    page, place = open_page("frozen")

    shown = page.get(place).content.decode()

    assert re.findall(r'<option value="([^"]*)"', shown) == ["", "region-52"]
    assert "Aperçu" in shown and "Les communes et les départements se lisent sous embargo" in shown
    assert [page.get(place, {"lieu": slug, "format": "csv"}).status_code for slug in PLACES[2:]] == [404] * 4


def test_place_without_a_page_says_why_and_leads_to_a_larger_one():
    page, place = open_page()

    shown = page.get(place, {"lieu": "commune-44190"})

    assert "on pourrait retrouver quelques enfants" in words(shown)
    assert 'href="?lieu=departement-44"' in shown.content.decode()


@pytest.mark.parametrize("wanted", ["commune-99999", "ailleurs", "commune-"])
def test_place_that_is_none_does_not_exist(wanted):
    page, place = open_page()

    assert page.get(place, {"lieu": wanted}).status_code == 404


@pytest.mark.parametrize("slug", PLACES)
@pytest.mark.parametrize("file", ["", "csv"])
def test_no_number_that_is_withheld_is_shown(slug, file):
    page, place = open_page()

    shown = page.get(place, {"lieu": slug, **({"format": file} if file else {})})

    assert shown.status_code == 200
    assert str(SECRET) not in re.sub(r"[\s\u202f,.]", "", shown.content.decode())


def test_embargo_is_told_with_its_end():
    page, place = open_page("embargoed", embargo_until=datetime(2027, 3, 1, 5, tzinfo=UTC))

    shown = words(page.get(place))

    assert "Sous embargo" in shown and "mars 2027" in shown and "Aperçu" not in shown


def test_once_public_each_place_leads_to_its_public_page():
    page, place = open_page("published")

    shown = page.get(place, {"lieu": "commune-44143"}).content.decode()

    assert 'href="/consultation/2026/lieux/commune-44143"' in shown
    assert "Aperçu" not in shown and "embargo" not in shown
