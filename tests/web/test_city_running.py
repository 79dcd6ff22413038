"""A running plan in the workspace: an officer says where things stand, and reads how far they are."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Action, Reading
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import IndicatorDefinitionFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory, ReadingFactory
from tests.factories.snapshots import NightFactory, StandingFactory

pytestmark = pytest.mark.django_db
# session, person, sign-in, memberships, plan, framework, domains, the plan whole (4), readings
QUESTIONS_OF_FOLLOW_UP = 12


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def plan():
    return PlanFactory(running=True, organisation=OrganisationFactory(code="67447", name="Schiltigheim"))


@pytest.fixture
def officer(client, plan):
    person = PersonFactory(name="Léa Martin", roles=[(plan.organisation, Role.CITY_EDITOR)])
    client.force_login(person)
    return person


@pytest.fixture
def objective(plan):
    return ObjectiveFactory(plan=plan)


@pytest.fixture
def action(objective):
    return ActionFactory(objective=objective, starts_on=date(2027, 9, 1), ends_on=date(2029, 7, 1))


@pytest.fixture
def indicator(objective):
    return IndicatorFactory(objective=objective, baseline=20, baseline_year=2025, target=80)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_officer_says_an_action_has_begun_then_is_blocked(client, officer, action):
    address = f"/espace/67447/plan/actions/{action.code}"

    client.post(f"{address}/etat", {"step": "begin"})
    refused = client.post(f"{address}/etat", {"step": "block", "reason": ""})
    client.post(f"{address}/etat", {"step": "block", "reason": "Le marché est à refaire."})

    text = page(client, address)
    assert refused.status_code == 422
    assert [words in text for words in ("bloquée", "Le marché est à refaire.", "Elle reprend")] == [True, True, True]
    assert Action.objects.get().state == "blocked"


def test_step_nobody_knows_is_refused(client, officer, action):
    response = client.post(f"/espace/67447/plan/actions/{action.code}/etat", {"step": "explode"})

    assert (response.status_code, Action.objects.get().state) == (422, "planned")


def test_officer_writes_a_reading_and_reads_how_far_it_is(client, officer, indicator):
    address = f"/espace/67447/plan/indicateurs/{indicator.code}"

    response = client.post(address, {"period": "2027", "value": "50", "source": "voirie"})

    text = page(client, address)
    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert "50\u202f% du chemin" in text
    assert "(50 − 20) ÷ (80 − 20) = 50\u202f%" in text
    assert "50\u202f% du chemin" in page(client, "/espace/67447/plan")


def test_what_was_typed_comes_back_with_the_fault(client, officer, indicator):
    address = f"/espace/67447/plan/indicateurs/{indicator.code}"

    response = client.post(address, {"period": "2031", "value": "50", "source": "voirie municipale"})

    text = response.content.decode()
    assert (response.status_code, Reading.objects.count()) == (422, 0)
    assert [words in text for words in ("n’a pas commencé", "voirie municipale")] == [True, True]


def test_evidence_is_a_file_of_the_town(client, officer, indicator):
    proof = SimpleUploadedFile("arrete.pdf", b"%PDF-1.7\n%%EOF", content_type="application/pdf")

    client.post(
        f"/espace/67447/plan/indicateurs/{indicator.code}", {"period": "2027", "value": "50", "evidence": proof}
    )

    reading = Reading.objects.get()
    assert (reading.proof_level, reading.evidence.label) == ("evidenced", "arrete.pdf")
    assert "arrete.pdf" in page(client, f"/espace/67447/plan/indicateurs/{indicator.code}")


def test_ratio_asks_for_its_two_parts(client, officer, objective):
    definition = IndicatorDefinitionFactory(
        domain=objective.domain, kind="percent", factor=100, rollup="ratio",
        numerator={"fr": "Écoles dont la rue est apaisée"}, denominator={"fr": "Écoles"},
    )  # fmt: skip
    indicator = IndicatorFactory(objective=objective, definition=definition, baseline=0, target=100)
    address = f"/espace/67447/plan/indicateurs/{indicator.code}"

    asked = page(client, address)
    client.post(address, {"period": "2027", "numerator": "8", "denominator": "40"})

    assert [words in asked for words in ('name="numerator"', 'name="denominator"', 'name="value"')] == [
        True,
        True,
        False,
    ]
    assert Reading.objects.get().value == D(20)


def test_correction_stands_above_what_it_replaced(client, officer, indicator):
    address = f"/espace/67447/plan/indicateurs/{indicator.code}"
    client.post(address, {"period": "2027", "value": "50"})
    client.post(address, {"period": "2027", "value": "44"})

    text = page(client, address)

    assert text.index(">44") < text.index("remplacé le")


@pytest.mark.parametrize("view", ["", "?vue=etats", "?vue=calendrier", "?vue=tableau", "?vue=imprimer"])
def test_running_plan_is_shown_each_way(client, officer, action, indicator, view):
    assert action.name in page(client, f"/espace/67447/plan{view}")


@pytest.mark.parametrize("count", [1, 3])
def test_follow_up_asks_a_fixed_number_of_questions(client, officer, objective, django_assert_num_queries, count):
    for number in range(count):
        indicator = IndicatorFactory(objective=objective, baseline=0, target=10)
        ReadingFactory(indicator=indicator, value=number)
        ActionFactory(objective=objective)
    client.get("/espace/67447/plan")

    with django_assert_num_queries(QUESTIONS_OF_FOLLOW_UP):
        client.get("/espace/67447/plan")


def test_reader_writes_nothing_and_others_find_nothing(client, plan, action, indicator):
    pages = [f"/espace/67447/plan/actions/{action.code}", f"/espace/67447/plan/indicateurs/{indicator.code}"]
    client.force_login(PersonFactory(roles=[(plan.organisation, Role.CITY_READER)]))
    read = [client.get(address).status_code for address in pages]
    offered = ['<form method="post" action="/espace' in client.get(address).content.decode() for address in pages]
    refused = [
        client.post(f"{pages[0]}/etat", {"step": "begin"}).status_code,
        client.post(pages[1], {"period": "2027", "value": "5"}).status_code,
    ]
    client.force_login(PersonFactory(roles=[(OrganisationFactory(code="67482"), Role.CITY_ADMINISTRATOR)]))

    assert (read, offered, refused) == ([200, 200], [False, False], [403, 403])
    assert [client.get(address).status_code for address in pages] == [404, 404]
    assert (Action.objects.get().state, Reading.objects.count()) == ("planned", 0)


def test_the_way_so_far_is_drawn_from_the_nights(client, officer, objective, django_assert_max_num_queries):
    given = {"organisation": objective.plan.organisation, "plan": objective.plan}
    mandate = MandateFactory(**{f"agreement__application__{name}": value for name, value in given.items()})
    first = {"mandate": mandate, "domain": objective.domain, "verified_known": 0, "verified_total": 0}
    StandingFactory(**first, on=date(2027, 12, 31), until=date(2028, 1, 31))
    StandingFactory(**first, on=date(2028, 1, 31), declared_total=750_000)
    NightFactory(on=date(2028, 2, 1))
    client.get("/espace/67447/plan?vue=evolution")

    with django_assert_max_num_queries(14):
        text = page(client, "/espace/67447/plan?vue=evolution")

    assert "31 décembre 2027" in text
    assert "0,750 ÷ 1 indicateur = 75\u202f%" in text


def test_before_any_night_the_way_so_far_says_so(client, officer, objective):
    assert "Aucun chiffre n’a encore été pris" in page(client, "/espace/67447/plan?vue=evolution")
