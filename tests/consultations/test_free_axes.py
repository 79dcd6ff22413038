"""Free axes: what is refused before anything is counted, what would give a few children away, by hand and by attack."""

from itertools import combinations, product

import numpy as np
import pytest

from marelle.consultations import free_axes
from marelle.consultations.free_axes import AXES, CELLS, MEAN, TWICE, Axis, Partition

pytestmark = pytest.mark.once


def axis(name, *values):
    return Axis(name, dict(enumerate(values, start=1)))


AGE, SPORT, PET = axis("age", "6_11", "12_18"), axis("sport", "yes", "no"), axis("pet", "cat", "dog")
MANY = [axis(f"q{n}", *(f"v{v}" for v in range(8))) for n in range(3)]


@pytest.mark.parametrize(
    ("axes", "options", "children", "why"),
    [
        ([AGE, SPORT, PET], 4, 320, ""),
        ([AGE, SPORT, PET], 4, 319, MEAN),  # 4 × 8 cells of ten children
        ([AGE], 4, 10**6, AXES),
        ([AGE, SPORT, PET, MANY[0]], 4, 10**6, AXES),
        ([AGE, axis("gender")], 4, 10**6, AXES),
        ([AGE, AGE], 4, 10**6, TWICE),
        (MANY, 19, 10**6, ""),  # 9,728 cells
        (MANY, 20, 10**6, CELLS),  # 10,240 cells
    ],
)
def test_a_table_is_refused_for_its_size_before_anything_is_counted(axes, options, children, why):
    assert free_axes.refusal(axes, options, children) == why


def test_columns_come_in_the_order_of_the_axes():
    assert free_axes.columns_of([AGE, SPORT]) == [("6_11", "yes"), ("6_11", "no"), ("12_18", "yes"), ("12_18", "no")]


@pytest.mark.parametrize(("sizes", "is_small"), [((100, 2000), False), ((99, 2000), True), ((0, 2000), True)])
def test_every_column_has_its_hundred_children(sizes, is_small):
    assert free_axes.is_small(sizes) is is_small


def whole(*axes):
    return Partition(axes, frozenset(free_axes.columns_of(axes)))


def gives_away(names, rows, one, other):
    return free_axes.gives_away(list(rows.items()), names, one, other)


@pytest.mark.parametrize("few", [0, 1, 29, 30])
def test_children_who_answered_one_axis_and_not_the_other_may_not_be_few(few):
    """Told by age and sport, and by age alone: those who said nothing of sport are what is left of an age."""
    rows = {(1, 1): 400, (1, 2): 300, (1, 251): few, (2, 1): 500, (2, 2): 200, (2, 251): 40}
    ages = Partition((AGE,), frozenset({("6_11",), ("12_18",)}))

    assert gives_away(["age", "sport"], rows, whole(AGE, SPORT), ages) is (0 < few < 30)


@pytest.mark.parametrize("few", [0, 1, 29, 30])
def test_a_question_put_to_nearly_those_who_gave_an_answer_gives_the_others_away(few):
    """The pet was asked of those who do sport; a few did not say: sport “yes”, less every pet."""
    rows = {(1, 1): 400, (1, 2): 300, (1, 250): few, (2, 0): 900}

    assert gives_away(["sport", "pet"], rows, whole(SPORT), whole(PET)) is (0 < few < 30)


def test_small_crossings_give_nobody_away_where_no_sum_lies_in_another():
    rows = {(1, 1): 400, (1, 2): 12, (2, 1): 9, (2, 2): 300}

    assert gives_away(["sport", "pet"], rows, whole(SPORT), whole(PET)) is False


