"""How far a target is: plain values in, plain answers out. What is unknown stays unknown, it never counts as nothing.

Source of the formulas: the programme's own (attainment = (reading − baseline) / (target − baseline), clipped to 0-1),
and for roll-ups the rule each indicator of the framework carries.

From the bottom up: an indicator has a share of its way (`share`); within a mandate each indicator whose share is known
counts once (`tally`, for a domain or for the whole); above, each mandate counts once (`of_mandates`). Both add up, so
that a région is the sum of its départements, in any order. Values in their own unit add up apart (`Part`, `roll_up`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from marelle.plans.states import Direction, ProofLevel

NOTHING, ALL = Decimal(0), Decimal(1)
RULES = frozenset({"sum", "mean", "max", "latest", "ratio", "none"})
PROOFS = tuple(ProofLevel.values)  # read once: an enumeration makes the list anew each time
MILLION = 1_000_000  # shares are summed in whole millionths: the same sum in any order, on any database


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
    """A ratio from its parts: factor × numerator / denominator; None when a part is unknown or the whole not above 0."""
    if numerator is None or denominator is None or denominator <= 0:
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


@dataclass(frozen=True)
class Part:
    """What some readings leave, to be put together with others later: in any order, through any levels.

    `known`: those with a value; `total`, `most`, `newest`: of these. `whole`: those of a ratio with both of its
    parts; `over`, `under`: their numerators and denominators. Two values of one day: the greater is the newest.
    """

    known: int = 0
    total: Decimal = NOTHING
    most: Decimal | None = None
    newest: tuple[date, Decimal] | None = None
    whole: int = 0
    over: Decimal = NOTHING
    under: Decimal = NOTHING

    def __add__(self, other: "Part") -> "Part":
        return Part(
            self.known + other.known,
            self.total + other.total,
            max((m for m in (self.most, other.most) if m is not None), default=None),
            max((n for n in (self.newest, other.newest) if n is not None), default=None),
            self.whole + other.whole,
            self.over + other.over,
            self.under + other.under,
        )

    def value(self, rule: str, factor: int | None = None) -> Decimal | None:
        """They as one, by the rule of their indicator; None when none is known, or the rule forbids it.

        sum, max: of the known ones; mean: each counts once; latest: the newest day; ratio: numerators over
        denominators, of those with both; none: never put together. Raises ValueError for another rule.
        """
        if rule not in RULES:
            raise ValueError(f"{rule} is no rule of roll-up")
        if rule == "ratio":
            return value_of(self.over, self.under, factor) if self.whole else None
        if not self.known or self.newest is None or rule == "none":
            return None
        found = {"sum": self.total, "mean": self.total / self.known, "max": self.most, "latest": self.newest[1]}
        return found[rule]

    def counted(self, rule: str) -> int:
        """How many of them the rule puts together."""
        return self.whole if rule == "ratio" else self.known


def part_of(reading: Known) -> Part:
    """One reading, ready to be put together."""
    whole = reading.numerator is not None and bool(reading.denominator)
    over, under = (reading.numerator, reading.denominator) if whole else (NOTHING, NOTHING)
    if reading.value is None:
        return Part(whole=int(whole), over=over or NOTHING, under=under or NOTHING)
    value = reading.value
    return Part(1, value, value, (reading.on, value), int(whole), over or NOTHING, under or NOTHING)


def roll_up(readings: Sequence[Known], rule: str, factor: int | None = None) -> Rolled:
    """The readings of several places, or periods, as one, by the indicator's rule. Raises ValueError for another rule."""
    part = sum(map(part_of, readings), Part())
    return Rolled(part.value(rule, factor), part.counted(rule), len(readings))


@dataclass(frozen=True)
class Degree:
    """What is known at one level of proof: how many, and the sum of their shares in millionths."""

    known: int = 0
    total: int = 0

    def __add__(self, other: "Degree") -> "Degree":
        return Degree(self.known + other.known, self.total + other.total)

    @property
    def share(self) -> Decimal | None:
        """Their mean share, 0 to 1; None when none is known."""
        return Decimal(self.total) / (MILLION * self.known) if self.known else None

    @property
    def percent(self) -> int | None:
        """The same in whole per cent, rounded down: 100 is reached, never nearly."""
        return self.total * 100 // (MILLION * self.known) if self.known else None


@dataclass(frozen=True)
class Tally:
    """How far several things are together, declared, evidenced and verified apart; `asked`: known or not."""

    asked: int = 0
    degrees: Mapping[str, Degree] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.asked + other.asked, {p: self[p] + other[p] for p in PROOFS})

    def __getitem__(self, proof: str) -> Degree:
        if proof not in PROOFS:  # a template asks for a key before an attribute
            raise KeyError(proof)
        return self.degrees.get(proof, Degree())

    @property
    def degrees_by_proof(self) -> dict[str, Degree]:
        """All three, known or not, in their order."""
        return {proof: self[proof] for proof in PROOFS}

    @property
    def known(self) -> int:
        """Those whose share is known, whatever the proof."""
        return sum(degree.known for degree in self.degrees.values())

    @property
    def unknown(self) -> int:
        """The others: counted, never as nothing done."""
        return self.asked - self.known


def tally(shares: Iterable[tuple[Decimal | None, str]]) -> Tally:
    """Indicators of a domain, or of a plan, each counting once. `shares`: (share or None, proof)."""
    asked, known, total = 0, dict.fromkeys(PROOFS, 0), dict.fromkeys(PROOFS, 0)
    for part, proof in shares:
        asked += 1
        if part is not None:
            known[proof] += 1
            total[proof] += millionths(part)
    return Tally(asked, {p: Degree(known[p], total[p]) for p in PROOFS})


def of_mandates(tallies: Iterable[Tally]) -> dict[str, Degree]:
    """Mandates together, each counting once at each level of proof where it has something known."""
    found = dict.fromkeys(PROOFS, Degree())
    for one in tallies:
        for proof in PROOFS:
            part = one[proof].share
            if part is not None:
                found[proof] += Degree(1, millionths(part))
    return found


def millionths(part: Decimal) -> int:
    """A share of 0 to 1 as whole millionths, half to even; a whole million only for what is reached."""
    found = int((part * MILLION).to_integral_value(ROUND_HALF_EVEN))
    return found if part >= ALL else min(found, MILLION - 1)


def by_proof(shares: Iterable[tuple[Decimal | None, str]]) -> Mapping[str, Attained]:
    """How far indicators are together, declared, evidenced and verified apart. `shares`: (share or None, proof)."""
    held: dict[str, list[Decimal]] = {proof: [] for proof in PROOFS}
    for part, proof in shares:
        if part is not None:
            held[proof].append(part)
    return {p: Attained(sum(s) / len(s) if s else None, len(s)) for p, s in held.items()}  # type: ignore[arg-type]


def _is_kept(reading: Decimal, target: Decimal, direction: str) -> bool:
    if direction == Direction.HIGHER:
        return reading >= target
    return reading <= target if direction == Direction.LOWER else reading == target
