"""The members of the network as everybody sees them: one query for the page, its exports, the feed and the API.

A row is a living mandate of a commune or an intercommunality. Nothing here speaks of a dossier.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import NamedTuple

from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Floor
from django.utils.translation import gettext as _

from marelle.accounts.states import OrganisationKind
from marelle.base.text import fold
from marelle.framework.models import Track, text
from marelle.mandates.models import Mandate, MandateQuerySet
from marelle.mandates.states import MEMBER_STATES, MandateState
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

CITY_KINDS = (OrganisationKind.COMMUNE, OrganisationKind.INTERCOMMUNALITY)
PUBLIC_STATES = {"active": (MandateState.ACTIVE, MandateState.ON_WATCH), "prolonged": (MandateState.PROLONGED,)}
LONGEST = 80  # characters read of any filter: trust W9
MOST_WORDS = 6
NAME = "organisation__folded_name"
SORTS = {
    "name": (NAME, "pk"),
    "population": (F("organisation__territory__population").desc(nulls_last=True), NAME, "pk"),
    "departement": (F("organisation__territory__departement__code").asc(nulls_last=True), NAME, "pk"),
    "mandate": ("-starts_on", NAME, "pk"),
}


@dataclass(frozen=True)
class Filters:
    """What a visitor asked for; empty: no matter. The names are those of the exports' columns."""

    region: str = ""
    departement: str = ""
    track: str = ""
    kind: str = ""
    state: str = ""
    q: str = ""
    tri: str = "name"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """The filters among the parameters of an address; what is unknown is left aside."""
        asked = {f.name: (given.get(f.name) or "").replace("\x00", "").strip()[:LONGEST] for f in fields(cls)}
        asked["tri"] = asked["tri"] if asked["tri"] in SORTS else "name"
        return cls(**asked)

    @property
    def narrow(self) -> dict[str, str]:
        """Those that leave somebody out."""
        return {name: value for name, value in asdict(self).items() if value and name != "tri"}

    @property
    def parameters(self) -> dict[str, str]:
        """What to write in an address to come back to the same list."""
        return self.narrow | ({"tri": self.tri} if self.tri != "name" else {})


class Member(NamedTuple):
    """One member. `departement`, `region`: INSEE codes; `population`: persons, None if unknown; dates: end excluded."""

    pk: int
    code: str
    name: str
    kind: str
    departement: str | None
    departement_name: str | None
    region: str | None
    region_name: str | None
    population: int | None
    lon: float | None
    lat: float | None
    country: str | None
    track: str
    track_name: str
    state: str
    mandate_start: date
    mandate_end: date


class Place(NamedTuple):
    """A member as a point of the map."""

    code: str
    name: str
    kind: str
    departement: str | None
    lon: float | None
    lat: float | None


def members(filters: Filters | None = None) -> MandateQuerySet:
    """Mandates the public sees that answer the filters, in no order. An unknown code finds nobody."""
    filters = filters or Filters()
    kinds = [kind for kind in CITY_KINDS if filters.kind in ("", kind)]
    states = PUBLIC_STATES.get(filters.state, () if filters.state else MEMBER_STATES)
    rows = Mandate.objects.filter(state__in=sorted(states), organisation__kind__in=kinds)
    if filters.track:
        rows = rows.filter(track__code=filters.track)
    if filters.departement:
        rows = rows.filter(organisation__territory__departement__code=filters.departement)
    if filters.region:
        rows = rows.filter(organisation__territory__region__code=filters.region)
    if filters.q:
        rows = _named(rows, filters.q)
    return rows.scoped("public")


def _named(rows: MandateQuerySet, words: str) -> MandateQuerySet:
    """Those whose name holds every word, or whose code or postal code begins so."""
    if words.replace(" ", "").isalnum() and any(c.isdigit() for c in words):
        code = words.replace(" ", "").upper()
        postal = "organisation__territory__postal_codes"
        codes = Q(organisation__code__startswith=code) | Q(organisation__territory__siren__startswith=code)
        return rows.filter(codes | Q(**{f"{postal}__startswith": code}) | Q(**{f"{postal}__contains": f";{code}"}))
    wanted = fold(words).split()[:MOST_WORDS]
    for word in wanted or ["\x01"]:  # only signs were typed: nobody is called so
        rows = rows.filter(_with_word(word))
    return rows


def _with_word(word: str) -> Q:
    """A word, or its usual short writing."""
    holds = Q(**{f"{NAME}__contains": word})
    return holds | Q(**{f"{NAME}__contains": word.replace("saint", "st")}) if "saint" in word else holds


def in_order(rows: MandateQuerySet, sort: str = "name") -> MandateQuerySet:
    """Sorted as asked, always the same way for the same rows."""
    return rows.order_by(*SORTS[sort])


def page_of(rows: MandateQuerySet, sort: str, first: int, size: int) -> list[Member]:
    """One page of the list: keys are sorted first, then only these rows are read."""
    keys = list(in_order(rows, sort).values_list("pk", flat=True)[first : first + size])
    found = {member.pk: member for member in _read(Mandate.objects.filter(pk__in=keys).scoped("public"))}
    return [found[key] for key in keys if key in found]


def every_one(rows: MandateQuerySet, sort: str = "name") -> Iterator[Member]:
    """All the rows, one by one, for exports: memory does not grow with the network."""
    return _read(in_order(rows, sort), stream=True)


