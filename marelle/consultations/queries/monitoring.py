"""Counts of what came in, of a group, a partner, an edition. Nothing else can be known while a consultation is open."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marelle.base import clock
from marelle.consultations import figures, spool
from marelle.consultations.models import Consultation, Partner, Questionnaire, Sitting, SittingCount
from marelle.consultations.questionnaires import read
from marelle.consultations.states import SiteKind, SittingState
from marelle.framework.models import text
from marelle.territories.models import Territory
from marelle.territories.states import UNINHABITED, TerritoryKind

GUESSING = "consultations:guessing"  # in the shared cache: wrong codes in a minute, when they raised the alarm
BOXES = ""  # the name under which parts a tablet had sealed are counted: theirs cannot be read


def received() -> Coalesce:
    """Sheets a group received, to annotate a queryset of sittings: those of the part most children sent."""
    named = SittingCount.objects.filter(sitting=OuterRef("pk")).exclude(part=BOXES).order_by()
    most = named.values("sitting").annotate(most=Max("received")).values("most")
    return Coalesce(Subquery(most, output_field=IntegerField()), 0)


def came(sitting: Sitting) -> int:
    """Sheets one group received."""
    return Sitting.rows.filter(pk=sitting.pk).annotate(came=received()).values_list("came", flat=True).get()


def groups_of(partner: Partner) -> QuerySet[Any]:
    """The groups of a partner, the latest first, with what each received."""
    rows = Sitting.rows.filter(site__partner=partner).annotate(came=received())
    return rows.select_related("site", "territory").order_by("-opens_at", "-pk")


@dataclass(frozen=True)
class Told:
    """What is said of some groups. `received` None: fewer than five. `ratio`: received over declared, 0 to 1 and above."""

    groups: int
    declared: int
    received: int | None
    ratio: float | None

    @property
    def hundred(self) -> int | None:
        """Sheets for a hundred children expected; None when it cannot be said."""
        return None if self.ratio is None else round(100 * self.ratio)


def told(groups: int, declared: int, came: Iterable[int]) -> Told:
    """Counts as they are shown."""
    received = figures.together(came)
    return Told(groups, declared, figures.shown(received), figures.ratio(received, declared))


def of_partner(partner: Partner) -> Told:
    """All the groups of a partner together, those called off aside."""
    rows = groups_of(partner).exclude(state=SittingState.CANCELLED).order_by()
    found = list(rows.values_list("head_count", "came"))
    return told(len(found), sum(declared or 0 for declared, _c in found), [came for _d, came in found])


def parts_of(sitting: Sitting) -> list[tuple[str, int | None]]:
    """What a group received of each part, by its title; None under five. In the order of the questionnaire."""
    counts = dict(SittingCount.objects.filter(sitting=sitting).exclude(part=BOXES).values_list("part", "received"))
    version = Questionnaire.rows.filter(consultation_id=sitting.consultation_id, frozen_at__isnull=False)
    canonical = version.order_by("-number").values_list("canonical", flat=True).first()
    parts = read(canonical).parts if canonical else ()
    return [(text(part.title), figures.shown(counts.get(part.name, 0))) for part in parts]


# A whole edition -----------------------------------------------------------------------------------------------------
class Row(NamedTuple):
    """One group, as plain values. `department`: its code, "" when unknown; `kind`: "home" when it has no place."""

    week: str
    department: str
    department_name: str
    kind: str
    bands: tuple[str, ...]
    declared: int
    came: int


@dataclass(frozen=True)
class Line:
    """Groups that share a week, a département, a kind of place, a band."""

    key: str
    name: str
    told: Told


@dataclass(frozen=True)
class Overview:
    """What is known of an edition while it is open. `missing`: départements and kinds of place without any group, those from home aside."""

    whole: Told
    weeks: list[Line]
    departments: list[Line]
    kinds: list[Line]
    bands: list[Line]
    partners: dict[str, int]
    missing: list[Territory]
    missing_kinds: list[str]


def groups_in(consultation: Consultation) -> QuerySet[Any]:
    """The groups of an edition, the latest first, those called off aside, with what each received."""
    rows = Sitting.rows.filter(consultation=consultation).exclude(state=SittingState.CANCELLED)
    return rows.annotate(came=received()).order_by("-opens_at", "-pk")


def overview(consultation: Consultation) -> Overview:
    """Counts by week, département, kind of place and band expected. Three questions, whatever the number of groups."""
    rows = _rows(consultation)
    places = Territory.objects.current().filter(kind=TerritoryKind.DEPARTEMENT).exclude(code__in=UNINHABITED)
    reached = {row.department for row in rows if row.kind != SiteKind.HOME}
    kinds = [kind for kind in SiteKind if kind not in {SiteKind.OTHER, SiteKind.HOME}]
    states = Partner.rows.filter(consultation=consultation).order_by().values_list("state")
    return Overview(
        whole=_told(rows),
        weeks=_lines(rows, lambda row: [(row.week, row.week)]),
        departments=_lines(rows, lambda row: [(row.department, row.department_name)]),
        kinds=_lines(rows, lambda row: [(row.kind, str(SiteKind(row.kind).label))]),
        bands=_lines(rows, lambda row: [(band, band) for band in row.bands]),
        partners=dict(states.annotate(count=Count("pk"))),
        missing=[place for place in places.order_by("code") if place.code not in reached],
        missing_kinds=[str(kind.label) for kind in kinds if kind not in {row.kind for row in rows}],
    )


def _rows(consultation: Consultation) -> list[Row]:
    found = []
    for sitting in groups_in(consultation).order_by("opens_at", "pk").select_related("site", "territory__departement"):
        territory = sitting.territory
        place = territory if territory.kind == TerritoryKind.DEPARTEMENT else territory.departement
        week = sitting.opens_at.astimezone(clock.PARIS)
        code, name = (place.code, place.name) if place else ("", "")
        kind = sitting.site.kind if sitting.site else SiteKind.HOME
        declared = sitting.head_count or 0
        found.append(Row(f"{week:%G-W%V}", code, name, kind, tuple(sitting.bands), declared, sitting.came))
    return found


def _lines(rows: list[Row], keys: Callable[[Row], list[tuple[str, str]]]) -> list[Line]:
    gathered: dict[str, tuple[str, list[Row]]] = {}
    for row in rows:
        for key, name in keys(row):
            gathered.setdefault(key, (name, []))[1].append(row)
    return [Line(key, name, _told(own)) for key, (name, own) in sorted(gathered.items())]


def _told(rows: list[Row]) -> Told:
    """The ratio leaves aside answers from home, of which nothing was declared."""
    expected = [row for row in rows if row.declared]
    declared = sum(row.declared for row in expected)
    whole = told(len(rows), declared, (row.came for row in rows))
    return replace(whole, ratio=told(len(expected), declared, (row.came for row in expected)).ratio)


@dataclass(frozen=True)
class Health:
    """Of the intake: boxes kept and refused, by fives; wrong codes in a minute, when they raised the alarm.

    None: it does not answer.
    """

    kept: int | None
    refused: int | None
    guessing: int | None


def health() -> Health:
    """How the answers' own database stands. Boxes are counted for the whole house: they say of no edition."""
    try:
        counts = {table: figures.rounded(count) for table, count in spool.store(settings.ANSWERS_URL).counts().items()}
    except (spool.NotKept, sqlite3.Error, psycopg.Error):
        counts = {}
    return Health(counts.get("spool"), counts.get("spool_refused"), caches["default"].get(GUESSING))


def partners_of(consultation: Consultation) -> QuerySet[Partner]:
    """Who relays it or asks to, by name, with the groups of each, the children they expect and the sheets received."""
    own = Sitting.rows.filter(site__partner=OuterRef("pk")).exclude(state=SittingState.CANCELLED).order_by()
    sums = own.values("site__partner")
    whole = IntegerField()
    counted = {
        "groups": sums.annotate(n=Count("pk")).values("n"),
        "declared": sums.annotate(n=Sum("head_count")).values("n"),
        "many": _summed(sums, came__gte=figures.FLOOR),
        "few": _summed(sums, came__lt=figures.FLOOR),
    }
    columns = {name: Coalesce(Subquery(rows, output_field=whole), 0) for name, rows in counted.items()}
    rows = Partner.rows.filter(consultation=consultation).annotate(**columns)
    rows = rows.annotate(came=F("many") + F("few") / figures.FLOOR * figures.FLOOR)  # as `figures.together` counts
    return rows.select_related("territory").order_by("name", "pk")


def _summed(groups: QuerySet, **those: int) -> QuerySet:
    return groups.annotate(came=received()).filter(**those).values("site__partner").annotate(n=Sum("came")).values("n")
