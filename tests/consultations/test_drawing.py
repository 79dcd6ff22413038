"""The tables of one zone: which columns are told, which are silent and why, and what a told one says. Agreed, by hand."""

import random

import numpy as np
import pytest

from marelle.consultations.catalogue import ALL, COLUMN_FLOOR, Zone
from marelle.consultations.drawing import (
    Column,
    Counted,
    Noises,
    Row,
    crossed_tables_of,
    read_column,
    tables_of,
)
from marelle.consultations.items import KNOWS_NOT, PREFERS_NOT, SKIPPED
from marelle.consultations.ptable import BROAD, NARROW
from marelle.consultations.tables import Noise
from tests.consultations.test_freezing import ITEMS
from tests.scale import scaled

pytestmark = pytest.mark.once
SAFE, OUI, NON, HOURS, SAD = range(5)  # places of the items: each answer of "where" is one
NOISES = Noises(Noise.of(BROAD), Noise.of(NARROW))
MIDDLE = 2**31  # a key that moves fifty children or more by nobody
EVERYONE, GIRLS, BOYS = (ALL, ALL), (ALL, "girl"), (ALL, "boy")


def zone(name="FR", **known):
    return Zone(name, frozenset({name}), narrow=name.startswith("commune"), **known)


def counted(cells, *, counts=Counted, weight=1000):
    """True cells, under keys that move nobody. `cells`: {group: {place of an item: {code: children}}}."""
    found = counts(list(cells), ITEMS)
    for group, by_item in cells.items():
        for place, said in by_item.items():
            found.add(group, [(place, code, n, n * weight, n * weight**2, MIDDLE) for code, n in said.items()])
    return found


def of(girls, boys, others=0):
    """How many of each gender said yes to "safe", and everybody."""
    told = {EVERYONE: girls + boys + others, GIRLS: girls, BOYS: boys}
    return counted({group: {SAFE: {1: n}} for group, n in told.items()})


def statuses(columns, question="safe"):
    return {column.group: column.status for column in columns if column.question == question}


# What a column says --------------------------------------------------------------------------------------------------
def test_told_column_says_shares_base_and_who_refused():
    cells = {EVERYONE: {SAFE: {1: 300, 2: 150, KNOWS_NOT: 50, SKIPPED: 60, PREFERS_NOT: 65}}}

    safe, *_others = tables_of(zone(), counted(cells), NOISES, weighted=False)

    assert (safe.question, safe.group, safe.base, safe.refused, safe.status) == ("safe", EVERYONE, 500, 20, "")
    assert [(row.option, row.share, row.count) for row in safe.shares] == [
        ("oui", 60, 300), ("non", 30, 150), ("dk", 10, 50),
    ]  # fmt: skip


def test_town_tells_no_count_and_keeps_its_children_equal():
    cells = {EVERYONE: {SAFE: {1: 300, 2: 200}}}

    town, *_rest = tables_of(zone("commune:44143"), counted(cells, weight=1700), NOISES, weighted=True)
    country, *_others = tables_of(zone(), counted(cells, weight=1700), NOISES, weighted=True)

    assert [row.count for row in town.shares] == [None, None, None]
    assert [row.count for row in country.shares] == [300, 200, None]  # nobody does not know: coded
    assert (town.design, country.design) == (1.0, 1.0)  # all weigh the same


def test_weights_of_unlike_children_have_an_effect_on_the_interval():
    cells = counted({EVERYONE: {SAFE: {1: 200}}})
    cells.add(EVERYONE, [(SAFE, 2, 200, 200 * 3000, 200 * 3000**2, MIDDLE)])

    safe, *_others = tables_of(zone(), cells, NOISES, weighted=True)

    assert ([row.share for row in safe.shares[:2]], safe.design) == ([25, 75], 1.25)  # 400 × 10 / 4² of 200, by hand


def test_several_answers_stand_under_one_base_each_a_share_of_all():
    cells = {EVERYONE: {OUI: {1: 120, 2: 80, SKIPPED: 100}, NON: {1: 50, 2: 150, SKIPPED: 100}}}

    found = {column.question: column for column in tables_of(zone(), counted(cells), NOISES, weighted=False)}

    where = found["where"]
    assert [(row.option, row.share) for row in where.shares] == [("oui", 60), ("non", 25)]
    assert (where.base, where.refused) == (200, 35)  # 100 of 300
    assert list(found) == ["safe", "where", "hours", "sad"]


def test_column_is_read_as_it_was_written():
    column = Column("safe", "9_11", "girl", 120, 5, 1.2, "", "oui", (Row("oui", 60.0, 52.1, 67.4, 0, 98, 70), Row("non", edge=-5)))  # fmt: skip

    assert read_column(column.as_said()) == column


# Silent columns ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "said", "status"),
    [
        ("FR", {SAFE: {1: 30}}, ""),
        ("FR", {SAFE: {1: 29}}, "below_floor"),
        ("FR", {SAFE: {1: 29, SKIPPED: 300}}, "below_floor"),
        ("FR", {SAFE: {SKIPPED: 300}}, "below_floor"),
        ("FR", {}, "not_asked"),
        ("commune:44143", {SAFE: {1: 30}}, ""),
    ],
)
def test_question_is_told_of_thirty_children_who_answered(name, said, status):
    assert statuses(tables_of(zone(name), counted({EVERYONE: said}), NOISES, weighted=False)) == {EVERYONE: status}


