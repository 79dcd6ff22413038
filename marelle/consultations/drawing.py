"""The protected tables of one zone: every item, every group that may be told, from true cells to published rows.

What comes out is all that is ever read of answers: plain values, ready to be written (specs/disclosure.md, sections 6 and 7).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from marelle.consultations import catalogue, items, reaching
from marelle.consultations.catalogue import ALL, COLUMN_FLOOR, SENSITIVE_FLOOR, Group, Zone
from marelle.consultations.items import Item
from marelle.consultations.tables import Cells, Columns, Flags, Floats, Ints, Noise, Shares, protect

Known = tuple[str, ...]  # age, gender, and of a crossed table the answer it is crossed with
Family = tuple[Ints, list[int]]  # children of a group, item by item; the places of the groups it holds


@dataclass(frozen=True)
class Row:
    """One option as it is published. `share`, `low`, `high`: per cent, None where coded or withheld.

    `edge`: of a coded share: -5 is "5 % or less", 5 is "95 % or more"; 0 elsewhere. `effective`: children the interval is worth.
    `count`: to the nearest five, None where none is told.
    """

    option: str
    share: float | None = None
    low: float | None = None
    high: float | None = None
    edge: int = 0
    effective: int | None = None
    count: int | None = None


@dataclass(frozen=True)
class Column:
    """One question in one group. `base`: children, to the nearest ten. `refused`: per cent, to the nearest five.

    `design`: effect of the weights on the interval. `status`: why nothing is told, or "". `profile`: of a crossed table, what
    these children answered to the question it is crossed with.
    """

    question: str
    age: str = ALL
    gender: str = ALL
    base: int | None = None
    refused: int | None = None
    design: float = 1.0
    status: str = ""
    profile: str = ""
    shares: tuple[Row, ...] = ()

    @property
    def group(self) -> Group:
        """Age and gender."""
        return self.age, self.gender

    def row(self, option: str) -> Row | None:
        """What it tells of one answer."""
        return next((row for row in self.shares if row.option == option), None)

    def as_said(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self)


def read_column(said: Mapping[str, Any]) -> Column:
    """A column as it was written."""
    return Column(**{**said, "shares": tuple(Row(**row) for row in said["shares"])})


@dataclass(frozen=True)
class Noises:
    """Both tables of a freeze."""

    broad: Noise
    narrow: Noise


class Counted:
    """True cells of one zone, by group. Never leaves the worker. `n`, `key`, `weight`, `squares`: groups × cells."""

    def __init__(self, groups: Sequence[Known], asked: Sequence[Item]):
        self.groups, self.asked = list(groups), list(asked)
        self.place = {group: number for number, group in enumerate(groups)}
        sizes = [len(item.options) for item in asked]
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if sizes else np.zeros(0, np.int64)
        shape, outside = (len(groups), sum(sizes)), (len(groups), len(asked))
        self.n, self.key, self.weight, self.squares = (np.zeros(shape, np.int64) for _each in range(4))
        self.outside, self.outside_key = np.zeros(outside, np.int64), np.zeros(outside, np.int64)
        self._rows = [{code: item.row_of(code) for code in _codes(item)} for item in asked]

    def add(self, group: Known, rows: Iterable[Sequence[int]]) -> None:
        """Cells of one group: (place of the item, code, children, Σ weight, Σ weight², key)."""
        place = self.place[group]
        for number, code, children, weight, squares, key in rows:
            row = self._rows[number].get(code)
            if row is None:
                self.outside[place, number] += children
                self.outside_key[place, number] = (self.outside_key[place, number] + key) % items.WHOLE
                continue
            cell = self.starts[number] + row
            self.n[place, cell] += children
            self.key[place, cell] = (self.key[place, cell] + key) % items.WHOLE
            self.weight[place, cell] += weight
            self.squares[place, cell] += squares

    @property
    def base(self) -> Ints:
        """True children behind each column: groups × items."""
        return np.add.reduceat(self.n, self.starts, axis=1)

    @property
    def design(self) -> Floats:
        """Kish's effect of the weights: n Σw² / (Σw)², 1 at least, two decimals (section 9)."""
        weight, squares = (np.add.reduceat(each, self.starts, axis=1) for each in (self.weight, self.squares))
        effect = np.divide(self.base * squares, weight * weight, out=np.ones(weight.shape), where=weight > 0)
        return np.maximum(np.round(effect, 2), 1.0)


def _codes(item: Item) -> range:
    return range(1, items.PREFERS_NOT + 1) if not item.option else range(1, 3)


