"""Writing a plan: parts, fields, order; each refusal leaves the plan as it was."""

from datetime import date
from decimal import Decimal

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.base.models import Origin
from marelle.framework.models import Recommendation
from marelle.plans.models import Action, Indicator, Objective, Plan
from marelle.plans.operations import writing as operations
from marelle.plans.queries import content
from marelle.plans.states import PLAN_STEPS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import (
    DemonstrationFramework,
    DomainFactory,
    FrameworkFactory,
    RecommendationFactory,
)
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory

pytestmark = pytest.mark.django_db


def writer(plan):
    return PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


def test_plan_steps_are_the_agreed_ones():
    assert PLAN_STEPS.as_text() == (
        "adopted: begin > running\n"
        "amended: adopt_amendment > running\n"
        "closed: evaluate > evaluated\n"
        "draft: submit > submitted, take_over > adopted\n"
        "returned: submit > submitted\n"
        "running: amend > amended, close > closed\n"
        "submitted: send_back > returned, validate > validated\n"
        "validated: adopt > adopted"
    )


def test_start_plan_makes_an_empty_draft():
    organisation, framework = OrganisationFactory(), FrameworkFactory()
    person = PersonFactory(roles=[(organisation, Role.CITY_EDITOR)])

    plan = operations.start_plan(organisation, framework, by=person)

    assert (plan.state, plan.objectives.count(), verbs()) == ("draft", 0, ["plan_started"])


def test_start_plan_refuses_a_reader():
    organisation = OrganisationFactory()

    with pytest.raises(NotAllowed):
        operations.start_plan(
            organisation, FrameworkFactory(), by=PersonFactory(roles=[(organisation, Role.CITY_READER)])
        )

    assert Plan.rows.count() == 0


def test_add_objective_from_the_library_remembers_where_it_comes_from():
    plan = PlanFactory(framework=DemonstrationFramework())

    objective = operations.add_objective(plan.pk, "A", library="A2", by=writer(plan))

    assert objective.name == "Protéger l’air et les trajets autour des lieux d’enfance"
    assert list(objective.recommendations.values_list("code", flat=True)) == ["R2"]
    assert list(Origin.objects.values_list("kind", "parent", "offspring", "label")) == [
        (
            "recommendation",
            "framework.recommendation:fr-demo/2026.1/R2",
            f"plans.objective:{objective.code}",
            "Air sain autour des lieux d’enfance",
        )
    ]


def test_add_action_from_the_library_remembers_where_it_comes_from():
    plan = PlanFactory(framework=DemonstrationFramework())
    objective = operations.add_objective(plan.pk, "A", library="A2", by=writer(plan))

    action = operations.add_action(plan.pk, objective.code, library="A2-1", by=writer(plan))

    origin = Origin.objects.get(offspring=f"plans.action:{action.code}")
    assert action.name == "Fermer la rue de l’école aux voitures aux heures d’entrée et de sortie"
    assert (origin.kind, origin.parent) == ("action", "framework.action:fr-demo/2026.1/A2-1")


def test_add_indicator_from_the_library_comes_with_unit_direction_and_source():
    plan = PlanFactory(framework=DemonstrationFramework())
    objective = operations.add_objective(plan.pk, "A", library="A2", by=writer(plan))

    indicator = operations.add_indicator(plan.pk, objective.code, library="A-I3", by=writer(plan))

    assert (indicator.unit, indicator.direction, indicator.source) == (
        "pour 10 000",
        "lower_is_better",
        "fichier national des accidents",
    )


