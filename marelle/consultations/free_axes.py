"""Tables of the whole country over two or three free axes: which may be asked for, and which could give a few children away.

A table is drawn whole or not at all. What is refused for its size is refused before anything is counted; then the true counts
are asked whether a column is small, and whether columns, some of another published table of the same question taken away,
leave 1 to 29 children (specs/disclosure.md, section 7: R1, R3, R4). Pure.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import Any

from marelle.consultations.catalogue import AGE2_OF, ALL, COLUMN_FLOOR
from marelle.consultations.questionnaires import BANDS, GENDERS

FEWEST_AXES, MOST_AXES = 2, 3  # R3; one axis is a crossed table, declared before the freeze
MOST_CELLS = 10_000  # R3
MEAN_CELL = 10  # children: R3
COLUMN = 100  # children behind each column: R3
MOST_TABLES = (
    10  # of one edition, as the questions others are crossed with (R3): sums of many tables average the noise away
)
MOST_ASKED = 30  # of one edition, refused ones too: that a table is refused says something of true counts
AGE, GENDER = "age", "gender"
MARK = "."  # between the axes of a table, and between the values of a column: no name holds it

ZONE = "zone"  # the zone a sheet was kept in
AXES, TWICE, CELLS, MEAN = "axes", "twice", "cells", "mean"
REASONS = (AXES, TWICE, CELLS, MEAN)  # why a table may not be asked for: each is read in published numbers

Value = str | None  # None: of a child who said none of the values
Code = int | str  # of a sheet: the zone it was kept in, a number elsewhere
Rows = Sequence[tuple[tuple[Code, ...], int]]  # codes of some axes, children
Group = tuple[str, str, str]  # age, gender, answer to the question crossed with: "all" where not told apart


@dataclass(frozen=True)
class Axis:
    """What a table is told by: `age`, `gender` or a question. `values`: what each code of a sheet is called."""

    name: str
    values: Mapping[Any, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Its values, each once, in order."""
        return tuple(dict.fromkeys(self.values.values()))


@dataclass(frozen=True)
class Partition:
    """How a published table parts the children: a told column each, and the others together.

    `kept`: the axis by which these others are told apart, as far as its values are told on their own (`alone`).
    """

    axes: tuple[Axis, ...]
    told: frozenset[tuple[str, ...]]
    kept: int = 0
    alone: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        """What it reads of a sheet."""
        return [axis.name for axis in self.axes]

    def part(self, codes: Mapping[str, Code]) -> Hashable:
        """Where a sheet stands."""
        values = tuple(axis.values.get(codes[axis.name]) for axis in self.axes)
        if values in self.told:
            return values
        return (None, values[self.kept] if values[self.kept] in self.alone else None)


@dataclass(frozen=True)
class Zoned:
    """How the pages of zones part the children of a question: by the smallest zone that tells of each, and of their group.

    `chains`: of each zone sheets were kept in, those it lies in, the smallest first. `told`: the groups each tells. A sheet is told by
    age, by gender, by what it answered to a question (`profile`), as far as these are wanted. Finer than what can be subtracted: never the less careful.
    """

    chains: Mapping[Any, Sequence[str]]
    told: Mapping[str, Collection[Group]]
    by_age: bool = False
    by_gender: bool = False
    profile: Axis | None = None

    @property
    def names(self) -> list[str]:
        """What it reads of a sheet."""
        return [ZONE, *([AGE] if self.by_age else []), *([GENDER] if self.by_gender else []), *([self.profile.name] if self.profile else [])]  # fmt: skip

    def part(self, codes: Mapping[str, Code]) -> Hashable:
        """Where a sheet stands."""
        zones, groups = self.chains[codes[ZONE]], self._groups(codes)
        whole = next((zone for zone in zones if (ALL, ALL, ALL) in self.told.get(zone, ())), None)
        return whole, next(((zone, g) for zone in zones for g in groups if g in self.told.get(zone, ())), None)

    def _groups(self, codes: Mapping[str, Code]) -> list[Group]:
        """The groups of a sheet, the finest first."""
        ages, gender, answer = [ALL], ALL, ALL
        if self.by_age:
            band = BANDS[int(codes[AGE]) - 1]
            ages = [band, AGE2_OF[band]]
        if self.by_gender:
            gender = GENDERS[int(codes[GENDER]) - 1]
        if self.profile:
            answer = self.profile.values.get(codes[self.profile.name], "")
        return [(age, gender, answer) for age in ages]


