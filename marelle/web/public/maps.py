"""The map of members, drawn here: a point each up to a thousand, then one colour a département, or a grid of dots
where nobody drew the places. Plain values, no database.

Shapes and points are written here, not by the template: there may be a thousand of them on a page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from marelle.accounts.states import OrganisationKind
from marelle.mandates.queries.members import Cell, Place
from marelle.territories.figures import Drawing, Outline, dots_at, outlines, sheet
from marelle.territories.states import TerritoryKind
from marelle.web.parts.value_maps import MOST_STEPS, Box, box_of

MOST_POINTS = 1000  # contract of `/villes`: above, points hide one another and weigh more than the page may
CELLS_ACROSS = 40  # squares of the grid: its dots hardly touch
LEAST_DOT, MOST_DOT = 3.0, 12.0  # radius of a dot, in the units of the drawing: its surface says how many


@dataclass(frozen=True)
class Point:
    """A member on the canvas, in the drawing's units, written as SVG reads them in any language."""

    code: str
    name: str
    kind: str
    x: str
    y: str


@dataclass(frozen=True)
class Cluster:
    """Members close to one another, as one dot on the canvas."""

    x: str
    y: str
    radius: str
    members: int


@dataclass(frozen=True)
class Shape:
    """A territory on the canvas: how many members, and which step of the legend (0: none)."""

    code: str
    name: str
    path: str
    members: int
    step: int


@dataclass(frozen=True)
class Step:
    """One line of the legend: from `least` to `most` members."""

    number: int
    least: int
    most: int


@dataclass(frozen=True)
class Map:
    """What the template draws. `outside`: members no frame shows, told in words."""

    drawing: Drawing
    points: list[Point]
    shapes: list[Shape]
    steps: list[Step]
    members: int
    outside: int
    clusters: list[Cluster] = field(default_factory=list)

    @property
    def view_box(self) -> str:
        return self.drawing.view_box

    @property
    def boxes(self) -> list[Box]:
        """Frames drawn with an edge and a name: overseas, Paris and its ring."""
        return [box_of(frame) for frame in self.drawing.frames if frame.label and frame.label_at]

    @property
    def land(self) -> SafeString:
        """The outlines, as SVG: plain under points, coloured by area above a thousand members."""
        if not self.is_by_area:
            return plain_land(self.drawing)
        return mark_safe("".join(map(_area, self.shapes)))  # every word is escaped in _area

    @property
    def marks(self) -> SafeString:
        """The points, as SVG."""
        if self.is_by_grid:
            return mark_safe("".join(map(_gathered, self.clusters)))  # numbers only
        return mark_safe("".join(_mark(point, self.radius) for point in self.points))  # no word in it

    @property
    def linked_marks(self) -> SafeString:
        """The points, as SVG, each leading to its member's page; out of tab order, the list is their twin."""
        if self.is_by_grid:
            return self.marks
        return mark_safe("".join(_linked(point, self.radius) for point in self.points))  # escaped in _linked

    @property
    def radius(self) -> float:
        """Smaller points when there are many."""
        return 5 if len(self.points) <= 400 else 3.5

    @property
    def shows_nobody(self) -> bool:
        """Whether there are members, and no frame shows any of them: their coordinates are unknown."""
        return 0 < self.members == self.outside

    @property
    def is_sheet(self) -> bool:
        """Whether nobody drew these places: points alone, on a blank sheet."""
        return not self.drawing.outlines

    @property
    def is_by_area(self) -> bool:
        return bool(self.steps)

    @property
    def is_by_grid(self) -> bool:
        return bool(self.clusters)


def of_cells(cells: Iterable[Cell], members: int) -> Map | None:
    """A dot for each square of a grid, on a blank sheet: too many members for a point each, and nobody drew their places.

    None when no place is known.
    """
    known = list(cells)
    if not known:
        return None
    drawing, most = sheet((cell.lon, cell.lat) for cell in known), max(cell.members for cell in known)
    clusters = []
    for cell in known:
        dot = drawing.frames[0].place(cell.lon, cell.lat)
        radius = LEAST_DOT + (MOST_DOT - LEAST_DOT) * (cell.members / most) ** 0.5
        clusters.append(Cluster(f"{dot.x:.1f}", f"{dot.y:.1f}", f"{radius:.1f}", cell.members))
    return Map(drawing, [], [], [], members, members - sum(cell.members for cell in known), clusters)


