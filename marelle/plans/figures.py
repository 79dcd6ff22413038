"""How complete a plan is: plain counts in, plain answers out."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """What one domain of a plan holds. All are counts of rows, 0 when there are none."""

    objectives: int = 0
    actions: int = 0
    indicators: int = 0
    budget_eur: int = 0
    without_budget: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.objectives + other.objectives,
            self.actions + other.actions,
            self.indicators + other.indicators,
            self.budget_eur + other.budget_eur,
            self.without_budget + other.without_budget,
        )


def totals(parts: Sequence[Counts]) -> Counts:
    """The counts of a whole plan. `budget_eur`: whole euros over the plan, of actions whose budget is known."""
    return sum(parts, Counts())


def share_done(done: int, asked: int) -> float | None:
    """How far a list of things asked is, 0 to 1; None when nothing is asked. Raises ValueError if more done than asked."""
    if done > asked:
        raise ValueError(f"{done} done of {asked} asked")
    return done / asked if asked else None
