"""A city says why it chose so, where a remark notices something."""

import pytest

from marelle.accounts.states import Role
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.plans.models import Reason
from marelle.plans.operations.reasons import give_reason
from marelle.plans.queries import content
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DemonstrationFramework
from tests.factories.plans import ActionFactory, ObjectiveFactory, PlanFactory, ReasonFactory

pytestmark = pytest.mark.django_db
RULE = "action_without_lead"


@pytest.fixture
def action():
    framework = DemonstrationFramework()
    plan = PlanFactory(framework=framework)
    return ActionFactory(objective=ObjectiveFactory(plan=plan, domain=framework.domains.get(code="A")))


def someone(plan, *roles):
    return PersonFactory(roles=[(plan.organisation, role) for role in roles])


def test_reason_goes_with_the_plan_and_is_taken_back_by_a_blank(action):
    plan, place = action.objective.plan, f"action.{action.code}.lead_service"
    officer = someone(plan, Role.CITY_EDITOR)

    give_reason(plan.pk, (RULE, place), "  Trois services\nla portent. ", was="", by=officer)

    said = {"rule": RULE, "place": place, "said": "Trois services la portent."}
    assert content(plan)["reasons"] == [said]
    give_reason(plan.pk, (RULE, place), "", was="Trois services la portent.", by=officer)
    assert "reasons" not in content(plan)


@pytest.mark.parametrize("place", ["domain.A", "recommendation.R7", "objective.{objective}", "action.{action}.ends_on"])
def test_reason_may_answer_any_place_that_stands(action, place):
    plan = action.objective.plan
    place = place.format(objective=action.objective.code, action=action.code)

    give_reason(plan.pk, (RULE, place), "Nous y tenons.", was="", by=someone(plan, Role.CITY_EDITOR))

    assert [reason.place for reason in Reason.objects.all()] == [place]


@pytest.mark.parametrize(
    ("state", "roles", "rule", "place", "said", "error"),
    [
        ("draft", [], RULE, "domain.A", "Non.", NotAllowed),
        ("draft", [Role.CITY_READER], RULE, "domain.A", "Non.", NotAllowed),
        ("submitted", [Role.CITY_EDITOR], RULE, "domain.A", "Non.", WrongState),
        ("draft", [Role.CITY_EDITOR], "no_such_rule", "domain.A", "Non.", BadData),
        ("draft", [Role.CITY_EDITOR], RULE, "domain.Z", "Non.", BadData),
        ("draft", [Role.CITY_EDITOR], RULE, "action.gone.name", "Non.", BadData),
        ("draft", [Role.CITY_EDITOR], RULE, "", "Non.", BadData),
        ("draft", [Role.CITY_EDITOR], RULE, "domain.A", "N" * 501, BadData),
    ],
    ids=["stranger", "reader", "handed in", "unknown rule", "unknown domain", "part that is gone", "no place", "long"],
)
def test_give_reason_refuses(action, state, roles, rule, place, said, error):
    plan = action.objective.plan
    plan.state = state
    plan.save()

    with pytest.raises(error):
        give_reason(plan.pk, (rule, place), said, was="", by=someone(plan, *roles))

    assert Reason.objects.count() == 0


def test_two_officers_who_answer_at_once_lose_nothing(action):
    plan = action.objective.plan
    ReasonFactory(plan=plan, rule=RULE, place="domain.A", said="Les deux services.")

    with pytest.raises(Conflict) as met:
        give_reason(plan.pk, (RULE, "domain.A"), "La direction.", was="", by=someone(plan, Role.CITY_EDITOR))

    assert (met.value.yours, met.value.theirs) == ("La direction.", "Les deux services.")
    assert Reason.objects.get().said == "Les deux services."
