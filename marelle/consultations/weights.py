"""Weights of answer sheets: raked to known totals, trimmed, kept as whole thousandths (specs/disclosure.md, section 9).

Raking (Deming & Stephan 1940) on collapsed cells: what is multiplied is one number a combination of the margins'
categories, however many sheets there are. Pure: arrays in, arrays out. Agrees with R `survey::rake` to 1e-9: `make test-r`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from marelle.consultations.estimates import kish
from marelle.consultations.figures import by_fives

SETTLED, MOST_ROUNDS = 1e-12, 1000  # section 9: when raking stops
LEAST, MOST = 0.3, 3.0  # times the mean weight, section 9: how far one sheet may weigh
AT_AN_END = 0.01  # times the mean: rounding and the last raking move a trimmed weight so far
MOST_TRIMS = 20  # section 9
CLASS_FLOOR = 30  # sheets a class of a margin has, section 9
AGREED = 1e-9  # relative: by how much the totals of two margins may differ, floats apart
THOUSANDTHS = 1000
FEW_COMBINATIONS = 1 << 20  # up to so many, combinations are counted rather than sorted

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Unrakable(ValueError):
    """No such weights: one sentence names the margin and the category at fault."""


@dataclass(frozen=True)
class Margin:
    """What one variable is known to add to. `totals`: persons, by category. `neighbours`: the class a small one joins."""

    variable: str
    totals: Mapping[str, float]
    neighbours: Mapping[str, str] = field(default_factory=dict)

    def codes(self, column: Sequence[str]) -> Ints:
        """The place of each sheet's category. Raises Unrakable on one without a total."""
        places = {category: place for place, category in enumerate(self.totals)}
        try:
            return np.fromiter((places[category] for category in column), np.int64, len(column))
        except KeyError as unknown:
            raise Unrakable(f"{self.variable}: the category “{unknown.args[0]}” has no total.") from None


@dataclass(frozen=True)
class Cells:
    """The different combinations of the margins' categories. `codes`: one row a cell, one column a margin.

    `start`: the weights they begin with, added. `of_sheet`: the cell of each sheet.
    """

    codes: Ints
    start: Floats
    of_sheet: Ints


def collapse(margins: Sequence[Margin], columns: Sequence[Ints], start: Floats) -> Cells:
    """The cells of coded columns, one a margin; `start`: one weight a sheet."""
    sizes = [len(margin.totals) for margin in margins]
    if not len(start):
        return Cells(np.zeros((0, len(sizes)), np.int64), start, np.zeros(0, np.int64))
    mixed = np.zeros(len(start), np.int64)
    for size, column in zip(sizes, columns, strict=True):
        mixed = mixed * size + column
    found, of_sheet = _distinct(mixed, math.prod(sizes))
    codes = np.column_stack(np.unravel_index(found, sizes)).astype(np.int64)
    return Cells(codes, _sums(of_sheet, start, len(found)), of_sheet)


def _distinct(mixed: Ints, combinations: int) -> tuple[Ints, Ints]:
    if combinations > FEW_COMBINATIONS:
        found, of_sheet = np.unique(mixed, return_inverse=True)
        return found, of_sheet.ravel()
    found = np.flatnonzero(np.bincount(mixed, minlength=combinations))
    place = np.zeros(combinations, np.int64)
    place[found] = np.arange(len(found))
    return found, place[mixed]


# Raking --------------------------------------------------------------------------------------------------------------
def rake(margins: Sequence[Margin], columns: Sequence[Sequence[str]], start: Sequence[float] | None = None) -> Floats:
    """One weight a sheet, such that each margin adds to its totals; before any trimming.

    columns: one a margin, of categories, in the order of the sheets. start: what each sheet weighs at first, 1 by default.
    Raises Unrakable when totals disagree, a category is unknown or empty, a weight is no positive number, or nothing settles.
    """
    weights = _start(columns, start)
    cells = _cells(margins, columns, weights)
    return weights * factors(margins, cells)[cells.of_sheet]


def factors(margins: Sequence[Margin], cells: Cells) -> Floats:
    """By how much the sheets of each cell are multiplied. Raises Unrakable."""
    totals = [np.array(list(margin.totals.values()), np.float64) for margin in margins]
    _check_reachable(margins, totals, cells)
    found = np.ones(len(cells.start))
    for _round in range(MOST_ROUNDS):
        off = 0.0
        for place, wanted in enumerate(totals):
            codes = cells.codes[:, place]
            now = _sums(codes, cells.start * found, len(wanted))
            _check_filled(margins[place], wanted, now)
            moved = np.divide(wanted, now, out=np.ones(len(wanted)), where=now > 0)
            found *= moved[codes]
            off = max(off, float(np.max(np.abs(moved - 1))))
        if off < SETTLED:
            return found
    raise Unrakable(f"These margins cannot all be met: after {MOST_ROUNDS} rounds a factor is still {off:.2g} from 1.")


def _start(columns: Sequence[Sequence[str]], start: Sequence[float] | None) -> Floats:
    sheets = len(columns[0]) if columns else 0
    weights = np.ones(sheets) if start is None else np.array(start, np.float64)
    if not sheets:
        raise Unrakable("There is no sheet to weigh.")
    if not np.all(np.isfinite(weights) & (weights > 0)):
        raise Unrakable("A weight to begin with is a number above 0.")
    return weights


