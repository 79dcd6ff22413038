"""An accepted working copy put back into the plan it was taken from, row by row."""

from collections.abc import Collection
from typing import Any

from django.db.models import Max, Q, QuerySet

from marelle.accounts.models import Person
from marelle.base import clock
from marelle.base.models import Origin
from marelle.plans import amendments
from marelle.plans.models import Action, Amendment, Indicator, Objective, Plan
from marelle.plans.operations import writing
from marelle.plans.queries import content
from marelle.plans.versions import differences_of

MODELS: dict[str, Any] = {"objective": Objective, "action": Action, "indicator": Indicator}


def merge(amendment: Amendment, plan: Plan, copy: Plan, *, by: Person) -> None:
    """Take the changes over: fields onto the rows they speak of, new parts moved in, parts taken out moved to the copy.

    All three plans' rows are held by the caller. What is left in the copy is what was taken out, under its objective.
    """
    _number(plan)
    changes = differences_of(amendment)
    _change_fields(amendment, plan, changes, by)
    _take_out(amendment, plan, copy, changes)
    _bring_in(amendment, plan, copy, changes, by)
    _put_in_order(amendment, plan, copy)
    _clear(amendment, copy)
    _number(plan)


def model_of(kind: str) -> Any:
    """The table of a kind of part."""
    return MODELS[kind]


def take_fields(part: Any, source: Any, fields: Collection[str]) -> None:
    """Give a part the words of another in these fields."""
    plain = [field for field in fields if field != "recommendations"]
    for field in plain:
        setattr(part, field, getattr(source, field))
    if "recommendations" in fields:
        part.recommendations.set(source.recommendations.all())
    part.version += 1
    part.save(update_fields=[*plain, "version"])


def forget_origins(codes: Collection[str]) -> None:
    """What parts of a working copy said of their origins is withdrawn before they go."""
    references = [f"plans.{kind}:{code}" for kind in MODELS for code in codes]
    Origin.objects.filter(offspring__in=references, withdrawn_at=None).update(withdrawn_at=clock.now())


def codes_of(copy: Plan) -> list[str]:
    """The codes of all its parts."""
    return [held.part["code"] for held in amendments.parts_of(content(copy))]


def _change_fields(amendment: Amendment, plan: Plan, changes: list[amendments.Change], by: Person) -> None:
    """Fields that changed, each onto the row its part stands for; a field nobody changed is not touched."""
    own = {original: code for code, original in amendment.stands_for.items()}
    for change in changes:
        fields = [f.field for f in change.fields]
        if change.kind == "plan":
            plan.vision, plan.version = amendment.after["vision"], plan.version + 1
            plan.save(update_fields=["vision", "version"])
        elif change.what == "changed":
            rows = model_of(change.kind).rows.select_for_update(of=("self",))
            part, stand_in = rows.get(code=change.code), rows.get(code=own[change.code])
            take_fields(part, stand_in, [field for field in fields if field != "recommendations"])
            if "recommendations" in fields:
                answered = list(stand_in.recommendations.all())
                writing.say_answered(part, answered, plan.framework, by=by)


def _take_out(amendment: Amendment, plan: Plan, copy: Plan, changes: list[amendments.Change]) -> None:
    """Parts taken out leave the plan with all that was read and said of them: they stand in the copy, which closes."""
    own = {original: code for code, original in amendment.stands_for.items()}
    gone = [change for change in changes if change.what == "removed"]
    whole = {change.code for change in gone if change.kind == "objective"}
    Objective.objects.filter(plan=plan, code__in=whole).update(plan=copy)
    for change in gone:
        if change.kind != "objective" and change.objective not in whole:
            stand_in = copy.objectives.get(code=own[change.objective])
            model_of(change.kind).objects.filter(objective__plan=plan, code=change.code).update(objective=stand_in)


def _bring_in(amendment: Amendment, plan: Plan, copy: Plan, changes: list[amendments.Change], by: Person) -> None:
    """New parts move from the copy into the plan under the codes they were written with; actions say where they come from."""
    added = [change for change in changes if change.what == "added"]
    new = {change.code for change in added if change.kind == "objective"}
    Objective.objects.filter(plan=copy, code__in=new).update(plan=plan)
    for change in added:
        if change.kind != "objective" and change.objective not in new:
            target = plan.objectives.get(code=change.objective)
            model_of(change.kind).objects.filter(objective__plan=copy, code=change.code).update(objective=target)
    codes = [change.code for change in added if change.kind == "action"]
    for action in Action.objects.filter(objective__plan=plan, code__in=codes).select_related("objective"):
        writing.link_objective(action.objective, action, by)


def _put_in_order(amendment: Amendment, plan: Plan, copy: Plan) -> None:
    """The order written in the copy; what the plan gained meanwhile comes after."""
    order = {written.part["code"]: place for place, written in enumerate(amendments.parts_of(amendment.after))}
    held: list[QuerySet[Any]] = [
        Objective.objects.filter(plan=plan),
        Action.objects.filter(objective__plan=plan),
        Indicator.objects.filter(objective__plan=plan),
    ]
    for rows in held:
        parts = list(rows.order_by("position", "pk"))
        for place, part in enumerate(sorted(parts, key=lambda part: order.get(part.code, len(order)))):
            part.position = place
        rows.bulk_update(parts, ["position"])


def _clear(amendment: Amendment, copy: Plan) -> None:
    """Stand-ins have done their work; an objective that holds what was taken out stays, to be read with it."""
    codes = list(amendment.stands_for)
    forget_origins(codes)
    Action.objects.filter(objective__plan=copy, code__in=codes).delete()
    Indicator.objects.filter(objective__plan=copy, code__in=codes).delete()
    copy.objectives.filter(code__in=codes, actions=None, indicators=None).delete()
    copy.removals.all().delete()


def _number(plan: Plan) -> None:
    """Promises keep the number of their public address; those that come take numbers nobody had."""
    rows = list(plan.objectives.order_by("domain__position", "position", "pk"))
    ever = Objective.objects.filter(Q(plan=plan) | Q(plan__amendment__plan=plan)).aggregate(last=Max("number"))
    last = ever["last"] or 0
    for objective in sorted(rows, key=lambda o: not (o.promise or o.name)):
        if objective.number is None:
            last = objective.number = last + 1
    Objective.objects.bulk_update(rows, ["number"])
