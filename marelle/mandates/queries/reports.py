"""Reports as their committee and the public read them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.urls import reverse

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock
from marelle.base.origins import Shown
from marelle.mandates.models import Mandate
from marelle.plans.models import Report
from marelle.plans.states import ReportState

WAITING = [ReportState.ASKED.value, ReportState.RETURNED.value]
HANDED_IN = ReportState.SUBMITTED.value


def mandates_of(person: Person) -> QuerySet[Mandate]:
    """The mandates whose reports this person reads in the office: their committees', never their own town's."""
    rows = Mandate.objects.visible_to(person)
    rows = rows.filter(agreement__application__call__committee__in=person.committees_as(PROGRAMME_TEAM))
    return rows.exclude(organisation__in=person.organisation_ids)


def in_office(person: Person) -> QuerySet[Report]:
    """The reports of those mandates, with their town and mandate."""
    mine = mandates_of(person).values("plan")
    rows = Report.objects.filter(plan__in=mine).scoped("those of one's committees")
    return rows.select_related(
        "plan__organisation__territory__departement", "plan__mandate__track", "plan__mandate__agreement"
    )


def listed(person: Person, *, only: str = "") -> QuerySet[Report]:
    """The office's list: handed in first, then late, then to come; `only`: handed_in, overdue, due, accepted."""
    today = clock.today()
    late = Q(state__in=WAITING, due_on__lt=today)
    chosen = {
        "handed_in": Q(state=HANDED_IN),
        "overdue": late,
        "due": Q(state__in=WAITING, due_on__gte=today),
        "accepted": Q(state=ReportState.ACCEPTED),
    }
    rank = Case(
        When(state=HANDED_IN, then=Value(0)),
        When(late, then=Value(1)),
        When(state__in=WAITING, then=Value(2)),
        default=Value(3),
    )
    rows = in_office(person).filter(chosen.get(only, Q())).annotate(rank=rank)
    return rows.order_by("rank", "due_on", "plan__organisation__name", "pk")


def counts(person: Person) -> dict[str, int]:
    """How many reports stand in each part of the list."""
    today = clock.today()
    rows = in_office(person).order_by()
    return rows.aggregate(
        handed_in=Count("pk", filter=Q(state=HANDED_IN)),
        overdue=Count("pk", filter=Q(state__in=WAITING, due_on__lt=today)),
        due=Count("pk", filter=Q(state__in=WAITING, due_on__gte=today)),
        accepted=Count("pk", filter=Q(state=ReportState.ACCEPTED)),
    )


def public_of(code: str) -> QuerySet[Report]:
    """The accepted reports of an organisation, the newest first: anyone may read them, whatever became of its mandate."""
    return Report.objects.public().filter(plan__organisation__code=code).select_related("document")


def of_town(organisation: Organisation, person: Person) -> QuerySet[Report]:
    """An organisation's reports: those to write by date, then those handed in, the newest first."""
    rows = Report.objects.visible_to(person).filter(plan__organisation=organisation)
    return rows.select_related("plan__mandate", "submitted_by", "document").order_by("-due_on", "kind", "pk")


def show_reports(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Reports in the thread: for their town and its committee; for anyone, once accepted."""
    rows = Report.objects.filter(code__in=codes).scoped("told one by one").select_related("plan__organisation")
    person = reader if isinstance(reader, Person) else None
    towns = person.organisation_ids if person else frozenset()
    read = set(mandates_of(person).values_list("plan", flat=True)) if person and person.in_committee else set()
    found = {}
    for row in rows:
        own, office = row.plan.organisation_id in towns, row.plan_id in read
        if own or office or row.state == ReportState.ACCEPTED:
            found[row.code] = _shown(row, own=own, office=office)
    return found


def _shown(report: Report, *, own: bool, office: bool) -> Shown:
    place = report.plan.organisation.code
    names: dict[str, Any] = {"public:report": [place, report.code]}
    if own:
        names = {"city:report": [place, report.code]}
    elif office:
        names = {"office:report": [report.code]}
    [(name, args)] = names.items()
    return Shown(
        title=str(report),
        sentence=report.plan.organisation.name,
        address=reverse(name, args=args),
        state=report.get_state_display(),
        on=report.accepted_at or report.submitted_at or report.asked_at,
    )
