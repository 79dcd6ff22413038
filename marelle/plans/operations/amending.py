"""Amending a running plan: a working copy of it, what differs, and its changes put back into the plan's own rows.

Who accepts is judged where mandates are known (`mandates.operations.amendments`).
"""

from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.plans import amendments, rules
from marelle.plans.amendments import Change
from marelle.plans.models import Action, Amendment, Indicator, Objective, Plan, with_aims
from marelle.plans.operations import merging
from marelle.plans.queries import content
from marelle.plans.states import AMENDMENT_STEPS, FOLLOWED, PLAN_STEPS, Weight
from marelle.plans.versions import clashing, differences_of, wanted

LONGEST_WHY = 3000  # characters
Part = TypeVar("Part", Objective, Action, Indicator)


@transaction.atomic
def begin(plan_id: int, *, by: Person) -> Amendment:
    """Open a working copy of a running plan; one at a time. Raises NotAllowed, WrongState."""
    plan = Plan.rows.lock(plan_id)
    rules.require(rules.may_write_plan, by, plan)
    if plan.state not in FOLLOWED:
        raise WrongState(_("Only a plan that runs is amended."), state=plan.state)
    copy = Plan(
        organisation=plan.organisation,
        framework=plan.framework,
        state=plan.state,
        vision=plan.vision,
        adopted_on=plan.adopted_on,
        created_at=clock.now(),
    )
    PLAN_STEPS.take(copy, "amend")
    copy.save()
    amendment = Amendment(plan=plan, copy=copy, before=content(plan), begun_by=by, begun_at=clock.now())
    amendment.stands_for = {code: old for o in plan.objectives.all() for code, old in copied(o, copy).items()}
    try:
        with transaction.atomic():
            amendment.save()
    except IntegrityError:
        raise WrongState(_("A change of this plan is already open: finish it, or withdraw it.")) from None
    journal.record(amendment, "amendment_begun", by=by, organisation=plan.organisation)
    return amendment


@transaction.atomic
def explain(amendment_id: int, why: str, *, by: Person) -> Amendment:
    """Keep why the plan should change, before it is handed in. Raises NotAllowed, WrongState, BadData."""
    amendment = _written(amendment_id, by)
    amendment.why = _words(why)
    amendment.save(update_fields=["why"])
    return amendment


@transaction.atomic
def catch_up(amendment_id: int, *, by: Person) -> list[Change]:
    """Bring into the working copy what the running plan became meanwhile; what is written in the copy stays.

    Gives what came. Raises NotAllowed, WrongState.
    """
    amendment = _written(amendment_id, by)
    plan = Plan.rows.lock(amendment.plan_id)
    copy = Plan.rows.lock(amendment.copy_id)
    now = content(plan)
    meanwhile = amendments.differences(amendment.before, now)
    mine = differences_of(amendment)
    own = {(c.kind, c.code, f.field) for c in mine for f in c.fields}
    for change in meanwhile:
        if change.what == "changed":
            _follow(change, amendment, copy, own)
        elif change.what == "added":
            _take_in(change, amendment, plan, copy)
    amendment.before = now
    amendment.save(update_fields=["before", "stands_for"])
    return meanwhile


@transaction.atomic
def submit(amendment_id: int, *, by: Person, why: str, budget_percent: int = amendments.BUDGET_PERCENT) -> Amendment:
    """Hand it in: what it changes is frozen and weighed, the copy no longer moves. Raises NotAllowed, WrongState, BadData.

    `budget_percent`: of the whole budget; a change that moves more of it is heavy.
    """
    amendment = Amendment.rows.select_related("plan__framework", "plan__organisation").get(pk=amendment_id)
    rules.require(rules.may_hand_in_plan, by, amendment.plan)
    amendment = _locked(amendment_id)
    plan = amendment.plan
    AMENDMENT_STEPS.take(amendment, "submit")
    Plan.rows.lock(amendment.copy_id)
    amendment.why = _words(why)
    amendment.after = wanted(amendment)
    _check_whole(amendment)
    levels = [level["code"] for level in plan.framework.involvement]
    amendment.budget_percent = budget_percent
    amendment.heavy_because = amendments.heavy_because(
        amendment.before, amendment.after, levels=levels, budget_percent=budget_percent
    )
    amendment.weight = Weight.HEAVY if amendment.heavy_because else Weight.LIGHT
    amendment.submitted_by, amendment.submitted_at = by, clock.now()
    amendment.answer, amendment.answered_by, amendment.answered_at = "", None, None
    amendment.save()
    journal.record(amendment, "amendment_submitted", by=by, organisation=plan.organisation, weight=amendment.weight)
    return amendment


