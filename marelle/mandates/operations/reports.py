"""Reports of a mandate: asked for in their time, handed in, verified, sent back or accepted; late, the mandate is watched."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.accounts import files, journal, notifications
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.robot import robot
from marelle.base import clock, jobs, origins, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Job
from marelle.mandates import figures, report_documents, rules
from marelle.mandates.letters import reports as letters
from marelle.mandates.models import Mandate
from marelle.mandates.operations.mandates import evaluate_plan
from marelle.mandates.queries import people
from marelle.mandates.queries.decisions import MOVE
from marelle.mandates.states import MANDATE_STEPS, RUNNING, MandateState
from marelle.plans import reporting
from marelle.plans import rules as plans
from marelle.plans.models import Plan, Rating, Report
from marelle.plans.operations import reports as operations
from marelle.plans.states import REPORT_STEPS, ProofLevel, RatedBy, ReportState, Verdict

WAITING = Q(state__in=[ReportState.ASKED.value, ReportState.RETURNED.value])
MOST_MONTHS = 12  # a report is put off, from the day it was first due
REMINDERS = (30, 7, 0)  # days before a report is due; once more when it is late


# ---------------------------------------------------------------------------------------------------- the programme's clock
def open_due_reports(at: datetime) -> int:
    """A round: ask for each report whose window is open, its due date frozen; how many. May run twice.

    A window that closed before the house knew the mandate is not opened: nobody is late for what was never asked.
    """
    today, opened = clock.day_of(at), 0
    rows = Mandate.rows.filter(state__in=sorted(RUNNING), starts_on__lte=today).select_related("track")
    asked = set(Report.rows.filter(plan__mandate__in=rows).values_list("plan_id", "kind", "year"))
    for mandate in rows.order_by("pk"):
        for due in _open(mandate, today):
            if (mandate.plan_id, due.kind, due.year) not in asked:
                opened += _ask(mandate, due)
    return opened


def _open(mandate: Mandate, today: date) -> list[figures.Milestone]:
    track = mandate.track
    found = figures.milestones(
        mandate.starts_on, mandate.ends_on, track.reports, track.report_dates, first_ends_on=mandate.first_ends_on
    )
    return [due for due in found if max(due.opens_on, mandate.starts_on) <= today <= due.on]


@transaction.atomic
def _ask(mandate: Mandate, due: figures.Milestone) -> bool:
    report, is_new = operations.ask_for_report(
        mandate.plan_id, due.kind, due.year, covers=due.covers(mandate.starts_on), due_on=due.on, by=robot()
    )
    if is_new:
        letters.queue_asked(report)
    return is_new


def remind_of_reports(at: datetime) -> int:
    """A round: remind those who write, 30 and 7 days before, on the day, and once it is late; how many. May run twice."""
    today, told = clock.day_of(at), 0
    waiting = Report.rows.filter(WAITING, plan__mandate__state__in=sorted(RUNNING))
    for report in waiting.select_related("plan__organisation").order_by("due_on", "pk"):
        left = (report.due_on - today).days
        days = -1 if left < 0 else min((days for days in REMINDERS if left <= days), default=None)
        if days is not None:
            with transaction.atomic():
                letters.queue_reminder(report, days)
            told += 1
    return told


def watch_the_late(at: datetime) -> int:
    """A round: a running mandate whose report is late is on watch; how many. May run twice.

    Not again once an administrator has cleared it by hand since that report was due.
    """
    today = clock.day_of(at)
    late = Report.rows.filter(plan=OuterRef("plan")).filter(WAITING, due_on__lt=today)
    watched = 0
    for pk in Mandate.rows.filter(Exists(late), state=MandateState.ACTIVE).order_by("pk").values_list("pk", flat=True):
        watched += _watch(pk, today)
    return watched


@transaction.atomic
def _watch(mandate_id: int, today: date) -> bool:
    mandate = Mandate.rows.lock(mandate_id)
    late = _late(mandate, today)
    if mandate.state != MandateState.ACTIVE or late is None or _moved_by_hand_since(mandate, late.due_on):
        return False
    MANDATE_STEPS.take(mandate, "watch")
    mandate.save(update_fields=["state"])
    reasons = _("%(report)s: not handed in by %(day)s.") % {"report": late, "day": late.due_on.isoformat()}
    journal.record(mandate, "mandate_watch", by=robot(), reasons=reasons, on=today.isoformat())
    stamps.bump("public")
    return True


def _clear(plan: Plan) -> None:
    """Nothing is late any more: the mandate is no longer on watch, unless people put it there."""
    mandate = Mandate.rows.select_for_update(of=("self",), no_key=True).filter(plan=plan).first()
    if mandate is None or mandate.state != MandateState.ON_WATCH or _late(mandate, clock.today()):
        return
    last = _moves(mandate).order_by("-answered_at").first()
    if last is not None and last.payload["move"] == "watch":
        return
    MANDATE_STEPS.take(mandate, "clear")
    mandate.save(update_fields=["state"])
    reasons = _("Every report that was late is handed in.")
    journal.record(mandate, "mandate_clear", by=robot(), reasons=reasons, on=clock.today().isoformat())
    stamps.bump("public")


def _late(mandate: Mandate, today: date) -> Report | None:
    return Report.rows.filter(WAITING, plan=mandate.plan_id, due_on__lt=today).order_by("due_on", "pk").first()


def _moves(mandate: Mandate) -> Any:
    """The steps two administrators took for this mandate."""
    return PendingAct.objects.filter(kind=MOVE, reference=f"mandates.mandate:{mandate.code}", state="accepted")


def _moved_by_hand_since(mandate: Mandate, day: date) -> bool:
    return _moves(mandate).filter(answered_at__date__gt=day).exists()


# ---------------------------------------------------------------------------------------------------------------- the town
@transaction.atomic
def ask_to_hand_in(report_id: int, *, by: Person) -> list[Person]:
    """Tell who may hand in that a report is ready; once while they have not read it. Raises NotAllowed, WrongState."""
    report = operations.writing(report_id, by)
    if reporting.missing(report, reporting.situation(report)):
        raise WrongState(_("Something is still missing before it can be handed in."))
    told = [person for person in people.who_hand_in(report.organisation) if person.pk != by.pk]
    notifications.notify(
        told,
        "report_ready",
        reference=f"plans.report:{report.code}",
        sentence=lambda: (
            _("%(report)s is ready: %(name)s asks you to read it over and hand it in.")
            % {"report": report, "name": by.name}
        ),
        address=f"/espace/{report.organisation.code}/bilans/{report.code}",
    )
    return told


@transaction.atomic
def submit_report(report_id: int, *, by: Person) -> Report:
    """Hand a report in, with the figures of that day; its PDF is drawn soon after. Twice is once.

    Raises NotAllowed, WrongState, BadData naming everything that is missing.
    """
    report = Report.rows.lock(report_id)
    if _is_handed_in_by(report, by):
        return report
    content = _check_ready(report, by)
    REPORT_STEPS.take(report, "submit")
    report.content, report.fingerprint = content, report_documents.fingerprint(content)
    report.submitted_at, report.submitted_by, report.document = clock.now(), by, None
    report.version += 1
    report.save()
    _link(report, by)
    journal.record(report, "report_submitted", by=by, organisation=report.organisation, fingerprint=report.fingerprint)
    letters.queue_submitted(report)
    _clear(report.plan)
    _ask_to_draw(report)
    return report


def _check_ready(report: Report, by: Person) -> dict[str, Any]:
    plans.require(plans.may_submit_report, by, report.plan)
    if not REPORT_STEPS.allows(report, "submit"):
        REPORT_STEPS.take(report, "submit")
    known = reporting.situation(report)
    gaps = reporting.missing(report, known)
    if gaps:
        raise BadData(_("This report cannot be handed in yet."), [sentence for _name, sentence in gaps])
    return reporting.content(report, known)


def _is_handed_in_by(report: Report, by: Person) -> bool:
    return report.state == ReportState.SUBMITTED and report.submitted_by_id == by.pk


def _link(report: Report, by: Person) -> None:
    """A report comes from the objectives it rates and the readings shown with evidence, in their words of that day."""
    for objective in (o for domain in report.content["domains"] for o in domain["objectives"]):
        told = {"kind": "objective", "label": objective["name"], "excerpt": objective["promise"]}
        if objective["verdict"] != Verdict.NOT_RATED:
            _comes_from(report, f"plans.objective:{objective['code']}", told, by)
        for read in objective["indicators"]:
            if read["proof_level"] not in ("", ProofLevel.DECLARED):
                words = f"{read['value']} {read['unit']}".strip()
                told = {"kind": "reading", "label": f"{read['name']} ({read['period']})", "excerpt": words}
                _comes_from(report, f"plans.reading:{read['reading']}", told, by)


def _comes_from(report: Report, parent: str, told: dict[str, str], by: Person) -> None:
    origins.link(parent=parent, offspring=f"plans.report:{report.code}", by=by, **told)


# ----------------------------------------------------------------------------------------------------------- the committee
@transaction.atomic
def verify_objective(report_id: int, objective: str, verdict: str, why: str, *, by: Person) -> Rating:
    """What the committee found of an objective, beside what its town says. Raises NotAllowed, WrongState, BadData."""
    report, mandate = _handled(report_id, by)
    if report.state != ReportState.SUBMITTED:
        raise WrongState(_("A report is verified once it is handed in, until it is accepted."), state=report.state)
    found = operations.objective_of(report, objective)
    rating = operations.rate(report, found, RatedBy.COMMITTEE, verdict, why, who=by)
    journal.record(
        report, "report_rated", by=by, organisation=mandate.organisation, objective=found.code, verdict=verdict
    )
    return rating


@transaction.atomic
def verify_objectives(report_id: int, found: Mapping[str, tuple[str, str]], *, by: Person) -> list[Rating]:
    """The same of several at once, by code: verdict and why; all of them or none. Raises NotAllowed, WrongState, BadData."""
    return [verify_objective(report_id, code, verdict, why, by=by) for code, (verdict, why) in found.items()]


@transaction.atomic
def send_back_report(report_id: int, *, by: Person, reasons: str) -> Report:
    """Give a report back to its town, saying what is missing. Raises NotAllowed, WrongState, BadData."""
    report, mandate = _handled(report_id, by)
    if not reasons.strip():
        raise BadData(_("Write the reasons: the city will read them."))
    REPORT_STEPS.take(report, "send_back")
    report.returned_at, report.returned_because = clock.now(), reasons.strip()
    report.save(update_fields=["state", "returned_at", "returned_because"])
    journal.record(report, "report_returned", by=by, organisation=mandate.organisation, reasons=reasons.strip())
    letters.queue_returned(report)
    return report


@transaction.atomic
def put_off_report(report_id: int, *, due_on: date, because: str, by: Person) -> Report:
    """Give a town more time: a later day, and why. The day it was first due stays; what is late no more is not watched.

    Raises NotAllowed, WrongState once it is handed in, BadData. Twice is once.
    """
    report, mandate = _handled(report_id, by)
    words = because.strip()
    if (due_on, words) == (report.due_on, report.put_off_because):
        return report
    if not report.is_open:
        raise WrongState(_("This report has been handed in: its day no longer moves."), state=report.state)
    _check_later(report, due_on, words)
    was = report.due_on
    report.first_due_on, report.due_on, report.put_off_because = report.first_due_on or was, due_on, words
    report.save(update_fields=["first_due_on", "due_on", "put_off_because"])
    told = {"was": was.isoformat(), "due_on": due_on.isoformat(), "reasons": words}
    journal.record(report, "report_put_off", by=by, organisation=mandate.organisation, **told)
    letters.queue_put_off(report)
    _clear(report.plan)
    stamps.bump("public")
    return report


def _check_later(report: Report, due_on: date, words: str) -> None:
    if not words:
        raise BadData(_("Write the reasons: the city will read them."))
    last = clock.months_after(report.first_due_on or report.due_on, MOST_MONTHS)
    if not max(report.due_on, clock.today()) < due_on <= last:
        given = {"day": report.due_on.isoformat(), "last": last.isoformat()}
        raise BadData(_("Choose a day to come, after %(day)s and no later than %(last)s.") % given)


@transaction.atomic
def accept_report(report_id: int, *, by: Person) -> Report:
    """Take a report as done: anyone may read it, with what the town, children and the committee say of each objective.

    Raises NotAllowed, WrongState. Twice is once.
    """
    report, mandate = _handled(report_id, by)
    if report.state == ReportState.ACCEPTED:
        return report
    REPORT_STEPS.take(report, "accept")
    report.accepted_at, report.accepted_by, report.document = clock.now(), by, None
    report.version += 1
    report.save(update_fields=["state", "accepted_at", "accepted_by", "document", "version"])
    journal.record(report, "report_accepted", by=by, organisation=mandate.organisation)
    evaluate_plan(Plan.rows.lock(report.plan_id), by=by)
    letters.queue_accepted(report)
    stamps.bump("public")
    _ask_to_draw(report)
    return report


def _handled(report_id: int, by: Person) -> tuple[Report, Mandate]:
    """A report, locked, with its mandate, by the programme team of its committee."""
    report = Report.rows.lock(report_id)
    mandate = Mandate.rows.select_related("organisation", "agreement__application").get(plan=report.plan_id)
    rules.require(rules.may_handle, by, mandate.agreement.application)
    return report, mandate


# ------------------------------------------------------------------------------------------------------------ its PDF
def _ask_to_draw(report: Report) -> None:
    jobs.enqueue("draw_report", f"{report.code}:{report.version}", code=report.code, version=report.version)


@jobs.task("draw_report")
def draw_report(job: Job, *, code: str, version: int) -> None:
    """Draw what was handed in, or accepted, and keep it; done twice, it has one effect."""
    report = Report.rows.select_related("plan__organisation", "submitted_by").get(code=code)
    if report.version != version or report.document_id or report.is_open:
        return
    at = report.accepted_at or report.submitted_at or clock.now()
    with override(report.submitted_by.language if report.submitted_by else "fr"):
        drawn = report_documents.report_pdf(report.content, report_documents.sides(report), at=at)
        _keep(report.pk, version, drawn, label=f"{report}.pdf")


@transaction.atomic
def _keep(report_id: int, version: int, drawn: bytes, *, label: str) -> None:
    """Put the PDF among the files of the town; its committee may open it."""
    report = Report.rows.lock(report_id)
    if report.version != version or report.document_id or report.is_open:
        return
    file = files.keep(drawn, label=label, kind="pdf", organisation=report.organisation, by=robot())
    file.shared_at = clock.now()
    file.save(update_fields=["shared_at"])
    report.document = file
    report.save(update_fields=["document"])
    stamps.bump("public")
