"""Everything that changes a plan: starting it, its objectives, actions and indicators, one field at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, origins, stamps, versions
from marelle.base.errors import BadData, Conflict, WrongState
from marelle.base.models import Origin
from marelle.framework.models import (
    Domain,
    Framework,
    IndicatorDefinition,
    LibraryAction,
    LibraryObjective,
    Recommendation,
    text,
)
from marelle.framework.queries import public_id
from marelle.plans import removals, rules
from marelle.plans.fields import FIELDS, LIGHT, SPANS, crossed, typed, yearly, yearly_words
from marelle.plans.models import Action, Amendment, Indicator, Objective, Plan, Removal, with_aims
from marelle.plans.states import AMENDING, OPEN_AMENDMENTS, PLAN_STEPS, PlanState

BEING_WRITTEN = frozenset({PlanState.DRAFT, PlanState.RETURNED})
MAY_CHANGE = BEING_WRITTEN | {PlanState.AMENDED}  # the last, while its amendment is not handed in
TAKES_ACTIONS = BEING_WRITTEN | {PlanState.ADOPTED, PlanState.RUNNING}
ASKED_ANEW = ("involvement", "starts_on", "ends_on")  # of a copied action: levels are the framework’s, days the term’s
MOST_PARTS = 200  # objectives in a domain, or actions or indicators of an objective: beyond, something went wrong

Part = Objective | Action | Indicator


@transaction.atomic
def start_plan(organisation: Organisation, framework: Framework, *, by: Person, at: datetime | None = None) -> Plan:
    """An empty draft under one framework version. Raises NotAllowed."""
    plan = Plan(organisation=organisation, framework=framework, created_at=at or clock.now())
    rules.require(rules.may_write_plan, by, plan)
    plan.save()
    journal.record(plan, "plan_started", by=by)
    return plan


@transaction.atomic
def take_step(plan_id: int, step: str) -> Plan:
    """Move a plan along its table, from the operation that decides it. Raises WrongState."""
    plan = Plan.rows.lock(plan_id)
    PLAN_STEPS.take(plan, step)
    plan.save(update_fields=["state"])
    return plan


@transaction.atomic
def add_objective(plan_id: int, domain: str, *, by: Person, name: str = "", library: str = "") -> Objective:
    """Add an objective to a domain: one's own words, or one of the library, whose recommendations are its origin.

    Raises NotAllowed, WrongState, BadData.
    """
    plan = _writing(plan_id, by)
    place = _known(Domain.objects.filter(framework=plan.framework_id), domain)
    model = _known(LibraryObjective.objects.filter(domain=place), library) if library else None
    objective = Objective.objects.create(
        plan=plan,
        domain=place,
        library=model,
        name=_name("objective", name, model, plan, by),
        position=_last_position(plan.objectives.filter(domain=place)),
    )
    if model:
        _link_recommendations(objective, model, plan.framework, by)
    journal.record(objective, "objective_added", by=by, organisation=plan.organisation, name=objective.name)
    return objective


@transaction.atomic
def add_action(plan_id: int, objective: str, *, by: Person, name: str = "", library: str = "") -> Action:
    """Add an action to an objective: one's own words, or an example of the library, which is its origin.

    Raises NotAllowed, WrongState, BadData.
    """
    plan = _writing(plan_id, by)
    parent = _known(plan.objectives, objective)
    examples = LibraryAction.objects.filter(objective__domain=parent.domain_id)
    model = _known(examples, library) if library else None
    action = Action.objects.create(
        objective=parent,
        library=model,
        name=_name("action", name, model, plan, by),
        position=_last_position(parent.actions),
        **_suggested(parent, plan.framework),
    )
    if model:
        _link("action", "framework.action", model, f"plans.action:{action.code}", framework=plan.framework, by=by)
    journal.record(action, "action_added", by=by, organisation=plan.organisation, name=action.name)
    return action


@transaction.atomic
def take_over(
    plan_id: int,
    objective: str,
    *,
    kind: str,
    parent: str,
    name: str,
    label: str = "",
    excerpt: str = "",
    address: str = "",
    by: Person,
) -> Action:
    """Add an action that comes from elsewhere in the house: `parent`, as the thread names it, is its origin.

    `label`: what the parent is called, where that is not the name of the action.

    A plan adopted or running takes it too: one action more takes nothing away from what was promised
    (docs/decisions/0011). Raises NotAllowed, WrongState, BadData.
    """
    plan = _writing(plan_id, by, states=TAKES_ACTIONS)
    place = _known(plan.objectives, objective)
    action = Action.objects.create(
        objective=place, name=_name("action", name[:300], None, plan, by), position=_last_position(place.actions)
    )
    offspring = f"plans.action:{action.code}"
    origins.link(kind, parent=parent, offspring=offspring, label=label or name, excerpt=excerpt, address=address, by=by)
    if plan.state not in BEING_WRITTEN:  # the others are linked when they are handed in
        link_objective(place, action, by)
    journal.record(action, "action_added", by=by, organisation=plan.organisation, name=action.name)
    stamps.bump("public")
    return action


@transaction.atomic
def add_indicator(plan_id: int, objective: str, *, by: Person, name: str = "", library: str = "") -> Indicator:
    """Add an indicator to an objective: one's own, or from the library with its unit, direction and source.

    Raises NotAllowed, WrongState, BadData.
    """
    plan = _writing(plan_id, by)
    parent = _known(plan.objectives, objective)
    definitions = IndicatorDefinition.objects.filter(domain=parent.domain_id)
    model = _known(definitions, library) if library else None
    indicator = Indicator(
        objective=parent,
        definition=model,
        name=_name("indicator", name, model, plan, by),
        position=_last_position(parent.indicators),
    )
    if model:
        indicator.unit = text(model.unit, by.language)
        indicator.direction, indicator.source = model.direction, model.source
    indicator.save()
    journal.record(indicator, "indicator_added", by=by, organisation=plan.organisation, name=indicator.name)
    return indicator


@transaction.atomic
def save_plan_field(plan_id: int, name: str, value: str, *, was: str, version: int, by: Person) -> Plan | Part:
    """Save one field, as typed: `name` is "vision", or "objective.<code>.promise" and the like.

    Raises NotAllowed, WrongState, BadData, and Conflict holding both texts as typed.
    """
    plan = _writing(plan_id, by)
    thing, kind, field = _field(plan, name)
    parse = FIELDS[kind][field].parse
    clean = parse(value, plan.framework)
    _check_spans(thing, field, clean)
    try:
        saved = versions.save_field(thing, field, clean, was=_was(parse, was, plan), version=version)
    except Conflict as conflict:
        conflict.yours, conflict.theirs = value, typed(kind, field, conflict.theirs)
        conflict.facts["field"] = name
        raise
    return saved


@transaction.atomic
def save_light_field(plan_id: int, name: str, value: str, *, was: str, by: Person) -> Part:
    """Save, while the plan runs, a field that promises nothing (`fields.LIGHT`): whose service, which source.

    Raises NotAllowed, BadData, Conflict, and WrongState for any other field, or while an amendment is open.
    """
    plan = _writing(plan_id, by, states={PlanState.RUNNING})
    thing, kind, field = _field(plan, name)
    is_open = Amendment.rows.filter(plan=plan, state__in=sorted(OPEN_AMENDMENTS)).exists()
    if isinstance(thing, Plan) or field not in LIGHT.get(kind, ()) or is_open:
        raise WrongState(_("The plan runs: this goes through an amendment."))
    parse, before = FIELDS[kind][field].parse, getattr(thing, field)
    clean = parse(value, plan.framework)
    versions.save_field(thing, field, clean, was=_was(parse, was, plan), version=0)
    journal.record(thing, "part_arranged", by=by, organisation=plan.organisation, field=field, was=before, now=clean)
    stamps.bump("public")
    return thing


@transaction.atomic
def copy_plan(plan_id: int, source_id: int, *, by: Person) -> list[Objective]:
    """Fill an empty plan from an earlier one of the same organisation; objectives and actions say which they come from.

    Only what the framework still knows: domains, examples and definitions by their codes. Days are asked anew.
    Raises NotAllowed, WrongState when something is written already.
    """
    plan, source = _writing(plan_id, by), Plan.rows.get(pk=source_id)
    rules.require(rules.may_write_plan, by, source)
    if source.organisation_id != plan.organisation_id or plan.objectives.exists():
        raise WrongState(_("Only an empty plan can be filled from an earlier one of the same organisation."))
    domains = {domain.code: domain for domain in plan.framework.domains.all()}
    rows = source.objectives.filter(domain__code__in=domains).select_related("domain", "library")
    rows = rows.prefetch_related(
        "actions__library", Prefetch("indicators", with_aims(Indicator.objects.select_related("definition")))
    ).order_by("position", "pk")
    copied = [_copy_objective(objective, plan, domains[objective.domain.code], by) for objective in rows]
    if not plan.vision and source.vision:
        plan.vision, plan.version = source.vision, plan.version + 1
        plan.save(update_fields=["vision", "version"])
    journal.record(plan, "plan_copied", by=by, of=source.code, objectives=len(copied))
    return copied


def _copy_objective(old: Objective, plan: Plan, domain: Domain, by: Person) -> Objective:
    model = domain.objectives.filter(code=old.library.code).first() if old.library else None
    new = Objective.objects.create(
        plan=plan, domain=domain, library=model, name=old.name, promise=old.promise, position=old.position
    )
    if model:
        _link_recommendations(new, model, plan.framework, by)
    _link_copy("objective", old, new, by)
    for action in old.actions.all():
        _copy_action(action, new, plan.framework, by)
    for indicator in old.indicators.all():
        _copy_indicator(indicator, new, by)
    return new


def _copy_action(old: Action, objective: Objective, framework: Framework, by: Person) -> None:
    examples = LibraryAction.objects.filter(objective__domain=objective.domain_id)
    levels = {level["code"] for level in framework.involvement}
    new = Action.objects.create(
        objective=objective,
        library=examples.filter(code=old.library.code).first() if old.library else None,
        involvement=old.involvement if old.involvement in levels else "",
        position=old.position,
        **{field: getattr(old, field) for field in FIELDS["action"] if field not in ASKED_ANEW},
    )
    _link_copy("action", old, new, by)


def _copy_indicator(old: Indicator, objective: Objective, by: Person) -> None:
    """One starts from the last value read, which is then its origin; from the old baseline when none ever was.

    Yearly targets of years gone by are left.
    """
    known = IndicatorDefinition.objects.filter(domain=objective.domain_id)
    values = {field: getattr(old, field) for field in FIELDS["indicator"]}
    values["yearly_targets"] = yearly_words(
        pair for pair in yearly(old.yearly_targets) if pair[0] >= clock.today().year
    )
    read = old.readings.filter(replaced_at=None, breakdown="").exclude(value=None).order_by("-until", "period").first()
    if read:
        values |= {"baseline": read.value, "baseline_year": read.until.year, "baseline_missing_because": ""}
        values["source"] = read.source or old.source
    new = Indicator.objects.create(
        objective=objective,
        definition=known.filter(code=old.definition.code).first() if old.definition else None,
        position=old.position,
        **values,
    )
    if read:
        parent, offspring = f"plans.reading:{read.code}", f"plans.indicator:{new.code}"
        origins.link("reading", parent=parent, offspring=offspring, label=f"{old.name} ({read.period})", by=by)


def _suggested(objective: Objective, framework: Framework) -> dict[str, str]:
    """Articles and goals of a new action: those its objective has in the library, so that they are not typed again."""
    model = objective.library
    if model is None:
        return {}
    told = {"articles": model.rights, "sdg": model.sdg}
    return {name: FIELDS["action"][name].parse(" ".join(map(str, codes)), framework) for name, codes in told.items()}


def _link_copy(kind: str, old: Objective | Action, new: Objective | Action, by: Person) -> None:
    parent, offspring = (f"plans.{kind}:{part.code}" for part in (old, new))
    excerpt = old.promise if isinstance(old, Objective) else ""
    origins.link(kind, parent=parent, offspring=offspring, label=old.name, excerpt=excerpt, by=by)


@transaction.atomic
def cover(plan_id: int, objective: str, recommendations: Sequence[str], *, by: Person) -> Objective:
    """Say which recommendations an objective answers: they become its origin, the others no longer are.

    Raises NotAllowed, WrongState, BadData.
    """
    plan = _writing(plan_id, by)
    thing = _known(plan.objectives, objective)
    known = Recommendation.objects.filter(domain__framework=plan.framework_id)
    chosen = [_known(known, code) for code in dict.fromkeys(recommendations)]
    say_answered(thing, chosen, plan.framework, by=by)
    return thing


def say_answered(objective: Objective, chosen: Sequence[Recommendation], framework: Framework, *, by: Person) -> None:
    """The recommendations an objective answers are its origin; those it no longer answers are not."""
    objective.recommendations.set(chosen)
    offspring = f"plans.objective:{objective.code}"
    answered = [f"framework.recommendation:{public_id(framework, r.code)}" for r in chosen]
    origins_of_it = Origin.objects.filter(kind="recommendation", offspring=offspring, withdrawn_at=None)
    origins_of_it.exclude(parent__in=answered).update(withdrawn_at=clock.now())
    for recommendation in chosen:
        _link("recommendation", "framework.recommendation", recommendation, offspring, framework=framework, by=by)


@transaction.atomic
def remove(plan_id: int, name: str, *, by: Person) -> None:
    """Take a part of the plan away with what it holds: `name` is "action.<code>". It can be put back.

    Raises NotAllowed, WrongState, BadData.
    """
    plan = _writing(plan_id, by)
    part, kind = _part(plan, name)
    journal.record(part, f"{kind}_removed", by=by, organisation=plan.organisation, name=part.name)
    removals.keep(plan, part, kind, by=by)


@transaction.atomic
def restore(plan_id: int, code: str, *, by: Person) -> Part:
    """Put back what was removed, where it stood. Raises NotAllowed, WrongState, BadData."""
    plan = _writing(plan_id, by)
    removal = _known(Removal.rows.filter(plan=plan), code)
    part = removals.put_back(removal, by=by)
    if part is None:
        raise BadData(_("Put its objective back first: it was removed too."))
    _check_room(_siblings(part).exclude(pk=part.pk))
    journal.record(part, f"{removal.kind}_restored", by=by, organisation=plan.organisation, name=part.name)
    return part


@transaction.atomic
def move(plan_id: int, name: str, steps: int, *, by: Person) -> Part:
    """Move a part up (-1) or down (1) among its siblings. Raises NotAllowed, WrongState, BadData."""
    plan = _writing(plan_id, by)
    part, _kind = _part(plan, name)
    order = list(_siblings(part).order_by("position", "pk"))
    here = next(n for n, sibling in enumerate(order) if sibling.pk == part.pk)
    there = min(max(here + steps, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    for position, sibling in enumerate(order):
        sibling.position = position
    type(part).objects.bulk_update(order, ["position"])
    return order[there]


@transaction.atomic
def link_thread(plan: Plan, *, by: Person) -> None:
    """Say that each action comes from its objective, in the words of the day they are handed in."""
    for objective in plan.objectives.prefetch_related("actions").order_by("position", "pk"):
        for action in objective.actions.all():
            link_objective(objective, action, by)


def link_objective(objective: Objective, action: Action, by: Person) -> None:
    """The action comes from its objective, in the words of today."""
    parent, offspring = f"plans.objective:{objective.code}", f"plans.action:{action.code}"
    origins.link(
        "objective", parent=parent, offspring=offspring, label=objective.name, excerpt=objective.promise, by=by
    )


def _writing(plan_id: int, by: Person, *, states: Collection[str] = MAY_CHANGE) -> Plan:
    """The plan, locked, in one of these states (being written), by someone who may."""
    plan = Plan.rows.lock(plan_id)
    rules.require(rules.may_write_plan, by, plan)
    if plan.state not in states or (plan.state == PlanState.AMENDED and not _is_amending(plan)):
        raise WrongState(_("This plan has been handed in: it no longer changes here."), state=plan.state)
    return plan


def _is_amending(copy: Plan) -> bool:
    """Whether the amendment of this working copy is still being written."""
    return Amendment.rows.filter(copy=copy, state__in=AMENDING).exists()


def _known(rows: Any, code: str) -> Any:
    """The row with this code among those offered. Raises BadData."""
    found = rows.filter(code=code).first()
    if found is None:
        raise BadData(_("What you chose is no longer there. Open the page again."), code=code)
    return found


def _part(plan: Plan, name: str) -> tuple[Part, str]:
    """The part named "action.<code>", locked, if it belongs to this plan. Raises BadData."""
    kind, _sep, code = name.partition(".")
    rows = {
        "objective": Objective.rows.filter(plan=plan),
        "action": Action.rows.filter(objective__plan=plan),
        "indicator": Indicator.rows.filter(objective__plan=plan),
    }.get(kind)
    if rows is None:
        raise BadData(_("This field does not exist."), name=name)
    return _known(rows.select_for_update(of=("self",)), code), kind


def _field(plan: Plan, name: str) -> tuple[Plan | Part, str, str]:
    """What a field's name speaks of. Raises BadData when it is not on the list of fields."""
    place, _sep, field = name.rpartition(".")
    thing, kind = _part(plan, place) if place else (plan, "plan")
    if field not in FIELDS[kind]:
        raise BadData(_("This field does not exist."), name=name)
    return thing, kind, field


