"""Zones sixty children apart may be one child apart for a question put to some of them: the smaller one is then silent."""

import random
from itertools import combinations

import numpy as np
import pytest

from marelle.consultations import catalogue, subtracting
from marelle.consultations.catalogue import ALL, COLUMN_FLOOR, derivable, matches, plan
from marelle.consultations.subtracting import BY_AGE, BY_GENDER, EVERYTHING, SHEETS, silenced
from tests.consultations.test_catalogue import geography
from tests.scale import scaled

pytestmark = pytest.mark.once


def bases(*counts):
    """One answer crossed with, the true children behind each item: {(age, gender): children} an item."""
    found = np.zeros((1, len(SHEETS), len(counts)), np.int64)
    for item, known in enumerate(counts):
        for sheet, children in known.items():
            found[0, SHEETS.index(sheet), item] = children
    return found


def girls(young, old):
    return {("6_8", "girl"): young, ("12_14", "girl"): old}


def chain(zone):
    return (zone, "epci:1", "FR") if zone.startswith("commune") else (zone, "FR")


def test_question_put_to_the_older_ones_is_told_of_the_larger_zone_alone():
    counts = {"commune:1": girls(60, 60), "epci:1": girls(39, 1)}
    zones = plan(counts, chain)
    assert {zone.name: zone.status for zone in zones} == {"commune:1": "", "epci:1": "", "FR": ""}  # forty apart

    off = silenced(
        zones,
        {
            "commune:1": bases(girls(60, 60), girls(0, 60)),  # put to all, put to the older ones
            "epci:1": bases(girls(39, 1), girls(0, 1)),
        },
    )

    assert off["commune:1"][EVERYTHING].tolist() == [False, True]
    assert (off["epci:1"][EVERYTHING].tolist(), off["FR"][EVERYTHING].tolist()) == ([False, False], [False, False])


def test_only_what_gives_somebody_away_is_silent():
    zones = plan({"commune:1": girls(60, 60), "epci:1": girls(45, 45)}, chain)

    off = silenced(zones, {"commune:1": bases(girls(60, 60)), "epci:1": bases(girls(45, 10))})

    assert off["commune:1"][:, 0].tolist() == [False, True, False]  # fifty-five apart, ten of the older ones


def test_others_found_by_taking_girls_and_boys_away_take_genders_with_them():
    of = lambda girl, boy, other, no: dict(  # noqa: E731
        zip([("9_11", gender) for gender in ("girl", "boy", "other", "no")], (girl, boy, other, no), strict=True)
    )
    counts = {"commune:1": of(60, 60, 20, 15), "epci:1": of(40, 40, 1, 0)}

    told = {zone.name: zone.genders for zone in plan(counts, chain)}

    assert told == {"commune:1": (), "epci:1": ("girl", "boy"), "FR": ("girl", "boy")}


def test_others_told_in_one_place_and_found_by_subtraction_in_another_are_weighed():
    of = lambda *sizes: {("9_11", gender): n for gender, n in zip(catalogue.GENDERS, sizes, strict=True)}  # noqa: E731
    counts = {"commune:1": of(90, 80, 30, 29), "departement:44": of(60, 60, 1, 1)}

    told = {zone.name: zone.genders for zone in plan(counts, lambda z: (z, "departement:44", "FR") if z[0] == "c" else (z, "FR"))}  # fmt: skip

    assert told["commune:1"] == ()  # girl and boy would leave 59 others, of the 61 the département tells


def test_ages_told_finely_in_one_place_and_in_two_in_another_are_weighed_by_gender_too():
    young = lambda six, nine: {("6_8", "girl"): six, ("9_11", "girl"): nine}  # noqa: E731
    rest = {(age, gender): 40 for age in catalogue.BANDS for gender in ("girl", "boy")}
    counts = {
        "departement:44": rest | young(60, 20) | {("9_11", "boy"): 20},
        "region:52": {("6_8", "girl"): 1, ("9_11", "girl"): 1, ("6_8", "boy"): 60, ("9_11", "boy"): 60},
    }
    lies = {"departement:44": ("departement:44", "region:52", "FR"), "region:52": ("region:52", "FR")}

    told = {zone.name: zone for zone in plan(counts, lies.__getitem__)}

    department, region = told["departement:44"], told["region:52"]
    both = catalogue.derivable(department) & catalogue.derivable(region)
    assert ("6_11", "girl") not in both  # two girls of 6 to 11 live outside the département


def test_answer_few_gave_elsewhere_silences_what_is_crossed_with_it():
    zones = plan({"commune:1": girls(80, 80), "epci:1": girls(60, 60)}, chain)
    here, there = (np.concatenate([bases(girls(*a)), bases(girls(*b))]) for a, b in
                   (((50, 50), (30, 30)), ((55, 58), (5, 2))))  # fmt: skip

    assert silenced(zones, {"commune:1": here, "epci:1": there})["commune:1"][EVERYTHING].tolist() == [True]


def test_nobody_answered_silences_nothing():
    zones = plan({"FR": girls(60, 60)}, chain)

    assert silenced(zones, {"FR": bases(girls(0, 0))})["FR"].any() == np.False_
    assert silenced([], {}) == {}


def drawn(chance):
    """A geography, and questions some of its children answered."""
    counts, lies = geography(chance)
    zones = plan(counts, lies.__getitem__)
    asked = [chance.choice((("6_8", "9_11"), ("12_14",), catalogue.BANDS)) for _item in range(4)]
    skips = [chance.choice((0.0, 0.1, 0.6)) for _item in asked]
    found = {
        zone: bases(*({sheet: sum(chance.random() >= skip for _c in range(n)) if sheet[0] in ages else 0 for sheet, n in known.items()} for ages, skip in zip(asked, skips, strict=True)))
        for zone, known in counts.items()
    }  # fmt: skip
    return [zone for zone in zones if not zone.status], found


def told_of(zone, off, group):
    silent = off[zone.name][EVERYTHING].copy()
    silent |= off[zone.name][BY_AGE] if group[0] != ALL else False
    silent |= off[zone.name][BY_GENDER] if group[1] != ALL else False
    return ~silent


def few(members, found, group):
    """The items 1 to 29 children of these zones stand behind."""
    left = sum((found[m][0, [matches(group, s) for s in SHEETS]].sum(axis=0) for m in members), np.zeros(4, np.int64))
    return (left > 0) & (left < COLUMN_FLOOR)


def test_no_question_tells_two_zones_a_few_children_apart():
    chance, silent, pairs = random.Random(21), 0, 0
    while pairs < scaled(10_000):
        zones, found = drawn(chance)
        off = silenced(zones, found)
        silent += sum(int(each.sum()) for each in off.values())
        for a, b in combinations(zones, 2):
            for group in derivable(a) & derivable(b):
                both = told_of(a, off, group) & told_of(b, off, group)
                for first, second in ((a, b), (b, a)):
                    if first.members & second.members:
                        assert not (both & few(first.members - second.members, found, group)).any()
            pairs += 1
    assert silent > 0


def test_a_rule_switched_off_is_caught(monkeypatch):
    monkeypatch.setattr(subtracting, "_small", lambda rest, group: np.zeros(rest.shape[2], bool))

    with pytest.raises(AssertionError):
        test_no_question_tells_two_zones_a_few_children_apart()
