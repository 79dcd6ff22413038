"""Finding territories, what is known of them, and where it comes from."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Q, Subquery
from django.utils.translation import get_language, gettext

from marelle.base.models import Stamp
from marelle.territories.models import STAMP, FormerCode, Loading, Territory
from marelle.territories.search import Entry, Index
from marelle.territories.sources import Source, all_sources, read_page
from marelle.territories.states import TerritoryKind

MOST = 50  # suggestions at once
SMALL = 2000  # keys below which the words are read anew each time: some milliseconds

_kept: tuple[Any, Index] | None = None
_reading = Lock()


# ---------------------------------------------------------------------------------------------------------- type-ahead
@dataclass(frozen=True)
class Suggestion:
    """One answer of the type-ahead. `departement`: code; None for a département, a région or what lies in none."""

    code: str
    name: str
    kind: str
    departement: str | None
    departement_name: str
    population: int | None

    def as_json(self) -> dict[str, Any]:
        """As promised to other programs: code, name, kind, departement, population."""
        return {name: value for name, value in asdict(self).items() if name != "departement_name"}


def suggest(text: str, kinds: Collection[str] | None = None, limit: int = 10) -> list[Suggestion]:
    """Territories that fit what somebody is typing: a name, a postal, INSEE or SIREN code, a former name or code.

    Best first: exact, then beginning so, then by an inner word; within each, most inhabitants first. Two questions to
    the database, whatever the text; the words are kept in memory until the geography changes.
    """
    pks = _index().find(text, kinds, max(0, min(limit, MOST)))
    found = Territory.objects.select_related("departement").in_bulk(pks)
    return [_suggestion(found[pk]) for pk in pks if pk in found]


def forget() -> None:
    """Let go of the words, so that the next question reads them again."""
    global _kept
    _kept = None


def warm_up() -> None:
    """Read the words now, so that the first person to type does not wait."""
    _index()


def _suggestion(territory: Territory) -> Suggestion:
    departement = territory.departement
    return Suggestion(
        code=territory.code,
        name=territory.name,
        kind=territory.kind,
        departement=departement.code if departement else None,
        departement_name=departement.name if departement else "",
        population=territory.population,
    )


def _index() -> Index:
    """The words of the geography as it is now; read again once it has changed."""
    global _kept
    stamp = Subquery(Stamp.objects.filter(name=STAMP).values("value")[:1])
    newest = Territory.objects.order_by("-pk").annotate(stamp=stamp).values_list("pk", "stamp").first()
    if newest is None or newest[0] < SMALL:
        return _read_index()
    key = (connection.settings_dict["NAME"], *newest)
    kept = _kept
    if kept is None or kept[0] != key:
        with _reading:
            if _kept is None or _kept[0] != key:
                _kept = (key, _read_index())
            kept = _kept
    return kept[1]


def _read_index() -> Index:
    former: dict[int, list[tuple[str, str]]] = {}
    for pk, code, name in FormerCode.objects.values_list("territory_id", "code", "name"):
        former.setdefault(pk, []).append((code, name))
    above = Q(kind__in=[TerritoryKind.DEPARTEMENT, TerritoryKind.REGION])
    around: dict[int, tuple[str, ...]] = {
        pk: (name,) if kind == TerritoryKind.REGION else (name, code)
        for pk, kind, name, code in Territory.objects.current().filter(above).values_list("pk", "kind", "name", "code")
    }
    spelt = read_page()["legal_forms"]
    rows = Territory.objects.current().values_list(
        "pk", "kind", "code", "siren", "name", "legal_form", "postal_codes", "departement_id", "region_id", "population"
    )
    entries = [
        Entry(
            pk=pk,
            kind=kind,
            names=(name, f"{spelt[form]} {name.removeprefix(form)}") if form in spelt else (name,),
            codes=_codes(kind, code, siren, postal, *(code for code, _name in former.get(pk, ()))),
            former_names=tuple(name for _code, name in former.get(pk, ()) if name),
            around=tuple(place for place in (departement, region) if place),
        )
        for pk, kind, code, siren, name, form, postal, departement, region, _population in sorted(
            rows.iterator(), key=_largest_first
        )
    ]
    return Index(entries, around)


def _codes(kind: str, code: str, siren: str, postal_codes: str, *former: str) -> tuple[str, ...]:
    """Every code that finds a territory. A région's own finds nothing: 93 is meant for the département."""
    own = "" if kind == TerritoryKind.REGION else code
    return tuple({own, siren, *postal_codes.split(";"), *former} - {""})


