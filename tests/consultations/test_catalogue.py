"""Which zones are told, by which groups: floors, small groups, zones that could be subtracted. Agreed tables, by hand."""

import random
from itertools import combinations

import pytest

from marelle.consultations import catalogue
from marelle.consultations.catalogue import AGES, ALL, Zone, count, matches, plan, withheld
from marelle.consultations.questionnaires import BANDS, GENDERS
from tests.scale import scaled

pytestmark = pytest.mark.once


def chain(zone):
    return (zone,) if zone == "FR" else (zone, "departement:44", "FR")


def one(counts, **known):
    """The plan of a town alone."""
    return plan({"commune:1": counts}, chain, **known)[0]


def of(age, girls=0, boys=0, others=0):
    return {(age, "girl"): girls, (age, "boy"): boys, (age, "other"): others}


@pytest.mark.parametrize(
    ("children", "floor", "status"), [(49, 50, "below_floor"), (50, 50, ""), (199, 200, "below_floor"), (60, 10, "")]
)
def test_zone_has_a_page_from_its_floor_and_never_under_fifty(children, floor, status):
    assert one(of("9_11", girls=children), floor=floor).status == status


@pytest.mark.parametrize(
    ("sizes", "ages"),
    [
        ((30, 30, 30, 30), "age4"),
        ((30, 30, 30, 0), "age4"),
        ((30, 30, 30, 29), "age2"),
        ((29, 1, 15, 15), "age2"),
        ((60, 60, 20, 9), ALL),
        ((90, 0, 0, 0), ALL),
    ],
)
def test_ages_roll_up_until_each_group_has_thirty(sizes, ages):
    counts = {(age, "girl"): size for age, size in zip(BANDS, sizes, strict=True)}

    assert one(counts).ages == ages


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((60, 60, 0, 0), ("girl", "boy")),
        ((60, 60, 20, 9), ()),  # the 29 others would be what remains: with boys withheld one is left, and none is told
        ((60, 60, 20, 10), ("girl", "boy")),
        ((60, 29, 1, 0), ()),
        ((90, 80, 40, 12), ("girl", "boy")),  # 12 alone could be found: the 40 go with them
        ((90, 80, 40, 31), ("girl", "boy", "other", "no")),
    ],
)
def test_genders_are_told_when_none_is_found_by_taking_the_others_away(sizes, told):
    counts = {("9_11", gender): size for gender, size in zip(GENDERS, sizes, strict=True)}

    assert one(counts).genders == told


@pytest.mark.parametrize(
    ("sizes", "total", "floor", "agreed"),
    [
        ([40, 50], 90, 30, {}),
        ([40, 50, 0], 90, 30, {}),
        ([40, 50, 29], 119, 30, {2: "below_floor", 0: "sibling"}),
        ([40, 50, 29, 1], 120, 30, {2: "below_floor", 3: "below_floor"}),
        ([40, 50], 100, 30, {0: "sibling"}),  # ten more stand nowhere
        ([40, 50], 119, 30, {0: "sibling"}),
        ([40, 50], 120, 30, {}),
        ([120, 99], 219, 100, {1: "below_floor"}),
    ],
)
def test_columns_are_withheld_so_that_nobody_is_found_by_subtraction(sizes, total, floor, agreed):
    assert withheld(dict(enumerate(sizes)), [(total, list(range(len(sizes))))], floor) == agreed


def test_small_rest_of_a_département_takes_its_smallest_town_away():
    counts = {
        "commune:1": of("9_11", girls=80),
        "commune:2": of("9_11", girls=60),
        "departement:44": of("9_11", girls=20),
    }

    told = {zone.name: zone.status for zone in plan(counts, chain)}

    assert told == {"commune:1": "", "commune:2": "zone_difference", "departement:44": "", "FR": ""}


def test_town_that_is_its_whole_département_gives_it_its_noise():
    told = {zone.name: zone.narrow for zone in plan({"commune:1": of("9_11", girls=80)}, chain)}

    assert told == {"commune:1": True, "departement:44": True, "FR": True}


def geography(chance):
    """Towns in intercommunalities, some over the edge of a département; what sheets were kept in; where each lies."""
    towns = [f"commune:{n}" for n in range(chance.randint(2, 9))]
    lies = {}
    for town in towns:
        epci = f"epci:{chance.randint(1, 3)}"
        lies[town] = (town, epci, f"departement:{chance.randint(1, 2)}", "region:52", "FR")
    for zone in ("departement:1", "departement:2"):
        lies[zone] = (zone, "region:52", "FR")
    lies |= {"region:52": ("region:52", "FR"), "FR": ("FR",)}
    kept = [zone for zone in lies if chance.random() < 0.8]
    size = chance.choice((15, 60, 200))
    counts = {
        zone: {(a, g): chance.randint(0, size) for a in BANDS for g in GENDERS if chance.random() < 0.6}
        for zone in kept
    }
    return {zone: known for zone, known in counts.items() if known}, lies


def told_groups(zone: Zone):
    """What a reader knows of a zone: its groups, and the sums of some."""
    return set(zone.groups) | ({(age, ALL) for age in AGES["age2"]} if zone.ages == "age4" else set())


def test_no_two_zones_told_differ_by_a_few_children_in_any_group():
    """trust N6. Ten thousand pairs of zones and groups, drawn by chance: none is 1 to 29 children apart."""
    chance, pairs = random.Random(11), 0
    while pairs < scaled(10_000):
        counts, lies = geography(chance)
        told = [zone for zone in plan(counts, lies.__getitem__) if not zone.status]
        for a, b in combinations(told, 2):
            for group in told_groups(a) & told_groups(b):
                if group[0] != ALL and group[1] != ALL:
                    continue
                for first, second in ((a, b), (b, a)):
                    if first.members & second.members:
                        left = count(first.members - second.members, counts, group)
                        assert not 0 < left < catalogue.COLUMN_FLOOR, (counts, first, second, group)
                pairs += 1


def test_no_zone_less_all_that_is_told_inside_it_is_a_few_children():
    chance = random.Random(12)
    for _each in range(scaled(1_000)):
        counts, lies = geography(chance)
        told = [zone for zone in plan(counts, lies.__getitem__) if not zone.status]
        for whole in told:
            for group in told_groups(whole):
                inner = [z.members for z in told if z.members < whole.members and group in told_groups(z)]
                left = count(whole.members.difference(*inner), counts, group) if inner else 0
                assert not 0 < left < catalogue.COLUMN_FLOOR, (counts, whole, group)


def test_a_group_holds_the_sheets_it_says():
    assert [matches(("6_11", ALL), (age, "girl")) for age in BANDS] == [True, True, False, False]
    assert [matches((ALL, "boy"), ("6_8", gender)) for gender in GENDERS] == [False, True, False, False]