@pytest.mark.parametrize(
    ("name", "children", "status"),
    [
        ("departement:44", 100, ""),
        ("departement:44", 99, "below_floor"),
        ("commune:44143", 5000, "sensitive_level"),
        ("epci:244400404", 5000, "sensitive_level"),
    ],
)
def test_question_that_may_hurt_is_told_of_a_hundred_and_from_the_département_up(name, children, status):
    drawn = tables_of(zone(name), counted({EVERYONE: {SAD: {1: children}}}), NOISES, weighted=False)

    assert statuses(drawn, "sad") == {EVERYONE: status}


def test_floor_is_asked_of_the_children_there_are_not_of_those_that_noise_makes():
    """Twenty-nine that noise makes forty-one stay silent; thirty that noise makes eighteen are told."""
    for children, key, status in ((29, 2**32 - 1, "below_floor"), (30, 0, "")):
        cells = Counted([EVERYONE], ITEMS)
        cells.add(EVERYONE, [(SAFE, 1, children, children * 1000, children * 1000**2, key)])

        assert statuses(tables_of(zone("commune:44143"), cells, NOISES, weighted=False)) == {EVERYONE: status}


def test_question_not_put_to_a_group_has_no_column_there():
    cells = {EVERYONE: {SAFE: {1: 60}}, ("6_11", ALL): {}, ("12_18", ALL): {SAFE: {1: 60}}}

    drawn = tables_of(zone(ages="age2"), counted(cells), NOISES, weighted=False)

    assert statuses(drawn) == {EVERYONE: "", ("12_18", ALL): ""}
    assert statuses(drawn, "sad") == {EVERYONE: "not_asked"}


@pytest.mark.parametrize(
    ("axis", "silent"),
    [(0, {EVERYONE, GIRLS, ("6_11", ALL)}), (1, {("6_11", ALL)}), (2, {GIRLS})],
    ids=["everything", "by age", "by gender"],
)
def test_zone_that_gives_others_away_is_silent_on_that_axis(axis, silent):
    cells = {group: {SAFE: {1: 400}, OUI: {1: 400}, NON: {2: 400}} for group in (EVERYONE, GIRLS, ("6_11", ALL))}
    off = np.zeros((3, len(ITEMS)), bool)
    off[axis, SAFE] = True

    drawn = tables_of(zone(), counted(cells), NOISES, weighted=False, off=off)

    assert {group for group, status in statuses(drawn).items() if status == "zone_difference"} == silent
    assert set(statuses(drawn, "where").values()) == {""}


# Small groups next to others -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sizes", "agreed"),
    [
        ((60, 60, 0), ("", "")),
        ((60, 60, 30), ("", "")),
        ((60, 70, 29), ("sibling", "")),
        ((60, 60, 1), ("sibling", "")),
        ((29, 70, 0), ("below_floor", "sibling")),
        ((29, 70, 1), ("below_floor", "")),
    ],
)
def test_group_told_beside_its_total_leaves_nobody_or_thirty(sizes, agreed):
    found = statuses(tables_of(zone(genders=("girl", "boy")), of(*sizes), NOISES, weighted=False))

    assert (found[GIRLS], found[BOYS]) == agreed
    assert found[EVERYONE] == ""


def test_girls_of_one_age_are_weighed_with_girls_and_with_that_age():
    sizes = {
        ("6_11", "girl"): 40, ("6_11", "boy"): 28, ("12_18", "girl"): 28, ("12_18", "boy"): 60,
        ("6_11", ALL): 68, ("12_18", ALL): 88, GIRLS: 68, BOYS: 88, EVERYONE: 156,
    }  # fmt: skip

    drawn = tables_of(zone(), counted({group: {SAFE: {1: n}} for group, n in sizes.items()}), NOISES, weighted=False)

    told = {group for group, status in statuses(drawn).items() if not status}
    assert told == {("6_11", ALL), ("12_18", ALL), GIRLS, BOYS, EVERYONE}  # beside forty girls, 28 boys would be found


def test_answer_few_gave_takes_the_next_with_it_where_others_are_crossed_with_it():
    answers = {"oui": 90, "non": 20, "dk": 40}
    whole = counted({EVERYONE: {SAFE: {1: 150}}})
    crossed = counted({(*EVERYONE, answer): {SAFE: {1: n}} for answer, n in answers.items()})

    drawn = crossed_tables_of(zone(), whole, crossed, NOISES, weighted=False)

    assert {column.profile: column.status for column in drawn if column.question == "safe"} == {
        "oui": "", "non": "below_floor", "dk": "sibling",
    }  # fmt: skip


