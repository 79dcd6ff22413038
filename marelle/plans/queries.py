"""A plan read whole: domains, objectives, actions and indicators in a fixed number of questions, whatever its size."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import clock
from marelle.base.origins import Shown
from marelle.framework.models import Domain
from marelle.plans import figures
from marelle.plans.amendments import OWN
from marelle.plans.models import Action, Indicator, Objective, Plan, with_aims
from marelle.plans.states import AmendmentState, PlanState


@dataclass(frozen=True)
class DomainOutline:
    """One domain of a plan with its objectives, each holding `actions` and `indicators` already read."""

    domain: Domain
    objectives: list[Objective] = field(default_factory=list)

    @property
    def counts(self) -> figures.Counts:
        """What this domain holds."""
        actions = [a for o in self.objectives for a in o.actions.all()]
        budgets = [a.budget_eur for a in actions]
        return figures.Counts(
            objectives=len(self.objectives),
            actions=len(actions),
            indicators=sum(len(o.indicators.all()) for o in self.objectives),
            budget_eur=sum(b for b in budgets if b is not None),
            without_budget=sum(b is None for b in budgets),
        )


def outline(plan: Plan, *, covered: bool = True, domains: Sequence[Domain] | None = None) -> list[DomainOutline]:
    """The whole plan in the order of its framework: five questions, whatever its size.

    One less without the recommendations `covered`, one less when the `domains` are already read.
    """
    objectives = plan.objectives.select_related("library").prefetch_related(
        Prefetch("actions", Action.objects.order_by("position", "pk")),
        Prefetch("indicators", with_aims(Indicator.objects.select_related("definition")).order_by("position", "pk")),
        *(["recommendations"] if covered else []),
    )
    if domains is None:
        domains = list(Domain.objects.filter(framework=plan.framework_id).order_by("position", "pk"))
    return _by_domain(objectives, domains)


def bones(plan: Plan, domains: Sequence[Domain]) -> list[DomainOutline]:
    """Its objectives alone, each knowing whether an action and an indicator are named: one question."""
    objective = OuterRef("pk")
    objectives = plan.objectives.annotate(
        has_action=Exists(Action.objects.filter(objective=objective).exclude(name="")),
        has_indicator=Exists(Indicator.objects.filter(objective=objective).exclude(name="")),
    )
    return _by_domain(objectives, domains)


def _by_domain(objectives: QuerySet[Objective], domains: Sequence[Domain]) -> list[DomainOutline]:
    held = defaultdict(list)
    for objective in objectives.order_by("position", "pk"):
        held[objective.domain_id].append(objective)
    return [DomainOutline(domain, held[domain.pk]) for domain in domains]


def content(plan: Plan, parts: Sequence[DomainOutline] | None = None) -> dict[str, Any]:
    """What a plan holds, as plain values: to be frozen when it is handed in, and compared with what it held before.

    `parts`: its outline, when it is already read.
    """
    said = plan.reasons.exclude(said="").order_by("rule", "place").values("rule", "place", "said")
    reasons = {"reasons": list(said)} if said else {}
    return reasons | {
        "vision": plan.vision,
        "objectives": [_objective(o, part.domain.code) for part in parts or outline(plan) for o in part.objectives],
    }


def _objective(objective: Objective, domain: str) -> dict[str, Any]:
    return {
        "code": objective.code,
        "domain": domain,
        "name": objective.name,
        "promise": objective.promise,
        "recommendations": sorted(r.code for r in objective.recommendations.all()),
        "actions": [_plain(a, ACTION_FIELDS) for a in objective.actions.all()],
        "indicators": [_plain(i, INDICATOR_FIELDS) for i in objective.indicators.all()],
    }


ACTION_FIELDS = ("code", *OWN["action"])
INDICATOR_FIELDS = ("code", *OWN["indicator"])


def _plain(thing: Action | Indicator, fields: tuple[str, ...]) -> dict[str, Any]:
    values = ((name, getattr(thing, name)) for name in fields)
    return {name: value if value is None or isinstance(value, int) else str(value) for name, value in values}


def show_objectives(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Objectives in the thread: for those who may read their plan; by their name for anyone, once the plan runs."""
    rows = Objective.objects.filter(code__in=codes).select_related("plan__organisation", "plan__amendment")
    return {
        row.code: taken_out(
            Shown(row.name, row.promise, _address("objective", row.plan, row.code))
            if row.is_read
            else Shown(row.name, row.promise, "", row.plan.organisation.name),
            row.plan,
        )
        for row in told(rows, "plan", reader)
    }


def show_actions(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Actions in the thread: for those who may read their plan; by their name for anyone, once the plan runs."""
    rows = Action.objects.filter(code__in=codes)
    rows = rows.select_related("objective__plan__organisation", "objective__plan__amendment")
    found = told(rows, "objective__plan", reader)
    return {row.code: taken_out(_shown_action(row), row.objective.plan) for row in found}


def _shown_action(action: Any) -> Shown:
    """Its own people know which town's it is; anyone else is told, beside its date."""
    plan = action.objective.plan
    if action.is_read:
        return Shown(action.name, action.lead_service, _address("action", plan, action.code))
    return Shown(action.name, action.lead_service, "", plan.organisation.name)


def taken_out(shown: Shown, plan: Plan) -> Shown:
    """The same, saying that an amendment took it out of its plan, if one did: words frozen before no longer hold."""
    amendment = getattr(plan, "amendment", None)
    if amendment is None or amendment.state != AmendmentState.ACCEPTED:
        return shown
    on = clock.day_of(amendment.answered_at)
    return replace(
        shown,
        sentence=_("Taken out of the plan."),
        state=_("taken out of the plan on %(day)s") % {"day": date_format(on, "j F Y", use_l10n=False)},
    )


def told(rows: Any, plan: str, reader: Person | None) -> Any:
    """Those whose plan runs, that an amendment took out of one that does, or that the reader may open (`is_read`)."""
    is_read = Q(**{f"{plan}__in": _readable(reader)})
    is_out = Q(**{f"{plan}__amendment__state": AmendmentState.ACCEPTED})
    return rows.filter(is_read | is_out | Q(**{f"{plan}__state": PlanState.RUNNING})).annotate(
        is_read=Case(When(is_read, then=True), default=False)
    )


def _readable(reader: Person | None) -> Any:
    """Plans this reader may open in a workspace: the thread leads there only for its own people."""
    if reader is None or not reader.is_authenticated:
        return Plan.objects.none().values("pk")
    return Plan.objects.visible_to(reader).filter(organisation__in=reader.organisation_ids).values("pk")


def _address(kind: str, plan: Plan, code: str) -> str:
    return reverse(f"city:{kind}", args=[plan.organisation.code, code])