def test_add_objective_takes_one_s_own_words():
    domain = DomainFactory()
    plan = PlanFactory(framework=domain.framework)

    operations.add_objective(plan.pk, domain.code, name=" Nos mots ", by=writer(plan))
    second = operations.add_objective(plan.pk, domain.code, name="Encore", by=writer(plan))

    assert list(plan.objectives.order_by("position").values_list("name", flat=True)) == ["Nos mots", "Encore"]
    assert second.position == 1
    assert Origin.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "typed", "field", "value"),
    [
        ("objective", "Un trajet sûr", "promise", "Un trajet sûr"),
        ("objective", "Un trajet\r\n sûr\n", "promise", "Un trajet sûr"),
        ("action", "2027-09-01", "starts_on", date(2027, 9, 1)),
        ("action", "12 500", "budget_eur", 12500),
        ("action", "", "budget_eur", None),
        ("action", "consulted", "involvement", "consulted"),
        ("indicator", "12,5", "baseline", Decimal("12.500")),
        ("indicator", "2024", "baseline_year", 2024),
        ("indicator", "lower_is_better", "direction", "lower_is_better"),
    ],
    ids=lambda value: str(value),
)
def test_save_plan_field_reads_what_was_typed(name, typed, field, value):
    objective = ObjectiveFactory(promise="")
    part = {
        "objective": objective,
        "action": ActionFactory(objective=objective, budget_eur=1),
        "indicator": IndicatorFactory(objective=objective),
    }[name]

    operations.save_plan_field(
        objective.plan_id, f"{name}.{part.code}.{field}", typed, was="", version=1, by=writer(objective.plan)
    )

    part.refresh_from_db()
    assert (getattr(part, field), part.version) == (value, 2)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("action.{action}.budget_eur", "beaucoup"),
        ("action.{action}.budget_eur", "-5"),
        ("action.{action}.budget_eur", "9" * 5000),
        ("action.{action}.starts_on", "demain"),
        ("action.{action}.ends_on", "2026-01-01"),
        ("action.{action}.involvement", "dictators"),
        ("indicator.{indicator}.baseline", "NaN"),
        ("indicator.{indicator}.baseline_year", "26"),
        ("indicator.{indicator}.baseline_year", "9" * 5000),
        ("objective.{objective}.name", "x" * 301),
        ("objective.{objective}.id", "1"),
        ("objective.{objective}.plan", "1"),
        ("objective.{objective}.version", "9"),
        ("state", "adopted"),
        ("organisation", "1"),
        ("action.{foreign}.name", "À moi"),
        ("nothing.{action}.name", "x"),
    ],
)
def test_save_plan_field_refuses(field, typed):
    objective = ObjectiveFactory()
    action = ActionFactory(objective=objective, starts_on=date(2026, 9, 1))
    indicator, foreign = IndicatorFactory(objective=objective), ActionFactory()
    name = field.format(objective=objective.code, action=action.code, indicator=indicator.code, foreign=foreign.code)
    before = state_of_everything()

    with pytest.raises(BadData):
        operations.save_plan_field(objective.plan_id, name, typed, was="", version=1, by=writer(objective.plan))

    assert state_of_everything() == before


def state_of_everything():
    return [list(m._default_manager.order_by("pk").values()) for m in (Objective, Action, Indicator)] + [
        list(Plan.rows.order_by("pk").values())
    ]


@pytest.mark.parametrize(
    ("situation", "role", "error"),
    [
        ({}, Role.CITY_READER, NotAllowed),
        ({}, None, NotAllowed),
        ({"submitted": True}, Role.CITY_EDITOR, WrongState),
        ({"running": True}, Role.CITY_ADMINISTRATOR, WrongState),
    ],
    ids=["reader", "stranger", "handed in", "running"],
)
@pytest.mark.parametrize("act", ["add", "action", "indicator", "save", "remove", "move", "cover"])
def test_plan_refuses_to_change(situation, role, error, act):
    objective = ObjectiveFactory(plan=PlanFactory(**situation))
    plan, name = objective.plan, f"objective.{objective.code}"
    person = PersonFactory(roles=[(plan.organisation, role)] if role else [])
    before = state_of_everything()
    acts = {
        "add": lambda: operations.add_objective(plan.pk, objective.domain.code, name="Non", by=person),
        "action": lambda: operations.add_action(plan.pk, objective.code, name="Non", by=person),
        "indicator": lambda: operations.add_indicator(plan.pk, objective.code, name="Non", by=person),
        "save": lambda: operations.save_plan_field(
            plan.pk, f"{name}.name", "Non", was=objective.name, version=1, by=person
        ),
        "remove": lambda: operations.remove(plan.pk, name, by=person),
        "move": lambda: operations.move(plan.pk, name, 1, by=person),
        "cover": lambda: operations.cover(plan.pk, objective.code, [], by=person),
    }

    with pytest.raises(error):
        acts[act]()

    assert state_of_everything() == before
    assert verbs() == []


def test_cover_says_what_an_objective_answers_and_where_it_comes_from():
    plan = PlanFactory(framework=DemonstrationFramework())
    first, second = Recommendation.objects.filter(domain__framework=plan.framework).order_by("pk")[:2]
    objective = ObjectiveFactory(plan=plan, domain=first.domain)
    person = writer(plan)

    operations.cover(plan.pk, objective.code, [first.code, first.code], by=person)
    operations.cover(plan.pk, objective.code, [second.code], by=person)

    origins = Origin.objects.filter(offspring=f"plans.objective:{objective.code}").order_by("pk")
    assert list(objective.recommendations.all()) == [second]
    assert [(o.parent.rpartition("/")[2], o.withdrawn_at is None) for o in origins] == [
        (first.code, False),
        (second.code, True),
    ]