def columns_of(axes: Sequence[Axis]) -> list[tuple[str, ...]]:
    """Every column of a table, in order."""
    return list(product(*(axis.names for axis in axes)))


def partitions(axes: Sequence[Axis], groups: Iterable[tuple[str, ...]]) -> list[Partition]:
    """How the told columns of some axes part the children; a group holds "all" where an axis does not tell it apart."""
    told = set(groups)
    whole = frozenset(group for group in told if ALL not in group)
    found = [Partition(tuple(axes), whole)]
    for place in range(len(axes)):
        alone = frozenset(
            group[place] for group in told if [n for n, value in enumerate(group) if value != ALL] == [place]
        )
        if alone:
            found.append(Partition(tuple(axes), whole, place, alone))
    return found


def refusal(axes: Sequence[Axis], options: int, children: int) -> str:
    """Why a table is too large or too thin, of REASONS, or "". `options`: of its question. `children`: behind it, as published."""
    if not FEWEST_AXES <= len(axes) <= MOST_AXES or any(len(axis.names) < 2 for axis in axes):
        return AXES
    if len({axis.name for axis in axes}) < len(axes):
        return TWICE
    cells = options * prod(len(axis.names) for axis in axes)
    if cells > MOST_CELLS:
        return CELLS
    return MEAN if children < MEAN_CELL * cells else ""


def is_small(sizes: Iterable[int]) -> bool:
    """Whether a column has too few children, were it none. `sizes`: true children of each column."""
    return any(size < COLUMN for size in sizes)


def gives_away(rows: Rows, names: Sequence[str], one: Partition, other: Partition | Zoned) -> bool:
    """Whether columns of one table less columns of another leave 1 to 29 children. `names`: of the axes rows have codes of."""
    joint: Counter[tuple[Hashable, Hashable]] = Counter()
    for codes, children in rows:
        said = dict(zip(names, codes, strict=True))
        joint[one.part(said), other.part(said)] += children
    turned = {(right, left): children for (left, right), children in joint.items()}
    return _leaves_few(joint) or _leaves_few(turned)


def closes_a_triangle(axes: Collection[str], told: Collection[Collection[str]]) -> bool:
    """Whether two axes are the third side of three tables of one question, that none tells all together.

    Of three axes of two values each, who answers alike three times is half of what the three tables say together, less
    everybody: no two of them weighed against one another would show it. `told`: the axes of each table of the question.
    """
    known = [frozenset(each) for each in told]
    others = frozenset().union(*known) - frozenset(axes)

    def is_told(*names: str) -> bool:
        return any(set(names) <= table for table in known)

    new = [pair for pair in combinations(sorted(axes), 2) if not is_told(*pair)]
    return any(
        is_told(third, first) and is_told(third, second) and not is_told(first, second, third)
        for first, second in new
        for third in others
    )


def outside_both(rows: Rows, axes: Sequence[Axis], known: Iterable[str]) -> bool:
    """Whether 1 to 29 children said no value of two axes each told alone: what both tell, less what the table tells of both.

    `rows`: codes of the axes of the table. `known`: axes that are told on their own. All together, and by the third axis.
    """
    alone, found = set(known), Counter[Hashable]()
    for codes, children in rows:
        values = [axis.values.get(code) for axis, code in zip(axes, codes, strict=True)]
        missing = [place for place, axis in enumerate(axes) if values[place] is None and axis.name in alone]
        for first, second in ((a, b) for a in missing for b in missing if a < b):
            found[first, second] += children
            third = next((place for place in range(len(axes)) if place not in (first, second)), None)
            if third is not None:
                found[first, second, values[third]] += children
    return any(0 < children < COLUMN_FLOOR for children in found.values())


