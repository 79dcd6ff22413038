"""The true cells of a cube for areas that gather zones: read from its file alone, by no engine.

A cube is small and in the order of its zones: what is asked of a few zones is read from the groups of rows that hold them, and
added up whole number by whole number. True counts: only what freezes reads them (specs/disclosure.md, section 8).
Loading this file loads pyarrow and numpy: import it where one counts, not where one draws a page.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from marelle.consultations.cubes import CUBE, SUMS, WHOLE, write_cube

CELLS = pa.schema([field.with_name("area") if field.name == "zone" else field for field in CUBE])
AXES = {"none": (0, 0), "age4": (4, 0), "age2": (2, 0), "sex": (0, 4), "age4_sex": (4, 4), "age2_sex": (2, 4)}  # R1
PLACES, CODES = 1 << 15, 1 << 8  # of questions, of answers: what their columns hold
READ_AT_ONCE = 8  # groups of rows: 250,000 rows, a dozen megabytes
MOST_SUMS = 1 << 21  # cells held at a time: 64 MB with their four sums

Ints = np.ndarray


@dataclass(frozen=True, slots=True)
class Shape:
    """What the cells of an area may be: the questions and the answers there are, ages and sexes."""

    questions: Ints
    ages: int
    sexes: int
    codes: Ints

    @property
    def each(self) -> tuple[int, ...]:
        """How many questions, ages, sexes and answers; 0 stands for all ages, and for all sexes."""
        return len(self.questions), self.ages + 1, self.sexes + 1, len(self.codes)

    def found(self, rows: Mapping[str, Ints]) -> list[Ints]:
        """The place of each row's question, age, sex and answer; -1 for a question that is not wanted."""
        nobody = np.zeros(len(rows["q"]), np.int8)
        age = rows["age"] if self.ages else nobody
        return [
            _ranks(self.questions, PLACES)[rows["q"]],
            (age + 1) // 2 if self.ages == 2 else age,
            rows["sex"] if self.sexes else nobody,
            _ranks(self.codes, CODES)[rows["v"]],
        ]


