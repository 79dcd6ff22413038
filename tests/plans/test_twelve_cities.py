"""The arithmetic of roll-ups, agreed number by number on twelve cities."""

from datetime import date
from decimal import Decimal as D

import pytest

from marelle.plans.attainment import MILLION, Aim, Known, Part, Tally, of_mandates, part_of, share, tally, value_of
from tests.plans.twelve_cities import (
    CITIES,
    EVERYWHERE,
    INDICATORS,
    LATER,
    PERCENTS,
    PLACES,
    TALLIES,
    VALUES,
    WITHOUT_AIM,
)

PROOFS = {"d": "declared", "e": "evidenced", "v": "verified"}


def number(value):
    return None if value is None else D(value)


def known(city, name):
    """What the table says a city reads of an indicator; None when it does not know."""
    words = CITIES[city][2][name]
    if words == "?":
        return None
    value, letter = words.split()
    on = date(2028, 6, 30) if (city, name) in LATER else date(2027, 12, 31)
    if "/" in value:
        over, under = map(D, value.split("/"))
        return Known(value_of(over, under, INDICATORS[name][6]), on, over, under, PROOFS[letter])
    return Known(D(value), on, proof_level=PROOFS[letter])


def aim(city, name):
    _domain, _rule, kind, direction, baseline, target, _factor = INDICATORS[name]
    missing = WITHOUT_AIM.get((city, name))
    return Aim(
        None if missing == "baseline" else number(baseline),
        None if missing == "target" else number(target),
        direction,
        kind,
    )


def tally_of(city, domain):
    found = []
    for name in CITIES[city][2]:
        if INDICATORS[name][0] == domain:
            read = known(city, name)
            found.append(
                (share(read.value if read else None, aim(city, name)), read.proof_level if read else "declared")
            )
    return tally(found)


def of_place(place):
    return [city for city, (region, _departement, _readings) in CITIES.items() if place in (EVERYWHERE, region)]


def in_millionths(words):
    return int(D(words) * MILLION)


@pytest.mark.parametrize(("city", "domain"), TALLIES)
def test_each_city_in_each_domain(city, domain):
    asked, *degrees = TALLIES[city, domain]

    found = tally_of(city, domain)

    assert found.asked == asked
    assert [(found[p].known, found[p].total) for p in PROOFS.values()] == [(k, in_millionths(s)) for k, s in degrees]


@pytest.mark.parametrize(("place", "domain"), PLACES)
def test_each_region_and_the_network(place, domain):
    mandates, indicators, *degrees = PLACES[place, domain]
    tallies = [tally_of(city, domain) for city in of_place(place)]

    whole, means = sum(tallies, Tally()), of_mandates(tallies)

    assert (len(tallies), whole.asked) == (mandates, indicators)
    found = [(whole[p].known, means[p].known, means[p].total) for p in PROOFS.values()]
    assert found == [(known_, counted, in_millionths(words)) for known_, counted, words in degrees]


@pytest.mark.parametrize(("place", "domain"), PERCENTS)
def test_what_is_shown_of_a_place(place, domain):
    means = of_mandates([tally_of(city, domain) for city in of_place(place)])

    assert tuple(means[p].percent for p in PROOFS.values()) == PERCENTS[place, domain]


@pytest.mark.parametrize(("name", "place"), VALUES)
def test_each_indicator_by_its_rule(name, place):
    rule, factor = INDICATORS[name][1], INDICATORS[name][6]
    asked, *expected = VALUES[name, place]
    readings = [known(city, name) for city in of_place(place) if name in CITIES[city][2]]

    parts = {p: sum((part_of(r) for r in readings if r and r.proof_level == p), Part()) for p in PROOFS.values()}

    assert len(readings) == asked
    assert [(parts[p].counted(rule), parts[p].value(rule, factor)) for p in PROOFS.values()] == expected


def test_the_table_speaks_of_every_city_and_every_rule():
    assert {city for city, _domain in TALLIES} == set(CITIES)
    assert {rule for _d, rule, *_rest in INDICATORS.values()} == {"sum", "mean", "ratio", "max", "latest", "none"}
    assert {name for name, _place in VALUES} == set(INDICATORS)