# Nested sums ---------------------------------------------------------------------------------------------------------
def _leaves_few(joint: Mapping[tuple[Hashable, Hashable], int]) -> bool:
    """Whether some parts on the left, less parts on the right that lie wholly in them, leave 1 to 29 children.

    Both tables part the same children, so that sums of the two single out nothing but such differences. The smallest one that
    holds the children two parts share is a minimum cut (Ford and Fulkerson, 1956), looked for up to the floor.
    """
    small = [pair for pair, children in joint.items() if 0 < children < COLUMN_FLOOR]
    beside = _Neighbours(joint)
    doubtful = (pair for pair in small if not _is_held(joint, beside, pair))
    return any(_least(joint, beside, pair) < COLUMN_FLOOR for pair in doubtful)


class _Neighbours:
    """The parts of the other table each part shares children with."""

    def __init__(self, joint: Mapping[tuple[Hashable, Hashable], int]):
        self.of_left: dict[Hashable, list[Hashable]] = defaultdict(list)
        self.of_right: dict[Hashable, list[Hashable]] = defaultdict(list)
        for (left, right), children in joint.items():
            if children:
                self.of_left[left].append(right)
                self.of_right[right].append(left)


def _is_held(
    joint: Mapping[tuple[Hashable, Hashable], int], beside: _Neighbours, pair: tuple[Hashable, Hashable]
) -> bool:
    """Whether the shortest ways alone show that no small difference holds a pair: nearly always, at a glance."""
    left, right = pair
    used: Counter[Hashable] = Counter()
    flow = joint[pair]
    for near in beside.of_right[right]:
        wanted = 0 if near == left else joint[near, right]
        for other in beside.of_left[near]:
            pushed = 0 if other == right else min(wanted, joint.get((left, other), 0) - used[other])
            if pushed:
                used[other] += pushed
                wanted -= pushed
                flow += pushed
            if not wanted or flow >= COLUMN_FLOOR:
                break
        if flow >= COLUMN_FLOOR:
            return True
    return False


def _least(joint: Mapping[tuple[Hashable, Hashable], int], beside: _Neighbours, pair: tuple[Hashable, Hashable]) -> int:
    """Children of the smallest difference that holds those of a pair; the floor when it is not under it."""
    room, flow = dict(joint), 0
    while flow < COLUMN_FLOOR:
        path = _path(room, beside, pair)
        if path is None:
            return flow
        pushed = min(room[step] for forward, step in path if forward)
        for forward, step in path:
            room[step] += -pushed if forward else pushed
        flow += pushed
    return COLUMN_FLOOR


def _path(
    room: Mapping[tuple[Hashable, Hashable], int], beside: _Neighbours, pair: tuple[Hashable, Hashable]
) -> list[tuple[bool, tuple[Hashable, Hashable]]] | None:
    """A way with room from the left part to the right one: forth where room is left, back always; None without."""
    source, sink = ("left", pair[0]), ("right", pair[1])
    before: dict[tuple[str, Hashable], tuple[str, Hashable] | None] = {source: None}
    waiting = deque([source])
    while waiting and sink not in before:
        side, part = waiting.popleft()
        forth = side == "left"
        for other in beside.of_left[part] if forth else beside.of_right[part]:
            node = ("right" if forth else "left", other)
            if node not in before and (not forth or room[part, other] > 0):
                before[node] = (side, part)
                waiting.append(node)
    return _steps(before, sink) if sink in before else None


def _steps(
    before: Mapping[tuple[str, Hashable], tuple[str, Hashable] | None], sink: tuple[str, Hashable]
) -> list[tuple[bool, tuple[Hashable, Hashable]]]:
    """The pairs a way goes through, each with whether it goes forth."""
    found, node = [], sink
    while (last := before[node]) is not None:
        forth = last[0] == "left"
        found.append((forth, (last[1], node[1]) if forth else (node[1], last[1])))
        node = last
    return found
