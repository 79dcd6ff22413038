"""Every mandate's dates and what became of them: one question, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from marelle.base import clock
from marelle.mandates import figures
from marelle.mandates.models import Mandate
from marelle.plans.models import Report
from marelle.plans.states import ReportKind, ReportState


class MilestoneState(TextChoices):
    """Where one date of a mandate stands today. Overdue wins over sent back."""

    AHEAD = "ahead", pgettext_lazy("milestone", "not due")
    DUE = "due", pgettext_lazy("milestone", "due")
    OVERDUE = "overdue", pgettext_lazy("milestone", "overdue")
    RETURNED = "returned", pgettext_lazy("milestone", "sent back")
    SUBMITTED = "submitted", pgettext_lazy("milestone", "handed in")
    ACCEPTED = "accepted", pgettext_lazy("milestone", "accepted")
    PASSED = "passed", pgettext_lazy("milestone", "past, no report here")


S = MilestoneState
TOLD = frozenset({S.OVERDUE, S.RETURNED, S.SUBMITTED, S.ACCEPTED})  # beside a date
AS_STORED = {
    ReportState.ASKED: S.DUE,
    ReportState.RETURNED: S.RETURNED,
    ReportState.SUBMITTED: S.SUBMITTED,
    ReportState.ACCEPTED: S.ACCEPTED,
}


@dataclass(frozen=True)
class Milestone:
    """One report of a mandate: the day it is due, frozen once asked for. `report`: None before its window opens."""

    kind: str
    year: int
    on: date
    state: MilestoneState
    report: Report | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing more is asked of the town."""
        return self.state == S.ACCEPTED

    @property
    def name(self) -> str:
        """Its words; a yearly sheet says which year it tells of."""
        word = str(ReportKind(self.kind).label)
        return f"{word} {self.year}" if self.kind == ReportKind.YEARLY else word

    @property
    def word(self) -> str:
        """Where it stands, beside its date; blank while its day is to come."""
        return str(self.state.label) if self.state in TOLD else ""

    @property
    def public_word(self) -> str:
        """The same for everyone: a report sent back was handed in; what is asked of its town is between the two."""
        return str(S.SUBMITTED.label) if self.state == S.RETURNED else self.word

    def days_late(self, today: date) -> int:
        """Whole days since it was due; 0 unless it is overdue."""
        return (today - self.on).days if self.state == S.OVERDUE else 0


def milestones_of(mandates: Iterable[Mandate], today: date | None = None) -> dict[int, list[Milestone]]:
    """The reports of each mandate in order of date, by its key. One question; `track` must come with the mandates.

    A mandate left before its end is asked for nothing after that day.
    """
    held, today = list(mandates), today or clock.today()
    reports = _reports([m.plan_id for m in held])
    return {m.pk: list(_milestones(m, reports[m.plan_id], today)) for m in held}


def _reports(plans: list[int]) -> dict[int, dict[tuple[str, int], Report]]:
    """By plan, then kind and year; without what was written in them."""
    held: dict[int, dict[tuple[str, int], Report]] = defaultdict(dict)
    rows = Report.objects.filter(plan__in=plans).scoped("those of mandates the reader may see")
    named = ("code", "plan_id", "kind", "year", "due_on", "state", "submitted_at", "accepted_at")
    for report in rows.only(*named):
        held[report.plan_id][report.kind, report.year] = report
    return held


def _milestones(mandate: Mandate, reports: dict[tuple[str, int], Report], today: date) -> Iterable[Milestone]:
    track, asked = mandate.track, dict(reports)
    found = []
    for due in figures.milestones(
        mandate.starts_on, mandate.ends_on, track.reports, track.report_dates, first_ends_on=mandate.first_ends_on
    ):
        report = asked.pop((due.kind, due.year), None)
        if report is None and mandate.left_on and mandate.left_on <= due.on:
            continue
        found.append(_milestone(due.kind, due.year, due.on, report, today))
    found += [_milestone(r.kind, r.year, r.due_on, r, today) for r in asked.values()]  # a track that changed since
    return sorted(found, key=lambda milestone: (milestone.on, milestone.kind))


def _milestone(kind: str, year: int, on: date, report: Report | None, today: date) -> Milestone:
    if report is None:
        return Milestone(kind, year, on, S.PASSED if on < today else S.AHEAD)
    state = S.OVERDUE if report.is_overdue(today) else AS_STORED[ReportState(report.state)]
    return Milestone(kind, year, report.due_on, state, report)
