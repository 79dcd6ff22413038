"""Every mandate on one page: what was asked of the list, the database's answer, and the facts of each row.

The reasons of the red list are told twice: `red_list.reasons` judges the facts of a row, `ASKED` finds the rows. They agree
(tests/mandates/test_steering.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from marelle.accounts.models import Membership, Person
from marelle.accounts.states import PROGRAMME_TEAM, Role
from marelle.base import clock
from marelle.framework.models import Track
from marelle.mandates import red_list
from marelle.mandates.models import Application, Contact, Mandate, MandateQuerySet, Reminder, SavedView, Standing
from marelle.mandates.queries.milestones import Milestone, MilestoneState, milestones_of
from marelle.mandates.red_list import Facts, Reason, Why
from marelle.mandates.states import RUNNING, ApplicationState, MandateState, ViewPage
from marelle.plans.attainment import Degree
from marelle.plans.models import Action, Report
from marelle.plans.states import ActionState, ProofLevel, ReportKind, ReportState
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

LONGEST = 60  # characters of a filter
LIVING = frozenset(RUNNING | {MandateState.PLANNED})
EVERY = "tous"  # of the filter of states: those over too
NOBODY = "personne"  # of the filter of officers
BATCH = 500  # rows whose facts are read at once, of a list taken away
CLOSED = frozenset({ApplicationState.WITHDRAWN, ApplicationState.LAPSED, ApplicationState.DECLINED})
CHAIN = "organisation__journal_chain__acted_at"


# What is asked -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Wanted:
    """The filters, under the names their addresses give them; blank: no matter. `silence`: days, or more."""

    q: str = ""
    etat: str = ""
    voie: str = ""
    region: str = ""
    departement: str = ""
    silence: str = ""
    motif: str = ""
    jalon: str = ""
    charge: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wanted":
        """The filters among the parameters of an address; what is unknown is left aside."""
        asked = {f.name: (given.get(f.name) or "").replace("\x00", "").strip()[:LONGEST] for f in fields(cls)}
        known = {
            "etat": {EVERY, *MandateState.values},
            "motif": {EVERY, *Reason.values},
            "jalon": {f"{kind}:{state}" for kind in ReportKind.values for state in WATCHED},
        }
        for name, values in known.items():
            asked[name] = asked[name] if asked[name] in values else ""
        asked["silence"] = asked["silence"] if asked["silence"].isdecimal() else ""
        return cls(**asked)

    @property
    def parameters(self) -> dict[str, str]:
        """What to write in an address to come back to the same list."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


OPEN = (ReportState.ASKED, ReportState.RETURNED)
WATCHED: dict[str, Callable[[date], Q]] = {  # states of a milestone one may ask for, as the database says them
    MilestoneState.OVERDUE: lambda today: Q(state__in=OPEN, due_on__lt=today),
    MilestoneState.DUE: lambda today: Q(state=ReportState.ASKED, due_on__gte=today),
    MilestoneState.RETURNED: lambda today: Q(state=ReportState.RETURNED, due_on__gte=today),
    MilestoneState.SUBMITTED: lambda today: Q(state=ReportState.SUBMITTED),
    MilestoneState.ACCEPTED: lambda today: Q(state=ReportState.ACCEPTED),
}


def mandates_of(person: Person) -> MandateQuerySet:
    """Those the committees of this officer signed; never of an organisation they belong to."""
    rows = Mandate.objects.visible_to(person)
    rows = rows.filter(agreement__application__call__committee__in=person.committees_as(PROGRAMME_TEAM))
    return rows.exclude(organisation__in=person.organisation_ids)


def asked_for(person: Person, wanted: Wanted, today: date | None = None) -> MandateQuerySet:
    """The mandates of a list, in no order."""
    today, rows = today or clock.today(), mandates_of(person)
    territory = "organisation__territory"
    if wanted.etat != EVERY:
        rows = rows.filter(state__in=[wanted.etat] if wanted.etat else sorted(LIVING))
    if wanted.q:
        rows = rows.filter(Q(organisation__name__icontains=wanted.q) | Q(organisation__code=wanted.q))
    named = {"voie": "track__code", "region": f"{territory}__region__code"}
    named["departement"] = f"{territory}__departement__code"
    for name, path in named.items():
        if getattr(wanted, name):
            rows = rows.filter(**{path: getattr(wanted, name)})
    if wanted.charge:
        rows = rows.filter(officer=None) if wanted.charge == NOBODY else rows.filter(officer__code=wanted.charge)
    if wanted.silence:
        rows = rows.filter(silent_since(today - timedelta(days=min(int(wanted.silence), 36_500))))
    if wanted.motif:
        rows = rows.filter(on_red_list(today) if wanted.motif == EVERY else RUNS & ASKED[Reason(wanted.motif)](today))
    if wanted.jalon:
        kind, _colon, state = wanted.jalon.partition(":")
        reports = Report.objects.filter(WATCHED[state](today), kind=kind).scoped("those of mandates narrowed already")
        rows = rows.filter(plan__in=reports.values("plan"))
    return rows


