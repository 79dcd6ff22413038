"""Two axes crossed: whether sums and differences of what is told, however many, single out 1 to 29 children.

`catalogue.withheld` weighs one sum against one total. Across two axes a withheld cell may still be found by two subtractions
(boys of 6 to 11 = ages 6 to 11 - (girls - girls of 12 to 18)): what told columns can be added up to is a linear space, and a
group can be found when it lies in it (specs/disclosure.md, R1 and R4). Pure.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from marelle.consultations.catalogue import COLUMN_FLOOR

EXACT = 1e-9  # sums of zeros and ones: what is smaller is rounding
MOST = 14  # small cells whose every union is looked at; with more, a group is taken to be found

Cell = tuple[int, int]  # row, column; the last of each: those told nowhere apart
Told = frozenset[Cell]  # the cells a told column adds up


def gives_away(totals: NDArray[np.int64], told: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of each item, whether a table of two axes of which something is silent lets a few children be found.

    `totals`: true children, rows × columns × items; the last row and the last column hold the totals. `told`: the same shape.
    """
    sizes = _apart(totals)
    silent = (~told & (totals > 0))[:-1, :-1].any(axis=(0, 1)) & told[:-1, :-1].any(axis=(0, 1))
    found = np.zeros(totals.shape[2], bool)
    for item in np.flatnonzero(silent):
        found[item] = finds_a_few(_columns(told[:, :, item]), sizes[:, :, item].tolist())
    return found


def _apart(totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Children of each cell, and in the last row and the last column those no cell tells apart."""
    sizes = totals.copy()
    sizes[:, -1] -= totals[:, :-1].sum(axis=1)
    sizes[-1] -= sizes[:-1].sum(axis=0)
    return sizes


def _columns(told: NDArray[np.bool_]) -> list[Told]:
    """The cells each told column adds up: its own, or every one of its row, of its column, of the table."""
    every = [range(length) for length in told.shape]
    lasts = [length - 1 for length in told.shape]
    return [
        frozenset(product(*(every[axis] if at == lasts[axis] else (at,) for axis, at in enumerate(place))))
        for place in np.argwhere(told).tolist()
    ]


def finds_a_few(told: Collection[Told], sizes: Sequence[Sequence[int]]) -> bool:
    """Whether told columns can be added up, some taken away, to 1 to 29 children. `sizes`: true children, by row and column."""
    cells = [(r, c) for r, row in enumerate(sizes) for c, size in enumerate(row) if size]
    small = [cell for cell in cells if sizes[cell[0]][cell[1]] < COLUMN_FLOOR]
    if not small:
        return False
    outside = _outside(frozenset(told), tuple(cells))[[cells.index(cell) for cell in small]]
    if np.linalg.matrix_rank(outside, tol=EXACT) == len(small):
        return False  # no sum of small cells alone is told
    if len(small) > MOST:
        return True
    return any(
        np.abs(outside[union].sum(axis=0)).max(initial=0) < EXACT
        for union in _unions([sizes[row][column] for row, column in small])
    )


@lru_cache(maxsize=1024)
def _outside(told: frozenset[Told], cells: tuple[Cell, ...]) -> NDArray[np.float64]:
    """Cells × directions no told column has a part in: a group is found when its cells add up to nothing in each."""
    sums = np.array([[cell in column for cell in cells] for column in told], float).reshape(len(told), len(cells))
    _left, strengths, directions = np.linalg.svd(sums)
    rank = int(np.sum(strengths > EXACT))
    return directions[rank:].T


def _unions(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Every choice of cells of fewer than thirty children together, by their places."""
    waiting: list[tuple[list[int], int]] = [([], 0)]
    while waiting:
        chosen, children = waiting.pop()
        if chosen:
            yield chosen
        for place in range(chosen[-1] + 1 if chosen else 0, len(sizes)):
            if children + sizes[place] < COLUMN_FLOOR:
                waiting.append(([*chosen, place], children + sizes[place]))
