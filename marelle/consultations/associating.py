"""What a question changes most with: age, gender, the questions others are crossed with. Pure: sums in, rounded figures out.

Told of régions and of France alone, of a thousand children at least and of groups that have a column: Cramér's V to the nearest
hundredth, and one of four classes after Holm over all that is weighed in the place (specs/disclosure.md, section 11).
V is worked out from what is published of the groups: of true counts, a hundredth would give a small group's answers back.
So is the test by ranks of answers that have an order, which says nothing anyone could not work out.
Sites are the zones sheets were kept in: a class or a school is no longer known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from marelle.consultations.estimates import (
    ASSOCIATION_FLOOR,
    association_classes,
    cramer,
    ranks_differ,
    rao_scott_of_sums,
)
from marelle.consultations.items import Item
from marelle.consultations.questionnaires import DONT_KNOW
from marelle.consultations.tables import Ints

AGE, GENDER = "age", "gender"
MOST = 0.95  # a stronger one is told as this: nobody knows that every child of a group answered alike
NOT_SHOWN = 1.0  # of ranks: weighed, and not shown to differ
CODES = 256


@dataclass(frozen=True)
class Association:
    """One question by one axis: AGE, GENDER or a question. `strength`: Cramér's V. `below`: of `estimates.CLASSES`, or None.

    `ranks`: of answers in order, the same of their ranks, NOT_SHOWN where it is not; None of others.
    """

    question: str
    axis: str
    strength: float
    below: float | None
    ranks: float | None = None

    def as_said(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self)


@dataclass(frozen=True)
class Tried:
    """The same before Holm. `chance`: how often so much would be found where there is nothing. Never leaves the worker.

    `ranks`: the same of the ranks of answers in order, from published shares; None of others.
    """

    question: str
    axis: str
    strength: float
    chance: float
    ranks: float | None = None


@dataclass(frozen=True)
class Sums:
    """True sums of one place by an axis: one a site, group, item and code."""

    site: Ints
    group: Ints
    item: Ints
    code: Ints
    children: Ints
    weight: Ints


class Published(NamedTuple):
    """A column as anyone reads it: children to the nearest ten, percentages by answer, a coded one as 0 or 100.

    `worth`: children of a random sample without noise, by the least sure of its shares.
    """

    base: int
    percents: Mapping[str, float]
    worth: int = 0


Told = Mapping[str, Mapping[int, Published]]  # of each question, the groups that have a column


def tried(axis: str, sums: Sums, asked: Sequence[Item], told: Told) -> list[Tried]:
    """Every question weighed by one axis. Groups that have no column are left out.

    Of several answers the strongest stands for the question, its chance multiplied by their number.
    """
    found: dict[str, list[Tried]] = {}
    order = np.argsort(sums.item, kind="stable")
    bounds = np.searchsorted(sums.item[order], np.arange(len(asked) + 1))
    for number, item in enumerate(asked):
        name = item.question.name
        here = order[bounds[number] : bounds[number + 1]]
        one = _tried(axis, sums, here, item, told.get(name, {})) if name != axis else None
        if one is not None:
            found.setdefault(name, []).append(one)
    return [_strongest(of_it) for of_it in found.values()]


def _tried(axis: str, sums: Sums, here: Ints, item: Item, told: Mapping[int, Published]) -> Tried | None:
    row_of = np.array([-1 if (row := item.row_of(code)) is None else row for code in range(CODES)])
    rows = row_of[sums.code[here]]
    kept = (rows >= 0) & np.isin(sums.group[here], list(told))
    here, rows = here[kept], rows[kept]
    children = int(sums.children[here].sum())
    if children < ASSOCIATION_FLOOR:
        return None
    sites, site = np.unique(sums.site[here], return_inverse=True)
    groups, group = np.unique(sums.group[here], return_inverse=True)
    weights = np.zeros((len(sites), len(groups), len(item.options)))
    np.add.at(weights, (site, group, rows), sums.weight[here])
    strength, chance = (
        cramer([_as_told(item, column) for column in told.values()]),
        rao_scott_of_sums(weights, children),
    )
    if strength is None or chance is None:
        return None
    return Tried(item.question.name, axis, min(strength, MOST), chance, _by_ranks(item, list(told.values())))


def _by_ranks(item: Item, columns: Sequence[Published]) -> float | None:
    """The chance of so different ranks; None of answers in no order. Who does not know has no rank."""
    if not item.is_in_order:
        return None
    ranked = [option for option in item.options if option != DONT_KNOW]
    shares = np.array([[column.percents[option] for option in ranked] for column in columns])
    kept = np.array([1 - column.percents.get(DONT_KNOW, 0) / 100 for column in columns])
    bases, worth = (np.array(known) * kept for known in zip(*((c.base, c.worth) for c in columns), strict=True))
    return ranks_differ(shares, list(bases), list(worth))


def _as_told(item: Item, column: Published) -> list[float]:
    """About how many children gave each answer, or gave one of several and did not."""
    if item.option:
        percents = [column.percents[item.option], 100 - column.percents[item.option]]
    else:
        percents = [column.percents[option] for option in item.options]
    return [column.base * percent / 100 for percent in percents]


def _strongest(found: Sequence[Tried]) -> Tried:
    best = max(found, key=lambda each: each.strength)
    chance = min(1.0, len(found) * min(each.chance for each in found))
    return replace(best, chance=chance)


def settled(found: Iterable[Tried]) -> list[Association]:
    """What may be told of one place, the strongest first of each question."""
    weighed = list(found)
    ranked = [(number, each.ranks) for number, each in enumerate(weighed) if each.ranks is not None]
    classes = association_classes([each.chance for each in weighed])
    ranks = dict(zip((n for n, _p in ranked), association_classes([p for _n, p in ranked]), strict=True))
    told = [
        Association(t.question, t.axis, t.strength, below, (ranks[n] or NOT_SHOWN) if n in ranks else None)
        for n, (t, below) in enumerate(zip(weighed, classes, strict=True))
    ]
    return sorted(told, key=lambda each: (each.question, -each.strength, each.axis))