def test_who_gave_no_answer_to_the_other_question_is_not_found_either():
    whole = counted({EVERYONE: {SAFE: {1: 129}}})
    crossed = counted({(*EVERYONE, answer): {SAFE: {1: n}} for answer, n in {"oui": 70, "non": 50}.items()})

    drawn = crossed_tables_of(zone(), whole, crossed, NOISES, weighted=False)

    assert {column.profile: column.status for column in drawn if column.question == "safe"} == {
        "oui": "", "non": "sibling",
    }  # fmt: skip


def test_no_group_told_beside_its_total_leaves_a_few_children():
    chance, silent = random.Random(31), 0
    for _each in range(scaled(4_000)):
        ages, genders = ("6_11", "12_18"), ("girl", "boy")
        sizes = {(age, gender): chance.choice((0, 4, 20, 35, 80)) for age in ages for gender in (*genders, "other")}
        groups = [EVERYONE, *((a, ALL) for a in ages), *((ALL, g) for g in genders), *((a, g) for a in ages for g in genders)]  # fmt: skip
        size = {
            known: sum(n for (a, g), n in sizes.items() if known[0] in (ALL, a) and known[1] in (ALL, g))
            for known in groups
        }

        found = statuses(tables_of(zone(), counted({g: {SAFE: {1: n}} for g, n in size.items()}), NOISES, weighted=False))  # fmt: skip

        silent += "sibling" in found.values()
        told = {group for group, status in found.items() if not status}
        for total in told:
            by_age = [(age, total[1]) for age in ages if total[0] == ALL]
            by_gender = [(total[0], gender) for gender in genders if total[1] == ALL]
            for held in (by_age, by_gender):
                inside = [group for group in held if group in told]
                left = size[total] - sum(size[group] for group in inside)
                assert not (inside and 0 < left < COLUMN_FLOOR), (sizes, total, inside)
    assert silent > 0


# Counting ------------------------------------------------------------------------------------------------------------
def added_in(order, *, counts=Counted):
    """The bytes of the weights of one cell, its parts added in some order."""
    weights = np.random.default_rng(3).integers(300, 3001, 500)
    found = counts([EVERYONE], ITEMS)
    for place in order:
        found.add(EVERYONE, [(SAFE, 1, 1, int(weights[place]), int(weights[place]) ** 2, int(weights[place]) * 2**20)])
    return found.weight.tobytes(), found.squares.tobytes(), found.key.tobytes()


def test_weights_and_keys_are_whole_so_that_no_order_changes_a_byte(counts=Counted):
    assert added_in(range(500), counts=counts) == added_in(range(499, -1, -1), counts=counts)


def test_keys_of_a_cell_are_added_modulo_two_to_the_thirty_second():
    cells = Counted([EVERYONE], ITEMS)
    cells.add(EVERYONE, [(SAFE, 1, 1, 1000, 10**6, 2941857112), (SAFE, 1, 1, 1000, 10**6, 2198739294)])
    cells.add(EVERYONE, [(SAFE, code, 1, 1000, 10**6, 2**32 - 1) for code in (SKIPPED, PREFERS_NOT)])

    assert (int(cells.key[0, 0]), int(cells.outside_key[0, SAFE])) == (845629110, 2**32 - 2)


def test_boys_of_an_age_are_not_found_by_two_subtractions():
    """12 boys of 6 to 11; girls of 6 to 11 are withheld for them, and would be girls less girls of 12 to 18."""
    ages, genders = ("6_11", "12_18"), ("girl", "boy")
    cells = {("6_11", "girl"): 60, ("6_11", "boy"): 12, ("12_18", "girl"): 80, ("12_18", "boy"): 90}
    size = {EVERYONE: 242, ("6_11", ALL): 72, ("12_18", ALL): 170, GIRLS: 140, BOYS: 102, **cells}
    drawn = tables_of(
        zone(ages="age2", genders=genders),
        counted({group: {SAFE: {1: n}} for group, n in size.items()}),
        NOISES,
        weighted=False,
    )

    found = statuses(drawn)

    assert {group for group, status in found.items() if not status} == {
        EVERYONE, *((age, ALL) for age in ages), GIRLS, BOYS,
    }  # fmt: skip
    assert found["6_11", "boy"] == "below_floor"


def test_who_said_something_at_an_age_is_not_found_by_two_subtractions():
    ages = ("6_11", "12_18")
    whole = counted({EVERYONE: {SAFE: {1: 242}}, ("6_11", ALL): {SAFE: {1: 72}}, ("12_18", ALL): {SAFE: {1: 170}}})
    size = {
        (ALL, ALL, "oui"): 140, (ALL, ALL, "non"): 102, ("6_11", ALL, "oui"): 60, ("6_11", ALL, "non"): 12,
        ("12_18", ALL, "oui"): 80, ("12_18", ALL, "non"): 90,
    }  # fmt: skip
    crossed = counted({group: {SAFE: {1: n}} for group, n in size.items()})

    drawn = crossed_tables_of(zone(ages="age2"), whole, crossed, NOISES, weighted=False)

    told = {(column.age, column.profile) for column in drawn if column.question == "safe" and not column.status}
    assert told == {(ALL, "oui"), (ALL, "non")}
    assert {column.age for column in drawn} == {ALL, *ages}
