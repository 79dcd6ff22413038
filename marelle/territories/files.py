"""Tables of territories as they came, read into places and checked. Nothing is written here."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from marelle.base.errors import BadData
from marelle.territories.sources import FOLDER, read_page
from marelle.territories.states import FormerCodeKind, PointQuality, TerritoryKind

ORDER = (TerritoryKind.REGION, TerritoryKind.DEPARTEMENT, TerritoryKind.INTERCOMMUNALITY, TerritoryKind.COMMUNE)
ESTABLISHMENT = "EPT"  # a body inside the metropolis: its members are counted there already
TABLES = (
    "regions.csv",
    "departements.csv",
    "intercommunalities.csv",
    "territorial_establishments.csv",
    "communes.csv",
    "former_communes.csv",
)
COLUMNS = ("code", "country", "kind", "name", "parent", "population", "population_year", "lon", "lat")
MOST_FAULTS = 20  # faults told at once

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One territory of a file: its own values, and its parents by their codes."""

    code: str
    kind: str
    name: str
    country: str = "FR"
    legal_form: str = ""
    siren: str = ""
    departement: str = ""
    region: str = ""
    intercommunality: str = ""
    establishment: str = ""
    population: int | None = None
    population_year: int | None = None
    population_source: str = ""
    lon: float | None = None
    lat: float | None = None
    point_quality: str = ""
    postal_codes: str = ""
    zone: str = ""
    adds_up: bool = True


@dataclass(frozen=True, slots=True)
class Former:
    """A code of the past and the code that holds its land today."""

    code: str
    name: str
    kind: str
    current_code: str


@dataclass(frozen=True)
class OfficialCode:
    """A whole vintage of a country's official code."""

    country: str
    vintage: str
    fingerprint: str
    places: list[Place]
    former: list[Former]


