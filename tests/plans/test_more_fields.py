"""Whom an action is for, who pays and what it delivers; how an indicator is checked: written, refused, compared, copied."""

import pytest
from django.db import IntegrityError, transaction

from marelle.accounts.states import Role
from marelle.base.errors import BadData
from marelle.plans.amendments import differences
from marelle.plans.models import Action
from marelle.plans.operations import writing
from marelle.plans.queries import content
from tests.factories.accounts import PersonFactory
from tests.factories.framework import LibraryObjectiveFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    return ActionFactory(objective=ObjectiveFactory(plan=PlanFactory()))


def written(part, **typed):
    """Each field typed in turn, as the editor saves it; the part as it then stands."""
    plan = part.objective.plan
    by = PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])
    kind = type(part).__name__.lower()
    for field, value in typed.items():
        writing.save_plan_field(plan.pk, f"{kind}.{part.code}.{field}", value, was="", version=0, by=by)
    return type(part).objects.get(pk=part.pk)


def test_an_action_says_whom_it_is_for_and_who_pays(action):
    held = written(
        action,
        target_children="enfants des écoles du centre",
        age_from="3",
        age_to=" 11 ",
        funding="Ville 60 %, CAF 40 %",
        articles="31; 12 12",
        sdg="11.7 4.A, 4.2 11",
    )

    assert (held.target_children, held.age_from, held.age_to) == ("enfants des écoles du centre", 3, 11)
    assert (held.funding, held.articles, held.sdg) == ("Ville 60 %, CAF 40 %", "12, 31", "4.2, 4.a, 11, 11.7")


@pytest.mark.parametrize(
    "field, typed",
    [
        ("age_from", "19"), ("age_from", "-1"), ("age_to", "trois"), ("articles", "0"), ("articles", "55"),
        ("articles", "12, jeu"), ("sdg", "18"), ("sdg", "4.z"), ("sdg", "4.20"),
    ],
)  # fmt: skip
def test_what_is_no_age_article_or_goal_is_refused(action, field, typed):
    before = content(action.objective.plan)

    with pytest.raises(BadData):
        written(action, **{field: typed})

    assert content(action.objective.plan) == before


def test_ages_do_not_cross_whichever_end_is_typed_last(action):
    held = written(action, age_from="6")

    with pytest.raises(BadData, match="L’âge de fin est le même que celui de début, ou plus élevé."):
        written(held, age_to="5")

    assert Action.objects.values_list("age_from", "age_to").get() == (6, None)
    assert written(held, age_to="6").age_to == 6


@pytest.mark.parametrize("ages", [{"age_from": 19}, {"age_to": 19}, {"age_from": 6, "age_to": 5}])
def test_the_database_refuses_what_is_no_span_of_childhood(action, ages):
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(**ages)


def test_a_new_action_takes_the_articles_and_goals_its_objective_has_in_the_library():
    plan = PlanFactory()
    objective = ObjectiveFactory(plan=plan)
    objective.library = LibraryObjectiveFactory(domain=objective.domain, rights=[31, 12], sdg=["11.2", "3.6"])
    objective.save()
    by = PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])

    added = writing.add_action(plan.pk, objective.code, by=by, name="Ouvrir un pédibus")
    own = writing.add_action(plan.pk, ObjectiveFactory(plan=plan, domain=objective.domain).code, by=by, name="Jouer")

    assert (added.articles, added.sdg, own.articles, own.sdg) == ("12, 31", "3.6, 11.2", "", "")


def test_a_dossier_handed_in_before_these_fields_differs_only_by_what_was_written_since(action):
    """Its frozen content does not hold them: nothing said then, nothing said now, is no difference."""
    plan = action.objective.plan
    indicator = IndicatorFactory(objective=action.objective)
    older = content(plan)
    for part in (older["objectives"][0]["actions"][0], older["objectives"][0]["indicators"][0]):
        for name in ("funding", "age_from", "articles", "sdg", "owner", "breakdowns", "means_of_verification"):
            part.pop(name, None)

    assert differences(older, content(plan)) == []

    written(action, age_from="0")
    written(indicator, owner="Service éducation")
    told = [(c.kind, [(f.field, f.old, f.new) for f in c.fields]) for c in differences(older, content(plan))]
    assert told == [("action", [("age_from", "", 0)]), ("indicator", [("owner", "", "Service éducation")])]


def test_a_renewal_takes_them_over():
    plan = PlanFactory(running=True)
    objective = ObjectiveFactory(plan=plan)
    ActionFactory(objective=objective, funding="CAF", age_from=0, age_to=6, places="Centre", articles="31", sdg="4.2")
    IndicatorFactory(objective=objective, means_of_verification="registre", breakdowns="par quartier", owner="Écoles")
    by = PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])
    draft = PlanFactory(organisation=plan.organisation, framework=plan.framework)

    writing.copy_plan(draft.pk, plan.pk, by=by)

    (copied,) = content(draft)["objectives"]
    held = copied["actions"][0]
    assert [held[n] for n in ("funding", "age_from", "age_to", "places", "articles", "sdg")] == [
        "CAF", 0, 6, "Centre", "31", "4.2",
    ]  # fmt: skip
    held = copied["indicators"][0]
    assert [held[n] for n in ("means_of_verification", "breakdowns", "owner")] == ["registre", "par quartier", "Écoles"]
