"""« Reprendre »: a thing of the house carried on into a plan, which says where it comes from. The same for each of them."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation, Person
from marelle.base import origins
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Origin
from marelle.plans.models import Action, Objective
from marelle.plans.operations import writing

LONGEST_NAME = 300  # of an objective or an action


@dataclass(frozen=True)
class Source:
    """What is carried on: its kind and reference in the thread, the name its offspring begins with, its words of the day."""

    kind: str
    parent: str
    name: str
    label: str
    excerpt: str = ""
    address: str = ""


@transaction.atomic
def carry_on(plan_id: int, place: str, source: Source, organisation: Organisation, *, by: Person) -> Objective | Action:
    """Make an action of it under an objective (`place`: "objective.<code>"), or an objective in a domain ("domain.<code>").

    Only a plan being written takes objectives; one that runs takes actions, once under each objective.
    Raises NotAllowed, WrongState, BadData.
    """
    kind, _sep, code = place.partition(".")
    name = source.name[:LONGEST_NAME]
    if kind == "objective":
        _check_once(source.parent, code)
        made: Objective | Action = writing.take_over(
            plan_id, code, kind=source.kind, parent=source.parent, name=name,
            label=source.label, excerpt=source.excerpt, address=source.address, by=by,
        )  # fmt: skip
    elif kind == "domain":
        made = writing.add_objective(plan_id, code, by=by, name=name)
        link(source, f"plans.objective:{made.code}", by)
    else:
        raise BadData(_("What you chose is no longer there. Open the page again."))
    _check_same_place(made, organisation)
    return made


def reference_of(part: str, organisation: Organisation) -> str:
    """An objective or an action of the organisation, as the thread names it: `part` is "action.<code>". Raises BadData."""
    kind, _sep, code = part.partition(".")
    owner = {"objective": "plan__organisation", "action": "objective__plan__organisation"}.get(kind)
    rows = Objective.rows if kind == "objective" else Action.rows
    if not owner or not rows.filter(code=code, **{owner: organisation.pk}).exists():
        raise BadData(_("What you chose is no longer there. Open the page again."))
    return f"plans.{kind}:{code}"


def link(source: Source, offspring: str, by: Person) -> Origin:
    """Say that a thing comes from it."""
    return origins.link(
        source.kind, parent=source.parent, offspring=offspring,
        label=source.label, excerpt=source.excerpt, address=source.address, by=by,
    )  # fmt: skip


def _check_once(parent: str, objective: str) -> None:
    """One action of it under an objective, not two."""
    actions = Action.rows.filter(objective__code=objective).values_list("code", flat=True)
    held = [f"plans.action:{code}" for code in actions]
    if Origin.objects.filter(parent=parent, offspring__in=held, withdrawn_at=None).exists():
        raise WrongState(_("This objective has an action of it already."))


def _check_same_place(made: Objective | Action, organisation: Organisation) -> None:
    plan = made.plan if isinstance(made, Objective) else made.objective.plan
    if plan.organisation_id != organisation.pk:
        raise BadData(_("What you chose is no longer there. Open the page again."))