def test_columns_that_are_withheld_are_one_with_those_who_said_nothing():
    rows = {(1, 1): 400, (1, 2): 20, (2, 1): 500, (2, 2): 200}
    told = free_axes.partitions([AGE, SPORT], [("6_11", "all"), ("6_11", "yes"), ("12_18", "yes"), ("12_18", "no")])

    assert [each.kept for each in told] == [0, 0] and [set(each.alone) for each in told] == [set(), {"6_11"}]
    everyone = Partition((AGE,), frozenset())
    assert gives_away(["age", "sport"], rows, everyone, told[0]) is True  # the twenty are what is left of everyone
    rows[1, 2] = 30
    assert gives_away(["age", "sport"], rows, everyone, told[0]) is False


@pytest.mark.parametrize(
    ("few", "known", "found"), [(0, True, False), (12, True, True), (12, False, False), (30, True, False)]
)
def test_who_said_nothing_of_two_questions_told_alone_may_not_be_few(few, known, found):
    """All, less those who told of sport, less those who told of pets, and those who told of both once more."""
    rows = {(1, 1): 400, (2, 2): 400, (251, 1): 60, (1, 251): 60, (251, 251): few}

    assert free_axes.outside_both(list(rows.items()), [SPORT, PET], ["sport", "pet"] if known else ["sport"]) is found


# Attack --------------------------------------------------------------------------------------------------------------
def smallest_difference(joint):
    """The smallest group found by taking sums of one table from sums of another: every choice of columns is tried."""
    left, right = ({pair[side] for pair in joint} for side in (0, 1))
    sizes = set()
    for some in (set(c) for n in range(len(left) + 1) for c in combinations(sorted(left), n)):
        for others in (set(c) for n in range(len(right) + 1) for c in combinations(sorted(right), n)):
            inside = [n for (one, other), n in joint.items() if one in some and other not in others]
            beyond = [n for (one, other), n in joint.items() if one not in some and other in others]
            if not sum(beyond):
                sizes.add(sum(inside))
            if not sum(inside):
                sizes.add(sum(beyond))
    return min((size for size in sizes if size), default=10**9)


def test_what_every_choice_of_columns_would_find_is_refused():
    """Who adds and subtracts whatever two tables tell finds fewer than thirty children exactly where the table is refused."""
    chance, found = np.random.default_rng(11), []
    three, four = axis("one", "a", "b", "c"), axis("other", "d", "e", "f", "g")
    for _try in range(300):
        codes = list(product(range(1, 4), range(1, 5)))
        sizes = chance.integers(0, 60, len(codes)) * (chance.random(len(codes)) < 0.45)
        rows = {code: int(size) for code, size in zip(codes, sizes, strict=True) if size}
        refused = gives_away(["one", "other"], rows, whole(three), whole(four))
        found.append((refused, smallest_difference(rows) < 30))

    assert {refused for refused, _few in found} == {True, False}
    assert [refused for refused, few in found if refused != few] == []


@pytest.mark.parametrize(
    ("axes", "told", "closes"),
    [
        (["b", "c"], ["ab", "ac"], True),
        (["b", "c"], ["ab", "cd"], False),
        (["b", "c"], ["abd", "ac"], True),  # a larger table tells its sides
        (["b", "c", "d"], ["ab", "ad"], True),
        (["b", "c"], ["ab", "ac", "abc"], False),  # told all together: weighed as one
        (["a", "b", "c"], ["ab", "ac"], False),
        (["b", "c"], ["ab", "ac", "bc"], False),  # told already
    ],
)
def test_three_tables_may_say_together_what_no_two_of_them_do(axes, told, closes):
    assert free_axes.closes_a_triangle(axes, told) is closes


def test_who_answers_alike_three_times_is_what_three_tables_say_together():
    """15 children, none of them in a cell of fewer than a hundred, nor between any two tables."""
    cells = {said: 150 for said in product((0, 1), repeat=3)} | {(0, 0, 0): 7, (1, 1, 1): 8}
    alike = [sum(n for said, n in cells.items() if said[a] == said[b]) for a, b in combinations(range(3), 2)]

    assert (sum(alike) - sum(cells.values())) / 2 == 15
    assert free_axes.closes_a_triangle("bc", ["ab", "ac"])