def tables_of(
    zone: Zone, counted: Counted, noises: Noises, *, weighted: bool, off: Flags | None = None
) -> list[Column]:
    """The columns of one zone, in the order children were asked, everyone first, then ages and genders.

    `off`: what it must not tell, as `subtracting.silenced` says; nothing by default.
    """
    why = statuses(zone, counted, _families(counted))
    if zone.ages != ALL and zone.level in catalogue.WIDE:
        _hide(why, counted, counted, [[(age, gender) for gender in (*zone.genders, ALL)] for age in _ages(zone)])
    return _drawn(zone, counted, _hushed(why, counted, off), noises, weighted)


def crossed_tables_of(
    zone: Zone, whole: Counted, crossed: Counted, noises: Noises, *, weighted: bool, off: Flags | None = None
) -> list[Column]:
    """The columns of one zone by what children answered to one question. `crossed`: its groups are (age, "all", answer).

    `whole`: the same zone, uncrossed: what the answers of a group must not be subtracted from.
    """
    families, base = _families(crossed), whole.base
    for group in {known[:2] for known in crossed.groups}:
        families.append((base[whole.place[group]], [crossed.place[k] for k in crossed.groups if k[:2] == group]))
    why, answers = statuses(zone, crossed, families), list(dict.fromkeys(known[2] for known in crossed.groups))
    by_age = [(age, ALL) for age in _ages(zone)]
    _hide(why, crossed, whole, [[*((*group, answer) for answer in answers), group] for group in by_age])
    return _drawn(zone, crossed, _hushed(why, crossed, off), noises, weighted)


def _ages(zone: Zone) -> tuple[str, ...]:
    return (*catalogue.AGES[zone.ages], ALL) if zone.ages != ALL else (ALL,)


def _hide(why: np.ndarray[Any, Any], counted: Counted, whole: Counted, table: Sequence[Sequence[Known]]) -> None:
    """Silence the cells of a table of two axes, totals last, where those told would let a few children be found.

    A total that is not drawn here is told by the tables of `whole`.
    """
    base, totals = counted.base, whole.base

    def seen(group: Known) -> tuple[Ints, Flags]:
        """Children of a group and whether they are told, item by item."""
        if group in counted.place:
            return base[counted.place[group]], why[counted.place[group]] == ""
        return totals[whole.place[group]], totals[whole.place[group]] > 0

    known = [[seen(group) for group in row] for row in table]
    size, told = (np.array([[pair[side] for pair in row] for row in known]) for side in (0, 1))
    found = reaching.gives_away(size, told)
    for place in (counted.place[group] for row in table[:-1] for group in row[:-1]):
        why[place, found & (why[place] == "")] = catalogue.SIBLING


def national_table_of(zone: Zone, counted: Counted, noises: Noises, *, weighted: bool) -> list[Column]:
    """The columns of a table over free axes, every one told: `free_axes` refuses the others before. Groups: ("all", "all", values)."""
    return _drawn(zone, counted, np.full(counted.base.shape, "", dtype="<U20"), noises, weighted)


def _hushed(why: np.ndarray[Any, Any], counted: Counted, off: Flags | None) -> np.ndarray[Any, Any]:
    """The same, silent where another zone would give a few children away."""
    if off is not None:
        for group, (age, gender, *_answer) in enumerate(counted.groups):
            silent = off[0] | (off[1] & (age != ALL)) | (off[2] & (gender != ALL))
            why[group, silent & (why[group] == "")] = catalogue.ZONE_DIFFERENCE
    return why


def _drawn(zone: Zone, counted: Counted, why: np.ndarray[Any, Any], noises: Noises, weighted: bool) -> list[Column]:
    shown = why == ""
    places = np.argwhere(shown)
    is_weighted = weighted and zone.level in catalogue.WIDE
    shares = _protected(zone, counted, places, noises, is_weighted)
    drawn = {(int(g), int(q)): number for number, (g, q) in enumerate(places)}
    bounds = np.concatenate([[0], np.cumsum([len(counted.asked[q].options) for _g, q in places])]).astype(int)
    columns: list[Column] = []
    design = counted.design if is_weighted else np.ones(why.shape)
    for group, known in enumerate(counted.groups):
        for number, item in enumerate(counted.asked):
            if (group, number) in drawn:
                place = drawn[group, number]
                columns.append(_column(item, known, shares, place, (int(bounds[place]), float(design[group, number]))))
            elif why[group, number] != catalogue.NOT_ASKED or group == 0:
                columns.append(_silent(item, known, str(why[group, number])))
    return _gathered(columns)