def _cells(margins: Sequence[Margin], columns: Sequence[Sequence[str]], weights: Floats) -> Cells:
    coded = [margin.codes(column) for margin, column in zip(margins, columns, strict=True)]
    return collapse(margins, coded, weights)


def _check_reachable(margins: Sequence[Margin], totals: Sequence[Floats], cells: Cells) -> None:
    """Before the first round: totals are numbers, add to the same, and no category that is needed is empty."""
    sums = [math.fsum(wanted) for wanted in totals]
    for place, (margin, wanted) in enumerate(zip(margins, totals, strict=True)):
        if not (np.all(np.isfinite(wanted)) and np.all(wanted >= 0) and sums[place] > 0):
            raise Unrakable(f"{margin.variable}: totals are numbers of 0 or more, and not all 0.")
        if abs(sums[place] - sums[0]) > AGREED * sums[0]:
            first = margins[0].variable
            raise Unrakable(
                f"The totals of {first} add to {sums[0]:.12g}, those of {margin.variable} to {sums[place]:.12g}."
            )
        _check_filled(margin, wanted, _sums(cells.codes[:, place], cells.start, len(wanted)))


def _sums(codes: Ints, values: Floats, length: int) -> Floats:
    return np.bincount(codes, weights=values, minlength=length).astype(np.float64, copy=False)


def _check_filled(margin: Margin, wanted: Floats, now: Floats) -> None:
    empty = np.flatnonzero((wanted > 0) & ~(now > 0))
    if len(empty):
        category = list(margin.totals)[empty[0]]
        raise Unrakable(f"{margin.variable}: “{category}” should add to {wanted[empty[0]]:g} and has no sheet.")


# Small classes -------------------------------------------------------------------------------------------------------
def merged(margin: Margin, column: Sequence[str]) -> tuple[Margin, list[str]]:
    """The margin and the column in which each class with a total above 0 has 30 sheets or more.

    The smallest class joins its declared neighbour first, and takes its name; a neighbour that has itself moved is
    followed. Raises Unrakable on a small class that has nobody to join.
    """
    coded = np.bincount(margin.codes(column), minlength=len(margin.totals))
    totals, sheets = dict(margin.totals), dict(zip(margin.totals, map(int, coded), strict=True))
    now = {category: category for category in totals}
    while small := [c for c in totals if totals[c] > 0 and sheets[c] < CLASS_FLOOR]:
        leaves = min(small, key=lambda category: sheets[category])
        joins = _neighbour(margin, leaves, now)
        totals[joins] += totals.pop(leaves)
        sheets[joins] += sheets.pop(leaves)
        now = {category: joins if stands == leaves else stands for category, stands in now.items()}
    return replace(margin, totals=totals), [now[category] for category in column]


def _neighbour(margin: Margin, leaves: str, now: Mapping[str, str]) -> str:
    """Where a class goes: the first of its members, or itself, with a declared neighbour that stands elsewhere."""
    members = [leaves, *(category for category, stands in now.items() if stands == leaves)]
    for member in members:
        joins = now.get(margin.neighbours.get(member, ""), leaves)
        if joins != leaves:
            return joins
    raise Unrakable(f"{margin.variable}: “{leaves}” has fewer than {CLASS_FLOOR} sheets and no neighbour to join.")


# Trimming, and what is stored ----------------------------------------------------------------------------------------
def calibrated(
    margins: Sequence[Margin], columns: Sequence[Sequence[str]], start: Sequence[float] | None = None
) -> Floats:
    """Raked, trimmed and raked again up to twenty times, then scaled to a mean of 1. Raises Unrakable.

    The margins are met to the end: where they and the bounds cannot both be, some weights stay a little outside.
    """
    weights = _start(columns, start)
    cells = _cells(margins, columns, weights)
    weights = weights * factors(margins, cells)[cells.of_sheet]
    for _trim in range(MOST_TRIMS):
        kept = trimmed(weights)
        if np.array_equal(kept, weights):
            break
        begun = replace(cells, start=_sums(cells.of_sheet, kept, len(cells.start)))
        weights = kept * factors(margins, begun)[cells.of_sheet]
    return weights / np.mean(weights)


def trimmed(weights: Floats) -> Floats:
    """Each weight within 0.3 and 3 times the mean; a sheet that weighs nothing, for its class adds to 0, stays so."""
    mean = np.mean(weights[weights > 0])
    return np.where(weights > 0, np.clip(weights, LEAST * mean, MOST * mean), 0.0)


def thousandths(weights: Floats) -> Ints:
    """What is stored: floor(1000 w + 1/2). Every published figure is made from these."""
    return np.floor(THOUSANDTHS * weights + 0.5).astype(np.int64)


def spread(weights: Ints) -> dict[str, float | None]:
    """How far stored weights go: `least` and `most`, times the mean, to the tenth; `trimmed`: sheets at 0.3 or 3 times the
    mean, to within a hundredth of it, by fives; None for one to four.
    """
    times = weights / np.mean(weights[weights > 0])
    ends = int(np.sum(((times > 0) & (times <= LEAST + AT_AN_END)) | (times >= MOST - AT_AN_END)))
    trimmed = by_fives(ends) if ends else 0
    return {"least": round(float(times.min()), 1), "most": round(float(times.max()), 1), "trimmed": trimmed}


def design(weights: Ints) -> float:
    """The design effect of stored weights: Kish's, 1 when all are equal."""
    return kish(len(weights), int(np.sum(weights)), int(np.sum(weights * weights)))
