"""A report as it is written and read: what is known of each objective, what changed, the three ratings side by side."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.plans import figures
from marelle.plans.following import COUNTED, Followed, follow
from marelle.plans.models import Action, Indicator, Objective, Rating, Report
from marelle.plans.queries import outline
from marelle.plans.states import ActionState, RatedBy, ReportKind, Verdict

WORDS = {  # what a report asks in words, by kind
    ReportKind.YEARLY: ("highlights", "difficulties", "next_steps", "help_wanted"),
    ReportKind.MID_TERM: ("highlights", "difficulties", "participation", "fairness", "next_steps", "help_wanted"),
    ReportKind.FINAL: ("highlights", "difficulties", "participation", "fairness", "next_steps", "help_wanted"),
}
ASKED = {  # those that must be there
    ReportKind.YEARLY: ("highlights", "next_steps"),
    ReportKind.MID_TERM: ("highlights", "difficulties", "participation", "fairness", "next_steps"),
    ReportKind.FINAL: ("highlights", "difficulties", "participation", "fairness", "next_steps"),
}


@dataclass(frozen=True)
class Known:
    """What is known of one objective when a report is written: nothing of it is typed again."""

    objective: Objective
    actions: list[Action]
    indicators: list[Followed]
    since: date
    suggestion: str
    ratings: dict[str, Rating] = field(default_factory=dict)
    children: list[Rating] = field(default_factory=list)

    @property
    def counted(self) -> list[str]:
        """Its actions by state, in words, in the order of the agreed table."""
        held = Counter(a.state for a in self.actions)
        return [COUNTED[state](held[state]) % {"n": held[state]} for state in ActionState if held[state]]

    @property
    def moved(self) -> list[Action]:
        """Actions that came to their state since the last report."""
        return [a for a in self.actions if a.moved_on and a.moved_on > self.since]

    @property
    def read(self) -> list[Followed]:
        """Indicators whose newest reading was written since the last report."""
        return [f for f in self.indicators if f.latest and clock.day_of(f.latest.recorded_at) > self.since]

    @property
    def suggested(self) -> str:
        """The verdict the figures would give, in words; blank when they say nothing."""
        return str(Verdict(self.suggestion).label) if self.suggestion else ""

    @property
    def city(self) -> Rating | None:
        """What the town says."""
        return self.ratings.get(RatedBy.CITY)


@dataclass(frozen=True)
class Told:
    """A domain of a report."""

    domain: Any
    objectives: list[Known]


def situation(report: Report) -> list[Told]:
    """What is known today of each objective of a report's plan: six questions, whatever its size."""
    parts = outline(report.plan, covered=False)
    follow(parts)
    ratings, since = ratings_of(report), told_until(report)
    return [Told(p.domain, [_known(o, report, ratings[o.pk], since) for o in p.objectives]) for p in parts]


def ratings_of(report: Report) -> dict[int, list[Rating]]:
    """The living ratings of a report, by objective; groups of children in the order they were made, each apart."""
    held: dict[int, list[Rating]] = defaultdict(list)
    rows = report.ratings.filter(replaced_at=None).select_related("rated_by", "group")
    for rating in rows.order_by("group__made_at", "group", "pk"):
        held[rating.objective_id].append(rating)
    return held


def told_until(report: Report) -> date:
    """The day the report before this one was handed in; the eve of what it covers when there is none."""
    before = Report.objects.filter(plan=report.plan_id, submitted_at__isnull=False).exclude(pk=report.pk)
    last = before.scoped("of the same plan").filter(due_on__lt=report.due_on).order_by("-submitted_at").first()
    return clock.day_of(last.submitted_at) if last and last.submitted_at else report.covers_from


def missing(report: Report, known: list[Told]) -> list[tuple[str, str]]:
    """What is to be written before it is handed in: the field's name and a sentence."""
    gaps = [(name, titles()[name]) for name in ASKED[ReportKind(report.kind)] if not getattr(report, name)]
    if report.kind == ReportKind.YEARLY:
        return gaps  # a short sheet: each objective may be rated, none has to be
    for objective in (o for part in known for o in part.objectives):
        rating, code = objective.city, objective.objective.code
        if rating is None or not rating.verdict:
            gaps.append((f"verdict.{code}", _("Rate “%(name)s”") % {"name": objective.objective.name}))
        elif not rating.why:
            gaps.append((f"why.{code}", _("Say why, of “%(name)s”") % {"name": objective.objective.name}))
    return gaps


def titles() -> dict[str, str]:
    """What each text of a report is called."""
    return {
        "highlights": _("What went well"),
        "difficulties": _("What is difficult"),
        "participation": _("How children took part"),
        "fairness": _("What was done against discrimination"),
        "next_steps": _("What comes next"),
        "help_wanted": _("Help wanted"),
    }


def content(report: Report, known: list[Told]) -> dict[str, Any]:
    """A report as plain values, with the figures of that day: what is frozen when it is handed in."""
    return {
        "organisation": report.plan.organisation.name,
        "code": report.plan.organisation.code,
        "kind": report.kind,
        "year": report.year,
        "covers": [report.covers_from.isoformat(), report.covers_until.isoformat()],
        "since": told_until(report).isoformat(),
        "words": {name: getattr(report, name) for name in WORDS[ReportKind(report.kind)]},
        "domains": [
            {
                "code": part.domain.code,
                "name": str(part.domain),
                "colour": part.domain.colour,
                "objectives": [_plain(o) for o in part.objectives],
            }
            for part in known
            if part.objectives
        ],
    }


def _known(objective: Objective, report: Report, ratings: list[Rating], since: date) -> Known:
    actions = list(objective.actions.all())
    read = [i.followed for i in objective.indicators.all()]  # type: ignore[attr-defined]
    suggestion = figures.suggest([a.state for a in actions], [f.share for f in read], _elapsed(report))
    children = [r for r in ratings if r.by == RatedBy.CHILDREN]
    others = {r.by: r for r in ratings if r.by != RatedBy.CHILDREN}
    return Known(objective, actions, read, since, suggestion, others, children)


def _elapsed(report: Report) -> Decimal | None:
    """How much of the plan's time is behind a report, 0 to 1: half at mid-term, all at the end. None for a sheet."""
    halves = {ReportKind.MID_TERM: Decimal("0.5"), ReportKind.FINAL: Decimal(1)}
    return halves.get(ReportKind(report.kind))


def _plain(known: Known) -> dict[str, Any]:
    city = known.city
    return {
        "code": known.objective.code,
        "name": known.objective.name,
        "promise": known.objective.promise,
        "verdict": (city.verdict if city else "") or Verdict.NOT_RATED.value,
        "why": city.why if city else "",
        "actions": [_action(a) for a in known.actions],
        "indicators": [_indicator(f.indicator, f) for f in known.indicators],
    }


def _action(action: Action) -> dict[str, str]:
    moved = action.moved_on.isoformat() if action.moved_on else ""
    return {"code": action.code, "name": action.name, "state": action.state, "since": moved, "reason": action.reason}


def _indicator(indicator: Indicator, read: Followed) -> dict[str, Any]:
    known, latest = read.known, read.latest
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "baseline": _number(indicator.baseline),
        "target": _number(indicator.target),
        "value": _number(known.value if known else None),
        "period": known.period if known else "",
        "reading": known.code if known else "",
        "proof_level": known.proof_level if known else "",
        "percent": None if read.percent is None else int(read.percent),
        "missing_because": latest.missing_because if latest else "",
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