def test_cover_refuses_another_framework_s_recommendation():
    objective, other = ObjectiveFactory(), RecommendationFactory()

    with pytest.raises(BadData):
        operations.cover(objective.plan_id, objective.code, [other.code], by=writer(objective.plan))

    assert (objective.recommendations.count(), Origin.objects.count()) == (0, 0)


def test_save_plan_field_shows_both_texts_when_two_wrote():
    action = ActionFactory(budget_eur=900, version=3)
    plan = action.objective.plan

    with pytest.raises(Conflict) as conflict:
        operations.save_plan_field(
            plan.pk, f"action.{action.code}.budget_eur", "1 200", was="500", version=2, by=writer(plan)
        )

    action.refresh_from_db()
    assert (conflict.value.yours, conflict.value.theirs, action.budget_eur) == ("1 200", "900", 900)


def test_remove_takes_a_part_away_and_withdraws_its_origins():
    plan = PlanFactory(framework=DemonstrationFramework())
    objective = operations.add_objective(plan.pk, "A", library="A2", by=writer(plan))
    operations.add_action(plan.pk, objective.code, library="A2-1", by=writer(plan))

    operations.remove(plan.pk, f"objective.{objective.code}", by=writer(plan))

    assert (Objective.objects.count(), Action.objects.count()) == (0, 0)
    assert Origin.objects.filter(withdrawn_at=None).count() == 0
    assert verbs()[-1] == "objective_removed"


def test_removed_objective_is_put_back_word_for_word():
    """Nothing typed is lost: fields, actions, indicators, recommendations and origins, with their own codes."""
    plan = PlanFactory(framework=DemonstrationFramework())
    by = writer(plan)
    objective = operations.add_objective(plan.pk, "A", library="A2", by=by)
    action = operations.add_action(plan.pk, objective.code, library="A2-1", by=by)
    typed = {"lead_service": "Voirie", "partners": "Écoles", "starts_on": "2027-01-04", "budget_eur": "12000"}
    for field, value in typed.items():
        operations.save_plan_field(plan.pk, f"action.{action.code}.{field}", value, was="", version=0, by=by)
    indicator = operations.add_indicator(plan.pk, objective.code, name="Rues calmes", by=by)
    operations.save_plan_field(plan.pk, f"indicator.{indicator.code}.baseline", "12,5", was="", version=0, by=by)
    before = (content(plan), living_origins())

    operations.remove(plan.pk, f"objective.{objective.code}", by=by)
    between = (content(plan)["objectives"], living_origins())
    operations.restore(plan.pk, plan.removals.get().code, by=by)

    assert between == ([], [])
    assert (content(plan), living_origins()) == before
    assert (plan.removals.count(), verbs()[-1]) == (0, "objective_restored")


def living_origins():
    """Where things come from today, whoever said it and when."""
    living = Origin.objects.filter(withdrawn_at=None).order_by("parent", "offspring")
    return list(living.values_list("kind", "parent", "offspring", "label", "excerpt"))


def test_restore_finds_the_list_full(monkeypatch):
    """What was put in its place since fills the list: nothing comes back on top of it."""
    monkeypatch.setattr(operations, "MOST_PARTS", 2)
    first = ActionFactory(name="Une")
    plan, by = first.objective.plan, writer(first.objective.plan)
    operations.remove(plan.pk, f"action.{first.code}", by=by)
    for name in ("Deux", "Trois"):
        operations.add_action(plan.pk, first.objective.code, name=name, by=by)

    with pytest.raises(BadData):
        operations.restore(plan.pk, plan.removals.get().code, by=by)

    assert list(Action.objects.order_by("pk").values_list("name", flat=True)) == ["Deux", "Trois"]
    assert plan.removals.count() == 1


def written(plan):
    """A plan with one of each part, most of it typed."""
    by = writer(plan)
    objective = operations.add_objective(plan.pk, "A", library="A2", by=by)
    action = operations.add_action(plan.pk, objective.code, library="A2-1", by=by)
    indicator = operations.add_indicator(plan.pk, objective.code, name="Rues calmes", by=by)
    typed = {
        "vision": "Une ville à hauteur d’enfant",
        f"objective.{objective.code}.promise": "Des rues calmes",
        f"action.{action.code}.budget_eur": "12000",
        f"action.{action.code}.starts_on": "2027-01-04",
        f"indicator.{indicator.code}.baseline": "12,5",
    }
    for name, value in typed.items():
        operations.save_plan_field(plan.pk, name, value, was="", version=0, by=by)
    return objective, action


