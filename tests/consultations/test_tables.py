"""From true counts to what may be published: the reference numbers of specs/disclosure.md, and what must never come out."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marelle.consultations.ptable import BROAD, NARROW
from marelle.consultations.tables import (
    Cells,
    Columns,
    Noise,
    edges,
    half_up,
    protect,
    record_key,
    to_a_hundred,
    wilson,
)
from tests.consultations import plain_tables
from tests.scale import scaled

pytestmark = pytest.mark.once
SECRET = bytes(range(32))
FIRST, SECOND = bytes(15) + b"\x01", bytes(15) + b"\x02"
BROAD_NOISE, NARROW_NOISE = Noise.of(BROAD), Noise.of(NARROW)
MIDDLE = 2**31  # a key that moves little


def ints(*values):
    return np.array(values, np.int64)


def moved(noise, children, *keys):
    return noise.published(np.full(len(keys), children, np.int64), ints(*keys)).tolist()


def drawn(*columns, narrow=False, weights=None, outside=(0, 0), design=1.0, counted=True):
    """Columns of (children, key) cells, protected."""
    cells = [cell for column in columns for cell in column]
    children, keys = ints(*(c for c, _k in cells)), ints(*(k for _c, k in cells))
    heavy = ints(*weights) if weights else children * 1000
    starts = ints(*np.cumsum([0, *(len(column) for column in columns[:-1])]))
    each = len(columns)
    how = Columns(
        narrow=np.full(each, narrow),
        weighted=np.full(each, bool(weights)),
        counted=np.full(each, counted),
        design=np.full(each, design),
        outside=np.full(each, outside[0], np.int64),
        outside_key=np.full(each, outside[1], np.int64),
    )
    return protect(Cells(starts, children, keys, heavy), how, BROAD_NOISE, NARROW_NOISE)


def rows(shares):
    """As the plain reference gives them."""
    found = []
    for place in range(len(shares.share)):
        told = [shares.share[place], shares.low[place], shares.high[place]]
        numbers = [None if math.isnan(value) else float(value) for value in told]
        found.append((*numbers, *(int(each[place]) for each in (shares.edge, shares.effective, shares.count))))
    return found


# Keys and noise ------------------------------------------------------------------------------------------------------
def test_keys_are_the_reference_s():
    found = [
        record_key(SECRET, freeze, key) for freeze, key in (("2026-01", FIRST), ("2026-01", SECOND), ("2026-02", FIRST))
    ]

    assert found == [2941857112, 2198739294, 3750578689]
    assert sum(found[:2]) % 2**32 == 845629110


def test_count_of_two_and_of_fifty_with_that_key():
    assert (moved(BROAD_NOISE, 2, 845629110), moved(BROAD_NOISE, 50, 845629110)) == ([0], [49])


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

    assert moved(BROAD_NOISE, children, *keys) == published


def test_key_on_a_bound_takes_what_comes_after_it():
    bound = 3141700413  # of nobody, in the first row: the reference number
    assert moved(BROAD_NOISE, 1, bound - 1, bound) == [0, 3]


@pytest.mark.parametrize(
    ("noise", "parameters"), [(BROAD_NOISE, BROAD), (NARROW_NOISE, NARROW)], ids=["broad", "narrow"]
)
@pytest.mark.parametrize("children", [1, 2, 3, 5, 8, 14, 60, 5000])
def test_noise_has_no_bias_and_the_variance_said(noise, parameters, children):
    keys = np.random.default_rng(children).integers(0, 2**32, 2_000_000)

    found = noise.published(np.full(len(keys), children, np.int64), keys)

    offsets = found - children
    assert abs(offsets.mean()) < 0.01 and abs(offsets.var() - parameters.variance) < 0.05
    assert np.abs(offsets).max() <= parameters.largest and found.min() >= 0
    assert not np.isin(found, np.arange(1, parameters.none_up_to + 1)).any()


def test_same_children_have_the_same_noise_in_any_order():
    keys = [record_key(SECRET, "2026-01", n.to_bytes(16, "big")) for n in range(40)]
    shuffled = random.Random(7).sample(keys, len(keys))

    assert sum(keys) % 2**32 == sum(shuffled) % 2**32


# What is published ---------------------------------------------------------------------------------------------------
def test_shares_add_up_and_extremes_are_said_in_words():
    found = drawn([(97, MIDDLE), (3, MIDDLE), (50, MIDDLE)], outside=(20, MIDDLE))

    assert [(row[0], row[3], row[5]) for row in rows(found)] == [(65, 0, 95), (None, -5, -1), (33, 0, 50)]
    assert (found.base.tolist(), found.refused.tolist()) == ([150], [10])


def test_who_would_rather_not_say_is_counted_with_noise_too():
    found = drawn([(50, MIDDLE), (50, MIDDLE)], outside=(12, 0))

    assert found.refused.tolist() == [5]  # 12 of 112 would be 10; the key 0 makes 4 of them


def test_all_of_one_mind_is_never_shown():
    assert [(row[0], row[3]) for row in rows(drawn([(120, MIDDLE), (0, 0)]))] == [(None, 5), (None, -5)]


@pytest.mark.parametrize(("children", "edge"), [(199, 5), (200, 2), (999, 2), (1000, 1)])
def test_edge_moves_with_the_base(children, edge):
    assert edges(ints(children)).tolist() == [edge]
    assert rows(drawn([(children, MIDDLE), (0, 0)]))[0][3] == edge


def test_counts_are_told_only_where_they_may_be():
    cells = [(300, MIDDLE), (400, MIDDLE)]

    assert [row[5] for row in rows(drawn(cells))] == [300, 400]
    assert [row[5] for row in rows(drawn(cells, counted=False))] == [-1, -1]


def test_weights_change_shares_and_not_counts():
    even = drawn([(100, MIDDLE), (100, MIDDLE)])
    heavy = drawn([(100, MIDDLE), (100, MIDDLE)], weights=[150_000, 50_000])

    assert ([row[0] for row in rows(even)], [row[0] for row in rows(heavy)]) == ([50, 50], [75, 25])
    assert even.base.tolist() == heavy.base.tolist()


def test_interval_is_wilson_s():
    low, high = wilson(np.array([0.3]), ints(100))

    assert (low[0], high[0]) == (pytest.approx(0.2189489, abs=1e-6), pytest.approx(0.3958485, abs=1e-6))


def test_interval_is_that_of_the_share_before_its_rounding_to_a_tenth_of_a_point():
    (row, _other) = rows(drawn([(181, MIDDLE), (219, MIDDLE)]))
    share, low, high, _edge, effective, _count = row
    ends = wilson(np.array([0.4525]), ints(effective))

    assert share == 45
    assert [float(half_up(1000 * end)[0] / 10) for end in ends] == [low, high] == [40.4, 50.2]
    assert effective < 400  # the noise costs some


def test_rounding_adds_to_a_hundred_and_the_first_of_equals_goes_up():
    cells = Cells(ints(0, 3), ints(1, 1, 1, 1, 1), ints(0, 0, 0, 0, 0), ints(1, 1, 1, 1, 1))
    percents = np.array([100 / 3, 100 / 3, 100 / 3, 12.345, 87.655])

    assert to_a_hundred(percents, cells, ints(0, 1)).tolist() == [34, 33, 33, 12.3, 87.7]


cell = st.tuples(st.integers(0, 1500), st.integers(0, 2**32 - 1))
column = st.lists(cell, min_size=2, max_size=12)


@settings(max_examples=scaled(2000), deadline=None, derandomize=True)
@given(st.lists(column, min_size=1, max_size=4), cell, st.booleans(), st.sampled_from([1.0, 1.37, 2.5]))
def test_arrays_say_what_the_plain_rules_say(columns, outside, narrow, design):
    noise = NARROW_NOISE if narrow else BROAD_NOISE
    found = drawn(*columns, narrow=narrow, outside=outside, design=design)

    agreed = [plain_tables.published(noise, cells, outside=outside, design=design) for cells in columns]
    assert rows(found) == [row for told, _base, _refused in agreed for row in told]
    assert found.base.tolist() == [base for _told, base, _refused in agreed]
    assert found.refused.tolist() == [refused for _told, _base, refused in agreed]


@settings(max_examples=scaled(2000), deadline=None, derandomize=True)
@given(column, st.data())
def test_weighted_arrays_say_what_the_plain_rules_say(cells, data):
    weights = [data.draw(st.integers(300, 3000)) * children for children, _key in cells]

    agreed, _base, _refused = plain_tables.published(BROAD_NOISE, cells, weights=weights)
    assert rows(drawn(cells, weights=weights)) == agreed


@settings(max_examples=scaled(2000), deadline=None, derandomize=True)
@given(column)
def test_no_number_is_told_outside_its_range_and_told_ones_add_up(cells):
    found = drawn(cells)
    edge = int(edges(half_up(found.base.astype(float)))[0])
    told = [row for row in rows(found) if row[0] is not None]

    assert all(edge - 1 <= share <= 101 - edge and low <= share <= high for share, low, high, *_rest in told)
    if len(told) == len(cells):
        assert sum(row[0] for row in told) == pytest.approx(100)