@transaction.atomic
def send_back(amendment_id: int, *, by: Person, answer: str) -> Amendment:
    """Open the working copy again, with what is to be seen to. Raises WrongState."""
    return _answered(_taken(amendment_id, "send_back"), "amendment_sent_back", answer, by)


@transaction.atomic
def refuse(amendment_id: int, *, by: Person, answer: str) -> Amendment:
    """Say no: the plan goes on as it is, the working copy goes, what it asked for stays readable. Raises WrongState."""
    amendment = _answered(_taken(amendment_id, "refuse"), "amendment_refused", answer, by)
    _discard(amendment)
    return amendment


@transaction.atomic
def withdraw(amendment_id: int, *, by: Person) -> Amendment:
    """Give it up: what it would have changed stays readable. Raises NotAllowed, WrongState."""
    amendment = _locked(amendment_id)
    rules.require(rules.may_write_plan, by, amendment.plan)
    AMENDMENT_STEPS.take(amendment, "withdraw")
    amendment.after = wanted(amendment)
    amendment.save(update_fields=["state", "after"])
    _discard(amendment)
    journal.record(amendment, "amendment_withdrawn", by=by, organisation=amendment.plan.organisation)
    return amendment


@transaction.atomic
def accept(amendment_id: int, *, by: Person, answer: str = "") -> Amendment:
    """Put its changes into the running plan, whose rows stay: readings, states, origins and addresses with them.

    What was written in the running plan meanwhile stays too. Raises WrongState, also when both changed the same thing.
    """
    amendment = _locked(amendment_id)
    plan = Plan.rows.lock(amendment.plan_id)
    undone = clashing(amendment)
    AMENDMENT_STEPS.take(amendment, "accept")
    if plan.state not in FOLLOWED:
        raise WrongState(_("Only a plan that runs is amended."), state=plan.state)
    if undone:
        raise WrongState(_("The plan has changed meanwhile where this changes it too: send it back, to be read again."))
    copy = Plan.rows.lock(amendment.copy_id)
    before = content(plan)
    merging.merge(amendment, plan, copy, by=by)
    PLAN_STEPS.take(copy, "adopt_amendment")
    PLAN_STEPS.take(copy, "close")  # what was taken out of the plan is kept in it, closed
    copy.save(update_fields=["state"])
    amendment.before, amendment.after = before, content(plan)
    _answered(amendment, "amendment_accepted", answer, by)
    stamps.bump("public")
    return amendment


# Pieces --------------------------------------------------------------------------------------------------------------
def copied(objective: Objective, copy: Plan) -> dict[str, str]:
    """Copy an objective with all it holds into a working copy: the code of each new part, and of the one it stands for."""
    stand_in = _clone(objective, plan=copy)
    stand_in.recommendations.set(objective.recommendations.all())
    stands_for = {stand_in.code: objective.code}
    for action in objective.actions.order_by("position", "pk"):
        stands_for[_clone(action, objective=stand_in).code] = action.code
    for indicator in with_aims(Indicator.objects.filter(objective=objective)).order_by("position", "pk"):
        stands_for[_clone(indicator, objective=stand_in).code] = indicator.code
    return stands_for


def _clone(part: Part, **place: Plan | Objective) -> Part:
    """The same words in another place, under a code of its own."""
    left_out = {"id", "code", "version", *place}
    kept = {f.attname: getattr(part, f.attname) for f in part._meta.concrete_fields if f.name not in left_out}
    if isinstance(part, Indicator):
        kept["yearly_targets"] = part.yearly_targets
    return type(part).objects.create(**kept, **place)


