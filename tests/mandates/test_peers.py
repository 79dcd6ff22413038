"""Towns a reader compares an application with."""

import pytest

from marelle.mandates.queries.peers import peers_of
from marelle.territories.states import TerritoryKind
from tests.factories.accounts import OrganisationFactory
from tests.factories.territories import TerritoryFactory
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db


def city(population=10_000, **given):
    return OrganisationFactory(code="67001", territory=TerritoryFactory(code="67001", population=population, **given))


def test_peers_are_the_nearest_members_of_the_same_kind_and_band():
    """From half to twice the inhabitants, ends included; three at most, the nearest first."""
    sizes = {"67002": 9_500, "67003": 20_000, "67004": 5_000, "67005": 10_300, "67006": 4_999, "67007": 20_001}
    for code, population in sizes.items():
        member(code, f"Ville {code}", population=population)
    member("200000001", "Communauté", population=10_000, kind=TerritoryKind.INTERCOMMUNALITY)
    member("67008", "Partie", population=10_000, state="withdrawn")

    found = peers_of(city())

    assert [(peer.code, peer.population) for peer in found] == [("67005", 10_300), ("67002", 9_500), ("67004", 5_000)]


def test_peer_says_its_first_promises_in_the_order_of_its_plan():
    mandate = member("67002", "Voisine", population=10_000)
    for words in ("Marcher à l’école", "Jouer dehors", "Être entendu", "Apprendre à nager"):
        promise(mandate, words)

    peer = peers_of(city())[0]

    assert (peer.promises, peer.count) == (["Marcher à l’école", "Jouer dehors", "Être entendu"], 4)
    assert (peer.name, peer.departement, peer.language) == ("Voisine", "Bas-Rhin", "fr")


@pytest.mark.parametrize("population", [None, 0])
def test_peers_of_a_town_of_unknown_size_are_none(population):
    member("67002", "Voisine", population=10_000)

    assert peers_of(city(population)) == []
    assert peers_of(OrganisationFactory(code="67009")) == []


def test_town_itself_is_no_peer():
    mandate = member("67002", "Voisine", population=10_000)

    assert peers_of(mandate.organisation) == []
