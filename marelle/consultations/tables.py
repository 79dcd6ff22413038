"""From true counts to what may be published: cell keys, noise, shares, rounding, coding, intervals.

Pure: arrays in, arrays out, many columns at once. Nothing true leaves this file (specs/disclosure.md, sections 3 to 6).
A *column* is one item in one zone and one group; its *cells* are its options, in order.
"""

import hashlib
import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from marelle.consultations.ptable import Parameters, table, thresholds

BASE_STEP = 10  # children: a base is shown to the nearest ten, section 6
COUNT_STEP = 5  # children: a count is shown to the nearest five, section 6
REFUSAL_STEP = 5  # per cent
ABOVE: Literal["left", "right"] = "right"  # a key on a bound takes what comes after it: key < bound, section 5
Z = 1.959963984540054
CODED = ((200, 5), (1000, 2), (math.inf, 1))  # under so many children, shares stay so far from 0 and 100: R2
FINE = 1000  # children from whom shares have a decimal
ENDS = 10  # parts of a point an end of an interval is told to: ends in whole per cents hold .92 to .99 of what they promise

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def record_key(secret: bytes, freeze: str, sheet_key: bytes) -> int:
    """The key of one sheet in one freeze, 0 to 2**32 - 1."""
    digest = hmac.new(secret, freeze.encode("ascii") + b"\x1f" + sheet_key, hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big")


class Noise:
    """The integer thresholds of one perturbation table, computed once and kept in the manifest. `variance`: V."""

    def __init__(self, rows: Mapping[int, Sequence[tuple[int, int]]], variance: float):
        """`rows`: for each true count, (published count, bound of the key), rising; the last row serves every greater count."""
        self.last, self.variance = max(rows), variance
        self.moves = {n: np.array([target - n for target, _bound in row], np.int64) for n, row in rows.items()}
        self.bounds = {n: np.array([bound for _target, bound in row], np.int64) for n, row in rows.items()}

    @classmethod
    def of(cls, parameters: Parameters) -> "Noise":
        """Of parameters, computed now. Raises Infeasible."""
        return cls({n: thresholds(shares) for n, shares in table(parameters).items()}, parameters.variance)

    def published(self, children: Ints, key: Ints) -> Ints:
        """The counts with their noise: never negative, never among those that are never published; 0 stays 0."""
        moved = children.copy()
        rows = np.minimum(children, self.last)
        for row in np.unique(rows[rows > 0]):
            here = rows == row
            moved[here] += self.moves[row][np.searchsorted(self.bounds[row], key[here], side=ABOVE)]
        return moved


@dataclass(frozen=True)
class Cells:
    """True cells, column after column. `starts`: where each column begins. `weight`: sums of thousandths."""

    starts: Ints  # one a column
    children: Ints  # one a cell, as all that follow
    key: Ints
    weight: Ints

    @property
    def sizes(self) -> Ints:
        """How many cells each column has."""
        return np.diff(np.append(self.starts, len(self.children)))

    @property
    def column(self) -> Ints:
        """The column of each cell."""
        return np.repeat(np.arange(len(self.starts)), self.sizes)


@dataclass(frozen=True)
class Columns:
    """How each column is to be published. `design`: its design effect, 1 without weights. `outside`: who refused or skipped."""

    narrow: Flags
    weighted: Flags
    counted: Flags  # whether counts are published
    design: Floats
    outside: Ints
    outside_key: Ints


@dataclass(frozen=True)
class Shares:
    """What is published. One a cell: `share`, `low`, `high` in per cent, nan where coded; `edge`: how far from 0 (below: -edge)
    or 100 a coded share stays, 0 where it is a number; `effective`: children its interval is worth; `count`: -1 where none.

    One a column: `base`, to the nearest ten; `refused`: per cent, to the nearest five.
    """

    share: Floats
    low: Floats
    high: Floats
    edge: Ints
    effective: Ints
    count: Ints
    base: Ints
    refused: Ints


def protect(cells: Cells, columns: Columns, broad: Noise, narrow: Noise) -> Shares:
    """What may be said of columns that may be shown: floors were asked before, of the true counts."""
    column, starts = cells.column, cells.starts
    moved = _moved(cells.children, cells.key, columns.narrow[column], broad, narrow)
    outside = _moved(columns.outside, columns.outside_key, columns.narrow, broad, narrow)
    mean = np.divide(cells.weight, cells.children, out=np.zeros(len(moved)), where=cells.children > 0)
    heavy = np.where(columns.weighted[column], moved * mean, moved.astype(np.float64))
    children = np.add.reduceat(moved, starts) if len(starts) else moved[:0]
    total = _sum_in_order(heavy, cells)
    share = np.divide(heavy, total[column], out=np.zeros(len(heavy)), where=total[column] > 0)
    rounded = to_a_hundred(100 * share, cells, np.where(children < FINE, 0, 1))
    edge = edges(children)[column]
    effective = _effective(share, children, columns, cells, np.where(columns.narrow, narrow.variance, broad.variance))
    low, high = wilson(share, np.maximum(effective, 1))
    coded = np.where(rounded <= edge, -edge, np.where(rounded >= 100 - edge, edge, 0))
    told = (coded == 0) & (children[column] > 0)
    count = np.where(told & columns.counted[column], half_up(moved / COUNT_STEP) * COUNT_STEP, -1)
    everyone = children + outside
    refusals = np.divide(100 * outside, everyone, out=np.zeros(len(everyone)), where=everyone > 0)
    return Shares(
        share=np.where(told, rounded, np.nan),
        low=np.where(told, np.minimum(_end(low, edge), rounded), np.nan),
        high=np.where(told, np.maximum(_end(high, edge), rounded), np.nan),
        edge=np.where(children[column] > 0, coded, 0),
        effective=np.where(told, effective, -1),
        count=count,
        base=half_up(children / BASE_STEP) * BASE_STEP,
        refused=half_up(refusals / REFUSAL_STEP) * REFUSAL_STEP,
    )


def _moved(children: Ints, key: Ints, is_narrow: Flags, broad: Noise, narrow: Noise) -> Ints:
    return np.where(is_narrow, narrow.published(children, key), broad.published(children, key))


def _sum_in_order(values: Floats, cells: Cells) -> Floats:
    """Sums of each column, its cells added one after the other: the same bytes on every machine."""
    total = np.zeros(len(cells.starts))
    sizes = cells.sizes
    for place in range(int(sizes.max(initial=0))):
        here = sizes > place
        total[here] += values[cells.starts[here] + place]
    return total


# Rounding and coding -------------------------------------------------------------------------------------------------
def to_a_hundred(percents: Floats, cells: Cells, decimals: Ints) -> Floats:
    """Shares of each column in per cent, rounded so that they add to 100: largest remainders go up, the first of equals."""
    scale = np.power(10, decimals)[cells.column]
    floors = np.floor(percents * scale + 1e-9)
    missing = 100 * np.power(10, decimals) - np.add.reduceat(floors, cells.starts) if len(cells.starts) else floors
    order = np.lexsort((np.arange(len(floors)), floors - percents * scale, cells.column))
    rank = np.empty(len(floors), np.int64)
    rank[order] = np.arange(len(floors)) - np.repeat(cells.starts, cells.sizes)
    empty = np.add.reduceat(percents, cells.starts) == 0 if len(cells.starts) else missing
    return (floors + ((rank < missing[cells.column]) & ~empty[cells.column].astype(bool))) / scale


def edges(children: Ints) -> Ints:
    """How far from 0 and from 100 the shares of so many children stay, in points."""
    limits = [children < limit for limit, _edge in CODED]
    return np.select(limits, [edge for _limit, edge in CODED])


def half_up(values: Floats) -> Ints:
    """To the nearest whole number, halves upwards: the same on every machine."""
    return np.floor(values + 0.5).astype(np.int64)


def _end(end: Floats, edge: Ints) -> Floats:
    """An end of an interval, in per cent, coded as its share."""
    return np.clip(half_up(100 * end * ENDS) / ENDS, edge, 100 - edge)


# Intervals -----------------------------------------------------------------------------------------------------------
def _effective(share: Floats, children: Ints, columns: Columns, cells: Cells, variance: Floats) -> Ints:
    """How many children of a random sample without noise the share is worth, rounded down; at least 1."""
    column = cells.column
    base = np.maximum(children[column], 1)
    near = np.clip(share, 0.5 / base, 1 - 0.5 / base)
    others = cells.sizes[column] - 1
    noise = variance[column] * ((1 - near) ** 2 + others * near**2) / base**2
    spread = columns.design[column] * near * (1 - near) / base + noise
    return np.maximum(np.floor(near * (1 - near) / spread), 1).astype(np.int64)


def wilson(share: Floats, effective: Ints) -> tuple[Floats, Floats]:
    """The indicative interval of shares (0 to 1) worth so many children: ends, 0 to 1 (section 6).

    From moved counts alone: the share before its rounding, and its effective number of children.
    """
    turned = 1 + Z**2 / effective
    centre = (share + Z**2 / (2 * effective)) / turned
    half = Z / turned * np.sqrt(share * (1 - share) / effective + Z**2 / (4 * effective**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