def silent_since(day: date) -> Q:
    """Nothing done here since that day, or ever; the first day of the mandate counts for those."""
    after = datetime.combine(day + timedelta(days=1), time(0), clock.PARIS)
    return Q(**{f"{CHAIN}__lt": after}) | Q(**{CHAIN: None}, starts_on__lte=day)


def _overdue(today: date) -> Q:
    return Q(plan__in=Report.objects.overdue(today).order_by().scoped("narrowed by their mandate").values("plan"))


def _unread(today: date) -> Q:
    day = today - red_list.READ_EVERY
    after = datetime.combine(day + timedelta(days=1), time(0), clock.PARIS)
    return Q(starts_on__lte=day) & (Q(plan__read_at=None) | Q(plan__read_at__lt=after))


def _blocked(today: date) -> Q:
    return Q(plan__in=_held(today).values("objective__plan"))


def _held(today: date) -> QuerySet[Action]:
    """The actions blocked for long."""
    return Action.objects.filter(state=ActionState.BLOCKED, moved_on__lte=today - red_list.BLOCKED_AFTER)


def _steps(today: date) -> Q:
    late = Contact.rows.filter(done_at=None, next_on__lt=today)
    return Q(pk__in=late.values("mandate"))


def _lead() -> Exists:
    living = Membership.objects.living().filter(organisation=OuterRef("organisation"), role=Role.ELECTED_LEAD)
    return Exists(living)


def _followed() -> Exists:
    """Another mandate waits to begin, or an application was started since this one began; not its own, brought in later."""
    next_one = Application.rows.filter(
        organisation=OuterRef("organisation"), created_at__date__gt=OuterRef("starts_on")
    ).exclude(state__in=sorted(CLOSED))
    return Exists(next_one.exclude(agreement__mandate__starts_on__lte=OuterRef("starts_on")))


ASKED: dict[Reason, Callable[[date], Q]] = {
    Reason.WATCH: lambda today: Q(state__in=sorted(red_list.UNDER_WATCH)),
    Reason.REPORT: _overdue,
    Reason.SILENT: lambda today: silent_since(today - red_list.SILENT_AFTER),
    Reason.LEAD: lambda today: Q(~_lead()),
    Reason.READING: _unread,
    Reason.BLOCKED: _blocked,
    Reason.STEP: _steps,
    Reason.END: lambda today: Q(~_followed(), ends_on__lte=today + red_list.ENDS_WITHIN),
}
RUNS = Q(state__in=sorted(RUNNING))


def on_red_list(today: date) -> Q:
    """Whoever has a reason, any of them."""
    found = Q(pk__in=[])
    for find in ASKED.values():
        found |= find(today)
    return RUNS & found


# The rows ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """A mandate as `told` reads it and the page shows it: how long its town is silent, its milestones, how far it is, what needs attention."""

    mandate: Mandate
    facts: Facts
    silent_days: int
    reports: list[Milestone]
    degrees: Mapping[str, Degree]
    whys: list[Why]
    reminded_on: date | None

    def report(self, kind: str) -> Milestone | None:
        """The one report of that kind."""
        return next((found for found in self.reports if found.kind == kind), None)

    @property
    def sheets(self) -> list[Milestone]:
        """The yearly ones, in order."""
        return [found for found in self.reports if found.kind == ReportKind.YEARLY]

    @property
    def overdue(self) -> Milestone | None:
        """The report that is the longest overdue."""
        return next((found for found in self.reports if found.state == MilestoneState.OVERDUE), None)


class Rows(Sequence):
    """The rows of a list, read by pages: a slice asks a fixed number of questions, whatever its length."""

    def __init__(self, mandates: MandateQuerySet, today: date, order: Sequence[Any] = ()):
        self.today, self.mandates = today, mandates
        self.order = order or (F(CHAIN).asc(nulls_first=True), "starts_on", "pk")

    def in_order(self, field: str, down: bool) -> "Rows":
        """Sorted otherwise: unknown values last."""
        key = F(field)
        turned = key.desc(nulls_last=True) if down else key.asc(nulls_last=True)
        return Rows(self.mandates, self.today, (turned, "pk"))

    @cached_property
    def _length(self) -> int:
        return self.mandates.count()

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, wanted: Any) -> Any:
        """The keys of a page are found first, inside: else a database works the facts of every row out before it sorts them."""
        page = self.mandates.order_by(*self.order)[wanted].values("pk")
        return rows_of(Mandate.rows.filter(pk__in=page).order_by(*self.order), self.today)

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self), BATCH):
            yield from self[start : start + BATCH]


