"""Remarks of coherence on the pages: the city reads and answers them; a reader sees them, with the answer; an amendment too."""

import re
from datetime import date

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Reason
from marelle.plans.queries import content
from tests import signing_in
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DemonstrationFramework
from tests.factories.mandates import IN_TIME, ApplicationFactory, CallFactory, HandInFactory, ReviewFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory

pytestmark = pytest.mark.django_db
PLAN = "/espace/67447/candidature/plan"
PAGE = f"{PLAN}/remarques"


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def action():
    """Of a plan whose action begins before the mandate, is led by nobody, and has an indicator without a start."""
    framework = DemonstrationFramework()
    application = ApplicationFactory(
        call=CallFactory(framework=framework),
        organisation__code="67447",
        plan=PlanFactory(framework=framework, organisation__code="67447"),
    )
    objective = ObjectiveFactory(plan=application.plan, domain=framework.domains.get(code="D"))
    IndicatorFactory(objective=objective, baseline=40, target=30)
    return ActionFactory(objective=objective, starts_on=date(2026, 1, 5), involvement="lead", budget_eur=10)


@pytest.fixture
def application(action):
    return action.objective.plan.application


def enters(client, application, *roles):
    person = PersonFactory(roles=[(application.organisation, role) for role in roles])
    client.force_login(person)
    return person


def a_reader(application):
    return PersonFactory(roles=[(application.call.committee, Role.REVIEWER)])


def words(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def test_city_reads_why_and_goes_to_the_very_field(client, application, action):
    enters(client, application, Role.CITY_EDITOR)

    page = client.get(PAGE)
    editor = client.get(PLAN).content.decode()

    remarks = {r.rule: r for group in page.context["remarks"].groups for r in group.remarks if r.owner == action.code}
    assert sorted(remarks) == ["action_without_lead", "dates_outside_mandate"]
    assert remarks["dates_outside_mandate"].values == "5 janvier 2026"
    assert "Le plan engage la ville pour la durée du mandat" in words(page)
    for remark in remarks.values():
        anchor = remark.address.partition("#")[2]
        assert (remark.address.startswith(PLAN), f'id="{anchor}"' in editor, f'href="{PLAN}#{anchor}"' in editor) == (
            True,
            True,
            True,
        )


def test_every_remark_leads_to_an_anchor_of_the_editor(client, application):
    ObjectiveFactory(plan=application.plan, domain=application.call.framework.domains.get(code="A"))
    enters(client, application, Role.CITY_EDITOR)

    remarks = [r for group in client.get(PAGE).context["remarks"].groups for r in group.remarks]
    editor = client.get(PLAN).content.decode()

    assert {r.rule for r in remarks} >= {"domain_missing", "recommendation_not_covered", "objective_without_action"}
    assert [r.address for r in remarks if f'id="{r.address.partition("#")[2]}"' not in editor] == []


def test_task_list_counts_remarks_and_hands_in_all_the_same(client, application):
    enters(client, application, Role.CITY_EDITOR)
    count = client.get(PAGE).context["remarks"].count
    domain_of_all = {"rule": "domain_missing", "place": "domain.A", "said": "L’intercommunalité.", "was": ""}

    client.post(PAGE, domain_of_all)
    answer = client.get("/espace/67447/candidature")

    line = next(task for task in answer.context["tasks"] if task.url == PAGE)
    assert (line.state, line.help) == ("begun", f"{count - 1} remarques sans réponse de votre part")
    assert [t.url for t in answer.context["tasks"] if t.state == "blocked"] == ["/espace/67447/candidature/depot"]


def test_city_answers_and_the_reader_sees_both(client, application, action):
    enters(client, application, Role.CITY_EDITOR)
    place = f"action.{action.code}.lead_service"
    sent = {"rule": "action_without_lead", "place": place, "said": "Trois services la portent.", "was": ""}

    answer = client.post(PAGE, sent)
    page = client.get(PAGE)
    client.logout()
    HandInFactory(application=application, content={"answers": {}, "files": [], "plan": content(application.plan)})
    review = ReviewFactory(application=application, started=True, reviewer=a_reader(application))
    signing_in.sign_in(client, review.reviewer)
    bench = client.get(f"/bureau/lectures/{review.code}")

    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}#action_without_lead.{place}")
    assert "Trois services la portent." in words(page)
    assert "La ville dit pourquoi : Trois services la portent." in words(bench).replace("\u202f", " ")
    remarks = [r for group in bench.context["remarks"].groups for r in group.remarks]
    html = bench.content.decode()
    assert [r.address for r in remarks if f'id="{r.address[1:]}"' not in html] == []


def test_reader_sees_what_was_handed_in_not_what_is_written_since(client, application, action):
    HandInFactory(application=application, content={"answers": {}, "files": [], "plan": content(application.plan)})
    action.lead_service = "Voirie"
    action.save()
    review = ReviewFactory(application=application, started=True, reviewer=a_reader(application))
    signing_in.sign_in(client, review.reviewer)

    groups = client.get(f"/bureau/lectures/{review.code}").context["remarks"].groups

    assert f"action.{action.code}.lead_service" in [r.place for group in groups for r in group.remarks]


def test_someone_who_only_reads_sees_remarks_and_cannot_answer(client, application):
    enters(client, application, Role.CITY_READER)

    page = client.get(PAGE)
    refused = client.post(PAGE, {"rule": "domain_missing", "place": "domain.A", "said": "Non.", "was": ""})

    assert (page.status_code, "<textarea" in page.content.decode(), refused.status_code) == (200, False, 403)
    assert Reason.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_a_fixed_number_of_questions(client, application, rows, django_assert_num_queries):
    domain = application.plan.objectives.get().domain
    for _row in range(rows):
        ActionFactory(objective=ObjectiveFactory(plan=application.plan, domain=domain))
    enters(client, application, Role.CITY_EDITOR)
    client.get(PAGE)

    with django_assert_num_queries(QUESTIONS):
        client.get(PAGE)


# session, person, memberships, sign-in, application, domains and recommendations, plan (4), reasons, points
QUESTIONS = 13


def test_an_empty_plan_is_not_remarked_upon(client, application, action):
    enters(client, application, Role.CITY_EDITOR)
    before = words(client.get(PLAN))
    action.objective.delete()

    assert ("remarques sur la cohérence" in before, "remarques sur la cohérence" in words(client.get(PLAN))) == (
        True,
        False,
    )
