"""For which organisation a page of the workspace speaks."""

import pytest

from marelle.accounts.states import OrganisationKind, Role
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return OrganisationFactory(code="67447", territory=TerritoryFactory(code="67447", siren="216704478"))


def test_siren_of_a_commune_leads_to_its_insee_code(client, town):
    client.force_login(PersonFactory(roles=[(town, Role.CITY_READER)]))

    response = client.get("/espace/216704478/messages?page=2")

    assert (response.status_code, response.headers["Location"]) == (302, "/espace/67447/messages?page=2")


def test_siren_leads_there_in_english_too(client, town):
    client.force_login(PersonFactory(roles=[(town, Role.CITY_READER)]))

    assert client.get("/en/espace/216704478").headers["Location"] == "/en/espace/67447"


def test_siren_says_nothing_to_others(client, town):
    """trust O3."""
    client.force_login(PersonFactory(roles=[(OrganisationFactory(), Role.CITY_READER)]))

    assert client.get("/espace/216704478").status_code == 404


def test_stranger_is_led_to_the_sign_in_whatever_the_code(client, town):
    """trust O3."""
    answers = [client.get(f"/espace/{code}") for code in ("67447", "216704478", "00000", "999999999")]

    assert [r.status_code for r in answers] == [302, 302, 302, 302]
    assert [r.headers["Location"].split("?")[0] for r in answers] == ["/compte/entrer"] * 4


def test_intercommunality_keeps_its_siren(client):
    body = OrganisationFactory(intercommunality=True, code="246700488")
    client.force_login(PersonFactory(roles=[(body, Role.CITY_READER)]))

    assert body.kind == OrganisationKind.INTERCOMMUNALITY
    assert client.get("/espace/246700488").status_code == 200
