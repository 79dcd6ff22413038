"""From true counts to what may be published of one question: cell keys, shares, rounding, coding, intervals, floors.

Pure: plain values in, plain values out. Nothing true leaves this file (specs/disclosure.md, sections 3 to 7).
"""

import hashlib
import hmac
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marelle.consultations.ptable import WHOLE, Parameters, table, thresholds

ZONE_FLOOR = 50  # children behind a zone's page: disclosure R1
COLUMN_FLOOR = 30  # children behind a shown column: disclosure R1
SENSITIVE_FLOOR = 100  # children behind a sensitive question: disclosure R1
BASE_STEP = 10  # a base is shown to the nearest ten: disclosure, section 6
COUNT_STEP = 5  # children: a count is shown to the nearest five, from région up: disclosure, section 6
REFUSAL_STEP = 5  # per cent
Z = 1.959963984540054
CODED = (
    (200, 5),
    (1000, 2),
    (math.inf, 1),
)  # below so many children, shares stay this far from 0 and 100: disclosure R2
FINE = 1000  # children from whom shares have a decimal

BELOW_FLOOR, SENSITIVE_LEVEL, NOT_ASKED = "below_floor", "sensitive_level", "not_asked"


def record_key(secret: bytes, freeze: str, sheet_key: bytes) -> int:
    """The key of one sheet in one freeze, 0 to 2**32 - 1."""
    digest = hmac.new(secret, freeze.encode("ascii") + b"\x1f" + sheet_key, hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big")


@dataclass(frozen=True)
class Cell:
    """True count of a set of sheets, and the sum of their keys. Never leaves the worker."""

    children: int = 0
    key: int = 0

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.children + other.children, (self.key + other.key) % WHOLE)


class Noise:
    """The integer thresholds of one perturbation table, computed once and kept in the manifest."""

    def __init__(self, rows: Mapping[int, Sequence[tuple[int, int]]]):
        """`rows`: for each true count, (published count, bound of the key), rising; the last row serves every greater count."""
        self.last = max(rows)
        self.moves = {count: [target - count for target, _bound in row] for count, row in rows.items()}
        self.bounds = {count: [bound for _target, bound in row] for count, row in rows.items()}

    @classmethod
    def of(cls, parameters: Parameters) -> "Noise":
        return cls({count: thresholds(shares) for count, shares in table(parameters).items()})

    def published(self, cell: Cell) -> int:
        """The count with its noise: never negative, never among the ones that are never published."""
        if cell.children == 0:
            return 0
        place = min(cell.children, self.last)
        return cell.children + self.moves[place][bisect_right(self.bounds[place], cell.key)]


@dataclass(frozen=True)
class Shown:
    """One option as it is published. `percent`: None when nothing is shown, or when it is coded.

    `at_most`, `at_least`: said instead of a number near 0 and near 100. `low`, `high`: ends of the indicative interval, in
    per cent, coded likewise. `children`: to the nearest five, None where the share is coded.
    """

    option: str
    percent: float | None
    at_most: int | None = None
    at_least: int | None = None
    low: float | None = None
    high: float | None = None
    children: int | None = None


@dataclass(frozen=True)
class Published:
    """One question in one zone. `base`: children, to the nearest ten. `status`: why nothing is shown, or "".

    `refused_percent`: who would rather not say or skipped, to the nearest five.
    """

    rows: list[Shown] = field(default_factory=list)
    base: int | None = None
    refused_percent: int | None = None
    status: str = ""


@dataclass(frozen=True)
class Counted:
    """True cells of one question: one per option in order, `dont_know` when it counts in the base; `outside`: refused, skipped.

    `is_many`: each option is a yes or no of its own; `everyone`: the cell of those who answered anything.
    """

    options: Mapping[str, Cell]
    outside: Cell = Cell()
    is_many: bool = False
    everyone: Cell = Cell()
    is_sensitive: bool = False