def _follow(change: Change, amendment: Amendment, copy: Plan, own: set[tuple[str, str, str]]) -> None:
    """A field that changed in the running plan changes in the copy, unless it was written there."""
    fields = [f.field for f in change.fields if (change.kind, change.code, f.field) not in own]
    if change.kind == "plan":
        copy.vision = amendment.plan.vision if "vision" in fields else copy.vision
        copy.save(update_fields=["vision"])
        return
    stand_in = _stand_in(change.kind, change.code, amendment, copy)
    if stand_in is not None:
        merging.take_fields(stand_in, merging.model_of(change.kind).objects.get(code=change.code), fields)


def _take_in(change: Change, amendment: Amendment, plan: Plan, copy: Plan) -> None:
    """A part the running plan gained comes into the copy; with its objective, when the copy had taken that out."""
    if change.code in amendment.stands_for.values():
        return
    stand_in = _stand_in("objective", change.objective, amendment, copy)
    if stand_in is None:
        _copy_again(plan.objectives.get(code=change.objective), amendment, copy)
        return
    part = merging.model_of(change.kind).objects.get(code=change.code)
    amendment.stands_for[_clone(part, objective=stand_in).code] = part.code


def _copy_again(objective: Objective, amendment: Amendment, copy: Plan) -> None:
    """An objective the copy had taken out stands there anew: nothing of its first stand-in can be put back beside it."""
    fresh = copied(objective, copy)
    gone = {own for own, original in amendment.stands_for.items() if original in fresh.values()}
    kept = {own: original for own, original in amendment.stands_for.items() if own not in gone}
    amendment.stands_for = kept | fresh
    for removal in copy.removals.all():
        if any(reference.rpartition(":")[2] in gone for reference in removal.references):
            removal.delete()


def _stand_in(kind: str, code: str, amendment: Amendment, copy: Plan) -> Any:
    """The part of the copy that stands for this one; None when the copy took it out."""
    codes = [own for own, original in amendment.stands_for.items() if original == code]
    rows = copy.objectives if kind == "objective" else merging.model_of(kind).objects.filter(objective__plan=copy)
    return rows.filter(code__in=codes).first()


def _written(amendment_id: int, by: Person) -> Amendment:
    """The amendment, locked, while it is written, by someone who may."""
    amendment = _locked(amendment_id)
    rules.require(rules.may_write_plan, by, amendment.plan)
    if not amendment.is_being_written:
        raise WrongState(_("This change has been handed in: it no longer moves here."), state=amendment.state)
    return amendment


def _locked(amendment_id: int) -> Amendment:
    rows = Amendment.rows.select_for_update(of=("self",), no_key=True)
    return rows.select_related("plan__framework", "plan__organisation", "copy").get(pk=amendment_id)


def _words(why: str) -> str:
    if len(why.strip()) > LONGEST_WHY:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST_WHY})
    return why.strip()


def _check_whole(amendment: Amendment) -> None:
    faults = []
    if not amendment.why:
        faults.append(_("Say why the plan should change: the committee reads it, and the public once it is accepted."))
    if not amendments.differences(amendment.before, amendment.after):
        faults.append(_("Nothing differs yet from the plan that runs."))
    if any(not held.part["name"].strip() for held in amendments.parts_of(amendment.after)):
        faults.append(_("Give each objective, action and indicator its name."))
    if clashing(amendment):
        faults.append(_("The plan has changed meanwhile: bring these changes into your copy first."))
    if faults:
        raise BadData(_("This change cannot be handed in yet."), faults)


def _taken(amendment_id: int, step: str) -> Amendment:
    """The amendment, locked, one step on. Not saved. Raises WrongState."""
    amendment = _locked(amendment_id)
    AMENDMENT_STEPS.take(amendment, step)
    return amendment


def _answered(amendment: Amendment, verb: str, answer: str, by: Person) -> Amendment:
    amendment.answer, amendment.answered_by, amendment.answered_at = _words(answer), by, clock.now()
    amendment.save(update_fields=["state", "answer", "answered_by", "answered_at", "before", "after"])
    journal.record(amendment, verb, by=by, organisation=amendment.plan.organisation)
    return amendment


def _discard(amendment: Amendment) -> None:
    """The working copy goes, with what its new parts said of their origins."""
    copy, amendment.copy = amendment.copy, None
    amendment.save(update_fields=["copy"])
    if copy is not None:
        merging.forget_origins(merging.codes_of(copy))
        Plan.rows.filter(pk=copy.pk).delete()
