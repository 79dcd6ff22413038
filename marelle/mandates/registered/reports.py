"""Reports: what is to be written, what is to be read, who is late; where they stand on the thread."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marelle.accounts import rules as accounts
from marelle.accounts.models import Membership, Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, dues, origins, outbox, registers, rounds
from marelle.base.dues import Facts, Watch
from marelle.base.models import Stamp
from marelle.base.registers import Act, Change, Holding
from marelle.mandates import report_documents
from marelle.mandates.letters import reports as letters
from marelle.mandates.operations.reports import open_due_reports, remind_of_reports, watch_the_late
from marelle.mandates.queries import reports as queries
from marelle.mandates.registered.letters import reads
from marelle.plans.models import Report
from marelle.plans.states import ReportKind, ReportState

NEAR = timedelta(days=7)  # from then on it comes before the rest
DAY = "reports_day"  # the last day the round was made


def register() -> None:
    """Join the registers."""
    dues.watches += [Watch(to_write, write), Watch(handed_in, to_read), Watch(accepted, told)]
    dues.watches.append(Watch(open_to_write, written_by))
    origins.register("plans.report", queries.show_reports)
    registers.invariants["reports handed in are as they were"] = changed_since
    rounds.register(look_after_reports)
    for kind in letters.KINDS:
        outbox.may_receive(kind, reads(Report))


def look_after_reports(at: datetime) -> None:
    """A round, once a day: ask for the reports whose time has come, remind, watch the late."""
    day = clock.day_of(at).toordinal()
    if Stamp.objects.filter(name=DAY, value=day).exists():
        return
    open_due_reports(at)
    remind_of_reports(at)
    watch_the_late(at)
    Stamp.objects.update_or_create(name=DAY, defaults={"value": day})


# ---------------------------------------------------------------------------------------------------------------- the town
def to_write(person: Person, organisation: Organisation) -> QuerySet | None:
    """The reports this person may write."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_write(person, organisation):
        return None
    rows = Report.objects.visible_to(person).filter(plan__organisation=organisation, state__in=queries.WAITING)
    return dues.facts(rows, code="code", kind="kind", year="year", state="state", due_on="due_on")


def write(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """The first due first; a late one, or one due within a week, before all else."""
    for row in sorted(rows, key=lambda row: row["due_on"]):
        due_on: date = row.on("due_on")  # type: ignore[assignment]
        back = row["state"] == ReportState.RETURNED
        sentence = _("Complete: %(report)s") if back else _("Fill in: %(report)s")
        yield Act(
            sentence % {"report": _named(row)},
            f"/espace/{organisation.code}/bilans/{row['code']}",
            due_at=clock.evening_of(due_on),
            urgent=due_on - clock.today() <= NEAR,
        )


def open_to_write(person: Person, organisation: Organisation) -> QuerySet | None:
    """The reports that are being written, with who wrote last in them and still works there."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_read(person, organisation):
        return None
    here = Membership.objects.living().filter(organisation=organisation).values("person")
    who = Case(When(edited_by__in=here, then="edited_by__name"), default=Value(""))
    rows = Report.objects.visible_to(person).filter(plan__organisation=organisation, state__in=queries.WAITING)
    return dues.facts(rows, code="code", kind="kind", year="year", who=who)


def written_by(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Holding]:
    """Who writes each; nobody yet: whoever begins holds it."""
    space = f"/espace/{organisation.code}/bilans"
    for row in sorted(rows, key=_named):
        yield Holding(
            pgettext("held by somebody", "Being written"),
            _named(row),
            f"{space}/{row['code']}",
            row["who"],
            more_at=space,
        )


def accepted(person: Person, organisation: Organisation) -> QuerySet | None:
    """The reports of the town that were accepted."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_read(person, organisation):
        return None
    rows = Report.objects.visible_to(person).filter(plan__organisation=organisation, state=ReportState.ACCEPTED)
    return dues.facts(rows, code="code", kind="kind", year="year", at="accepted_at")


def told(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Change]:
    """When it was accepted."""
    for row in rows:
        sentence = _("Accepted: %(report)s") % {"report": _named(row)}
        yield Change(sentence, row.at("at"), f"/espace/{organisation.code}/bilans/{row['code']}")  # type: ignore[arg-type]


# ----------------------------------------------------------------------------------------------------------- the committee
def handed_in(person: Person, committee: Organisation) -> QuerySet | None:
    """The reports the team has to read."""
    if not accounts.in_programme_team(person, committee):
        return None
    rows = queries.in_office(person).filter(
        state=ReportState.SUBMITTED, plan__mandate__agreement__application__call__committee=committee
    )
    return dues.facts(rows.select_related(None), code="code", since="submitted_at")


def to_read(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """How many."""
    if rows:
        words = ngettext("Read %(n)s report handed in", "Read %(n)s reports handed in", len(rows))
        yield Act(words % {"n": len(rows)}, "/bureau/bilans?etat=handed_in")


# ------------------------------------------------------------------------------------------------------- what always holds
def changed_since() -> Iterator[str]:
    """Reports handed in whose words or figures are no longer those of their fingerprint."""
    kept = Report.rows.filter(state__in=[ReportState.SUBMITTED, ReportState.ACCEPTED]).order_by("pk")
    for report in kept.only("pk", "content", "fingerprint").iterator(chunk_size=500):
        if report_documents.fingerprint(report.content) != report.fingerprint:
            yield f"report={report.pk} is not what its fingerprint says"


def _named(row: Facts) -> str:
    word = str(ReportKind(row["kind"]).label)
    return f"{word} {row['year']}" if row["kind"] == ReportKind.YEARLY else word