def test_copy_plan_takes_everything_but_days_and_says_where_it_comes_from():
    framework = DemonstrationFramework()
    old = PlanFactory(framework=framework)
    objective, action = written(old)
    new = PlanFactory(framework=framework, organisation=old.organisation)

    (copied,) = operations.copy_plan(new.pk, old.pk, by=writer(new))

    new.refresh_from_db()
    done, measured = copied.actions.get(), copied.indicators.get()
    assert (new.vision, copied.promise, copied.library) == (
        "Une ville à hauteur d’enfant",
        "Des rues calmes",
        objective.library,
    )
    assert (done.budget_eur, done.starts_on, done.library) == (12000, None, action.library)
    assert (measured.name, measured.baseline) == ("Rues calmes", Decimal("12.5"))
    assert list(copied.recommendations.all()) == list(objective.recommendations.all())
    parents = {
        offspring: Origin.objects.filter(offspring=f"plans.{offspring}").values_list("parent", flat=True)
        for offspring in (f"objective:{copied.code}", f"action:{done.code}")
    }
    assert f"plans.objective:{objective.code}" in parents[f"objective:{copied.code}"]
    assert f"plans.action:{action.code}" in parents[f"action:{done.code}"]
    assert Objective.objects.filter(plan=old).count() == 1


def test_copy_plan_leaves_out_what_another_framework_does_not_know():
    old = PlanFactory(framework=DemonstrationFramework())
    written(old)
    new = PlanFactory(organisation=old.organisation, framework=FrameworkFactory())
    DomainFactory(framework=new.framework, code="Z")

    assert operations.copy_plan(new.pk, old.pk, by=writer(new)) == []
    assert Objective.objects.filter(plan=new).count() == 0


@pytest.mark.parametrize(
    ("situation", "error"),
    [
        ("another organisation's", WrongState),
        ("not one's own", NotAllowed),
        ("begun", WrongState),
        ("sent", WrongState),
    ],
)
def test_copy_plan_refuses(situation, error):
    old = ObjectiveFactory().plan
    new = PlanFactory(framework=old.framework, organisation=old.organisation)
    by = writer(new)
    if situation in ("another organisation's", "not one's own"):
        new = PlanFactory(framework=old.framework)
        roles = [(new.organisation, Role.CITY_EDITOR)]
        roles += [(old.organisation, Role.CITY_EDITOR)] if situation == "another organisation's" else []
        by = PersonFactory(roles=roles)
    if situation == "begun":
        ObjectiveFactory(plan=new, domain=old.objectives.get().domain)
    if situation == "sent":
        Plan.rows.filter(pk=new.pk).update(state="submitted")
    before = Objective.objects.count()

    with pytest.raises(error):
        operations.copy_plan(new.pk, old.pk, by=by)

    assert Objective.objects.count() == before


@pytest.mark.parametrize(
    ("situation", "error"),
    [("another plan's", BadData), ("a reader", NotAllowed), ("handed in", WrongState), ("objective gone", BadData)],
)
def test_restore_refuses(situation, error):
    """An action comes back to its objective alone; the plan is written by its own people, while it is a draft."""
    action = ActionFactory(name="Une rue calme")
    plan, objective = action.objective.plan, action.objective
    by = writer(plan)
    operations.remove(plan.pk, f"action.{action.code}", by=by)
    removal = plan.removals.get()
    target = PlanFactory(organisation=plan.organisation) if situation == "another plan's" else plan
    if situation == "objective gone":
        operations.remove(plan.pk, f"objective.{objective.code}", by=by)
    if situation == "handed in":
        Plan.rows.filter(pk=plan.pk).update(state="submitted")
    if situation == "a reader":
        by = PersonFactory(roles=[(plan.organisation, Role.CITY_READER)])

    with pytest.raises(error):
        operations.restore(target.pk, removal.code, by=by)

    assert (Action.objects.count(), plan.removals.filter(pk=removal.pk).count()) == (0, 1)


@pytest.mark.parametrize(("steps", "order"), [(-1, "bac"), (1, "acb"), (-5, "bac"), (0, "abc")])
def test_move_changes_the_order(steps, order):
    plan, domain = PlanFactory(), None
    for position, name in enumerate("abc"):
        made = ObjectiveFactory(plan=plan, name=name, position=position, **({"domain": domain} if domain else {}))
        domain = made.domain
    second = plan.objectives.get(name="b")

    operations.move(plan.pk, f"objective.{second.code}", steps, by=writer(plan))

    assert "".join(plan.objectives.order_by("position").values_list("name", flat=True)) == order


def test_link_thread_leads_from_objectives_to_actions():
    action = ActionFactory()
    plan = action.objective.plan

    operations.link_thread(plan, by=writer(plan))
    operations.link_thread(plan, by=writer(plan))

    assert list(Origin.objects.values_list("kind", "parent", "offspring")) == [
        ("objective", f"plans.objective:{action.objective.code}", f"plans.action:{action.code}")
    ]