KINDS = list(TerritoryKind)


def _largest_first(row: tuple) -> tuple:
    """Most inhabitants first, unknown last; a commune before the département of the same name and size."""
    kind, code, name, population = row[1], row[2], row[4], row[-1]
    return (-(population or -1), KINDS.index(kind), name, code)


# -------------------------------------------------------------------------------------------------- one territory
def find(code: str) -> Territory | None:
    """The commune or intercommunality of an address: by its code, a commune's SIREN, or a former code. None if unknown."""
    bodies = Territory.objects.filter(kind__in=[TerritoryKind.COMMUNE, TerritoryKind.INTERCOMMUNALITY])
    bodies = bodies.select_related("departement", "region", "intercommunality")
    rows = list(bodies.filter(Q(code=code) | Q(siren=code)).order_by("kind", "pk")) if code else []
    found = next((row for row in rows if row.code == code), None) or next(iter(rows), None)
    if not code or (found and found.is_current):
        return found
    return bodies.filter(former_codes__code=code).order_by("-is_current", "pk").first() or found


def current_code(code: str) -> str | None:
    """The code that holds today the land of what `code` named; `code` itself when it still stands; None if unknown."""
    territory = find(code)
    return territory.code if territory else None


# ------------------------------------------------------------------------------------------------------ facts, sources
@dataclass(frozen=True)
class Fact:
    """A figure for a page. `value` None is unknown, and `missing_because` says why."""

    label: str
    value: int | None
    unit: str
    year: int | None
    source: str
    missing_because: str = ""


def facts(territory: Territory) -> list[Fact]:
    """What is known of a territory, each with its year and source; and what is not, with the reason."""
    return [_inhabitants(territory), _children(), *_communes(territory)]


def _inhabitants(territory: Territory) -> Fact:
    because = "" if territory.population is not None else gettext("The publisher gives no population for it.")
    return Fact(
        label=gettext("Inhabitants"),
        value=territory.population,
        unit=gettext("persons"),
        year=territory.population_year,
        source=publisher(territory.population_source),
        missing_because=because,
    )


def _children() -> Fact:
    return Fact(
        label=gettext("Children aged 0 to 17"),
        value=None,
        unit=gettext("persons"),
        year=None,
        source="",
        missing_because=gettext("the packaged tables give no ages."),
    )


def _communes(territory: Territory) -> list[Fact]:
    """How many communes it counts, when it is a body or an area made of communes."""
    within = {
        TerritoryKind.INTERCOMMUNALITY: Q(intercommunality=territory) | Q(establishment=territory),
        TerritoryKind.DEPARTEMENT: Q(departement=territory),
        TerritoryKind.REGION: Q(region=territory),
    }.get(TerritoryKind(territory.kind))
    if within is None:
        return []
    count = Territory.objects.current().filter(within, kind=TerritoryKind.COMMUNE).count()
    loading = Loading.objects.filter(country=territory.country).first()
    return [
        Fact(
            label=gettext("Municipalities"),
            value=count,
            unit=gettext("municipalities"),
            year=territory.population_year,
            source=loading.vintage if loading else "",
        )
    ]


def publisher(key: str) -> str:
    """Who publishes the source of that key, with its vintage; the words themselves when they are no key."""
    for source in sources():
        if source.key == key:
            return f"{source.publisher}, {source.vintage}"
    return key


def sources() -> list[Source]:
    """Every source of the packaged geography, in the reader's language: title, publisher, licence, vintage."""
    return all_sources(get_language() or "fr")


def attribution() -> str:
    """The line to print under a map or a table of territories."""
    return read_page()["attribution"]
