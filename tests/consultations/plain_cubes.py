"""The counts of `consultations.cubes` made again with loops and numpy, one sheet after the other: what engines must agree with."""

from collections import defaultdict

import numpy as np
import pyarrow as pa

from marelle.consultations.cells import CELLS
from marelle.consultations.cubes import CUBE

AGES = {"none": {}, "age4": {1: 1, 2: 2, 3: 3, 4: 4}, "age2": {1: 1, 2: 1, 3: 2, 4: 2}}
Sheets = dict[str, list]


def drawn(seed: int, *, sheets: int, zones: list[str], items: list[str]) -> Sheets:
    """Sheets drawn by chance, always the same: every code, keys near their greatest, weights of 0.3 to 3."""
    draw = np.random.default_rng(seed)
    codes = np.array([0, 1, 2, 3, 250, 251, 252], np.uint8)
    known = {
        "zone": [zones[place] for place in draw.integers(0, len(zones), sheets)],
        "age": draw.integers(1, 5, sheets).astype(np.uint8),
        "sex": draw.integers(1, 5, sheets).astype(np.uint8),
        "key": (2**32 - 1 - draw.integers(0, 2**20, sheets)).astype(np.uint32),
        "weight": draw.integers(300, 3001, sheets).astype(np.int32),
    }
    return known | {item: codes[draw.integers(0, len(codes), sheets)] for item in items}


def cube(sheets: Sheets, items: list[str]) -> pa.Table:
    """Every question by zone, age and sex."""
    found = _Sums()
    for row in _rows(sheets):
        for q, item in enumerate(items):
            if row[item]:
                found.add((row["zone"], q, row["age"], row["sex"], row[item]), row)
    return found.table(CUBE)


def cells(sheets: Sheets, items: list[str], areas: list[tuple[str, str]], groups: str) -> pa.Table:
    """Every question by area and the columns of a table, from the sheets themselves."""
    found = _Sums()
    for row in _rows(sheets):
        age, sex = _columns(row, groups)
        for q, item in enumerate(items):
            for area in _areas(row["zone"], areas) if row[item] else []:
                found.add((area, q, age, sex, row[item]), row)
    return found.table(CELLS)


def three_way(sheets: Sheets, item: str, axes: list[str]) -> list[tuple[int, ...]]:
    """One question over some axes: rows of (axes, v, n, w, w2, ck)."""
    found = _Sums()
    for row in _rows(sheets):
        if row[item] and all(row[axis] for axis in axes):
            found.add((*(row[axis] for axis in axes), row[item]), row)
    return found.rows()


class _Sums:
    """n, Σ w, Σ w² and Σ key mod 2³² of each group, in Python's whole numbers, which never overflow."""

    def __init__(self):
        self.groups = defaultdict(lambda: [0, 0, 0, 0])

    def add(self, group, row):
        for place, value in enumerate((1, row["weight"], row["weight"] ** 2, row["key"])):
            self.groups[group][place] += value

    def rows(self):
        return [(*group, n, w, w2, ck % 2**32) for group, (n, w, w2, ck) in sorted(self.groups.items())]

    def table(self, schema):
        columns = list(zip(*self.rows(), strict=True)) or [()] * len(schema)
        return pa.table([pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema)


def _rows(sheets):
    plain = {name: [v if isinstance(v, str) else int(v) for v in values] for name, values in sheets.items()}
    return [dict(zip(plain, values, strict=True)) for values in zip(*plain.values(), strict=True)]


def _columns(row, groups):
    ages, _mark, sexes = ("none_sex" if groups == "sex" else groups).partition("_")
    return AGES[ages].get(row["age"], 0), row["sex"] if sexes else 0


def _areas(zone, areas):
    return sorted({area for inner, area in areas if inner == zone})
