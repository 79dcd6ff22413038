"""Reading a plan: a fixed number of questions, honest counts, what the search and the thread show of it."""

import pytest

from marelle.accounts.states import Role
from marelle.base import origins, registers
from marelle.plans import figures, queries
from marelle.plans.figures import Counts
from marelle.plans.operations import writing as operations
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DemonstrationFramework
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_outline_asks_five_questions_whatever_the_size(rows, django_assert_num_queries):
    plan = PlanFactory(framework=DemonstrationFramework())
    for _line in range(rows):
        objective = ObjectiveFactory(plan=plan, domain=plan.framework.domains.get(code="A"))
        ActionFactory(objective=objective, budget_eur=1000)
        ActionFactory(objective=objective)
        IndicatorFactory(objective=objective)

    with django_assert_num_queries(5):
        parts = queries.outline(plan)
        counts = [part.counts for part in parts]

    assert counts[0] == Counts(
        objectives=rows, actions=2 * rows, indicators=rows, budget_eur=1000 * rows, without_budget=rows
    )
    assert counts[1:] == [Counts()] * 4


def test_totals_add_up():
    assert figures.totals([Counts(1, 2, 3, 400, 1), Counts(1, 0, 0, 0, 0)]) == Counts(2, 2, 3, 400, 1)
    assert figures.totals([]) == Counts()


@pytest.mark.parametrize(("done", "asked", "share"), [(0, 0, None), (0, 4, 0.0), (3, 4, 0.75), (4, 4, 1.0)])
def test_share_done(done, asked, share):
    assert figures.share_done(done, asked) == share


def test_share_done_refuses_more_than_asked():
    with pytest.raises(ValueError, match="5 done of 4 asked"):
        figures.share_done(5, 4)


@pytest.mark.django_db
def test_content_is_plain_values():
    action = ActionFactory(budget_eur=500)
    IndicatorFactory(objective=action.objective)
    plan = action.objective.plan

    content = queries.content(plan)

    (objective,) = content["objectives"]
    assert (objective["name"], objective["domain"]) == (action.objective.name, action.objective.domain.code)
    assert (objective["actions"][0]["budget_eur"], objective["actions"][0]["starts_on"]) == (500, None)


@pytest.mark.django_db
def test_search_finds_one_s_own_words_whatever_the_accents():
    objective = ObjectiveFactory(name="Aller à l’école sans danger", promise="")
    ActionFactory(objective=objective, name="Une rue d’école apaisée")
    ObjectiveFactory(name="L’école d’une autre ville")
    officer = PersonFactory(roles=[(objective.plan.organisation, Role.CITY_EDITOR)])

    found = registers.search("ECOLE", officer)

    code = objective.plan.organisation.code
    assert [(f.kind, f.title) for f in found] == [
        ("objectif", "Aller à l’école sans danger"),
        ("action", "Une rue d’école apaisée"),
    ]
    assert found[0].address == f"/espace/{code}/plan/objectifs/{objective.code}"


@pytest.mark.django_db
def test_search_shows_a_visitor_nothing_of_a_plan():
    ObjectiveFactory(name="Aller à l’école")

    assert [f for f in registers.search("ecole", None) if f.kind == "objectif"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["objective", "action"])
def test_thread_names_a_part_to_its_own_people_only(model):
    action = ActionFactory()
    part = {"objective": action.objective, "action": action}[model]
    own = PersonFactory(roles=[(action.objective.plan.organisation, Role.CITY_READER)])
    other = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])
    show = {"objective": queries.show_objectives, "action": queries.show_actions}[model]

    assert [shown.title for shown in show([part.code], own).values()] == [part.name]
    assert show([part.code], other) == {}
    assert show([part.code], None) == {}


@pytest.mark.django_db
def test_thread_says_to_others_whose_action_it_is():
    """What a practice becomes in two towns bears the same name twice: the town tells them apart."""
    action = ActionFactory(objective__plan__running=True)
    plan = action.objective.plan
    own = PersonFactory(roles=[(plan.organisation, Role.CITY_READER)])

    read = {reader: queries.show_actions([action.code], reader)[action.code] for reader in (None, own)}

    assert (read[None].state, read[None].address) == (plan.organisation.name, "")
    assert (read[own].state, read[own].title) == ("", action.name)


@pytest.mark.django_db
def test_strip_of_an_objective_leads_to_its_recommendation_and_its_actions():
    plan = PlanFactory(framework=DemonstrationFramework())
    officer = PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])
    objective = operations.add_objective(plan.pk, "A", library="A2", by=officer)
    operations.add_action(plan.pk, objective.code, name="Rue calme", by=officer)
    operations.link_thread(plan, by=officer)

    strip = origins.strip_for(f"plans.objective:{objective.code}", officer)

    assert [link.label for link in strip.parents] == ["Air sain autour des lieux d’enfance"]
    assert [link.label for link in strip.offspring] == ["Rue calme"]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_strip_of_an_objective_asks_as_much_for_three_actions_as_for_one(django_assert_num_queries, count):
    plan = PlanFactory(framework=DemonstrationFramework())
    officer = PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])
    objective = operations.add_objective(plan.pk, "A", library="A2", by=officer)
    for number in range(count):
        operations.add_action(plan.pk, objective.code, name=f"Rue {number}", by=officer)
    operations.link_thread(plan, by=officer)

    with django_assert_num_queries(3):  # the thread, what it comes from, what becomes of it
        strip = origins.strip_for(f"plans.objective:{objective.code}", None)

    assert len(strip.offspring) == count