def statuses(zone: Zone, counted: Counted, families: Sequence[Family]) -> np.ndarray[Any, Any]:
    """Why each column is not told, "" where it is: groups × items. Asked of the true counts."""
    base = counted.base
    everyone = base + counted.outside
    why = np.full(base.shape, "", dtype="<U20")
    for number, item in enumerate(counted.asked):
        if item.question.sensitive and zone.level not in catalogue.WIDE:
            why[:, number] = catalogue.SENSITIVE_LEVEL
            continue
        sizes = {place: int(base[place, number]) for place in range(len(counted.groups))}
        floor = SENSITIVE_FLOOR if item.question.sensitive else COLUMN_FLOOR
        for place, reason in catalogue.withheld(
            sizes, [(int(of[number]), held) for of, held in families], floor
        ).items():
            why[place, number] = reason
    why[base == 0] = catalogue.BELOW_FLOOR
    why[everyone == 0] = catalogue.NOT_ASKED
    return why


def _families(counted: Counted) -> list[Family]:
    """Each group that others add up to, or nearly: its children, item by item, and their places."""
    place, base = counted.place, counted.base
    found: dict[tuple[int, str], list[int]] = {}
    for (age, gender, *answer), number in place.items():
        if age != ALL and (ALL, gender, *answer) in place:
            found.setdefault((place[ALL, gender, *answer], "age"), []).append(number)
        if gender != ALL and (age, ALL, *answer) in place:
            found.setdefault((place[age, ALL, *answer], "gender"), []).append(number)
    return [(base[total], held) for (total, _axis), held in found.items()]


def _protected(zone: Zone, counted: Counted, places: Ints, noises: Noises, is_weighted: bool) -> Shares:
    sizes = np.array([len(counted.asked[q].options) for _g, q in places], np.int64)
    cells = [(g, counted.starts[q] + row) for (g, q), size in zip(places, sizes, strict=True) for row in range(size)]
    at = np.array(cells, np.int64).reshape(-1, 2)
    group, number = places[:, 0], places[:, 1]
    sensitive = np.array([item.question.sensitive for item in counted.asked], bool)[number]
    columns = Columns(
        narrow=sensitive | zone.narrow,
        weighted=np.full(len(places), is_weighted),
        counted=np.full(len(places), zone.level in catalogue.COUNTED),
        design=counted.design[group, number] if is_weighted else np.ones(len(places)),
        outside=counted.outside[group, number],
        outside_key=counted.outside_key[group, number],
    )
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if len(sizes) else sizes
    true = Cells(starts, *(each[at[:, 0], at[:, 1]] for each in (counted.n, counted.key, counted.weight)))
    return protect(true, columns, noises.broad, noises.narrow)


def _silent(item: Item, known: Known, status: str) -> Column:
    return Column(item.question.name, *known[:2], status=status, profile=known[2] if len(known) > 2 else "")


def _column(item: Item, group: Known, shares: Shares, place: int, at: tuple[int, float]) -> Column:
    first, design = at
    options = (item.option,) if item.option else item.options
    rows = tuple(_row(name, shares, first + number) for number, name in enumerate(options))
    known = {"base": int(shares.base[place]), "refused": int(shares.refused[place])}
    profile = group[2] if len(group) > 2 else ""
    return Column(item.question.name, *group[:2], **known, design=design, profile=profile, shares=rows)


def _row(option: str, shares: Shares, cell: int) -> Row:
    return Row(
        option,
        share=_number(shares.share[cell]),
        low=_number(shares.low[cell]),
        high=_number(shares.high[cell]),
        edge=int(shares.edge[cell]),
        effective=int(shares.effective[cell]) if shares.effective[cell] > 0 else None,
        count=int(shares.count[cell]) if shares.count[cell] >= 0 else None,
    )


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass
class _Gathering:
    """The options of one question with several answers, put together again."""

    first: Column
    rows: list[Row] = field(default_factory=list)


def _gathered(columns: Iterable[Column]) -> list[Column]:
    """One column a question and group: the options of several answers, each a yes of its own, stand under one base."""
    found: dict[tuple[str, Group, str], _Gathering] = {}
    for column in columns:
        found.setdefault((column.question, column.group, column.profile), _Gathering(column)).rows.extend(column.shares)
    return [Column(**{**vars(each.first), "shares": tuple(each.rows)}) for each in found.values()]