def newest(limit: int) -> list[Member]:
    """The last to have joined, latest first."""
    return page_of(members(), "mandate", 0, limit)


AROUND = [f"organisation__territory__{area}" for area in ("departement", "region", "intercommunality")]


def living_mandate(code: str) -> Mandate | None:
    """The public mandate of an organisation, the fullest track first; None when it is not a member."""
    rows = Mandate.objects.filter(
        state__in=sorted(MEMBER_STATES), organisation__code=code, organisation__kind__in=CITY_KINDS
    )
    related = rows.select_related("track", "plan__framework", *AROUND)
    return related.scoped("public").order_by("track__position", "-starts_on", "pk").first()


def living_among(mandates: Iterable[Mandate]) -> Mandate | None:
    """The same among all those of one organisation (`network.past_and_present`)."""
    living = [mandate for mandate in mandates if mandate.state in MEMBER_STATES]
    return min(living, key=lambda m: (m.track.position, -m.starts_on.toordinal(), m.pk), default=None)


def places(rows: MandateQuerySet, limit: int) -> list[Place]:
    """Points of the map, at most `limit`, the most inhabited last so that they are drawn on top."""
    path = "organisation__territory__"
    values = rows.exclude(**{f"{path}lon": None}).order_by(F(f"{path}population").asc(nulls_first=True), "pk")
    columns = [f"{path}departement__code", f"{path}lon", f"{path}lat"]
    found = values.values_list("organisation__code", "organisation__name", "organisation__kind", *columns)
    return [Place(*row) for row in found[:limit]]


class Cell(NamedTuple):
    """Members that stand close together. `lon`, `lat`: the middle of their places, in degrees."""

    lon: float
    lat: float
    members: int


def cells(rows: MandateQuerySet, across: int) -> list[Cell]:
    """Members gathered by a grid of `across` squares fitted to their places, the fullest first. Two questions."""
    lon, lat = "organisation__territory__lon", "organisation__territory__lat"
    placed = rows.exclude(Q(**{lon: None}) | Q(**{lat: None})).order_by()
    edges = placed.aggregate(west=Min(lon), east=Max(lon), south=Min(lat), north=Max(lat))
    if edges["west"] is None:
        return []
    narrower = max(
        math.cos(math.radians((edges["south"] + edges["north"]) / 2)), 0.1
    )  # degrees of longitude, of latitude
    side = max((edges["east"] - edges["west"]) * narrower, edges["north"] - edges["south"]) / across or 1.0
    column, line = Floor((F(lon) - edges["west"]) * (narrower / side)), Floor((F(lat) - edges["south"]) / side)
    found = placed.annotate(column=column, line=line).values("column", "line")
    found = found.annotate(middle=Avg(lon), height=Avg(lat), count=Count("pk")).order_by("-count", "column", "line")
    return [Cell(*row) for row in found.values_list("middle", "height", "count")]


def counts_by(rows: MandateQuerySet, kind: TerritoryKind) -> dict[str, int]:
    """How many members in each département or région, by its code; those outside any are left out."""
    path = f"organisation__territory__{kind}__code"
    counted = rows.exclude(**{path: None}).order_by().values_list(path).annotate(members=Count("pk"))
    return dict(counted)


class Inhabitants(NamedTuple):
    """Persons, and the latest year in which the populations added up are in force; None without any."""

    total: int
    year: int | None


def inhabitants() -> Inhabitants:
    """Inhabitants of the communes that are members, or whose intercommunality is one: nobody is counted twice.

    Persons, municipal population of the year shown at the foot; communes without a known population are left out.
    """
    own = members().order_by().values("organisation__territory")
    inside = Territory.objects.filter(intercommunality__in=own).values("pk")
    covered = own.union(inside)  # a tenth of the time of OR, which reads every commune
    communes = Territory.objects.filter(pk__in=covered, kind=TerritoryKind.COMMUNE, is_current=True)
    known = communes.aggregate(total=Sum("population"), year=Max("population_year"))
    return Inhabitants(known["total"] or 0, known["year"])


def state_word(state: str) -> str:
    """The public word of a state: being on watch is between a member and the committee."""
    return "prolonged" if state == MandateState.PROLONGED else "active"


def tracks_of(rows: Iterable[Track]) -> dict[str, str]:
    """Names of tracks in the reader's language, by code."""
    return {track.code: str(track) for track in rows}


def _read(rows: QuerySet, *, stream: bool = False) -> Iterator[Member]:
    place = "organisation__territory__"
    values = rows.values_list(
        "pk",
        "organisation__code",
        "organisation__name",
        "organisation__kind",
        f"{place}departement__code",
        f"{place}departement__name",
        f"{place}region__code",
        f"{place}region__name",
        f"{place}population",
        f"{place}lon",
        f"{place}lat",
        f"{place}country",
        "track__code",
        "track__name",
        "state",
        "starts_on",
        "ends_on",
    )
    for row in values.iterator(chunk_size=2000) if stream else values:
        member = Member(*row[:17])
        yield member._replace(track_name=text(row[13]), state=state_word(member.state))


def kind_word(kind: str) -> str:
    """The kind of a member in the reader's language."""
    return _("intercommunality") if kind == OrganisationKind.INTERCOMMUNALITY else _("municipality")
