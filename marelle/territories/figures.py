"""Where a place falls on the maps of the house: arithmetic alone, no geographic library, no database."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from marelle.territories.sources import FOLDER, read_page
from marelle.territories.states import TerritoryKind

EARTH_METRES = 6371007.181  # radius of the sphere with the area of WGS 84
SHEET_WIDTH, SHEET_HEIGHT, SHEET_MARGIN = 640, 640, 40  # a blank sheet, in units of the canvas
LEAST_METRES = 20_000  # across a blank sheet: one member alone stands in its middle
DRAWINGS = {TerritoryKind.DEPARTEMENT: "departements", TerritoryKind.REGION: "regions"}


class Dot(NamedTuple):
    """A place on the canvas, in the units of its drawing; y grows downwards."""

    frame: str
    x: float
    y: float


class Outline(NamedTuple):
    """The shape of a territory in one frame. `path` is the `d` of an SVG path."""

    code: str
    name: str
    frame: str
    label_at: tuple[float, float]
    path: str


class Placed(Protocol):
    """What has a point: a territory."""

    country: str
    lon: float | None
    lat: float | None
    departement: Any


@dataclass(frozen=True)
class Frame:
    """A window of the drawing with its own projection and scale, so the caption says that scales differ."""

    id: str
    label: str
    label_at: tuple[float, float] | None
    box: tuple[float, float, float, float]
    metres_per_unit: float
    departements: frozenset[str]
    projection: dict[str, Any]
    affine: dict[str, float]

    def place(self, lon: float, lat: float) -> Dot:
        """Where a longitude and a latitude, in degrees, fall on the canvas."""
        x, y = project(self.projection, lon, lat)
        return Dot(self.id, self.affine["dx"] + self.affine["scale"] * x, self.affine["dy"] - self.affine["scale"] * y)


@dataclass(frozen=True, eq=False)  # read once, hence itself: what is made from it may be kept
class Drawing:
    """Outlines of a country on one canvas. `insets` stand in `outlines` too: tell a screen reader of them once."""

    country: str
    width: int
    height: int
    frames: tuple[Frame, ...]
    outlines: tuple[Outline, ...]
    insets: tuple[Outline, ...]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"

    def frames_of(self, departement: str) -> list[Frame]:
        """The frames that show a département: the mainland or its own, and the enlarged one when it lies there."""
        return [frame for frame in self.frames if departement in frame.departements]


def project(projection: dict[str, Any], lon: float, lat: float) -> tuple[float, float]:
    """Metres east and north of the projection's origin, for degrees on WGS 84.

    Two projections: Lambert's conformal conic (Lambert-93) for the mainland, Lambert's azimuthal equal-area on a sphere
    for what lies overseas; formulas in `data/territories/README.md`.
    """
    turned, phi = math.radians(lon - projection["lon0"]), math.radians(lat)
    if projection["type"] == "lambert_conformal_conic":
        e = projection["e"]
        isometric = math.atanh(math.sin(phi)) - e * math.atanh(e * math.sin(phi))
        radius = projection["c"] * math.exp(-projection["n"] * isometric)
        angle = projection["n"] * turned
        return projection["xs"] + radius * math.sin(angle), projection["ys"] - radius * math.cos(angle)
    phi0 = math.radians(projection["lat0"])
    along = math.cos(phi) * math.cos(turned)
    scale = projection["radius"] * math.sqrt(2 / (1 + math.sin(phi0) * math.sin(phi) + math.cos(phi0) * along))
    return (
        scale * math.cos(phi) * math.sin(turned),
        scale * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * along),
    )


@cache
def outlines(kind: str = TerritoryKind.DEPARTEMENT, folder: Path = FOLDER) -> Drawing:
    """The drawing of départements or of régions, read once. Raises KeyError for a kind nobody drew."""
    name = DRAWINGS[TerritoryKind(kind)]
    page = json.loads((folder / f"{name}_svg.json").read_text(encoding="utf-8"))
    return Drawing(
        country=read_page(folder)["country"],
        width=page["width"],
        height=page["height"],
        frames=tuple(_frame(row) for row in page["frames"]),
        outlines=_outlines(page[name]),
        insets=_outlines(page.get("insets", [])),
    )


def _frame(row: dict[str, Any]) -> Frame:
    return Frame(
        id=row["id"],
        label=row["label"],
        label_at=tuple(row["label_at"]) if "label_at" in row else None,
        box=tuple(row["box"]),
        metres_per_unit=row["metres_per_unit"],
        departements=frozenset(row["departements"]),
        projection=row["projection"],
        affine=row["affine"],
    )


def _outlines(rows: Iterable[dict[str, Any]]) -> tuple[Outline, ...]:
    return tuple(
        Outline(row["code"], row["name"], row["frame"], (row["label_at"][0], row["label_at"][1]), row["path"])
        for row in rows
    )


def sheet(points: Iterable[tuple[float, float]], country: str = "") -> Drawing:
    """A blank sheet fitted to these longitudes and latitudes (at least one), for places whose outlines nobody drew.

    One frame without outlines, in the equal-area projection, centred on them, north at the top.
    """
    longitudes, latitudes = zip(*points, strict=True)
    centre = {"lon0": (min(longitudes) + max(longitudes)) / 2, "lat0": (min(latitudes) + max(latitudes)) / 2}
    projection = {"type": "lambert_azimuthal_equal_area", "radius": EARTH_METRES, **centre}
    metres = [project(projection, lon, lat) for lon, lat in zip(longitudes, latitudes, strict=True)]
    across = max(2 * max(abs(x) for x, _y in metres), LEAST_METRES)
    upwards = max(2 * max(abs(y) for _x, y in metres), LEAST_METRES)
    scale = min((SHEET_WIDTH - 2 * SHEET_MARGIN) / across, (SHEET_HEIGHT - 2 * SHEET_MARGIN) / upwards)
    height = round(upwards * scale) + 2 * SHEET_MARGIN
    affine = {"scale": scale, "dx": SHEET_WIDTH / 2, "dy": height / 2}
    box = (0, 0, SHEET_WIDTH, height)
    frame = Frame("sheet", "", None, box, 1 / scale, frozenset(), projection, affine)
    return Drawing(country, SHEET_WIDTH, height, (frame,), (), ())


def dots_at(departement: str, lon: float | None, lat: float | None, drawing: Drawing | None = None) -> list[Dot]:
    """Where a point of a département falls: one dot for each frame that shows it; none without a point or a frame."""
    if lon is None or lat is None:
        return []
    drawing = drawing or outlines()
    return [frame.place(lon, lat) for frame in drawing.frames_of(departement)]


def dots(territory: Placed, drawing: Drawing | None = None) -> list[Dot]:
    """Where a territory falls on the map, in each frame that shows it.

    None for what the map does not show: another country, an overseas collectivity, a territory without a point.
    Reads `territory.departement`: select it with the territories when there are many.
    """
    drawing = drawing or outlines()
    if territory.country != drawing.country or territory.departement is None:
        return []
    return dots_at(territory.departement.code, territory.lon, territory.lat, drawing)
