"""From true counts to what may be published: the reference numbers of specs/disclosure.md, and what must never come out."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marelle.consultations.ptable import BROAD, NARROW
from marelle.consultations.tables import (
    BELOW_FLOOR,
    NOT_ASKED,
    SENSITIVE_LEVEL,
    Cell,
    Counted,
    Noise,
    Shown,
    interval,
    publish,
    record_key,
    to_a_hundred,
)
from tests.scale import scaled

pytestmark = pytest.mark.once
SECRET = bytes(range(32))
FIRST, SECOND = bytes(15) + b"\x01", bytes(15) + b"\x02"
BROAD_NOISE, NARROW_NOISE = Noise.of(BROAD), Noise.of(NARROW)


def test_keys_are_the_reference_s():
    found = [
        record_key(SECRET, freeze, key) for freeze, key in (("2026-01", FIRST), ("2026-01", SECOND), ("2026-02", FIRST))
    ]

    assert found == [2941857112, 2198739294, 3750578689]
    assert Cell(1, found[0]) + Cell(1, found[1]) == Cell(2, 845629110)


def test_count_of_two_and_of_fifty_with_that_key():
    assert BROAD_NOISE.published(Cell(2, 845629110)) == 0
    assert BROAD_NOISE.published(Cell(50, 845629110)) == 49


@pytest.mark.parametrize(
    ("children", "published"),
    [
        (0, [0, 0, 0, 0, 0, 0, 0]),
        (1, [0, 0, 0, 0, 3, 4, 9]),
        (2, [0, 0, 0, 3, 3, 4, 10]),
        (3, [0, 0, 3, 3, 4, 5, 11]),
        (4, [0, 0, 3, 4, 5, 7, 12]),
        (7, [0, 4, 6, 7, 8, 10, 15]),
        (11, [3, 8, 10, 11, 12, 14, 19]),
        (50, [42, 47, 49, 50, 51, 53, 58]),
        (400, [392, 397, 399, 400, 401, 403, 408]),
    ],
)
def test_lookup_is_the_reference_s(children, published):
    keys = [0, 2**28, 2**30, 2**31, 3 * 2**30, 15 * 2**28, 2**32 - 1]

    assert [BROAD_NOISE.published(Cell(children, key)) for key in keys] == published


def test_key_on_a_bound_takes_what_comes_after_it():
    bound = 3141700413  # of nobody, in the first row: the reference number
    assert [BROAD_NOISE.published(Cell(1, key)) for key in (bound - 1, bound)] == [0, 3]


@settings(max_examples=scaled(20_000), deadline=None, derandomize=True)
@given(st.integers(0, 5000), st.integers(0, 2**32 - 1))
def test_published_count_is_near_never_among_the_small_ones(children, key):
    for noise, parameters in ((BROAD_NOISE, BROAD), (NARROW_NOISE, NARROW)):
        found = noise.published(Cell(children, key))

        assert abs(found - children) <= parameters.largest or (children == 0 and found == 0)
        assert found == 0 or found > parameters.none_up_to


def test_same_children_have_the_same_noise_in_any_order():
    one_by_one = [Cell(1, record_key(SECRET, "2026-01", n.to_bytes(16, "big"))) for n in range(40)]
    shuffled = random.Random(7).sample(one_by_one, len(one_by_one))

    assert sum(one_by_one, Cell()) == sum(shuffled, Cell())
    assert sum(one_by_one, Cell()).children == 40


def counted(*children, **changes):
    return Counted({f"o{n}": Cell(count, 2**31) for n, count in enumerate(children)}, **changes)


@pytest.mark.parametrize(
    ("given", "floor", "status"),
    [
        (counted(20, 9), 30, BELOW_FLOOR),
        (counted(20, 10), 30, ""),
        (counted(60, 39, is_sensitive=True), 30, SENSITIVE_LEVEL),
        (counted(10, 9, is_sensitive=True), 30, BELOW_FLOOR),
        (counted(60, 40, is_sensitive=True), 30, ""),
        (counted(0, 0), 30, NOT_ASKED),
        (counted(0, 0, outside=Cell(80, 1)), 30, BELOW_FLOOR),
        (counted(30, 19), 50, BELOW_FLOOR),
    ],
)
def test_floors_are_asked_of_the_true_counts(given, floor, status):
    found = publish(given, BROAD_NOISE, variance=3, floor=floor)

    assert found.status == status
    assert (found.rows == [] and found.base is None) == (status != "")


def test_shares_add_up_and_extremes_are_said_in_words():
    found = publish(counted(97, 3, 50, outside=Cell(20, 2**31)), BROAD_NOISE, variance=3)

    assert [(row.percent, row.at_most, row.at_least) for row in found.rows] == [
        (65, None, None),
        (None, 5, None),
        (33, None, None),
    ]
    assert [row.children for row in found.rows] == [95, None, 50]
    assert (found.base, found.refused_percent) == (150, 10)


def test_who_would_rather_not_say_is_counted_with_noise_too():
    found = publish(counted(50, 50, outside=Cell(12, 0)), BROAD_NOISE, variance=3)

    assert found.refused_percent == 5  # 12 of 112 would be 10; the key 0 makes 4 of them


def test_all_of_one_mind_is_never_shown():
    found = publish(counted(120, 0), BROAD_NOISE, variance=3).rows

    assert [(row.percent, row.at_most, row.at_least) for row in found] == [(None, None, 95), (None, 5, None)]
    assert [(row.low, row.high) for row in found] == [(81, 95), (5, 19)]  # by the formula, by hand: n_eff 17.3


@pytest.mark.parametrize(("children", "edge"), [(199, 5), (200, 2), (999, 2), (1000, 1)])
def test_edge_moves_with_the_base(children, edge):
    found = publish(counted(children, 0), BROAD_NOISE, variance=3).rows

    assert found[0].at_least == 100 - edge


def test_choices_made_together_are_each_a_yes_or_no():
    everyone = Cell(200, 2**31)
    given = Counted({"a": Cell(150, 2**31), "b": Cell(80, 2**31)}, is_many=True, everyone=everyone)

    found = publish(given, BROAD_NOISE, variance=3)
    assert [row.option for row in found.rows] == ["a", "b"]
    assert all(row.percent is not None for row in found.rows)
    assert abs(found.rows[0].percent - 75) <= 3 and abs(found.rows[1].percent - 40) <= 3


def test_rounding_adds_to_a_hundred_and_the_first_of_equals_goes_up():
    assert to_a_hundred([100 / 3] * 3, 0) == [34, 33, 33]
    assert to_a_hundred([12.345, 87.655], 1) == [12.3, 87.7]


@settings(max_examples=scaled(2000), deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=12).filter(any))
def test_any_row_adds_to_a_hundred(counts):
    shares = to_a_hundred([100 * count / sum(counts) for count in counts], 0)

    assert sum(shares) == 100 and all(abs(s - 100 * c / sum(counts)) <= 1 for s, c in zip(shares, counts, strict=True))


def test_interval_is_wilson_s_when_there_is_no_noise():
    low, high = interval(0.3, 100, 0.0, 2)

    assert (low, high) == (pytest.approx(0.2189489, abs=1e-6), pytest.approx(0.3958485, abs=1e-6))
    noisy = interval(0.3, 100, 3.0, 4)
    assert noisy[0] < low and noisy[1] > high


def test_interval_of_nobody_and_of_everybody_stays_within_bounds():
    for share in (0.0, 1.0):
        low, high = interval(share, 40, 8.0, 4)
        assert 0 <= low < high <= 1


def test_shown_row_of_nothing_is_empty():
    assert Shown("x", None) == Shown("x", None, None, None, None, None, None)