def of_points(places: Iterable[Place], members: int, kind: str = TerritoryKind.DEPARTEMENT) -> Map:
    """A point for each place, once in each frame that shows it; on a blank sheet when no outline shows any of them."""
    places, drawing = list(places), outlines(kind)
    points, shown = [], 0
    for place in places:
        dots = dots_at(place.departement or "", place.lon, place.lat, drawing)
        points += [Point(place.code, place.name, place.kind, f"{dot.x:.1f}", f"{dot.y:.1f}") for dot in dots]
        shown += bool(dots)
    if not points:
        return on_a_sheet(places, members) or Map(drawing, [], [], [], members, members)
    return Map(drawing, points, [], [], members, members - shown)


def on_a_sheet(places: Iterable[Place], members: int) -> Map | None:
    """Places nobody drew, by their coordinates; None when none has any."""
    known = [(place, place.lon, place.lat) for place in places if place.lon is not None and place.lat is not None]
    if not known:
        return None
    drawing = sheet((lon, lat) for _place, lon, lat in known)
    dots = [(place, drawing.frames[0].place(lon, lat)) for place, lon, lat in known]
    points = [Point(place.code, place.name, place.kind, f"{dot.x:.1f}", f"{dot.y:.1f}") for place, dot in dots]
    return Map(drawing, points, [], [], members, members - len(points))


def of_areas(counts: dict[str, int], members: int, kind: str = TerritoryKind.DEPARTEMENT) -> Map:
    """A colour for each area, from its count of members."""
    drawing = outlines(kind)
    steps = steps_for(counts.get(outline.code, 0) for outline in drawing.outlines)
    shapes = [_shape(outline, counts, steps) for outline in (*drawing.outlines, *drawing.insets)]
    shown = sum(counts.get(outline.code, 0) for outline in drawing.outlines)
    return Map(drawing, [], shapes, steps, members, members - shown)


def steps_for(counts: Iterable[int]) -> list[Step]:
    """At most five steps of about as many areas each; the counts they hold never overlap. Empty without members."""
    known = sorted(count for count in counts if count > 0)
    if not known:
        return []
    marks = sorted({known[(len(known) * part - 1) // MOST_STEPS] for part in range(1, MOST_STEPS + 1)} | {known[-1]})
    marks = marks[-MOST_STEPS:]
    starts = [1, *(mark + 1 for mark in marks[:-1])]
    return [Step(number, least, most) for number, (least, most) in enumerate(zip(starts, marks, strict=True), start=1)]


@cache
def plain_land(drawing: Drawing) -> SafeString:
    """Every outline of a drawing, as SVG: the same for everyone, written once."""
    paths = (f'<path class="land" d="{escape(o.path)}"/>' for o in (*drawing.outlines, *drawing.insets))
    return mark_safe("".join(paths))  # escaped above


def _area(shape: Shape) -> str:
    look = f'class="step-{shape.step}"' if shape.step else 'class="missing" fill="url(#hatch)"'
    return f'<path {look} d="{escape(shape.path)}"><title>{escape(shape.name)}, {shape.members}</title></path>'


def _mark(point: Point, radius: float, title: str = "") -> str:
    if point.kind != OrganisationKind.INTERCOMMUNALITY:
        return f'<circle class="member" cx="{point.x}" cy="{point.y}" r="{radius}">{title}</circle>'
    side = f'x="-{radius}" y="-{radius}" width="{2 * radius:g}" height="{2 * radius:g}"'
    turned = f'transform="translate({point.x} {point.y}) rotate(45)"'
    return f'<rect class="member group" {side} {turned}>{title}</rect>'


def _gathered(cluster: Cluster) -> str:
    title = f"<title>{cluster.members}</title>"
    return f'<circle class="member" cx="{cluster.x}" cy="{cluster.y}" r="{cluster.radius}">{title}</circle>'


def _linked(point: Point, radius: float) -> str:
    address = reverse("public:city", args=[point.code])
    return f'<a href="{address}" tabindex="-1">{_mark(point, radius, f"<title>{escape(point.name)}</title>")}</a>'


def _shape(outline: Outline, counts: dict[str, int], steps: list[Step]) -> Shape:
    members = counts.get(outline.code, 0)
    step = next((step.number for step in steps if step.least <= members <= step.most), 0)
    return Shape(outline.code, outline.name, outline.path, members, step)