def read_rows(path: Path) -> list[Row]:
    """The lines of a CSV file in UTF-8, with or without a byte order mark, by the names of its columns."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def fingerprint(folder: Path) -> str:
    """SHA-256 of the tables and their page of sources, in order."""
    digest = hashlib.sha256()
    for name in (*TABLES, "sources.yaml"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


# ---------------------------------------------------------------------------------------------- the packaged official code
def read_official_code(folder: Path = FOLDER) -> OfficialCode:
    """The packaged tables as places, régions first. Raises BadData when a code of a parent is unknown."""
    page, tables = read_page(folder), {name: read_rows(folder / name) for name in TABLES}
    region_of = {row["code"]: row["region"] for row in tables["departements.csv"]}
    establishment_of = {row["commune"]: row["siren"] for row in tables["territorial_establishments.csv"]}
    regions = [_region(row) for row in tables["regions.csv"]]
    departements = [_departement(row) for row in tables["departements.csv"]]
    bodies = [_intercommunality(row, region_of) for row in tables["intercommunalities.csv"]]
    communes = [_commune(row, establishment_of) for row in tables["communes.csv"]]

    alone = Counter(region_of.values())
    only = {region: code for code, region in region_of.items() if alone[region] == 1}
    places = [_with_year(place, page["population"], only) for place in (*regions, *departements, *bodies, *communes)]
    former = [
        Former(row["code"], row["name"], FormerCodeKind(row["kind"]), row["current_code"])
        for row in tables["former_communes.csv"]
    ]
    _refuse(_unknown_codes(places, former))
    return OfficialCode(page["country"], page["vintage"], fingerprint(folder), places, former)


def _region(row: Row) -> Place:
    return Place(
        kind=TerritoryKind.REGION,
        code=row["code"],
        name=row["name"],
        population=int(row["population"]) or None,
        zone=row["zone"],
    )


def _departement(row: Row) -> Place:
    return Place(
        kind=TerritoryKind.DEPARTEMENT,
        code=row["code"],
        name=row["name"],
        region=row["region"],
        population=int(row["population"]) or None,  # 0 only where no commune has a known population (984, 989)
        zone=row["zone"],
    )


def _intercommunality(row: Row, region_of: dict[str, str]) -> Place:
    first = row["departements"].split(";")[0]
    return Place(
        kind=TerritoryKind.INTERCOMMUNALITY,
        code=row["siren"],
        siren=row["siren"],
        name=row["name"],
        legal_form=row["legal_form"],
        departement=first,
        region=region_of.get(first, ""),
        population=int(row["population"]),
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        point_quality=PointQuality.MEAN,
        adds_up=row["legal_form"] != ESTABLISHMENT,
    )


def _commune(row: Row, establishment_of: dict[str, str]) -> Place:
    return Place(
        kind=TerritoryKind.COMMUNE,
        code=row["code"],
        siren=row["siren"],
        name=row["name"],
        legal_form=row["kind"],
        departement=row["departement"],
        region=row["region"],
        intercommunality=row["epci"],
        establishment=establishment_of.get(row["code"], ""),
        population=int(row["population"]) if row["population"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
        lat=float(row["lat"]) if row["lat"] else None,
        point_quality=row["point_quality"],
        postal_codes=row["postal_codes"],
    )


def _with_year(place: Place, population: dict[str, Any], only: dict[str, str]) -> Place:
    """The place with the year and source of its population; `only`: the département of a région that has but one."""
    if place.population is None:
        return place
    departement = {
        TerritoryKind.DEPARTEMENT: place.code,
        TerritoryKind.REGION: only.get(place.code, ""),
    }.get(TerritoryKind(place.kind), place.departement)
    year = population["year_of_departement"].get(departement, population["year"])
    return replace(place, population_year=year, population_source=population["source"])


def _unknown_codes(places: list[Place], former: list[Former]) -> list[str]:
    """One sentence for each parent or current code that no row of the tables bears."""
    known = {(place.kind, place.code) for place in places}
    faults = [
        _("%(code)s: no %(kind)s has the code %(parent)s.") % {"code": p.code, "kind": kind, "parent": parent}
        for p in places
        for kind, parent in parents_of(p)
        if (kind, parent) not in known
    ]
    faults += [
        _("%(code)s: no %(kind)s has the code %(parent)s.")
        % {"code": f.code, "kind": TerritoryKind.COMMUNE, "parent": f.current_code}
        for f in former
        if (TerritoryKind.COMMUNE, f.current_code) not in known
    ]
    return faults


def parents_of(place: Place) -> list[tuple[str, str]]:
    """Kind and code of each parent that a place names."""
    named = (
        (TerritoryKind.DEPARTEMENT, place.departement),
        (TerritoryKind.REGION, place.region),
        (TerritoryKind.INTERCOMMUNALITY, place.intercommunality),
        (TerritoryKind.INTERCOMMUNALITY, place.establishment),
    )
    return [(kind, code) for kind, code in named if code]


def _refuse(faults: list[str]) -> None:
    if faults:
        raise BadData(_("The file of territories cannot be taken."), faults=faults[:MOST_FAULTS], count=len(faults))


# ---------------------------------------------------------------------------------------------- another country's places
def read_places(rows: Iterable[Row], known: dict[tuple[str, str], Place], *, source: str) -> list[Place]:
    """Places of a plain table (`COLUMNS`), régions first, with the parents of their parents.

    `parent`: codes of parents, `;` between. `known`: places already there, by kind and code. A fault anywhere and
    nothing is taken: raises BadData, one sentence a fault, each naming its line.
    """
    faults: list[str] = []
    lines = [(number, row) for number, row in enumerate(rows, start=2)]
    if lines and (missing := [name for name in COLUMNS if name not in lines[0][1]]):
        _refuse([_("The column “%(name)s” is missing.") % {"name": name} for name in missing])
    places: dict[tuple[str, str], Place] = {}
    read: list[tuple[int, Row, Place]] = []
    for number, row in lines:
        tell = partial(_tell, faults, number)
        place = _plain_place(row, tell, source)
        if place is None:
            continue
        if (place.kind, place.code) in places:
            tell(_("the code %(code)s appears twice") % {"code": place.code})
        other = known.get((place.kind, place.code))
        if other and other.country != place.country:
            tell(_("the code %(code)s is taken by another country: put the country before it") % {"code": place.code})
        places[place.kind, place.code] = place
        read.append((number, row, place))

    for number, row, place in sorted(read, key=lambda item: ORDER.index(TerritoryKind(item[2].kind))):
        codes = [code.strip() for code in (row["parent"] or "").split(";") if code.strip()]
        places[place.kind, place.code] = _with_parents(place, codes, known | places, partial(_tell, faults, number))
    _refuse(faults)
    return sorted(places.values(), key=lambda place: ORDER.index(TerritoryKind(place.kind)))


def _tell(faults: list[str], number: int, sentence: str) -> None:
    faults.append(_("Line %(number)s: %(sentence)s.") % {"number": number, "sentence": sentence})


def _plain_place(row: Row, tell: Callable[[str], None], source: str) -> Place | None:
    """The place of one line, or None when it has no code, name, country or kind one can use."""
    text = {name: (row.get(name) or "").strip() for name in COLUMNS}
    faulty = [name for name in ("code", "name") if not text[name]]
    if text["kind"] not in TerritoryKind.values:
        faulty.append("kind")
    if len(text["country"]) != 2 or not text["country"].isascii() or not text["country"].isalpha():
        faulty.append("country")
    if len(text["code"]) > 20 or len(text["name"]) > 200:
        tell(_("a code has 20 characters at most, a name 200"))
        return None
    if faulty:
        tell(_("check %(columns)s") % {"columns": ", ".join(faulty)})
        return None
    population = _number(int, text["population"], (0, 2**31 - 1), "population", tell)
    year = _number(int, text["population_year"], (1800, 2200), "population_year", tell)
    lon = _number(float, text["lon"], (-180, 180), "lon", tell)
    lat = _number(float, text["lat"], (-90, 90), "lat", tell)
    if population is not None and year is None:
        tell(_("a population needs its year"))
    if (lon is None) != (lat is None):
        tell(_("give both lon and lat, or neither"))
        lon = lat = None
    return Place(
        code=text["code"],
        kind=text["kind"],
        name=text["name"],
        country=text["country"].upper(),
        population=population,
        population_year=year if population is not None else None,
        population_source=source[:40] if population is not None else "",
        lon=lon,
        lat=lat,
        point_quality=PointQuality.GIVEN if lon is not None else "",
    )


def _number(
    kind: Callable[[str], Any], text: str, window: tuple[float, float], name: str, tell: Callable[[str], None]
) -> Any:
    """The number written, or None when nothing is."""
    if not text:
        return None
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not window[0] <= value <= window[1]:
        tell(_("check %(columns)s") % {"columns": name})
        return None
    return value


def _with_parents(
    place: Place, codes: list[str], known: dict[tuple[str, str], Place], tell: Callable[[str], None]
) -> Place:
    """The place under its parents, and under theirs: a commune of a département lies in its région."""
    direct: dict[str, str] = {}
    inherited: dict[str, str] = {}
    above = ORDER[: ORDER.index(TerritoryKind(place.kind))]
    for code in codes:
        parents = [known[kind, code] for kind in above if (kind, code) in known]
        parents = [parent for parent in parents if parent.country == place.country]
        if not parents:
            tell(_("no territory above has the code %(code)s") % {"code": code})
            continue
        parent = parents[-1]  # the nearest: a département before a région of the same code
        direct.setdefault(parent.kind, parent.code)
        for kind, parent_code in parents_of(parent):
            inherited.setdefault(kind, parent_code)
    found = inherited | direct
    return replace(
        place,
        departement=found.get(TerritoryKind.DEPARTEMENT, ""),
        region=found.get(TerritoryKind.REGION, ""),
        intercommunality=found.get(TerritoryKind.INTERCOMMUNALITY, ""),
    )
