"""Loading the official geography, and correcting a point by hand. Each may be done twice and changes nothing the second time."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.base import clock, stamps
from marelle.base.errors import BadData
from marelle.base.progress import track
from marelle.territories import files
from marelle.territories.files import ORDER, Former, Place
from marelle.territories.models import STAMP, FormerCode, Loading, Territory
from marelle.territories.sources import FOLDER
from marelle.territories.states import PointQuality, TerritoryKind

BATCH = 1000  # rows written by one statement
VALUES = (
    "country",
    "legal_form",
    "name",
    "siren",
    "population",
    "population_year",
    "population_source",
    "lon",
    "lat",
    "point_quality",
    "postal_codes",
    "zone",
    "adds_up",
)
PARENTS = ("departement", "region", "intercommunality", "establishment")
COLUMNS = (*VALUES, *(f"{parent}_id" for parent in PARENTS), "is_current")
POINT = slice(VALUES.index("lon"), VALUES.index("point_quality") + 1)


@dataclass(frozen=True)
class Loaded:
    """What a load has done, in territories; `former_codes` in rows now held."""

    created: int
    updated: int
    unchanged: int
    ended: int
    former_codes: int = 0

    @property
    def total(self) -> int:
        """Territories the file holds."""
        return self.created + self.updated + self.unchanged


@transaction.atomic
def load_official_code(folder: Path = FOLDER, *, at: datetime | None = None, out: Any = sys.stderr) -> Loaded:
    """Load a country's whole official code from its packaged tables.

    Territories are known by kind and code: what changed is written, what the code no longer holds is kept and marked
    as ended, a point corrected by hand stays. Raises BadData, having written nothing, when a parent is unknown.
    """
    code = files.read_official_code(folder)
    _refuse_taken_codes(code.places)
    loaded = _write_places(code.places, out)
    ended = _end_missing(code.country, code.places)
    former = _write_former_codes(code.country, code.former)
    Loading.objects.update_or_create(
        country=code.country,
        defaults={
            "vintage": code.vintage,
            "fingerprint": code.fingerprint,
            "territories": len(code.places),
            "loaded_at": at or clock.now(),
        },
    )
    stamps.bump(STAMP)
    stamps.bump("public")
    return Loaded(*loaded, ended=ended, former_codes=former)


@transaction.atomic
def load_places(rows: Iterable[files.Row] | Path, *, source: str = "", out: Any = sys.stderr) -> Loaded:
    """Load another country's places from a plain table: code, country, kind, name, parent, population, its year, point.

    `source`: who publishes the populations. Nothing that is there ends. Raises BadData, having written nothing, with
    one sentence for each line at fault.
    """
    source = source or (rows.name if isinstance(rows, Path) else "")
    table = files.read_rows(rows) if isinstance(rows, Path) else list(rows)
    places = files.read_places(table, _places_beside(table), source=source)
    loaded = _write_places(places, out)
    stamps.bump(STAMP)
    stamps.bump("public")
    return Loaded(*loaded, ended=0)


@transaction.atomic
def correct_point(territory_id: int, *, lon: float, lat: float) -> Territory:
    """Put a territory's point where somebody who knows says it is; later loads leave it there.

    Degrees on WGS 84. The caller asks whether the person may, and journals: accounts stand above this package.
    """
    territory = Territory.rows.lock(territory_id)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadData(_("Give the longitude between -180 and 180 degrees, the latitude between -90 and 90."))
    territory.lon, territory.lat, territory.point_quality = lon, lat, PointQuality.CORRECTED
    territory.save(update_fields=["lon", "lat", "point_quality"])
    stamps.bump(STAMP)
    stamps.bump("public")
    return territory


def _write_places(places: list[Place], out: Any) -> tuple[int, int, int]:
    """Write what is new or has changed, parents first. How many were created, updated, left alone."""
    created = updated = 0
    ids: dict[tuple[str, str], int] = {}
    work: list[tuple[str, list[Place]]] = []
    for level in ORDER:
        of_kind = [place for place in places if place.kind == level]
        work += [(level, of_kind[start : start + BATCH]) for start in range(0, len(of_kind), BATCH)]
    held: dict[str, dict[str, tuple]] = {}
    for kind, batch in track(work, total=len(work), label="territories", out=out):
        if kind not in held:
            held[kind] = _held(kind)
            ids |= _ids(ORDER[: ORDER.index(TerritoryKind(kind))], ids)
        changed = list(_changed(batch, held[kind], ids))
        new = sum(place.code not in held[kind] for place, _row in changed)
        _upsert(changed)
        created, updated = created + new, updated + len(changed) - new
    return created, updated, len(places) - created - updated


def _held(kind: str) -> dict[str, tuple]:
    """What is held now of a kind: values by code."""
    return {row[0]: row[1:] for row in Territory.objects.filter(kind=kind).values_list("code", *COLUMNS)}


def _ids(kinds: Iterable[str], ids: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Keys of the territories of `kinds`, without those already in `ids`."""
    wanted = {kind for kind in kinds} - {kind for kind, _code in ids}
    rows = Territory.objects.filter(kind__in=wanted).values_list("kind", "code", "pk")
    return {(kind, code): pk for kind, code, pk in rows}


