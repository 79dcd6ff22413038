"""The true cells of a cube for areas that gather zones: read from its file alone, by no engine.

A cube is small and in the order of its zones: what is asked of a few zones is read from the groups of rows that hold them, and
added up whole number by whole number. True counts: only what freezes reads them (specs/disclosure.md, section 8).
Loading this file loads pyarrow and numpy: import it where one counts, not where one draws a page.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from marelle.consultations.cubes import CUBE, SUMS, WHOLE, write_cube

CELLS = pa.schema([field.with_name("area") if field.name == "zone" else field for field in CUBE])
AXES = {"none": (0, 0), "age4": (4, 0), "age2": (2, 0), "sex": (0, 4), "age4_sex": (4, 4), "age2_sex": (2, 4)}  # R1
PLACES, CODES = 1 << 15, 1 << 8  # of questions, of answers: what their columns hold
MOST_SUMS = 1 << 21  # cells held at a time: 64 MB with their four sums

Ints = np.ndarray


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a cell stands among all there may be: area, question, age, sex, then answer."""

    questions: Ints
    ages: int
    sexes: int
    codes: Ints

    @property
    def each(self) -> int:
        """How many cells one area may have."""
        return len(self.questions) * (self.ages + 1) * (self.sexes + 1) * len(self.codes)

    def places(self, rows: Mapping[str, Ints], area: Ints) -> Ints:
        """The place of each row's cell; its question and its answer are among those of the shape."""
        age = (rows["age"] + 1) // 2 if self.ages == 2 else rows["age"] if self.ages else 0
        sex = rows["sex"] if self.sexes else 0
        place = area * len(self.questions) + _ranks(self.questions, PLACES)[rows["q"]]
        place = (place * (self.ages + 1) + age) * (self.sexes + 1) + sex
        return place * len(self.codes) + _ranks(self.codes, CODES)[rows["v"]]

    def columns(self, places: Ints) -> dict[str, Ints]:
        """Question, age, sex and answer of the cells that stand at some places, and the number of their area."""
        left, code = np.divmod(places, len(self.codes))
        left, sex = np.divmod(left, self.sexes + 1)
        left, age = np.divmod(left, self.ages + 1)
        area, question = np.divmod(left, len(self.questions))
        return {"area": area, "q": self.questions[question], "age": age, "sex": sex, "v": self.codes[code]}


def cells_of(cube: Path, areas: pa.Table, groups: str, *, places: Sequence[int] | None = None) -> pa.Table:
    """True cells of every question for areas, in the order of (area, q, age, sex, v); a question not asked has none.

    areas: `zone` and `area`, texts: an area gathers its zones, and a zone may lie in many areas. groups: a name of AXES.
    places: the questions wanted, by their place among the items; all of them by default.
    Columns: area, q, age (1..4, or 1 and 2 of two; 0 for all), sex (1..4; 0 for all), v, n (children), w (sum of weights,
    thousandths), w2 (sum of their squares), ck (cell key). Raises ValueError for groups that do not exist.
    """
    if groups not in AXES:
        raise ValueError(f"{groups!r} is none of {', '.join(AXES)}.")
    inside = _inside(areas)
    with pq.ParquetFile(cube, read_dictionary=["zone"], memory_map=True) as file:
        shape = _shape(file, inside, groups, places)
        several, names = max(1, MOST_SUMS // max(1, shape.each)), sorted(inside)
        taken = (names[start : start + several] for start in range(0, len(names), several))
        parts = [_added(file, {name: inside[name] for name in few}, shape) for few in taken]
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
    """The groups of rows the zones of some areas may stand in."""
    wanted, found = np.array(sorted(set().union(*inside.values()))), []
    for group in range(file.metadata.num_row_groups):
        spread = file.metadata.row_group(group).column(0).statistics
        first = np.searchsorted(wanted, spread.min)
        if first < len(wanted) and wanted[first] <= spread.max:
            found.append(group)
    return found


def _shape(file: pq.ParquetFile, inside: Mapping[str, set[str]], groups: str, places: Sequence[int] | None) -> Shape:
    """The questions and answers that are there, or wanted."""
    rows = file.read_row_groups(_holding(file, inside), columns=["q", "v"])
    questions, codes = (np.flatnonzero(np.bincount(rows.column(name).to_numpy())) for name in ("q", "v"))
    ages, sexes = AXES[groups]
    return Shape(questions if places is None else np.intersect1d(questions, places), ages, sexes, codes)


def _added(file: pq.ParquetFile, inside: Mapping[str, set[str]], shape: Shape) -> pa.Table:
    """The cells of a few areas, a group of rows at a time."""
    sums = {name: np.zeros(len(inside) * shape.each, np.int64) for name in SUMS}
    lies_in = defaultdict(list)
    for number, zones in enumerate(inside.values()):
        for zone in zones:
            lies_in[zone].append(number)
    for group in _holding(file, inside):
        rows = file.read_row_group(group)
        known = {name: rows.column(name).to_numpy() for name in CUBE.names if name != "zone"}
        is_asked = _ranks(shape.questions, PLACES)[known["q"]] >= 0
        for area in _areas_of(rows.column("zone").combine_chunks(), lies_in):
            taken = np.flatnonzero((area >= 0) & is_asked)
            place = shape.places({name: known[name][taken] for name in ("q", "age", "sex", "v")}, area[taken])
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
    columns = shape.columns(there)
    names = pa.array(areas, pa.string()).take(pa.array(columns.pop("area")))
    found = {"area": names} | columns | {name: added[there] for name, added in sums.items()}
    return pa.table(found | {"ck": found["ck"] % WHOLE}).select(CELLS.names).cast(CELLS)
