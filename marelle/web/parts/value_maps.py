"""A map of values, a colour an area: what is not measured is hatched, where nobody is stays blank. Plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marelle.territories.figures import Drawing, Frame, Outline, outlines
from marelle.territories.states import TerritoryKind

MOST_STEPS = 5
HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch-line" d="M0 0v6"/></pattern></defs>'
)


@dataclass(frozen=True)
class Box:
    """A frame drawn round an inset, with its name."""

    path: str
    label: str
    x: str
    y: str


@dataclass(frozen=True)
class Step:
    """One colour of the legend: from `least` to `most`, both in it."""

    number: int
    least: Decimal
    most: Decimal


@dataclass(frozen=True)
class ValueMap:
    """What a figure frames: the drawing, and what its colours mean."""

    drawing: Drawing
    steps: list[Step]
    land: SafeString
    has_unmeasured: bool

    @property
    def svg(self) -> SafeString:
        """The whole drawing: areas, then the boxes of what lies overseas."""
        boxes = "".join(_boxed(box_of(f)) for f in self.drawing.frames if f.label and f.label_at)
        head = f'<svg viewBox="{self.drawing.view_box}" aria-hidden="true" focusable="false">'
        return mark_safe(f"{head}{HATCH}<g>{self.land}</g>{boxes}</svg>")  # every word is escaped below


def of_values(values: Mapping[str, Decimal | None], words: Any, untold: str = "") -> ValueMap:
    """Départements by their value: None where somebody is and nothing may be said; absent where nobody is.

    `words(value)`: how the drawing writes one. `untold`: what it says of None, "not measured" unless told otherwise.
    """
    untold = untold or _("not measured")
    drawing = outlines(TerritoryKind.DEPARTEMENT)
    steps = steps_for(value for value in values.values() if value is not None)
    land = "".join(
        _shape(outline, _told(values[outline.code], steps, words, untold))
        if outline.code in values
        else _blank(outline)
        for outline in (*drawing.outlines, *drawing.insets)
    )
    return ValueMap(
        drawing, steps, mark_safe(land), None in values.values()
    )  # every word is escaped in _shape and _blank


def steps_for(values: Iterable[Decimal]) -> list[Step]:
    """At most five steps of about as many areas each; a value stands in one of them alone."""
    known = sorted(values)
    if not known:
        return []
    marks = sorted({known[(len(known) * part - 1) // MOST_STEPS] for part in range(1, MOST_STEPS + 1)} | {known[-1]})
    marks = marks[-MOST_STEPS:]
    steps: list[Step] = []
    for number, most in enumerate(marks, start=1):
        held = [value for value in known if value <= most and (not steps or value > steps[-1].most)]
        steps.append(Step(number, held[0], most))
    return steps


def _blank(outline: Outline) -> str:
    return f'<path class="land" d="{escape(outline.path)}"/>'


def _told(value: Decimal | None, steps: list[Step], words: Any, untold: str) -> tuple[str, str]:
    """How a value looks, and what is said of it."""
    if value is None:
        return 'class="missing" fill="url(#hatch)"', untold
    return f'class="step-{next(s.number for s in steps if s.least <= value <= s.most)}"', words(value)


def _shape(outline: Outline, told: tuple[str, str]) -> str:
    look, words = told
    return f'<path {look} d="{escape(outline.path)}"><title>{escape(outline.name)}, {escape(words)}</title></path>'


def box_of(frame: Frame) -> Box:
    x, y, width, height = frame.box
    label_x, label_y = frame.label_at or (x, y)
    return Box(f"M{x} {y}h{width}v{height}h-{width}z", frame.label, f"{label_x}", f"{label_y}")


def _boxed(box: Box) -> str:
    long = ' class="long"' if len(box.label) > 20 else ""
    label = f'<text{long} x="{box.x}" y="{box.y}" text-anchor="middle">{escape(box.label)}</text>'
    return f'<path class="inset" d="{box.path}"/>{label}'
