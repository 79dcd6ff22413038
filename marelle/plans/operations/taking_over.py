"""Plans that were written elsewhere, put into the house with their network: many parts at once.

These ask no right: whoever brings a network in asked it, and locked the organisation (`mandates.operations.bringing_in`).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count
from django.utils.translation import override

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, origins
from marelle.framework.models import Framework
from marelle.plans import reporting
from marelle.plans.models import Action, Indicator, Objective, Plan, Reading, Report
from marelle.plans.operations import running
from marelle.plans.states import PLAN_STEPS, REPORT_STEPS

MODELS: dict[str, Any] = {"objective": Objective, "action": Action, "indicator": Indicator}
Part = Objective | Action | Indicator


def take_over_plan(
    organisation: Organisation, framework: Framework, *, adopted_on: date, steps: Sequence[str], by: Person
) -> Plan:
    """An empty plan, adopted elsewhere, then moved along `steps`. Raises WrongState."""
    plan = Plan(organisation=organisation, framework=framework, created_at=clock.now(), adopted_on=adopted_on)
    for step in ("take_over", *steps):
        PLAN_STEPS.take(plan, step)
    plan.save()
    journal.record(plan, "plan_taken_over", by=by, adopted_on=adopted_on.isoformat())
    return plan


def add_all(plan: Plan, kind: str, rows: Sequence[Mapping[str, Any]], *, by: Person) -> list[Any]:
    """Add objectives, actions or indicators after those already there: values already judged, in order."""
    owner = "domain" if kind == "objective" else "objective"
    model = MODELS[kind]
    there = model.objects.filter(**{f"{owner}__in": {row[owner].pk for row in rows}})
    there = there.filter(plan=plan) if kind == "objective" else there
    held = Counter(dict(there.order_by().values_list(owner).annotate(found=Count("pk"))))
    parts = []
    for row in rows:
        extra = {"plan": plan} if kind == "objective" else {}
        parts.append(model(**row, **extra, position=held[row[owner].pk]))
        held[row[owner].pk] += 1
    made: list[Any] = model.objects.bulk_create(parts, batch_size=500)
    if kind == "action":
        ends = [
            (f"plans.objective:{a.objective.code}", f"plans.action:{a.code}", a.objective.name, a.objective.promise)
            for a in made
        ]
        origins.link_new("objective", ends, by=by)
    told = [(part, f"{kind}_added", {"name": part.name}) for part in made]
    journal.record_all(told, by=by, organisation=plan.organisation)
    return made


def add_readings(plan: Plan, given: Sequence[tuple[Indicator, running.Typed]], *, by: Person) -> list[Reading]:
    """Readings made elsewhere, whatever the plan's state; each was judged already."""
    made = [running.judge(indicator, typed, by) for indicator, typed in given]
    running.keep_readings(plan, made, [None] * len(made), by=by)
    return made


@dataclass(frozen=True)
class PastReport:
    """A report handed in and accepted elsewhere: what it covers, when, and what it said."""

    kind: str
    year: int
    covers_from: date
    covers_until: date
    handed_in_on: date
    words: Mapping[str, str]


def add_report(plan: Plan, past: PastReport, fingerprint: Callable[[dict[str, Any]], str], *, by: Person) -> Report:
    """A report accepted elsewhere, on its day; `by` put it here, and the house draws no paper of it."""
    at = datetime.combine(past.handed_in_on, time(12), clock.PARIS)
    report = Report(
        plan=plan,
        kind=past.kind,
        year=past.year,
        covers_from=past.covers_from,
        covers_until=past.covers_until,
        due_on=past.handed_in_on,
        asked_at=at,
        submitted_at=at,
        submitted_by=by,
        **past.words,
    )
    report.save()
    with override(plan.framework.towns_language):
        report.content = reporting.content(report, reporting.situation(report)) | {"taken_over": True}
    for step in ("submit", "accept"):
        REPORT_STEPS.take(report, step)
    report.accepted_at = at
    report.fingerprint = fingerprint(report.content)
    report.save()
    journal.record(report, "report_taken_over", by=by, organisation=plan.organisation, year=past.year)
    return report