def rows_of(mandates: QuerySet, today: date) -> list[Row]:
    """The facts of these mandates, in their order. Three questions."""
    held = list(told(mandates, today))
    reports, degrees = milestones_of(held, today), _degrees_of(held)
    return [_row(m, reports[m.pk], degrees.get(m.pk, {}), today) for m in held]


def told(mandates: QuerySet, today: date) -> QuerySet:
    """With what each row needs: two tables away, or one question inside. Values rather than objects: a page has hundreds of rows."""
    steps = Contact.rows.filter(mandate=OuterRef("pk"), done_at=None).exclude(next_step="").order_by("next_on")
    reminders = Reminder.objects.filter(mandate=OuterRef("pk")).exclude(sent_at=None).order_by("-sent_at")
    blocked = _held(today).filter(objective__plan=OuterRef("plan")).order_by().values("objective__plan")
    return (
        mandates.select_related("organisation", "officer")
        .prefetch_related("track")
        .annotate(
            acted_at=F(CHAIN),
            read_at=F("plan__read_at"),
            signed_at=F("agreement__signed_at"),
            agreement_code=F("agreement__code"),
            departement=Coalesce(F("organisation__territory__departement__name"), Value("")),
            blocked=Coalesce(Subquery(blocked.annotate(found=Count("pk")).values("found")), 0),
            blocked_since=Subquery(blocked.annotate(first=Min("moved_on")).values("first"), output_field=DateField()),
            has_lead=_lead(),
            is_followed=_followed(),
            step_due_on=Subquery(steps.values("next_on")[:1], output_field=DateField()),
            reminded_at=Subquery(reminders.values("sent_at")[:1]),
        )
    )


def _row(mandate: Any, reports: list[Milestone], degrees: dict[str, Degree], today: date) -> Row:
    late = next((found for found in reports if found.state == MilestoneState.OVERDUE), None)
    facts = Facts(
        state=mandate.state,
        starts_on=mandate.starts_on,
        ends_on=mandate.ends_on,
        acted_on=_day(mandate.acted_at),
        read_on=_day(mandate.read_at),
        report_due_on=late.on if late else None,
        blocked=mandate.blocked,
        blocked_since=mandate.blocked_since,
        has_lead=mandate.has_lead,
        step_due_on=mandate.step_due_on,
        is_followed=mandate.is_followed,
    )
    whys = red_list.reasons(facts, today)
    return Row(mandate, facts, facts.silent_days(today), reports, degrees, whys, _day(mandate.reminded_at))


def _degrees_of(mandates: list[Mandate]) -> dict[int, dict[str, Degree]]:
    """By mandate: how far its indicators are at each level of proof, as the last night left them."""
    sums = {f"{p}_{part}": Sum(f"{p}_{part}") for p in ProofLevel.values for part in ("known", "total")}
    names = {name: f"sum_{name}" for name in sums}
    rows = Standing.objects.filter(mandate__in=mandates, until=None).order_by().values("mandate")
    found = rows.annotate(**{names[name]: total for name, total in sums.items()})
    return {
        row["mandate"]: {p: Degree(row[f"sum_{p}_known"], row[f"sum_{p}_total"]) for p in ProofLevel.values}  # type: ignore[literal-required]
        for row in found
    }


def _day(moment: datetime | None) -> date | None:
    return clock.day_of(moment) if moment else None


# What one may choose among -------------------------------------------------------------------------------------------
def places() -> tuple[list[Territory], list[Territory]]:
    """Régions and départements, by name. One question."""
    kinds = (TerritoryKind.REGION, TerritoryKind.DEPARTEMENT)
    found = list(
        Territory.objects.filter(kind__in=kinds, is_current=True).only("code", "name", "kind").order_by("name")
    )
    return [t for t in found if t.kind == kinds[0]], [t for t in found if t.kind == kinds[1]]


def tracks_of(person: Person) -> list[Track]:
    """The ways in of these committees' calls."""
    committees = person.committees_as(PROGRAMME_TEAM)
    return list(Track.objects.filter(calls__committee__in=committees).distinct().order_by("position", "pk"))


def views_of(person: Person) -> list[SavedView]:
    """One's own views first, then the team's."""
    mine = Case(When(owner=person, then=Value(0)), default=Value(1))
    return list(
        SavedView.objects.visible_to(person)
        .filter(page=ViewPage.STEERING)
        .select_related("owner")
        .order_by(mine, "name", "pk")
    )
