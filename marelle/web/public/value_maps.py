"""A map of values, a colour an area: what is not measured is hatched, where nobody is stays blank. Plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marelle.territories.figures import Drawing, Outline, outlines
from marelle.territories.states import TerritoryKind
from marelle.web.public.maps import MOST_STEPS, Box, box_of


@dataclass(frozen=True)
class Step:
    """One colour of the legend: from `least` to `most`, both in it."""

    number: int
    least: Decimal
    most: Decimal


@dataclass(frozen=True)
class ValueMap:
    """What `public/value_map.html` draws."""

    drawing: Drawing
    steps: list[Step]
    land: SafeString
    has_unmeasured: bool

    @property
    def boxes(self) -> list[Box]:
        return [box_of(frame) for frame in self.drawing.frames if frame.label and frame.label_at]


def of_values(values: Mapping[str, Decimal | None], words: Any) -> ValueMap:
    """Départements by their value: None where somebody is and nothing is measured; absent where nobody is.

    `words(value)`: how the drawing writes one.
    """
    drawing = outlines(TerritoryKind.DEPARTEMENT)
    steps = steps_for(value for value in values.values() if value is not None)
    land = "".join(
        _shape(outline, values[outline.code], steps, words) if outline.code in values else _blank(outline)
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


def _shape(outline: Outline, value: Decimal | None, steps: list[Step], words: Any) -> str:
    if value is None:
        look, told = 'class="missing" fill="url(#hatch)"', _("not measured")
    else:
        number = next(step.number for step in steps if step.least <= value <= step.most)
        look, told = f'class="step-{number}"', words(value)
    return f'<path {look} d="{escape(outline.path)}"><title>{escape(outline.name)}, {escape(told)}</title></path>'
