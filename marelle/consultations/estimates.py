"""How sure a figure of children who chose to answer is: design effects, differences, ratios, associations.

Pure (specs/disclosure.md, sections 6, 9 and 11). Agrees with R `survey` 4.1 to 1e-9: `make test-r`. The interval of a share
is in `tables.py`; what this page says of true sheets leaves the worker rounded, or as one of four classes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marelle.consultations.tables import Z

FEW_SITES = 60  # below, the spread between sites is itself unsure: quantile of Student's law, section 9
ASSOCIATION_FLOOR = 1000  # children behind an association, section 11
CLASSES = (0.001, 0.01, 0.05)  # section 11; the last class is "not shown to differ", written None

Floats = NDArray[np.float64]


def kish(n: int, total: int, squares: int) -> float:
    """Kish's design effect of n weights that add to `total`, their squares to `squares`: n Σw² / (Σw)²; 1 for nobody.

    From sums of whole thousandths it is exact, whatever the engine that added them (Kish 1965, Survey Sampling, 11.7).
    """
    return n * squares / (total * total) if total else 1.0


# Sites ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Estimate:
    """A mean or a total of sheets that came by sites. `variance`: None with fewer than two sites."""

    value: float
    variance: float | None
    sites: int

    @property
    def error(self) -> float | None:
        """The standard error."""
        return None if self.variance is None else math.sqrt(self.variance)


def mean_of(outcome: ArrayLike, weights: ArrayLike, site: ArrayLike) -> Estimate:
    """The weighted mean of an outcome (1 or 0 for a share), and its variance between sites (section 9).

    z = w (y - p) / Σw, u its sum in each of m sites, variance = m/(m-1) Σ (u - mean u)²: linearisation, sites drawn with
    replacement. One number a sheet in each array; `site`: any label.
    """
    y, w = np.asarray(outcome, np.float64), np.asarray(weights, np.float64)
    whole = float(np.sum(w))
    mean = float(np.sum(w * y)) / whole
    return Estimate(mean, *_between_sites(w * (y - mean) / whole, site))


def total_of(outcome: ArrayLike, weights: ArrayLike, site: ArrayLike) -> Estimate:
    """The weighted total of an outcome, and its variance between sites."""
    y, w = np.asarray(outcome, np.float64), np.asarray(weights, np.float64)
    return Estimate(float(np.sum(w * y)), *_between_sites(w * y, site))


def cluster_design(outcome: ArrayLike, weights: ArrayLike, site: ArrayLike) -> float | None:
    """The design effect of a share by sites: its variance over p(1-p)/n; None with one site, or a share of 0 or 1."""
    share, n = mean_of(outcome, weights, site), len(np.asarray(weights))
    alone = share.value * (1 - share.value) / n
    return None if share.variance is None or alone <= 0 else share.variance / alone


def interval_design(by_weights: float, by_sites: float | None, sites: int) -> float:
    """The design effect that enters an interval made with the normal quantile: the larger of the two (section 9).

    With fewer than 60 sites it also carries Student's quantile, as (t/z)²: Wilson's interval knows z²/n alone. `by_sites`
    None: unknown, the weights' is all there is.
    """
    if by_sites is None:
        return by_weights
    return max(by_weights, by_sites) * (quantile(sites) / Z) ** 2


def quantile(sites: int) -> float:
    """How many standard errors an interval of 95 % goes to each side: Student's with m - 1 degrees under 60 sites, else z."""
    return t_quantile(sites - 1) if sites < FEW_SITES else Z


def _between_sites(values: Floats, site: ArrayLike) -> tuple[float | None, int]:
    labels, of_sheet = np.unique(np.asarray(site), return_inverse=True)
    m = len(labels)
    if m < 2:
        return None, m
    sums = np.bincount(of_sheet.ravel(), weights=values, minlength=m)
    return float(m / (m - 1) * np.sum((sums - np.mean(sums)) ** 2)), m


# Comparisons of published shares -------------------------------------------------------------------------------------
def differ(first: float, second: float, variances: tuple[float, float]) -> int:
    """1 when the first share is the higher beyond noise, -1 when it is the lower, 0 when nothing may be said (section 6)."""
    apart = first - second
    if abs(apart) <= Z * math.sqrt(variances[0] + variances[1]):
        return 0
    return 1 if apart > 0 else -1


