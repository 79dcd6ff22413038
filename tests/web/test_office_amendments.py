"""The office answers changes of plans: an officer a light one, the commission a heavy one."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.operations import amendments
from marelle.plans.models import Action, Amendment, Indicator
from marelle.plans.operations import amending
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WHY = "Le marché a pris six mois de retard."


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 10, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def mandate():
    found = MandateFactory()
    objective = ObjectiveFactory(plan=found.plan)
    ActionFactory(objective=objective)
    IndicatorFactory(objective=objective, baseline=20, target=80)
    return found


@pytest.fixture
def house(mandate):
    return mandate.agreement.application.call.committee


def handed_in(mandate, *, heavy=False):
    lead = PersonFactory(roles=[(mandate.organisation, Role.ELECTED_LEAD)])
    amendment = amending.begin(mandate.plan_id, by=lead)
    if heavy:
        Indicator.objects.filter(objective__plan=amendment.copy).update(target=60)
    else:
        Action.objects.filter(objective__plan=amendment.copy).update(lead_service="sports")
    return amendments.hand_in(amendment.pk, by=lead, why=WHY)


def as_role(client, role, house):
    person = PersonFactory(roles=[(house, role)])
    sign_in(client, person)
    return person


def test_officer_accepts_a_light_one(client, mandate, house):
    amendment = handed_in(mandate)
    as_role(client, Role.PROGRAMME_OFFICER, house)

    tray = client.get("/bureau/modifications").content.decode()
    page = client.get(f"/bureau/modifications/{amendment.code}").content.decode()
    client.post(f"/bureau/modifications/{amendment.code}", {"outcome": "accept", "reasons": ""})

    assert [words in page for words in ("<ins>sports</ins>", WHY, "L’accepter")] == [True, True, True]
    assert f"/bureau/modifications/{amendment.code}" in tray
    assert Action.objects.get(objective__plan=mandate.plan).lead_service == "sports"


def test_heavy_one_goes_to_the_commission_which_confirms(client, mandate, house):
    amendment = handed_in(mandate, heavy=True)
    address = f"/bureau/modifications/{amendment.code}"
    as_role(client, Role.PROGRAMME_OFFICER, house)
    page = client.get(address).content.decode()
    client.post(address, {"outcome": "accept", "reasons": "Le retard est établi."})
    as_role(client, Role.COMMISSION_MEMBER, house)
    asked = client.get(address).content.decode()
    read = asked.partition('name="read" value="')[2].partition('"')[0]

    client.post(f"{address}/confirmer", {"read": read})

    assert "une cible demande moins" in page
    assert ['<p class="title">L’accepter</p>' in asked, "Le retard est établi." in asked] == [True, True]
    assert ['href="/bureau/pilotage"' in text.partition("<main")[0] for text in (page, asked)] == [True, False]
    assert (Amendment.rows.get().state, Indicator.objects.get(objective__plan=mandate.plan).target) == ("accepted", 60)


def test_form_refused_keeps_what_was_typed(client, mandate, house):
    amendment = handed_in(mandate)
    as_role(client, Role.PROGRAMME_OFFICER, house)

    answer = client.post(f"/bureau/modifications/{amendment.code}", {"outcome": "refuse", "reasons": " "})

    assert (answer.status_code, Amendment.rows.get().state) == (422, "submitted")
    assert "Écrivez les raisons" in answer.content.decode()


@pytest.mark.parametrize("who", ["reader of dossiers", "another committee"])
def test_others_do_not_see_it(client, mandate, house, who):
    amendment = handed_in(mandate)
    place = house if who == "reader of dossiers" else OrganisationFactory(committee=True, code="o-other")
    as_role(client, Role.REVIEWER if who == "reader of dossiers" else Role.PROGRAMME_OFFICER, place)

    page = client.get(f"/bureau/modifications/{amendment.code}")

    assert (page.status_code, amendment.code in client.get("/bureau/modifications").content.decode()) == (404, False)


def test_sent_back_the_office_reads_what_was_handed_in_not_what_is_written_since(client, mandate, house):
    amendment = handed_in(mandate)
    address = f"/bureau/modifications/{amendment.code}"
    as_role(client, Role.PROGRAMME_OFFICER, house)

    client.post(address, {"outcome": "send_back", "reasons": "Dites quand."})
    Action.objects.filter(objective__plan__state="amended").update(lead_service="éducation")

    page = client.get(address).content.decode()
    assert [words in page for words in ("sports", "éducation")] == [True, False]


@pytest.mark.parametrize("rows", [1, 3])
def test_tray_asks_a_fixed_number_of_questions(client, mandate, house, rows, django_assert_num_queries):
    handed_in(mandate)
    for _more in range(rows - 1):
        other = MandateFactory()
        ActionFactory(objective=ObjectiveFactory(plan=other.plan))
        IndicatorFactory(objective=other.plan.objectives.get(), target=80)
        handed_in(other)
    as_role(client, Role.PROGRAMME_OFFICER, house)
    client.get("/bureau/modifications")

    with django_assert_num_queries(QUESTIONS_OF_TRAY):
        client.get("/bureau/modifications")


QUESTIONS_OF_TRAY = 5