def _check_spans(thing: Plan | Part, field: str, value: Any) -> None:
    for span in SPANS if isinstance(thing, Action) else ():
        first, last = (value if name == field else getattr(thing, name) for name in span)
        if field in span and first is not None and last is not None and last < first:
            raise BadData(crossed(span[0]))


def _was(parse: Any, was: str, plan: Plan) -> Any:
    """What stood on the writer's screen; what cannot be read was not there."""
    try:
        return parse(was, plan.framework)
    except BadData:
        return was


def _name(kind: str, name: str, model: Any, plan: Plan, by: Person) -> str:
    """The words of a new part: those typed, else the library's in the writer's language."""
    with override(by.language):
        words = name or (str(model) if model else "")
        return FIELDS[kind]["name"].parse(words, plan.framework)


def _siblings(part: Part) -> Any:
    """Those of its kind in its domain, or for its objective, itself included."""
    if isinstance(part, Objective):
        return Objective.objects.filter(plan=part.plan_id, domain=part.domain_id)
    return type(part).objects.filter(objective=part.objective_id)


def _check_room(siblings: Any) -> None:
    if siblings.count() >= MOST_PARTS:
        raise BadData(_("This list is full: %(most)s lines at most.") % {"most": MOST_PARTS})


def _last_position(siblings: Any) -> int:
    _check_room(siblings)
    last = siblings.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _link_recommendations(objective: Objective, model: LibraryObjective, framework: Framework, by: Person) -> None:
    all_of_them = Recommendation.objects.filter(domain__framework=framework).order_by("position", "pk")
    covered = [r for r in all_of_them if model.code in r.objectives]
    objective.recommendations.set(covered)
    for recommendation in covered:
        _link(
            "recommendation",
            "framework.recommendation",
            recommendation,
            f"plans.objective:{objective.code}",
            framework=framework,
            by=by,
        )


def _link(kind: str, model: str, parent: Any, offspring: str, *, framework: Framework, by: Person) -> None:
    with override(by.language):
        origins.link(
            kind,
            parent=f"{model}:{public_id(framework, parent.code)}",
            offspring=offspring,
            label=str(parent),
            by=by,
        )