@dataclass(frozen=True)
class Ratio:
    """How many times as often, with its ends, to the nearest tenth."""

    ratio: float
    low: float
    high: float


def risk_ratio(first: float | None, second: float | None, effective: tuple[float, float]) -> Ratio | None:
    """How many times as often the first share occurs as the second, from published shares alone (section 11).

    Shares 0 to 1, None where coded; effective: children each is worth. exp(ln(p1/p2) ± z √(Σ (1-p)/(p n))), Katz et al.
    1978. None when a share is coded or is 0 or 1.
    """
    if first is None or second is None or not (0 < first < 1 and 0 < second < 1):
        return None
    spread = math.sqrt(sum((1 - p) / (p * n) for p, n in zip((first, second), effective, strict=True)))
    middle = math.log(first / second)
    return Ratio(*(_rounded(math.exp(middle + side * Z * spread), 10) for side in (0, -1, 1)))


# Associations --------------------------------------------------------------------------------------------------------
def cramer(counts: ArrayLike) -> float | None:
    """Cramér's V of a table of (weighted) counts, to the nearest hundredth; None without two rows and two columns."""
    shares = _filled(np.asarray(counts, np.float64))
    least = min(shares.shape) - 1
    return _rounded(math.sqrt(_pearson(shares) / least), 100) if least >= 1 else None


def rao_scott(row: ArrayLike, column: ArrayLike, weights: ArrayLike, site: ArrayLike) -> float | None:
    """The p-value of no association between two answers of the same sheets; None when it cannot be told.

    Pearson's statistic over the trace of the design effects of its contrasts, referred to F with Satterthwaite's degrees
    (Rao & Scott 1984, Annals of Statistics 12; Thomas & Rao 1987). None under 1000 sheets, with one row, column or site.
    Not for publication: `association_classes` is.
    """
    labels = [np.unique(np.asarray(each), return_inverse=True) for each in (site, row, column)]
    shape = [len(names) for names, _place in labels]
    cell = np.ravel_multi_index([place.ravel() for _names, place in labels], shape)
    sums = np.bincount(cell, weights=np.asarray(weights, np.float64), minlength=math.prod(shape))
    return rao_scott_of_sums(sums.reshape(shape), len(cell))


def rao_scott_of_sums(sums: ArrayLike, children: int) -> float | None:
    """The same from the weights added up: sites × rows × columns, of so many sheets. Empty rows and columns are left out."""
    inside = np.asarray(sums, np.float64)
    inside = inside[:, inside.sum(axis=(0, 2)) > 0][:, :, inside.sum(axis=(0, 1)) > 0]
    sites, rows, columns = inside.shape
    if children < ASSOCIATION_FLOOR or min(rows, columns) < 2 or sites < 2:
        return None
    shares = inside.sum(axis=0) / inside.sum()
    effects = _effects(shares, _covariance(inside / inside.sum(), shares), children)
    trace = 0.0 if effects is None else float(np.trace(effects))
    if effects is None or trace < 1e-9:  # every site is the whole in small: how much they differ is unknown
        return None
    degrees = trace**2 / float(np.trace(effects @ effects))
    return f_tail(children * _pearson(shares) / trace, degrees, degrees * (sites - 1))


def ranks_differ(shares: ArrayLike, bases: Sequence[float], worth: Sequence[float]) -> float | None:
    """The p-value of no difference between groups in answers that have an order, from published shares alone; None when it cannot be told.

    Each answer counts for its mean rank among all children, 0 to 1; then the groups' means are compared by F (Conover & Iman
    1981, The American Statistician 35), each group worth so many children, not so many as it has: its shares carry noise and weights.
    `shares`: groups × answers in order. None with one group, or one answer. That children of one site answer alike is not counted.
    """
    counts = np.asarray(shares, np.float64)
    sums = counts.sum(axis=1)
    told = (sums > 0) & (np.asarray(worth) > 0)
    inside = counts[told] / sums[told, None]
    size, n = np.asarray(bases, np.float64)[told], np.asarray(worth, np.float64)[told]
    if len(inside) < 2 or n.sum() <= len(inside):
        return None
    everyone = size @ inside / size.sum()
    ranks = np.cumsum(everyone) - everyone / 2
    means = inside @ ranks
    within = float(n @ (inside @ ranks**2 - means**2)) / (n.sum() - len(inside))
    between = float(n @ (means - n @ means / n.sum()) ** 2) / (len(inside) - 1)
    if within < 1e-12:  # everybody gave the same answer
        return None
    return f_tail(float(between / within), len(inside) - 1, float(n.sum()) - len(inside))


