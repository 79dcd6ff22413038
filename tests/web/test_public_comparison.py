"""A town beside those like it, for anyone, in its workspace and in the office."""

import json

import pytest

from marelle.mandates.models import Mandate
from tests.factories.framework import FrameworkFactory, IndicatorDefinitionFactory
from tests.factories.plans import IndicatorFactory, ReadingFactory
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns() -> list[Mandate]:
    """Seven towns alike under one framework: 10, 20, 30, 40, 50, 60 and 70 % of schools with a calmed street."""
    definition = IndicatorDefinitionFactory(domain__framework=FrameworkFactory(), factor=100)
    found = []
    for n in range(1, 8):
        given = {"agreement__application__call__framework": definition.domain.framework}
        mandate = member(f"6700{n}", f"Ville {n}", population=10_000, **given)
        indicator = IndicatorFactory(objective=promise(mandate), definition=definition)
        ReadingFactory(indicator=indicator, value=10 * n, numerator=n, denominator=10)
        found.append(mandate)
    return found


def test_page_says_who_the_others_are_and_names_none_of_them(client, towns):
    page = client.get("/villes/67001/comparer").content.decode()

    assert "6 autres membres du réseau\u202f: communes, avec 5\u202f000 à 20\u202f000 habitants." in page
    assert "La moitié des 6 villes semblables se situent entre 32,5\u202f% et 57,5\u202f%" in page
    assert [n for n in range(2, 8) if f"Ville {n}" in page] == []


def test_page_under_five_towns_shows_nothing_of_them(client, towns):
    towns[0].organisation.territory.region_id = None
    for mandate in towns[4:]:
        mandate.organisation.territory.population = 90_000
        mandate.organisation.territory.save()

    page = client.get("/villes/67001/comparer").content.decode()

    assert "Moins de cinq villes sont dans ce groupe" in page
    assert "La moitié des" not in page
    assert "<rect" not in page


def test_table_is_taken_away_with_the_group_that_was_chosen(client, towns):
    rows = json.loads(client.get("/villes/67001/comparer?choix=1&nature=1&format=json").content)

    assert [(r["here"], r["low"], r["median"], r["high"], r["known"], r["towns"], r["network"]) for r in rows] == [
        (10.0, 32.5, 45.0, 57.5, 6, 6, 40.0)
    ]


@pytest.mark.parametrize("code", ["67009", "inconnue"])
def test_who_is_no_member_has_no_comparison(client, code):
    assert client.get(f"/villes/{code}/comparer").status_code == 404


def test_city_page_leads_to_it(client, towns):
    assert 'href="/villes/67001/comparer"' in client.get("/villes/67001").content.decode()