def cells_of(cube: Path, areas: pa.Table, groups: str, *, places: Sequence[int] | None = None) -> pa.Table:
    """True cells of every question for areas, in the order of (area, q, age, sex, v); a question not asked has none.

    areas: `zone` and `area`, texts: an area gathers its zones, and a zone may lie in many areas. groups: a name of AXES.
    places: the questions wanted, by their place among the items; all of them by default.
    Columns: area, q, age (1..4, or 1 and 2 of two; 0 for all), sex (1..4; 0 for all), v, n (children), w (sum of weights,
    thousandths), w2 (sum of their squares), ck (cell key). Raises ValueError for groups that do not exist.
    """
    if groups not in AXES:
        raise ValueError(f"{groups!r} is none of {', '.join(AXES)}.")
    inside, columns = _inside(areas), _columns(groups)
    with pq.ParquetFile(cube, read_dictionary=["zone"], memory_map=True) as file:
        held = _holding(file, inside)
        is_small = len(held) <= READ_AT_ONCE  # then read once, and kept
        rows = file.read_row_groups(held, columns=columns if is_small else ["q", "v"])
        shape = _shape(rows, groups, places)
        several, names = max(1, MOST_SUMS // max(1, math.prod(shape.each))), sorted(inside)
        chosen = [
            {name: inside[name] for name in names[start : start + several]} for start in range(0, len(names), several)
        ]
        parts = [_added([rows] if is_small else _read(file, few, columns), few, shape) for few in chosen]
    return pa.concat_tables([CELLS.empty_table(), *parts]).combine_chunks()


def roll_up(cube: Path, areas: pa.Table, into: Path) -> Path:
    """Write `cube_region.parquet`: the cube of greater areas (régions, France), small enough to be read whole; its place.

    areas: as for `cells_of`. Its `zone` is the area: tables are then read with each area as a zone of its own.
    """
    place = into / "cube_region.parquet"
    write_cube(place, cells_of(cube, areas, "age4_sex").rename_columns(CUBE.names))
    return place


def _ranks(known: Ints, most: int) -> Ints:
    """The rank of each number below `most` among some, in their order; -1 for the others."""
    ranks = np.full(most, -1, np.int64)
    ranks[known] = np.arange(len(known))
    return ranks


def _inside(areas: pa.Table) -> dict[str, set[str]]:
    """The zones of each area."""
    found = defaultdict(set)
    for zone, area in zip(areas["zone"].to_pylist(), areas["area"].to_pylist(), strict=True):
        found[area].add(zone)
    return found


def _holding(file: pq.ParquetFile, inside: Mapping[str, set[str]]) -> list[int]:
    """The groups of rows the zones of some areas may stand in: rows are in the order of zones."""
    known = file.metadata
    spread = cache(lambda group: known.row_group(group).column(0).statistics)
    groups, found = range(known.num_row_groups), set[int]()
    for zone in set().union(*inside.values()):
        first = bisect_left(groups, zone, key=lambda group: spread(group).max)
        found.update(range(first, bisect_right(groups, zone, key=lambda group: spread(group).min)))
    return sorted(found)


def _columns(groups: str) -> list[str]:
    """What is read for a table: the less, the sooner."""
    ages, sexes = AXES[groups]
    unread = {"age": not ages, "sex": not sexes}
    return [name for name in CUBE.names if not unread.get(name)]


def _read(file: pq.ParquetFile, inside: Mapping[str, set[str]], columns: list[str]) -> Iterator[pa.Table]:
    """The rows of some areas, a few groups of them at a time."""
    held = _holding(file, inside)
    for start in range(0, len(held), READ_AT_ONCE):
        yield file.read_row_groups(held[start : start + READ_AT_ONCE], columns=columns)


def _shape(rows: pa.Table, groups: str, places: Sequence[int] | None) -> Shape:
    """The questions and answers that are there, or wanted."""
    questions, codes = (np.flatnonzero(np.bincount(rows.column(name).to_numpy())) for name in ("q", "v"))
    ages, sexes = AXES[groups]
    return Shape(questions if places is None else np.intersect1d(questions, places), ages, sexes, codes)


def _added(several: Iterable[pa.Table], inside: Mapping[str, set[str]], shape: Shape) -> pa.Table:
    """The cells of a few areas, from rows that hold theirs and others."""
    whole, lies_in = (len(inside), *shape.each), defaultdict(list)
    sums = {name: np.zeros(math.prod(whole), np.int64) for name in SUMS}
    for number, zones in enumerate(inside.values()):
        for zone in zones:
            lies_in[zone].append(number)
    for rows in several:
        known = {name: rows.column(name).to_numpy() for name in rows.column_names if name != "zone"}
        question, *others = shape.found(known)
        for area in _areas_of(rows.column("zone").unify_dictionaries().combine_chunks(), lies_in):
            taken: Any = (area >= 0) & (question >= 0)
            taken = slice(None) if taken.all() else np.flatnonzero(taken)
            place = np.ravel_multi_index([each[taken] for each in (area, question, *others)], whole)
            for name, added in sums.items():
                np.add.at(added, place, known[name][taken].astype(np.int64))
    return _table(list(inside), shape, sums)


def _areas_of(zones: pa.DictionaryArray, lies_in: Mapping[str, Sequence[int]]) -> Iterator[Ints]:
    """The first area of each row, then the second, and so on; -1 where there is none."""
    of_zone, numbers = [lies_in.get(zone, ()) for zone in zones.dictionary.to_pylist()], zones.indices.to_numpy()
    for rank in range(max(map(len, of_zone), default=0)):
        yield np.array([found[rank] if rank < len(found) else -1 for found in of_zone], np.int64)[numbers]


def _table(areas: Sequence[str], shape: Shape, sums: Mapping[str, Ints]) -> pa.Table:
    """The cells somebody stands in. Raises ArrowInvalid where a sum does not fit."""
    there = np.flatnonzero(sums["n"])
    area, question, age, sex, code = np.unravel_index(there, (len(areas), *shape.each))
    columns = {"q": shape.questions[question], "age": age, "sex": sex, "v": shape.codes[code]}
    found = columns | {name: added[there] for name, added in sums.items()} | {"ck": sums["ck"][there] % WHOLE}
    names = pa.array(areas, pa.string()).take(pa.array(area))
    return pa.table({"area": names} | found).select(CELLS.names).cast(CELLS)
