"""A change of a plan as its readers see it: what differs, in words, by domain; why the commission judges it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy, pgettext

from marelle.framework.models import Domain, Framework, Recommendation, text
from marelle.framework.queries import domains_of
from marelle.plans.amendments import Change, FieldChange
from marelle.plans.fields import typed
from marelle.plans.models import Amendment
from marelle.plans.states import Direction
from marelle.web.templatetags.marelle import day

FIELDS = {
    "vision": gettext_lazy("Our vision"),
    "name": gettext_lazy("Name"),
    "promise": gettext_lazy("Promise"),
    "recommendations": gettext_lazy("Recommendations answered"),
    "lead_service": gettext_lazy("Lead service"),
    "partners": gettext_lazy("Partners"),
    "involvement": gettext_lazy("How children take part"),
    "starts_on": gettext_lazy("Starts on"),
    "ends_on": gettext_lazy("Ends on"),
    "budget_eur": gettext_lazy("Budget (€)"),
    "funding": gettext_lazy("Who pays"),
    "target_children": gettext_lazy("Children it is for"),
    "age_from": gettext_lazy("From age"),
    "age_to": gettext_lazy("To age"),
    "places": gettext_lazy("Places"),
    "output": gettext_lazy("What it delivers"),
    "articles": gettext_lazy("Articles of the Convention"),
    "sdg": gettext_lazy("Sustainable development goals and targets"),
    "unit": gettext_lazy("Unit"),
    "direction": gettext_lazy("What is better"),
    "baseline": gettext_lazy("Baseline"),
    "baseline_year": gettext_lazy("Year of the baseline"),
    "baseline_missing_because": gettext_lazy("Why there is no baseline"),
    "target": gettext_lazy("Target"),
    "yearly_targets": gettext_lazy("Yearly targets"),
    "source": gettext_lazy("Source"),
    "means_of_verification": gettext_lazy("Means of verification"),
    "breakdowns": gettext_lazy("Read by which groups"),
    "owner": gettext_lazy("Service that answers for it"),
}
HEAVY = {
    "objective_removed": gettext_lazy("an objective is taken out"),
    "objective_added": gettext_lazy("an objective is added"),
    "domain_emptied": gettext_lazy("a domain has no action left"),
    "action_removed": gettext_lazy("an action is taken out"),
    "indicator_removed": gettext_lazy("an indicator is taken out"),
    "indicator_added": gettext_lazy("an indicator is added"),
    "target_lowered": gettext_lazy("a target asks for less"),
    "measured_otherwise": gettext_lazy("an indicator is measured otherwise: unit, direction or baseline"),
    "recommendation_dropped": gettext_lazy("a recommendation is no longer answered"),
    "children_less_involved": gettext_lazy("children take less part in an action"),
    "budget_moved": gettext_lazy("the whole budget moves by more than %(percent)s %%"),
}
KINDS = {
    "plan": gettext_lazy("Plan"),
    "objective": gettext_lazy("Objective"),
    "action": gettext_lazy("Action"),
    "indicator": gettext_lazy("Indicator"),
}


@dataclass(frozen=True)
class FieldLine:
    """One field: its title, and both texts."""

    title: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """A part that changes: `what` for looks, `word` to read."""

    what: str
    word: str
    kind: str
    name: str
    under: str
    fields: list[FieldLine]


@dataclass(frozen=True)
class Group:
    """What changes in one domain; None for the plan itself."""

    domain: Domain | None
    lines: list[Line]


def told(changes: Sequence[Change], framework: Framework) -> list[Group]:
    """Changes in words, by domain, in the order of the framework. Two questions."""
    words = Words(framework)
    domains = [None, *domains_of(framework)]
    held: dict[str, list[Line]] = {}
    for change in changes:
        held.setdefault(change.domain, []).append(words.line(change))
    groups = [Group(domain, held.get(domain.code if domain else "", [])) for domain in domains]
    return [group for group in groups if group.lines]


def reasons(amendment: Amendment) -> list[str]:
    """Why the commission judges, in words."""
    told = {"percent": amendment.budget_percent}
    return [str(HEAVY[code]) % told for code in amendment.heavy_because if code in HEAVY]


class Words:
    """How values read, in one framework. `known`: its recommendations, when they are at hand; else one question."""

    def __init__(self, framework: Framework, known: Iterable[Recommendation] | None = None) -> None:
        self.levels: Mapping[str, str] = {level["code"]: text(level["name"]) for level in framework.involvement}
        rows = Recommendation.objects.filter(domain__framework=framework) if known is None else known
        self.recommendations = {r.code: str(r) for r in rows}

    def line(self, change: Change) -> Line:
        word = {
            "added": pgettext("part of a plan", "added"),
            "removed": pgettext("part of a plan", "taken out"),
            "changed": pgettext("part of a plan", "changed"),
        }[change.what]
        under = change.under if change.kind in ("action", "indicator") else ""
        fields = [self.field(f) for f in change.fields if not (change.what != "changed" and f.field == "name")]
        return Line(change.what, word, str(KINDS[change.kind]), change.name, under, fields)

    def field(self, change: FieldChange) -> FieldLine:
        return FieldLine(
            str(FIELDS[change.field]), self.value(change.field, change.old), self.value(change.field, change.new)
        )

    def value(self, field: str, value: Any) -> str:
        if value in ("", None):
            return ""
        if field in ("starts_on", "ends_on"):
            return day(date.fromisoformat(value))
        if field in ("baseline", "target"):
            return number_format(Decimal(value).normalize() + 0, use_l10n=True, force_grouping=True)
        if field == "yearly_targets":
            return typed("indicator", field, value)
        if field == "budget_eur":
            return number_format(value, use_l10n=True, force_grouping=True)
        if field == "involvement":
            return self.levels.get(value, value)
        if field == "direction":
            return str(Direction(value).label)
        if field == "recommendations":
            return ", ".join(self.recommendations.get(code, code) for code in value)
        return str(value)
