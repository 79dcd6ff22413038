"""A town changes its running plan: working copy, what differs, why, handing in, giving up."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Action, Amendment, Plan
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.amendments import AmendmentFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, PlanFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/espace/67447/plan/modification"
WHY = "Le marché a pris six mois de retard."


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 10, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def plan():
    town = OrganisationFactory(code="67447", name="Schiltigheim")
    mandate = MandateFactory(agreement__application__organisation=town)
    ActionFactory(objective=ObjectiveFactory(plan=mandate.plan), ends_on=date(2028, 6, 30), budget_eur=1000)
    return mandate.plan


@pytest.fixture
def lead(client, plan):
    person = PersonFactory(name="Claude Palet", roles=[(plan.organisation, Role.ELECTED_LEAD)])
    sign_in(client, person)
    return person


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def opened(client):
    client.post(f"{PAGE}/ouvrir")
    return Action.objects.get(objective__plan__state="amended")


def test_lead_changes_a_date_reads_what_differs_and_hands_it_in(client, lead, plan):
    begin = text(client, PAGE)
    part = opened(client)
    name = f"action.{part.code}.ends_on"

    client.post(PAGE, {name: "2029-06-30", f"was:{name}": "2028-06-30", "to": part.code})
    differs = text(client, f"{PAGE}/differences")
    handed = client.post(f"{PAGE}/differences", {"why": WHY}, follow=True).content.decode()

    assert "Ouvrir une copie de travail" in begin
    assert [words in differs for words in ("<del>30 juin 2028</del>", "<ins>30 juin 2029</ins>")] == [True, True]
    assert "Un chargé de programme y répond." in handed
    assert (Amendment.rows.get().state, Action.objects.exclude(pk=part.pk).get().ends_on) == (
        "submitted",
        date(2028, 6, 30),
    )


def test_field_saves_itself_in_the_copy(client, lead, plan):
    part = opened(client)

    answer = client.post(
        f"{PAGE}/champ",
        {"name": f"action.{part.code}.partners", "value": "Maison de quartier", "was": "", "version": part.version},
        headers={"X-Requested-With": "fetch"},
    )

    assert (answer.status_code, answer.json()["saved"]) == (200, part.version + 1)
    assert list(Action.objects.order_by("pk").values_list("partners", flat=True)) == ["", "Maison de quartier"]


def test_adding_taking_out_and_putting_back_are_those_of_the_editor(client, lead, plan):
    part = opened(client)
    objective = part.objective.code

    client.post(f"{PAGE}/ajouter", {"what": "action", "to": objective, "name": "Planter une haie"})
    client.post(f"{PAGE}/changer", {"name": f"action.{part.code}", "act": "remove", "to": objective})
    gone = text(client, f"{PAGE}/differences")
    removal = Plan.rows.get(state="amended").removals.get()
    client.post(f"{PAGE}/changer", {"name": removal.code, "act": "restore"})
    back = text(client, f"{PAGE}/differences")

    assert [page.count("ajout</span>") for page in (gone, back)] == [1, 1]
    assert [page.count("retrait</span>") for page in (gone, back)] == [1, 0]


def test_nothing_handed_in_without_a_reason_and_what_was_typed_stays(client, lead, plan):
    part = opened(client)
    Action.objects.filter(pk=part.pk).update(partners="Maison de quartier")

    kept = client.post(f"{PAGE}/differences", {"why": "Retard.", "keep": "1"})
    refused = client.post(f"{PAGE}/differences", {"why": " "})

    assert (kept.status_code, refused.status_code) == (302, 422)
    assert (Amendment.rows.get().state, Amendment.rows.get().why) == ("draft", "Retard.")


def test_what_the_plan_became_meanwhile_is_brought_in(client, lead, plan):
    opened(client)
    Action.objects.filter(objective__plan=plan).update(partners="Maison de quartier")

    before = text(client, f"{PAGE}/differences")
    client.post(f"{PAGE}/rattraper")
    after = text(client, f"{PAGE}/differences")

    assert ["Reprendre ces changements" in page for page in (before, after)] == [True, False]


def test_given_up_it_is_kept_to_be_read(client, lead, plan):
    part = opened(client)
    Action.objects.filter(pk=part.pk).update(partners="Maison de quartier")

    asked = text(client, f"{PAGE}/retirer")
    client.post(f"{PAGE}/retirer")

    told = text(client, f"{PAGE}s/{Amendment.rows.get().code}")
    assert "Oui, y renoncer" in asked
    assert [words in told for words in ("Maison de quartier", "retirée")] == [True, True]
    assert Plan.rows.count() == 1


def test_plan_in_force_stays_the_one_that_runs(client, lead, plan):
    opened(client)
    Action.objects.filter(objective__plan=plan).update(name="Celle du plan")
    client.post(f"{PAGE}/retirer")
    AmendmentFactory(plan=plan, accepted=True, copy=PlanFactory(closed=True, organisation=plan.organisation))

    assert "Celle du plan" in text(client, "/espace/67447/plan")


def test_reader_reads_the_difference_and_changes_nothing(client, lead, plan):
    opened(client)
    sign_in(client, PersonFactory(roles=[(plan.organisation, Role.CITY_READER)]))

    page = client.get(PAGE, follow=True).content.decode()
    refused = client.post(f"{PAGE}/retirer")

    assert ("Déposer" in page, refused.status_code, Amendment.rows.get().state) == (False, 403, "draft")


@pytest.mark.parametrize("rows", [1, 3])
def test_difference_asks_a_fixed_number_of_questions(client, lead, plan, rows, django_assert_num_queries):
    opened(client)
    for part in range(rows):
        objective = Plan.rows.get(state="amended").objectives.get()
        ActionFactory(objective=objective, name=f"Action {part}")
    client.get(f"{PAGE}/differences")

    # session, person, sign-in, memberships; the change; copy and plan whole (6 each); words (2, twice); who hands in (2)
    with django_assert_num_queries(QUESTIONS):
        client.get(f"{PAGE}/differences")


QUESTIONS = 25
