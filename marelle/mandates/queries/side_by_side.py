"""Applications of a call side by side: what each holds, what its readers gave, as far as one may see it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marelle.accounts.models import Person
from marelle.framework.models import Criterion
from marelle.framework.queries import domains_of
from marelle.mandates.models import Application, Call, HandIn
from marelle.mandates.queries import coherence, office
from marelle.mandates.queries.office import Reading
from marelle.mandates.states import ReviewState
from marelle.plans.amendments import parts_of

LEAST, MOST = 2, 5  # columns one can still read


@dataclass(frozen=True)
class Side:
    """One application. `counts`: parts of its plan by kind, "remarks" of coherence, "with_children" actions.

    `budget`: euros of the actions that have one, None when none has. `readings`: those finished that one may see.
    """

    application: Application
    counts: Counter[str]
    budget: Decimal | None
    readings: list[Reading]

    def points(self, criterion: Criterion) -> list[int]:
        """What each reader gave on a criterion, in their order."""
        return [
            score.points
            for reading in self.readings
            for score in reading.review.scores.all()
            if score.criterion_id == criterion.pk and score.points is not None
        ]


def offered(call: Call, person: Person) -> list[Application]:
    """Those one may choose among, by name."""
    found = list(office.applications_of(call, person).exclude(submitted_at=None))
    for each in found:
        each.call = call  # with its framework, asked once
    return sorted(found, key=lambda each: (each.organisation.folded_name, each.pk))


def of(call: Call, person: Person, chosen: Sequence[Application]) -> list[Side]:
    """These, among those offered; two questions, and three for each."""
    last = {hand.application_id: hand for hand in HandIn.objects.filter(application__in=chosen).order_by("number")}
    domains = domains_of(call.framework)
    return [_side(each, last[each.pk].content if each.pk in last else None, domains, person) for each in chosen]


def criteria_of(call: Call) -> list[Criterion]:
    """What readers score, in order."""
    return list(call.framework.criteria.order_by("position", "pk"))


def _side(application: Application, content: dict[str, Any] | None, domains: Any, person: Person) -> Side:
    plan = content["plan"] if content else {}
    parts = list(parts_of(plan)) if plan.get("objectives") else []
    counts = Counter(held.kind for held in parts)
    actions = [held.part for held in parts if held.kind == "action"]
    counts["with_children"] = sum(bool(action.get("involvement")) for action in actions)
    counts["remarks"] = len(coherence.of_application(application, plan, domains)) if plan else 0
    budgets = [Decimal(str(action["budget_eur"])) for action in actions if action.get("budget_eur") not in (None, "")]
    readings = [each for each in office.readings_of(application, person) if each.review.state == ReviewState.FINISHED]
    return Side(application, counts, sum(budgets, Decimal(0)) if budgets else None, readings)
