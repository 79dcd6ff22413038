"""The perturbation table: by how much a count moves before it is published (specs/disclosure.md, section 4).

Each row is the noise of greatest entropy with mean 0 and variance V, never beyond D, never leading to 1..js. Written for
this house from the published method (Fraser & Wooton 2006; Giessing 2016); figures agree with R `ptable` 1.0.0 to 1e-6.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

WHOLE = 2**32
EDGE = 1e-6  # how far from an end of what is reachable V must stay
CLOSE, NEAR, FLAT = 1e-13, 1e-11, 1e-14
MOST_STEPS = 300


class Infeasible(ValueError):
    """No such table: names the row and the variances it can reach."""

    def __init__(self, row: int, variance: float, low: float, high: float):
        super().__init__(row, variance, low, high)
        self.row, self.variance, self.low, self.high = row, variance, low, high

    def __str__(self) -> str:
        if self.low > self.high:
            return f"Row {self.row}: no noise of mean 0 stays within these bounds."
        return f"Row {self.row}: a variance of {self.variance:g} is not between {self.low:.6g} and {self.high:.6g}, both excluded."


@dataclass(frozen=True)
class Parameters:
    """`largest`: |noise| at most (D). `variance`: V. `none_up_to`: no published count in 1..js. `stays`: least share unmoved."""

    largest: int
    variance: float
    none_up_to: int = 0
    stays: float | None = None

    @property
    def last_row(self) -> int:
        """The row that serves every greater count."""
        return self.largest if self.none_up_to == 0 else self.largest + self.none_up_to + 1

    def targets(self, count: int) -> list[int]:
        """The counts that may be published for a true one."""
        around = range(max(0, count - self.largest), count + self.largest + 1)
        return [j for j in around if j == 0 or j > self.none_up_to]


BROAD = Parameters(8, 3, 2)  # département, région, France
NARROW = Parameters(12, 8, 4)  # commune, EPCI, and what is sensitive at any level

Row = dict[int, float]  # by published count


def table(parameters: Parameters) -> dict[int, Row]:
    """Every row from 1 to the last: probability of each published count. Raises Infeasible."""
    return {count: row(parameters, count) for count in range(1, parameters.last_row + 1)}


def row(parameters: Parameters, count: int) -> Row:
    """One row. Raises Infeasible."""
    noises = [target - count for target in parameters.targets(count)]
    _check(noises, parameters.variance, count)
    shares = _solve(noises, parameters.variance)
    if parameters.stays is not None and 0 in noises and shares[noises.index(0)] < parameters.stays:
        shares = _held(noises, parameters, count)
    return {count + noise: share for noise, share in zip(noises, shares, strict=True)}


def thresholds(shares: Row) -> list[tuple[int, int]]:
    """(published count, upper bound of the key, excluded) in the order of rising counts; the last bound is 2**32."""
    found, total = [], 0.0
    for target in sorted(shares):
        total += shares[target]
        found.append((target, math.floor(total * WHOLE + 0.5)))
    found[-1] = (found[-1][0], WHOLE)
    return found


def reachable(noises: Sequence[int]) -> tuple[float, float]:
    """The least and the greatest variance at mean 0; (inf, -inf) when there is none."""
    return _between(_generators(noises))


def _check(noises: Sequence[int], variance: float, count: int) -> None:
    low, high = reachable(noises)
    if not low + EDGE < variance < high - EDGE:
        raise Infeasible(count, variance, low, high)


def _generators(noises: Sequence[int]) -> list[tuple[float, float]]:
    """Mean and mean square of what every row is a mixture of."""
    if 0 not in noises:
        return [(float(v), float(v * v)) for v in noises]
    rising = [v for v in noises if v <= 0]
    return _blocks(rising) + [(float(v), float(v * v)) for v in noises if v > 0]


def _blocks(rising: Sequence[int]) -> list[tuple[float, float]]:
    ends = [rising[start:] for start in range(len(rising))]
    return [(sum(block) / len(block), sum(v * v for v in block) / len(block)) for block in ends]


# Greatest entropy ----------------------------------------------------------------------------------------------------
@dataclass
class _Group:
    """Neighbours that share one probability."""

    noises: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.noises)

    @property
    def mean(self) -> float:
        return sum(self.noises) / self.size

    @property
    def square(self) -> float:
        return sum(v * v for v in self.noises) / self.size


def _solve(noises: Sequence[int], variance: float, rising: int | None = None) -> list[float]:
    """Shares of each noise: mean 0, the variance, rising up to 0. `rising`: how many first ones rise; by default those up to 0."""
    first = rising if rising is not None else (sum(v <= 0 for v in noises) if 0 in noises else 0)
    groups = [_Group([v]) for v in noises]
    while True:
        shares = _of_groups(groups, variance)
        each = [share / group.size for share, group in zip(shares, groups, strict=True)]
        falls = _falls(groups, each, first)
        if not falls:
            return [q for q, group in zip(each, groups, strict=True) for _v in group.noises]
        worst = max(falls, key=lambda place: each[place] - each[place + 1])
        groups[worst : worst + 2] = [_Group(groups[worst].noises + groups[worst + 1].noises)]


def _falls(groups: Sequence[_Group], each: Sequence[float], first: int) -> list[int]:
    """Where a share falls though it should rise: places of the left neighbour."""
    found, passed = [], 0
    for place, (left, right) in enumerate(pairwise(groups)):
        passed += left.size
        if passed + right.size <= first and each[place] > each[place + 1] + CLOSE:
            found.append(place)
    return found


def _of_groups(groups: Sequence[_Group], variance: float) -> list[float]:
    """Shares of groups: Newton's method on the dual, halved until it does not grow."""
    a, b = 0.0, -1 / (2 * max(variance, 0.3))
    value, shares = _dual(groups, variance, a, b)
    off = math.inf
    for _step in range(MOST_STEPS):
        slope_a = sum(p * g.mean for p, g in zip(shares, groups, strict=True))
        slope_b = sum(p * g.square for p, g in zip(shares, groups, strict=True)) - variance
        off, before = max(abs(slope_a), abs(slope_b)), off
        if off < CLOSE or (off < NEAR and off >= before):  # as near as floats come
            break
        da, db = _newton(groups, shares, slope_a, slope_b + variance, slope_b)
        length = 1.0
        while length > 1e-12:
            trial, tried = _dual(groups, variance, a - length * da, b - length * db)
            if trial <= value + FLAT:
                break
            length /= 2
        else:
            break
        a, b, value, shares = a - length * da, b - length * db, trial, tried
    return shares