def association_classes(p_values: Sequence[float]) -> list[float | None]:
    """Of all questions of one page after Holm: .001, .01 or .05 for below it, None for not shown to differ (section 11).

    Holm 1979: the k-th smallest of m is multiplied by m - k + 1, and none falls below one before it.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    found: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, (len(p_values) - rank) * p_values[place])
        found[place] = next((limit for limit in CLASSES if highest < limit), None)
    return found


def _filled(counts: Floats) -> Floats:
    """Shares of the whole, without empty rows and columns."""
    kept = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    return kept / np.sum(kept) if kept.size else kept


def _pearson(shares: Floats) -> float:
    """Pearson's statistic for one child: Σ (p - p. p.)² / (p. p.)."""
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(np.sum((shares - expected) ** 2 / expected))


def _covariance(inside: Floats, shares: Floats) -> Floats:
    """The covariance of the shares of cells between sites; `inside`: what each site adds to each."""
    m = len(inside)
    flat = inside.reshape(m, -1)
    sums = flat - np.outer(flat.sum(axis=1), shares.ravel())  # their mean is 0
    covariance: Floats = m / (m - 1) * sums.T @ sums
    return covariance


def _effects(shares: Floats, spread: Floats, n: int) -> Floats | None:
    """The generalised design effects of the contrasts of interaction; None when a contrast has no variance."""
    contrasts = np.kron(*(np.eye(size)[:, 1:] - 1 / size for size in shares.shape))
    flat = shares.ravel()
    inverse = np.divide(1.0, flat, out=np.zeros(len(flat)), where=flat > 0)
    scaled = contrasts * inverse[:, None]
    alone = contrasts.T @ scaled / n
    return None if np.linalg.matrix_rank(alone) < len(alone) else np.linalg.solve(alone, scaled.T @ spread @ scaled)


def _rounded(value: float, parts: int) -> float:
    return math.floor(value * parts + 0.5) / parts


# Laws ----------------------------------------------------------------------------------------------------------------
def t_quantile(degrees: int, probability: float = 0.975) -> float:
    """The value a Student variable stays below with this probability, .5 to 1; by halving, to the last bits of a float.

    Raises ValueError without a degree of freedom, or with a probability outside .5 to 1 (1 excluded).
    """
    if degrees < 1 or not 0.5 <= probability < 1:
        raise ValueError(f"No quantile of Student's law for {degrees} degrees and {probability:g}.")
    low, high = 0.0, 1.0
    while t_tail(high, degrees) > 1 - probability:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_tail(middle, degrees) > 1 - probability else (low, middle)
    return high


def t_tail(value: float, degrees: int) -> float:
    """How often a Student variable is above a value of 0 or more."""
    return incomplete_beta(degrees / (degrees + value * value), degrees / 2, 0.5) / 2


def f_tail(value: float, above: float, below: float) -> float:
    """How often an F variable is above a value of 0 or more; degrees need not be whole."""
    return incomplete_beta(below / (below + above * value), below / 2, above / 2)


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, x from 0 to 1, a and b above 0 (DLMF 8.17.22, by Lentz's method)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # where the fraction settles slowly, its mirror does not
        return 1 - incomplete_beta(1 - x, b, a)
    ends = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(ends) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    tiny, most = 1e-300, 10_000
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    found = d
    for m in range(1, most):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away(1 + term * d, tiny)
            c = _away(1 + term / c, tiny)
            found *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return found


def _away(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
