"""A report while its town writes it: asked for, then saved one field at a time."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock, versions
from marelle.base.errors import BadData, WrongState
from marelle.plans import rules
from marelle.plans.models import Objective, Rating, Report
from marelle.plans.reporting import WORDS
from marelle.plans.states import RatedBy, ReportKind, Verdict

LONGEST = 5000  # characters of a text of a report
LONGEST_WHY = 1500  # of what explains a verdict


@transaction.atomic
def ask_for_report(
    plan_id: int, kind: str, year: int, *, covers: tuple[date, date], due_on: date, by: Person
) -> tuple[Report, bool]:
    """Open a report of a plan; its due date no longer moves. Asked twice it is one: whether this call asked it.

    Raises NotAllowed.
    """
    first, last = covers
    given = {"covers_from": first, "covers_until": last, "due_on": due_on, "asked_at": clock.now()}
    rules.require(rules.may_ask_for_report, by, None)
    report, is_new = Report.rows.get_or_create(plan_id=plan_id, kind=kind, year=year, defaults=given)
    if is_new:
        organisation = report.plan.organisation
        journal.record(report, "report_asked", by=by, organisation=organisation, kind=kind, due_on=due_on.isoformat())
    return report, is_new


@transaction.atomic
def save_report_field(report_id: int, name: str, value: str, *, was: str, version: int, by: Person) -> Report | Rating:
    """Save one field as typed: a text of the report, "verdict.<objective>" or "why.<objective>" of the town's rating.

    Raises NotAllowed, WrongState, BadData, and Conflict holding both texts.
    """
    report = writing(report_id, by)
    Report.rows.filter(pk=report.pk).exclude(edited_by=by).update(edited_by=by)
    words, stood = value.replace("\r\n", "\n").strip(), was.replace("\r\n", "\n").strip()
    field, _dot, code = name.partition(".")
    if code and field in ("verdict", "why"):
        return _save_rating(report, field, code, words, was=stood, version=version, by=by)
    if code or field not in WORDS[ReportKind(report.kind)]:
        raise BadData(_("This field does not exist."), name=name)
    return versions.save_field(report, field, _short(words, LONGEST), was=stood, version=version)


def writing(report_id: int, by: Person) -> Report:
    """The report, locked, being written by someone who may. Raises NotAllowed, WrongState."""
    report = Report.rows.lock(report_id)
    rules.require(rules.may_write_plan, by, report.plan)
    if not report.is_open:
        raise WrongState(_("This report has been handed in: it no longer changes."), state=report.state)
    return report


def rate(report: Report, objective: Objective, by: RatedBy, verdict: str, why: str, *, who: Person | None) -> Rating:
    """Say how far an objective is; what this side said before is kept. Called by whoever holds the report. Raises BadData."""
    if verdict not in Verdict.values:
        raise BadData(_("Choose one of the answers offered."))
    words = _short(why.strip(), LONGEST_WHY)
    living = Rating.rows.filter(report=report, objective=objective, by=by, replaced_at=None).first()
    if living and (living.verdict, living.why) == (verdict, words):
        return living
    if living:
        living.replaced_at = clock.now()
        living.save(update_fields=["replaced_at"])
    given: dict[str, Any] = {"verdict": verdict, "why": words, "rated_by": who, "rated_at": clock.now()}
    return Rating.rows.create(report=report, objective=objective, by=by, **given)


def objective_of(report: Report, code: str) -> Objective:
    """An objective of its plan. Raises BadData."""
    found = Objective.objects.filter(plan=report.plan_id, code=code).first()
    if found is None:
        raise BadData(_("This objective is no longer in the plan: open the page again."))
    return found


def _save_rating(report: Report, field: str, code: str, words: str, *, was: str, version: int, by: Person) -> Rating:
    """While a report is written its town's rating is one draft: two who write meet as on any other field."""
    if field == "verdict" and words not in Verdict.values:
        raise BadData(_("Choose one of the answers offered."))
    objective = objective_of(report, code)
    start = {"verdict": "", "rated_by": by, "rated_at": clock.now()}
    rows = Rating.rows.select_for_update(of=("self",), no_key=True)
    rating, is_new = rows.get_or_create(
        report=report, objective=objective, by=RatedBy.CITY, replaced_at=None, defaults=start
    )
    if is_new:
        version = rating.version
    versions.save_field(rating, field, _short(words, LONGEST_WHY), was=was, version=version)
    rating.rated_by, rating.rated_at = by, clock.now()
    rating.save(update_fields=["rated_by", "rated_at"])
    return rating


def _short(words: str, limit: int) -> str:
    if len(words) > limit:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": limit})
    return words