def _dual(groups: Sequence[_Group], variance: float, a: float, b: float) -> tuple[float, list[float]]:
    """The dual at a point, and the shares there."""
    heights = [a * g.mean + b * g.square for g in groups]
    top = max(heights)
    weights = [g.size * math.exp(h - top) for g, h in zip(groups, heights, strict=True)]
    total = math.fsum(weights)
    return top + math.log(total) - b * variance, [w / total for w in weights]


def _newton(
    groups: Sequence[_Group], shares: Sequence[float], mean: float, square: float, off: float
) -> tuple[float, float]:
    """The step: the covariance of the features, solved in the sense of least squares."""
    aa = math.fsum(p * (g.mean - mean) ** 2 for p, g in zip(shares, groups, strict=True))
    ab = math.fsum(p * (g.mean - mean) * (g.square - square) for p, g in zip(shares, groups, strict=True))
    bb = math.fsum(p * (g.square - square) ** 2 for p, g in zip(shares, groups, strict=True))
    determinant = aa * bb - ab * ab
    if determinant > 1e-14 * max(aa * bb, 1e-300):
        return (bb * mean - ab * off) / determinant, (aa * off - ab * mean) / determinant
    trace = aa + bb or 1.0  # one direction alone: along it
    return (aa * mean + ab * off) / trace**2, (ab * mean + bb * off) / trace**2


def _held(noises: Sequence[int], parameters: Parameters, count: int) -> list[float]:
    """The row in which exactly the least share stays. Raises Infeasible, never lowers it."""
    stays = parameters.stays or 0.0
    others, wanted = [v for v in noises if v != 0], parameters.variance / (1 - stays) if stays < 1 else math.inf
    rising = [v for v in others if v < 0]
    generators = _blocks(rising) + [(float(v), float(v * v)) for v in others if v > 0]
    low, high = _between(generators)
    if not low + EDGE < wanted < high - EDGE:
        raise Infeasible(count, parameters.variance, low * (1 - stays), high * (1 - stays))
    shares = [share * (1 - stays) for share in _solve(others, wanted, rising=len(rising))]
    if rising and shares[len(rising) - 1] > stays + CLOSE:
        raise Infeasible(count, parameters.variance, low * (1 - stays), high * (1 - stays))
    return [*shares[: len(rising)], stays, *shares[len(rising) :]]


def _between(generators: Sequence[tuple[float, float]]) -> tuple[float, float]:
    seconds = [s for m, s in generators if m == 0]
    for low_mean, low_square in [g for g in generators if g[0] < 0]:
        for high_mean, high_square in [g for g in generators if g[0] > 0]:
            weight = high_mean / (high_mean - low_mean)
            seconds.append(weight * low_square + (1 - weight) * high_square)
    return min(seconds, default=math.inf), max(seconds, default=-math.inf)
