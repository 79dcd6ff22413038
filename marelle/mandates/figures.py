"""Arithmetic of readings and mandates: plain values in, plain values out."""

from collections.abc import Sequence

MAX_POINTS = 4  # of a criterion, the framework's scale is 0 to 4


def weighted_total(scores: Sequence[tuple[int | None, int]]) -> float | None:
    """Points × weights as a share of the most one can get, 0 to 100; None while a criterion is not scored.

    `scores`: (points 0 to 4 or None, weight) per criterion.
    """
    if not scores or any(points is None for points, _weight in scores):
        return None
    weights = sum(weight for _points, weight in scores)
    return 100 * sum((points or 0) * weight for points, weight in scores) / (MAX_POINTS * weights)
