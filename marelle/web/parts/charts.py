"""Geometry of the charts drawn by the server: values in, coordinates out. The table of the same figures stands beside each."""

from dataclasses import dataclass
from decimal import Decimal

STRIP_WIDTH, STRIP_MARGIN = 320, 12  # units of the drawing: a telephone's width, so that letters keep their size


@dataclass(frozen=True)
class Strip:
    """A spread on one line, in units of the drawing: the quartiles as a bar cut at the median, the ends as a line.

    `own`, `whole`: where two single values stand; None when they are not known.
    """

    least: int
    low: int
    median: int
    high: int
    most: int
    own: int | None
    whole: int | None

    @property
    def before_median(self) -> int:
        """Width of the bar up to the median, which is a gap of two units."""
        return max(self.median - self.low - 1, 1)

    @property
    def after_median(self) -> int:
        """Width of the bar from the median on."""
        return max(self.high - self.median - 1, 1)


def strip(
    ends: tuple[Decimal, Decimal],
    quartiles: tuple[Decimal, Decimal, Decimal],
    own: Decimal | None,
    whole: Decimal | None,
) -> Strip:
    """Every value on one scale, the smallest of them at the left margin and the greatest at the right one."""
    known = [*ends, *(value for value in (own, whole) if value is not None)]
    first, last = min(known), max(known)
    room = STRIP_WIDTH - 2 * STRIP_MARGIN

    def at(value: Decimal) -> int:
        return STRIP_MARGIN + (round((value - first) / (last - first) * room) if last > first else room // 2)

    low, median, high = (at(value) for value in quartiles)
    single = [None if value is None else at(value) for value in (own, whole)]
    return Strip(at(ends[0]), low, median, high, at(ends[1]), *single)
