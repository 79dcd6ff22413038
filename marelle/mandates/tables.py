"""What several towns give together, and never one of them alone: plain values in, plain answers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marelle.plans.attainment import Known, roll_up

LEAST_TOWNS = 5  # below, a median says which town it is
ROLLED = frozenset({"sum", "mean", "max", "ratio"})  # rules that give a value of the whole; the others have a median


@dataclass(frozen=True)
class Spread:
    """The middle of several values: `low` and `high`, a quarter of them lies below and above; `least`, `most`: the ends."""

    least: Decimal
    low: Decimal
    median: Decimal
    high: Decimal
    most: Decimal
    known: int


@dataclass(frozen=True)
class Whole:
    """The value of the whole network, and how it was put together: a rule of roll-up, "median" or "share"."""

    value: Decimal | None
    how: str
    known: int
    asked: int


def spread(values: Sequence[Decimal]) -> Spread | None:
    """The quartiles of what is known, both ends counted in (the inclusive method); None under five values."""
    if len(values) < LEAST_TOWNS:
        return None
    rows = sorted(values)
    low, median, high = (_at(rows, quarter) for quarter in (1, 2, 3))
    return Spread(rows[0], low, median, high, rows[-1], len(rows))


def _at(rows: Sequence[Decimal], quarter: int) -> Decimal:
    """The value a quarter, two or three of the way along, between its two neighbours in proportion."""
    place, rest = divmod((len(rows) - 1) * quarter, 4)
    return rows[place] if not rest else rows[place] + (rows[place + 1] - rows[place]) * rest / 4


def share_of_yes(values: Sequence[Decimal]) -> Decimal | None:
    """Per cent of yes among the known answers; None under five."""
    if len(values) < LEAST_TOWNS:
        return None
    return Decimal(100 * sum(value > 0 for value in values)) / len(values)


def whole(readings: Sequence[Known], kind: str, rule: str, factor: int | None, asked: int) -> Whole:
    """The newest readings of every town as one, of `asked` that follow it; None under five known.

    A yes/no gives a share of yes; an indicator whose rule puts no towns together, their median.
    """
    values = [r.value for r in readings if r.value is not None]
    if kind == "yes_no":
        return Whole(share_of_yes(values), "share", len(values), asked)
    if rule not in ROLLED:
        middle = spread(values)
        return Whole(middle.median if middle else None, "median", len(values), asked)
    rolled = roll_up(readings, rule, factor)
    enough = rolled.known >= LEAST_TOWNS
    return Whole(rolled.value if enough else None, rule, rolled.known, asked)
