"""How complete a plan is: plain counts in, plain answers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marelle.plans.states import BEGUN, ActionState, Verdict

HELD = frozenset({ActionState.BLOCKED, ActionState.POSTPONED})


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


def suggest(states: Sequence[str], shares: Sequence[Decimal | None], elapsed: Decimal | None = None) -> str:
    """What the figures say of an objective: a `Verdict`, blank when they say nothing. Never decided for anyone.

    `states`: of its actions. `shares`: of the way done, 0 to 1, None unknown. `elapsed`: of the plan's time, 0 to 1.
    Achieved: all that was kept is done, every known target reached. No progress: nothing has begun. Held back: something
    is blocked or postponed, or the mean way done is under half of what time would ask. Else on track.
    """
    kept = [state for state in states if state != ActionState.ABANDONED]
    known = [share for share in shares if share is not None]
    if not states and not known:
        return ""
    if (kept or known) and all(s == ActionState.DONE for s in kept) and all(share == 1 for share in known):
        return Verdict.ACHIEVED.value
    if not any(s in BEGUN or s == ActionState.DONE for s in kept) and not any(known):
        return Verdict.NO_PROGRESS.value
    slow = bool(known) and elapsed is not None and sum(known) / len(known) < elapsed / 2
    return Verdict.HELD_BACK.value if slow or HELD & set(kept) else Verdict.ON_TRACK.value
