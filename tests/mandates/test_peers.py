"""Towns a reader compares an application with."""

from datetime import date
from decimal import Decimal

import pytest

from marelle.mandates.queries.comparison import compare
from marelle.mandates.queries.members import living_mandate
from marelle.mandates.queries.peers import Alike, group_of, peers_of, traits_of
from marelle.plans.models import Indicator
from marelle.territories.states import TerritoryKind
from tests.factories.accounts import OrganisationFactory
from tests.factories.framework import FrameworkFactory, IndicatorDefinitionFactory
from tests.factories.plans import IndicatorFactory, ReadingFactory
from tests.factories.territories import TerritoryFactory
from tests.web.public_town import area, member, promise

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


# Groups to compare figures with --------------------------------------------------------------------------------------
def around(code, population=10_000, within=None, **given):
    mandate = member(code, f"Ville {code}", population=population, **given)
    place = mandate.organisation.territory
    place.intercommunality = within
    place.save()
    return mandate


def body(form, code):
    return TerritoryFactory(kind="intercommunality", code=code, legal_form=form, name=f"{form} {code}")


def codes(rows):
    return sorted(rows.values_list("organisation__code", flat=True))


def test_group_is_of_the_same_kind_and_size_until_somebody_chooses():
    own = around("67001").organisation
    around("67002", 5_000), around("67003", 20_000), around("67004", 4_999), around("67005", 20_001)
    around("200000001", kind=TerritoryKind.INTERCOMMUNALITY), around("67008", state="withdrawn")

    traits = traits_of(own)

    assert codes(group_of(own, traits, Alike.read({}))) == ["67002", "67003"]
    everyone = ["200000001", "67002", "67003", "67004", "67005"]
    assert codes(group_of(own, traits, Alike.read({"choix": "1"}))) == everyone
    assert codes(group_of(own, traits, Alike.read({"choix": "1", "taille": "1"}))) == ["200000001", "67002", "67003"]


def test_group_may_be_of_the_same_region_side_of_the_sea_and_kind_of_intercommunality():
    town, country = body("CA", "200000010"), body("CC", "200000020")
    reunion = {"departement": area("departement", "974", "La Réunion"), "region": area("region", "04", "La Réunion")}
    own = around("67001", within=town).organisation
    around("67002", within=town), around("67003", within=country), around("67004")
    around("97401", within=town, **reunion)
    traits = traits_of(own)

    groups = {
        name: codes(group_of(own, traits, Alike.read({"choix": "1", name: "1"})))
        for name in ("milieu", "outremer", "region")
    }

    assert (traits.in_town_body, traits.is_overseas, traits.region) == (True, False, "44")
    assert groups == {
        "milieu": ["67002", "97401"],
        "outremer": ["67002", "67003", "67004"],
        "region": ["67002", "67003", "67004"],
    }


def test_what_the_data_do_not_say_of_a_town_is_not_asked_of_the_others():
    own = member("ES-28007", "Alcorcón", country="ES", departement=None, region=None, population=None).organisation
    around("67002")
    traits = traits_of(own)

    assert (traits.band, traits.in_town_body, traits.is_overseas, traits.region) == (None, None, None, None)
    every = dict.fromkeys(("choix", "taille", "milieu", "outremer", "region"), "1")
    assert codes(group_of(own, traits, Alike.read(every))) == ["67002"]


# Figures of the group ------------------------------------------------------------------------------------------------
def read(mandate, definition, value, **given):
    """One more reading of a shared indicator of a member's plan."""
    found = Indicator.objects.filter(objective__plan=mandate.plan, definition=definition).first()
    indicator = found or IndicatorFactory(objective=promise(mandate), definition=definition)
    return ReadingFactory(indicator=indicator, value=value, **given)


@pytest.fixture
def shared():
    """A framework, and eight members under it: 67001 and seven others, all alike."""
    framework = FrameworkFactory()
    mandates = [
        member(f"6700{n}", f"Ville {n}", population=10_000, agreement__application__call__framework=framework)
        for n in range(1, 9)
    ]
    return [IndicatorDefinitionFactory(domain__framework=framework, factor=100), *mandates]


def test_compare_gives_median_and_quartiles_of_the_newest_known_readings(shared):
    """Group: 10, 20, 30, 40, 80 and two that do not know. Agreed by hand: quartiles 20, 30, 40."""
    definition, own, *others = shared
    read(own, definition, 25, numerator=5, denominator=20)
    read(own, definition, 90, period="2026", until=date(2026, 12, 31), numerator=9, denominator=10)  # older
    for mandate, value in zip(others, (10, 20, 30, 40, 80, None), strict=False):
        given = {"missing_because": "pas compté"} if value is None else {"numerator": value, "denominator": 100}
        read(mandate, definition, value, **given)

    line = compare(own, Alike()).lines[0]

    assert (line.own, line.period, line.known, line.followed) == (25, "2027", 5, 6)
    assert (line.spread.low, line.spread.median, line.spread.high) == (20, 30, 40)
    assert (line.spread.least, line.spread.most) == (10, 80)
    # of the network: 100 x (5 + 10 + 20 + 30 + 40 + 80) / (20 + 500); 6 know it, of 7 that follow it
    assert (line.whole.how, line.whole.known, line.whole.asked) == ("ratio", 6, 7)
    assert line.whole.value == Decimal(18500) / 520


def test_fewer_than_five_known_towns_show_nothing(shared):
    definition, own, *others = shared
    for mandate in others[:4]:
        read(mandate, definition, 50, numerator=1, denominator=2)

    line = compare(own, Alike()).lines

    assert line == []  # its own plan does not follow it
    read(own, definition, 10, numerator=1, denominator=10)
    line = compare(own, Alike()).lines[0]
    assert (line.spread, line.yes, line.known, line.own) == (None, None, 4, 10)


@pytest.mark.parametrize(("kind", "expected"), [("yes_no", (None, 60, 1)), ("money", (Decimal(1), None, 1))])
def test_answers_give_a_share_and_values_a_median(shared, kind, expected):
    """A yes/no of five towns: 3 yes, 2 no. The same numbers as prices have a median of 1."""
    definition, own, *others = shared
    definition.kind, definition.rollup = kind, "latest"
    definition.save()
    for mandate, value in zip([own, *others], (1, 1, 1, 1, 0, 0), strict=False):
        read(mandate, definition, value)

    line = compare(own, Alike()).lines[0]

    assert (line.spread.median if line.spread else None, line.yes, line.own) == expected
    assert line.whole.how == ("share" if kind == "yes_no" else "median")


@pytest.mark.parametrize("count", [1, 3])
def test_compare_asks_four_questions_whatever_the_network(shared, count, django_assert_num_queries):
    definition, own, *others = shared
    for mandate in [own, *others[:count]]:
        read(mandate, definition, 10)
    own = living_mandate("67001")

    with django_assert_num_queries(4):
        compare(own, Alike())
