"""Arithmetic of readings and mandates: plain values in, plain values out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marelle.base.clock import months_after

YEARLY = "01-31"  # 31 January, for a programme that has chosen no other day
FINAL_BEFORE = 6  # months before the end, for a programme that has chosen no month
OPENS_BEFORE = {"yearly": 3, "mid_term": 6, "final": 6}  # months in which a report is written: the house's choice
MAX_POINTS = 4  # of a criterion, the framework's scale is 0 to 4
APART = 2  # points between two readers, half of the scale: the house's choice, to be weighed with readers


def weighted_total(scores: Sequence[tuple[int | None, int]]) -> float | None:
    """Points × weights as a share of the most one can get, 0 to 100; None while a criterion is not scored.

    `scores`: (points 0 to 4 or None, weight) per criterion.
    """
    if not scores or any(points is None for points, _weight in scores):
        return None
    weights = sum(weight for _points, weight in scores)
    return 100 * sum((points or 0) * weight for points, weight in scores) / (MAX_POINTS * weights)


@dataclass(frozen=True)
class Gap:
    """The points of several readers on one criterion. `points`: theirs, in order; `spread`: from the least to the most."""

    points: tuple[int, ...]

    @property
    def spread(self) -> int:
        """How far they are from one another, 0 to 4."""
        return max(self.points) - min(self.points)

    @property
    def is_apart(self) -> bool:
        """Whether they disagree: the difference is worth talking about."""
        return self.spread >= APART


@dataclass(frozen=True)
class Milestone:
    """A report a mandate asks for, and the day it is due: `kind` is yearly, mid_term or final."""

    kind: str
    on: date

    @property
    def year(self) -> int:
        """The year a yearly sheet tells of, the one before it is due; for the others the year they are due in."""
        return self.on.year - 1 if self.kind == "yearly" else self.on.year

    @property
    def opens_on(self) -> date:
        """The day from which it can be written."""
        return months_after(self.on, -OPENS_BEFORE[self.kind])

    def covers(self, starts_on: date) -> tuple[date, date]:
        """First and last day it tells of: its year, or all from the mandate's first day to the eve of its own."""
        if self.kind != "yearly":
            return starts_on, self.on - timedelta(days=1)
        return max(starts_on, date(self.year, 1, 1)), date(self.year, 12, 31)


def anniversary(day: date, years: int) -> date:
    """The same day, years later; 28 February for a 29 that does not exist."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def mandate_end(starts_on: date, years: int) -> date:
    """The first day after a mandate of so many years: its end is excluded."""
    return anniversary(starts_on, years)


def milestones(
    starts_on: date,
    ends_on: date,
    reports: Collection[str],
    chosen: Mapping[str, Any] | None = None,
    *,
    first_ends_on: date | None = None,
) -> list[Milestone]:
    """What a track asks for during a mandate, in order of date.

    `reports`: kinds asked ("yearly", "mid_term", "final"). `chosen`: `Track.report_dates`, a day of the year for yearly
    sheets, months after the beginning for the others. Not chosen: 31 January, half-way, six months before the end.
    A sheet tells of the year before: none is due in the year a mandate begins. `first_ends_on`: the end before it was
    prolonged, None when it was not: half-way stays where it was, the final report moves with the end.
    """
    chosen, first_end = chosen or {}, first_ends_on or ends_on
    later = 12 * (ends_on.year - first_end.year) + ends_on.month - first_end.month  # months
    found = []
    if "yearly" in reports:
        days = [
            date.fromisoformat(f"{y}-{chosen.get('yearly', YEARLY)}") for y in range(starts_on.year, ends_on.year + 1)
        ]
        found += [Milestone("yearly", day) for day in days if starts_on.year < day.year and day < ends_on]
    mid_term = months_after(starts_on, chosen.get("mid_term", (first_end.year - starts_on.year) * 6))
    if "mid_term" in reports and mid_term < ends_on:
        found.append(Milestone("mid_term", mid_term))
    if "final" in reports:
        is_chosen = "final" in chosen
        final = months_after(starts_on, chosen["final"] + later) if is_chosen else months_after(ends_on, -FINAL_BEFORE)
        found.append(Milestone("final", final))
    return sorted(found, key=lambda milestone: (milestone.on, milestone.kind))
