"""How far a target is: plain values in, plain answers out. What is unknown stays unknown, it never counts as nothing.

Source of the formulas: the programme's own (attainment = (reading − baseline) / (target − baseline), clipped to 0-1),
and for roll-ups the rule each indicator of the framework carries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marelle.plans.states import Direction, ProofLevel

NOTHING, ALL = Decimal(0), Decimal(1)
RULES = frozenset({"sum", "mean", "max", "latest", "ratio", "none"})


@dataclass(frozen=True)
class Aim:
    """Where an indicator starts and where it should arrive. Values in its unit; None when unknown."""

    baseline: Decimal | None
    target: Decimal | None
    direction: str = Direction.HIGHER
    kind: str = "number"


@dataclass(frozen=True)
class Known:
    """One reading of one place: the value, its parts for a ratio, its day, how sure it is. `value` None: unknown."""

    value: Decimal | None
    on: date
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    proof_level: str = ProofLevel.DECLARED


@dataclass(frozen=True)
class Rolled:
    """Several readings as one. `value` None when none is known, or the rule forbids it; `known` of `asked` had one."""

    value: Decimal | None
    known: int
    asked: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.known == self.asked


@dataclass(frozen=True)
class Attained:
    """How far several indicators are, those of one level of proof: mean share 0-1 of the known ones."""

    share: Decimal | None
    known: int


def value_of(numerator: Decimal | None, denominator: Decimal | None, factor: int | None) -> Decimal | None:
    """A ratio from its parts: factor × numerator / denominator; None when a part is unknown or the whole is empty."""
    if numerator is None or not denominator:
        return None
    return (factor or 1) * numerator / denominator


def share(reading: Decimal | None, aim: Aim) -> Decimal | None:
    """How much of the way from baseline to target a reading stands, 0 to 1; None when one of the three is unknown.

    A yes/no begins at no, a milestone at step 0, unless a baseline says otherwise. A target equal to its baseline is
    kept or it is not. Neither direction: the way is walked from either side.
    """
    baseline = NOTHING if aim.baseline is None and aim.kind in {"yes_no", "milestone"} else aim.baseline
    if reading is None or baseline is None or aim.target is None:
        return None
    if aim.target == baseline:
        return ALL if _is_kept(reading, aim.target, aim.direction) else NOTHING
    return min(max((reading - baseline) / (aim.target - baseline), NOTHING), ALL)


def is_reached(reading: Decimal | None, aim: Aim) -> bool | None:
    """Whether the target is reached; None when that cannot be known."""
    part = share(reading, aim)
    return None if part is None else part == ALL


def roll_up(readings: Sequence[Known], rule: str, factor: int | None = None) -> Rolled:
    """The readings of several places, or periods, as one, by the indicator's rule. Raises ValueError for another rule.

    sum, max: of the known ones; mean: each place counts once; latest: the newest day; ratio: numerators over
    denominators, of those with both; none: never put together.
    """
    if rule not in RULES:
        raise ValueError(f"{rule} is no rule of roll-up")
    if rule == "ratio":
        return _ratio(readings, factor)
    known = [r for r in readings if r.value is not None]
    values = [r.value for r in known if r.value is not None]
    if not values or rule == "none":
        return Rolled(None, len(known), len(readings))
    newest = max(known, key=lambda r: r.on)
    found = {"sum": sum(values), "mean": sum(values) / len(values), "max": max(values), "latest": newest.value}
    return Rolled(found[rule], len(known), len(readings))  # type: ignore[arg-type]


def by_proof(shares: Iterable[tuple[Decimal | None, str]]) -> Mapping[str, Attained]:
    """How far indicators are together, declared, evidenced and verified apart. `shares`: (share or None, proof)."""
    held: dict[str, list[Decimal]] = {proof: [] for proof in ProofLevel.values}
    for part, proof in shares:
        if part is not None:
            held[proof].append(part)
    return {p: Attained(sum(s) / len(s) if s else None, len(s)) for p, s in held.items()}  # type: ignore[arg-type]


def _is_kept(reading: Decimal, target: Decimal, direction: str) -> bool:
    if direction == Direction.HIGHER:
        return reading >= target
    return reading <= target if direction == Direction.LOWER else reading == target


def _ratio(readings: Sequence[Known], factor: int | None) -> Rolled:
    whole = [r for r in readings if r.numerator is not None and r.denominator]
    if not whole:
        return Rolled(None, 0, len(readings))
    over = sum(r.numerator for r in whole if r.numerator is not None)
    under = sum(r.denominator for r in whole if r.denominator is not None)
    return Rolled((factor or 1) * over / under, len(whole), len(readings))  # type: ignore[arg-type]
