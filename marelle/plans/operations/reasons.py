"""A city says why it chose so, where a remark of coherence notices something: readers see both."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import clock, versions
from marelle.base.errors import BadData, WrongState
from marelle.plans import rules
from marelle.plans.fields import line
from marelle.plans.models import Plan, Reason
from marelle.plans.operations.writing import BEING_WRITTEN

LONGEST = 500  # characters: the column's width


@transaction.atomic
def give_reason(
    plan_id: int, remark: tuple[str, str], said: str, *, was: str, by: Person, at: datetime | None = None
) -> Reason:
    """Answer a `remark`, named by its rule and its place; a blank answer takes the one before back.

    Raises NotAllowed, WrongState, BadData, and Conflict holding both texts.
    """
    plan = Plan.rows.lock(plan_id)
    rules.require(rules.may_write_plan, by, plan)
    if plan.state not in BEING_WRITTEN:
        raise WrongState(_("This plan has been handed in: it no longer changes here."), state=plan.state)
    rule, place = remark
    if rule not in {known["rule"] for known in plan.framework.coherence} or not _stands(plan, place):
        raise BadData(_("What you chose is no longer there. Open the page again."), rule=rule, place=place)
    read, now = line(LONGEST).parse, at or clock.now()
    found, _is_new = Reason.objects.get_or_create(
        plan=plan, rule=rule, place=place, defaults={"said_by": by, "said_at": now}
    )
    clean = read(said, plan.framework)
    versions.save_field(found, "said", clean, was=read(was, plan.framework), version=0)
    found.said_by, found.said_at = by, now
    found.save(update_fields=["said_by", "said_at"])
    return found


def _stands(plan: Plan, place: str) -> bool:
    """Whether the plan, or its framework, still holds what a place names."""
    kind, code = [*place.split("."), ""][:2]
    rows: dict[str, Any] = {
        "domain": plan.framework.domains,
        "recommendation": plan.framework.domains.filter(recommendations__code=code),
        "objective": plan.objectives,
        "action": plan.objectives.filter(actions__code=code),
        "indicator": plan.objectives.filter(indicators__code=code),
    }
    if kind not in rows:
        return False
    named = rows[kind].filter(code=code) if kind in ("domain", "objective") else rows[kind]
    return bool(named.exists())
