"""The rules of published tables, one column at a time, in plain Python: what the arrays of `tables.py` are compared with."""

import math
from bisect import bisect_right

from marelle.consultations.tables import BASE_STEP, CODED, COUNT_STEP, ENDS, FINE, REFUSAL_STEP, Z


def moved(noise, children, key):
    """The count with its noise."""
    if children == 0:
        return 0
    row = min(children, noise.last)
    return children + int(noise.moves[row][bisect_right(list(noise.bounds[row]), key)])


def published(noise, cells, *, weights=None, outside=(0, 0), design=1.0):
    """Share, low, high, edge, effective, count of each cell (children, key), then base and refused per cent."""
    counts = [moved(noise, children, key) for children, key in cells]
    heavy = counts
    if weights:
        heavy = [
            n * (weight / children if children else 0.0)
            for n, weight, (children, _k) in zip(counts, weights, cells, strict=True)
        ]
    total = sum(heavy)
    children = sum(counts)
    refused = moved(noise, *outside)
    decimals = 0 if children < FINE else 1
    edge = next(edge for limit, edge in CODED if children < limit)
    shares = [part / total if total else 0.0 for part in heavy]
    rows = []
    for n, share, percent in zip(
        counts, shares, to_a_hundred([100 * share for share in shares], decimals), strict=True
    ):
        if not children:
            rows.append((None, None, None, 0, -1, -1))
        elif percent <= edge or percent >= 100 - edge:
            rows.append((None, None, None, -edge if percent <= edge else edge, -1, -1))
        else:
            worth = effective(share, children, noise.variance, len(cells), design)
            low, high = (min(max(half_up(100 * end * ENDS) / ENDS, edge), 100 - edge) for end in wilson(share, worth))
            ends = (min(low, percent), max(high, percent))
            rows.append((percent, *ends, 0, worth, half_up(n / COUNT_STEP) * COUNT_STEP))
    everyone = children + refused
    share_refused = half_up((100 * refused / everyone if everyone else 0) / REFUSAL_STEP) * REFUSAL_STEP
    return rows, half_up(children / BASE_STEP) * BASE_STEP, share_refused


def to_a_hundred(percents, decimals):
    """Rounded so that they add to 100: the largest remainders go up, the first of equals."""
    if not any(percents):
        return [0.0 for _each in percents]
    scale = 10**decimals
    floors = [math.floor(percent * scale + 1e-9) for percent in percents]
    missing = 100 * scale - sum(floors)
    order = sorted(range(len(percents)), key=lambda place: (floors[place] - percents[place] * scale, place))
    for place in order[:missing]:
        floors[place] += 1
    return [floor / scale for floor in floors]


def effective(share, children, variance, options, design):
    near = min(max(share, 0.5 / children), 1 - 0.5 / children)
    noise = variance * ((1 - near) ** 2 + (options - 1) * near**2) / children**2
    return max(math.floor(near * (1 - near) / (design * near * (1 - near) / children + noise)), 1)


def wilson(share, worth):
    turned = 1 + Z**2 / worth
    centre = (share + Z**2 / (2 * worth)) / turned
    half = Z / turned * math.sqrt(share * (1 - share) / worth + Z**2 / (4 * worth**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def half_up(value):
    return math.floor(value + 0.5)
