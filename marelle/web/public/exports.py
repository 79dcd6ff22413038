"""The list of members as files: JSON, CSV, GeoJSON. Same filters and same columns as the page, row after row."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings

from marelle.base.tabular import csv_lines
from marelle.mandates.queries.members import Member

COLUMNS = (  # contract: other programs read these names
    "code",
    "name",
    "kind",
    "departement",
    "region",
    "population",
    "lon",
    "lat",
    "track",
    "state",
    "mandate_start",
    "mandate_end",
    "url",
)


def record(member: Member) -> dict[str, Any]:
    """One member under the contract's names; dates as ISO 8601, unknown as None."""
    known = {name: getattr(member, name) for name in COLUMNS if name != "url"}
    dates = {name: known[name].isoformat() for name in ("mandate_start", "mandate_end")}
    return known | dates | {"url": address_of(member.code)}


def address_of(code: str) -> str:
    """The stable public address of a member, French: what others cite."""
    return f"{settings.SITE_ADDRESS}/villes/{code}"


def as_json(members: Iterable[Member]) -> Iterator[str]:
    """A top-level array."""
    yield "["
    yield from _joined(json.dumps(record(member), ensure_ascii=False) for member in members)
    yield "]\n"


def as_geojson(members: Iterable[Member]) -> Iterator[str]:
    """RFC 7946: WGS 84, longitude first; a member without a point keeps its place with a null geometry."""
    yield '{"type":"FeatureCollection","features":['
    yield from _joined(json.dumps(_feature(member), ensure_ascii=False) for member in members)
    yield "]}\n"


def as_csv(members: Iterable[Member], *, mark: bool = False) -> Iterator[str]:
    """Comma, UTF-8, one heading line; `mark`: the byte order mark some spreadsheets need."""
    lines = (list(record(member).values()) for member in members)
    return csv_lines(chain([COLUMNS], lines), with_mark=mark)


def _feature(member: Member) -> dict[str, Any]:
    properties = record(member)
    lon, lat = properties.pop("lon"), properties.pop("lat")
    point = {"type": "Point", "coordinates": [lon, lat]} if lon is not None and lat is not None else None
    return {"type": "Feature", "id": member.code, "geometry": point, "properties": properties}


def _joined(texts: Iterator[str]) -> Iterator[str]:
    for position, text in enumerate(texts):
        yield f",\n{text}" if position else text