def _changed(
    batch: list[Place], held: dict[str, tuple], ids: dict[tuple[str, str], int]
) -> Iterator[tuple[Place, tuple]]:
    """The places whose values differ from what is held, with the values to write."""
    for place in batch:
        values: list[Any] = [getattr(place, name) for name in VALUES]
        before = held.get(place.code)
        if before and before[VALUES.index("point_quality")] == PointQuality.CORRECTED:
            values[POINT] = before[POINT]
        row = (*values, *_parent_ids(place, ids), True)
        if row != before:
            yield place, row


def _parent_ids(place: Place, ids: dict[tuple[str, str], int]) -> tuple[int | None, ...]:
    return (
        ids.get((TerritoryKind.DEPARTEMENT, place.departement)),
        ids.get((TerritoryKind.REGION, place.region)),
        ids.get((TerritoryKind.INTERCOMMUNALITY, place.intercommunality)),
        ids.get((TerritoryKind.INTERCOMMUNALITY, place.establishment)),
    )


def _upsert(changed: list[tuple[Place, tuple]]) -> None:
    Territory.objects.bulk_create(
        [Territory(code=place.code, kind=place.kind, **dict(zip(COLUMNS, row, strict=True))) for place, row in changed],
        update_conflicts=True,
        unique_fields=["code", "kind"],
        update_fields=[name.removesuffix("_id") for name in COLUMNS],
    )


def _refuse_taken_codes(places: list[Place]) -> None:
    """Stop when a code of this country already names a place of another one."""
    country = places[0].country
    taken = set(Territory.objects.exclude(country=country).values_list("kind", "code"))
    faults = [f"{place.kind} {place.code}" for place in places if (place.kind, place.code) in taken]
    if faults:
        raise BadData(_("Some codes are taken by another country."), faults=faults[: files.MOST_FAULTS])


def _end_missing(country: str, places: list[Place]) -> int:
    """Mark what the official code no longer holds. How many ended now."""
    living = {(place.kind, place.code) for place in places}
    held = Territory.objects.current().filter(country=country).values_list("pk", "kind", "code")
    missing = [pk for pk, kind, code in held if (kind, code) not in living]
    return Territory.objects.filter(pk__in=missing).update(is_current=False) if missing else 0


def _write_former_codes(country: str, former: list[Former]) -> int:
    """Hold exactly these former codes for the country. How many are held."""
    ids = dict(Territory.objects.filter(country=country, kind=TerritoryKind.COMMUNE).values_list("code", "pk"))
    wanted = sorted((row.code, row.name, str(row.kind), ids[row.current_code]) for row in former)
    held = FormerCode.objects.filter(territory__country=country)
    if sorted(held.values_list("code", "name", "kind", "territory_id")) != wanted:
        held.delete()
        FormerCode.objects.bulk_create(
            [FormerCode(code=code, name=name, kind=kind, territory_id=pk) for code, name, kind, pk in wanted],
            batch_size=BATCH,
        )
    return len(wanted)


def _places_beside(table: list[files.Row]) -> dict[tuple[str, str], Place]:
    """Places held now that the table names, as parents or by their own codes."""
    codes = {(row.get("code") or "").strip() for row in table}
    codes |= {code.strip() for row in table for code in (row.get("parent") or "").split(";")}
    known = {}
    for territory in Territory.objects.filter(code__in=codes).select_related(*PARENTS):
        parents = {name: parent.code for name in PARENTS if (parent := getattr(territory, name))}
        values = {name: getattr(territory, name) for name in VALUES}
        known[territory.kind, territory.code] = Place(code=territory.code, kind=territory.kind, **values, **parents)
    return known
