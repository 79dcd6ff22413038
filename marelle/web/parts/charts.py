"""Geometry of the charts drawn by the server: values in, coordinates out. The table of the same figures stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

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


@dataclass(frozen=True)
class Tile:
    """One square of a wall: its number, its shade (0: hatched, nothing known), what it says, where it stands."""

    code: str
    step: int
    summary: str
    x: int
    y: int
    middle: int
    foot: int


ACROSS, TILE, ROW = 7, 44, 64  # squares in a row, side of one, height of a row with its number


def tiles(values: Sequence[tuple[str, int, str]]) -> list[Tile]:
    """Squares in rows of seven, as wide as a telephone: the number above, the shade below. `values`: code, shade, words."""
    laid = []
    for place, (code, step, words) in enumerate(values):
        row, column = divmod(place, ACROSS)
        x, y = column * TILE + 2, row * ROW
        laid.append(Tile(code, step, words, x, y + 18, x + TILE // 2 - 2, y + 14))
    return laid


# Over time -----------------------------------------------------------------------------------------------------------
WIDTH, HEIGHT = 320, 200  # a telephone's width, as above
LEFT, RIGHT, TOP, FOOT = 56, 8, 12, 28  # room for the words on each side
MOST_YEARS = 6  # written under the axis: more would touch
DASHES = ("", "8 4", "2 4")  # lines are never told by colour alone

Known = tuple[date, Decimal | None]


@dataclass(frozen=True)
class Mark:
    """A point or a word of the drawing."""

    x: int
    y: int
    words: str = ""


@dataclass(frozen=True)
class Trace:
    """One line. It breaks where nothing was known. `marks`: its points; `last`: the newest known, None without any."""

    name: str
    dash: str
    path: str
    marks: list[Mark]

    @property
    def last(self) -> Mark | None:
        return self.marks[-1] if self.marks else None


@dataclass(frozen=True)
class Chart:
    """What `parts/line_chart.html` draws. `years`, `levels`: the words of both axes; `target`: height of its line."""

    traces: list[Trace]
    years: list[Mark]
    levels: list[Mark]
    target: int | None

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def axis(self) -> str:
        return f"M{LEFT} {TOP}V{HEIGHT - FOOT}H{WIDTH - RIGHT}"

    @property
    def aim(self) -> str:
        """The line of the target, from one side of the drawing to the other."""
        return f"M{LEFT} {self.target}H{WIDTH - RIGHT}"


@dataclass(frozen=True)
class Scale:
    """Days and values of a drawing, put on its canvas."""

    first: date
    last: date
    low: Decimal
    high: Decimal

    def x(self, day: date) -> int:
        whole = (self.last - self.first).days
        return LEFT + round((day - self.first).days / whole * (WIDTH - LEFT - RIGHT)) if whole else LEFT

    def y(self, value: Decimal) -> int:
        whole = self.high - self.low
        return HEIGHT - FOOT - (round((value - self.low) / whole * (HEIGHT - TOP - FOOT)) if whole else 0)


def over_time(
    series: Sequence[tuple[Any, Sequence[Known]]],
    *,
    ends: tuple[Decimal, Decimal] | None = None,
    target: Decimal | None = None,
    holds: bool = False,
    until: date | None = None,
    words: Any = str,
) -> Chart | None:
    """Lines over time, at most three. None when no value is known.

    `ends`: the least and the greatest of the upright axis, else those of the values. `holds`: a value stays until the
    next one (steps), until the day `until`. `words(value)`: how the upright axis writes it.
    """
    days = [day for _name, points in series for day, _value in points] + ([until] if until else [])
    values = [value for _name, points in series for _day, value in points if value is not None]
    if not values:
        return None
    low, high = ends or _ends([*values, *([] if target is None else [target])])
    scale = Scale(min(days), max(days), low, high)
    traces = [
        Trace(str(name), dash, *_drawn(points, scale, holds=holds, until=until))
        for (name, points), dash in zip(series, DASHES, strict=False)
    ]
    levels = [Mark(LEFT - 6, scale.y(value), words(value)) for value in sorted({low, (low + high) / 2, high})]
    return Chart(traces, _years(scale), levels, None if target is None else scale.y(target))


def _drawn(points: Sequence[Known], scale: Scale, *, holds: bool, until: date | None) -> tuple[str, list[Mark]]:
    pieces, marks, is_drawing = [], [], False
    for day, value in sorted(points, key=lambda point: point[0]):
        x = scale.x(day)
        if value is None:
            pieces += [f"H{x}"] if is_drawing and holds else []
            is_drawing = False
            continue
        y = scale.y(value)
        pieces.append((f"H{x}V{y}" if holds else f"L{x} {y}") if is_drawing else f"M{x} {y}")
        marks.append(Mark(x, y))
        is_drawing = True
    if holds and until and is_drawing:
        pieces.append(f"H{scale.x(until)}")
        marks.append(Mark(scale.x(until), marks[-1].y))
    return "".join(pieces), marks


def _ends(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """From nothing when no value is below it: a small change must not look large."""
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)
    return (low, high) if high > low else (Decimal(0), Decimal(1))


def _years(scale: Scale) -> list[Mark]:
    """The first days of years, a few of them; the two ends when there is none."""
    found = [date(year, 1, 1) for year in range(scale.first.year, scale.last.year + 1)]
    found = [day for day in found if scale.first <= day <= scale.last]
    step = -(-len(found) // MOST_YEARS) or 1
    marks = [Mark(scale.x(day), HEIGHT - 4, str(day.year)) for day in found[::step]]
    return marks or [Mark(LEFT, HEIGHT - 4, f"{scale.first:%m/%Y}")]