def publish(counted: Counted, noise: Noise, *, variance: float, floor: int = COLUMN_FLOOR) -> Published:
    """What may be said of one question. Floors are asked of the true counts, everything else of the moved ones."""
    answered = counted.everyone if counted.is_many else sum(counted.options.values(), Cell())
    if answered.children + counted.outside.children == 0:
        return Published(status=NOT_ASKED)
    if answered.children < max(floor, SENSITIVE_FLOOR if counted.is_sensitive else 0):
        return Published(status=SENSITIVE_LEVEL if counted.is_sensitive and answered.children >= floor else BELOW_FLOOR)
    rows, base = (_many if counted.is_many else _one)(counted, noise, variance)
    outside = noise.published(counted.outside)
    refused = round_half_up(100 * outside / (base + outside) / REFUSAL_STEP) * REFUSAL_STEP if base + outside else 0
    return Published(rows=rows, base=round_half_up(base / BASE_STEP) * BASE_STEP, refused_percent=refused)


def _one(counted: Counted, noise: Noise, variance: float) -> tuple[list[Shown], int]:
    """Options that exclude one another: their shares add up to 100."""
    moved = {name: noise.published(cell) for name, cell in counted.options.items()}
    return _rows(moved, variance), sum(moved.values())


def _many(counted: Counted, noise: Noise, variance: float) -> tuple[list[Shown], int]:
    """Options one may choose together: each a yes or no among those who answered."""
    rows, bases = [], []
    for name, chosen in counted.options.items():
        others = Cell(counted.everyone.children - chosen.children, (counted.everyone.key - chosen.key) % WHOLE)
        moved = {name: noise.published(chosen), "": noise.published(others)}
        rows += [shown for shown in _rows(moved, variance) if shown.option == name]
        bases.append(sum(moved.values()))
    return rows, round_half_up(sum(bases) / len(bases)) if bases else 0


def _rows(moved: Mapping[str, int], variance: float) -> list[Shown]:
    total = sum(moved.values())
    if total == 0:
        return [Shown(name, None) for name in moved]
    decimals, edge = (1, _edge(total)) if total >= FINE else (0, _edge(total))
    rounded = to_a_hundred([100 * count / total for count in moved.values()], decimals)
    rows = []
    for name, share in zip(moved, rounded, strict=True):
        ends = interval(moved[name] / total, total, variance, len(moved))
        low, high = (_within(100 * end, edge, decimals) for end in ends)
        if share <= edge:
            rows.append(Shown(name, None, at_most=edge, low=low, high=high))
        elif share >= 100 - edge:
            rows.append(Shown(name, None, at_least=100 - edge, low=low, high=high))
        else:
            children = round_half_up(moved[name] / COUNT_STEP) * COUNT_STEP
            rows.append(Shown(name, share, low=low, high=high, children=children))
    return rows


def _edge(children: int) -> int:
    return next(edge for limit, edge in CODED if children < limit)


def _within(percent: float, edge: int, decimals: int) -> float:
    return round(min(max(percent, edge), 100 - edge), decimals)


def to_a_hundred(shares: Sequence[float], decimals: int) -> list[float]:
    """Shares in per cent, rounded so that they add to 100: the largest remainders go up, the first option of equals."""
    scale = 10**decimals
    floors = [math.floor(share * scale + 1e-9) for share in shares]
    missing = round(100 * scale) - sum(floors)
    by_remainder = sorted(range(len(shares)), key=lambda place: (floors[place] - shares[place] * scale, place))
    for place in by_remainder[: max(missing, 0)]:
        floors[place] += 1
    return [floor / scale for floor in floors]


def interval(share: float, base: float, variance: float, options: int, design: float = 1.0) -> tuple[float, float]:
    """The indicative interval of a share (0 to 1) of `base` children: Wilson's, its variance widened by the noise.

    Source: specs/disclosure.md, section 6. `variance`: of the noise. `options`: how many share the base. `design`: deff.
    """
    near = min(max(share, 0.5 / base), 1 - 0.5 / base)
    spread = design * near * (1 - near) / base + variance * ((1 - near) ** 2 + (options - 1) * near**2) / base**2
    effective = near * (1 - near) / spread
    turned = 1 + Z**2 / effective
    centre = (near + Z**2 / (2 * effective)) / turned
    half = Z / turned * math.sqrt(near * (1 - near) / effective + Z**2 / (4 * effective**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def round_half_up(value: float) -> int:
    """To the nearest whole number, halves upwards: the same on every machine."""
    return math.floor(value + 0.5)
