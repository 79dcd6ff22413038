"""Two axes crossed: whom sums and differences single out, however many it takes."""

import itertools
import random

import numpy as np
import pytest

from marelle.consultations.catalogue import COLUMN_FLOOR
from marelle.consultations.reaching import finds_a_few, gives_away
from tests.scale import scaled

pytestmark = pytest.mark.once


def cells(*said):
    return frozenset(said)


def table(rows):
    """Cells with what is told nowhere apart last, and the totals the catalogue knows: rows, columns, everyone."""
    sizes = np.array(rows)
    totals = sizes.copy()
    totals[-1] = sizes.sum(axis=0)
    totals[:, -1] = totals.sum(axis=1)
    return totals[:, :, None]


def test_boys_found_by_two_subtractions():
    """Girls of 6 to 11 are told nowhere, yet girls less girls of 12 to 18 are they; and the boys of 6 to 11 are what remains."""
    totals = table([[60, 12, 0], [80, 90, 0], [0, 0, 0]])
    told = np.ones(totals.shape, bool)
    told[0, :2] = False  # 6 to 11: boys under the floor, girls withheld for them

    assert gives_away(totals, told).tolist() == [True]


def test_whole_column_withheld_finds_nobody():
    totals = table([[60, 12, 31], [80, 90, 40], [0, 0, 0]])
    told = np.ones(totals.shape, bool)
    told[:, 1] = False  # boys at every age, and together

    assert gives_away(totals, told).tolist() == [False]


def test_two_small_groups_far_apart_are_not_found_when_their_sum_is_told_nowhere():
    row, column = cells((0, 0), (0, 1)), cells((0, 0), (1, 0))

    assert not finds_a_few([row, column], [[12, 60], [60, 80]])
    assert finds_a_few([row, column, cells((0, 1)), cells((1, 0))], [[12, 60], [60, 80]])


def test_small_groups_found_together_are_found():
    told = [cells((0, 0), (0, 1), (0, 2)), cells((0, 2))]

    assert finds_a_few(told, [[10, 15, 70]])
    assert not finds_a_few(told, [[15, 15, 70]])  # thirty


def test_nobody_there_is_nobody_found():
    assert not finds_a_few([cells((0, 0), (0, 1)), cells((0, 1))], [[0, 70]])


def test_table_wholly_told_is_left_to_the_weighing_of_one_sum():
    totals = table([[12, 60, 0], [80, 90, 0], [0, 0, 0]])

    assert gives_away(totals, np.ones(totals.shape, bool)).tolist() == [False]


def reached(told, sizes):
    """By trying: whole multiples from -2 to 2 of up to six told columns."""
    every = [(r, c) for r, row in enumerate(sizes) for c, size in enumerate(row) if size]
    for factors in itertools.product(range(-2, 3), repeat=len(told)):
        made = {cell: sum(f for f, column in zip(factors, told, strict=True) if cell in column) for cell in every}
        children = sum(sizes[r][c] for (r, c), there in made.items() if there)
        if set(made.values()) <= {0, 1} and 0 < children < COLUMN_FLOOR:
            return True
    return False


def test_what_is_found_by_trying_sums_is_found():
    chance, met = random.Random(20261123), 0
    for _each in range(scaled(1_000, least=60)):
        sizes = [[chance.choice((0, 5, 12, 40, 90)) for _c in range(3)] for _r in range(2)]
        every = [(r, c) for r in range(2) for c in range(3)]
        lines = [cells(*((r, c) for c in range(3))) for r in range(2)] + [cells((0, c), (1, c)) for c in range(3)]
        told = chance.sample(lines + [cells(each) for each in every], 5)

        found = reached(told, sizes)

        met += found
        assert not found or finds_a_few(told, sizes)
    assert met > 10
