"""What a member changed in its plan, as anyone reads it: both dates, what differs, why; addresses that stay."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Action, Objective
from marelle.plans.operations import amending, writing
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory

pytestmark = pytest.mark.django_db
WHY = "Le marché a pris six mois de retard."


@pytest.fixture
def mandate():
    town = OrganisationFactory(code="67447", name="Schiltigheim")
    found = MandateFactory(agreement__application__organisation=town)
    type(found.plan).rows.filter(pk=found.plan_id).update(adopted_on=date(2027, 3, 12))
    first = ObjectiveFactory(plan=found.plan, name="Jouer dehors", promise="Un parc par quartier.")
    ActionFactory(objective=first, name="Planter une haie")
    ObjectiveFactory(plan=found.plan, domain=first.domain, name="Dormir", promise="Un toit pour chacun.", position=1)
    return found


def changed(mandate, *, takes_out=""):
    """A change accepted on 3 May 2028: a lead service, or an objective taken out."""
    lead = PersonFactory(roles=[(mandate.organisation, Role.ELECTED_LEAD)])
    with clock.at(datetime(2028, 5, 3, 9, tzinfo=UTC)):
        amendment = amending.begin(mandate.plan_id, by=lead)
        if takes_out:
            part = Objective.objects.get(plan=amendment.copy, name=takes_out)
            writing.remove(amendment.copy_id, f"objective.{part.code}", by=lead)
        else:
            Action.objects.filter(objective__plan=amendment.copy).update(lead_service="espaces verts")
        amending.submit(amendment.pk, by=lead, why=WHY)
        return amending.accept(amendment.pk, by=PersonFactory())


def test_city_page_says_both_dates_and_leads_to_what_changed(client, mandate):
    before = client.get("/villes/67447").content.decode()
    amendment = changed(mandate)

    after = client.get("/villes/67447").content.decode()
    told = client.get(f"/villes/67447/plan/modifications/{amendment.code}").content.decode()

    assert "Plan du 12 mars 2027" in before
    assert "modifié le" not in before
    assert f'modifié le <a href="/villes/67447/plan/modifications/{amendment.code}">3 mai 2028</a>' in after
    assert [words in told for words in ("<ins>espaces verts</ins>", WHY, "Planter une haie")] == [True, True, True]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "refused", "withdrawn"])
def test_what_is_not_accepted_is_nobody_s_to_read(client, mandate, state):
    amendment = changed(mandate)
    type(amendment).rows.update(state=state)

    assert client.get(f"/villes/67447/plan/modifications/{amendment.code}").status_code == 404
    assert "modifié le" not in client.get("/villes/67447").content.decode()


def test_promises_keep_their_address_and_one_taken_out_leads_to_the_change(client, mandate):
    amendment = changed(mandate, takes_out="Jouer dehors")

    gone, stays = client.get("/villes/67447/engagements/1"), client.get("/villes/67447/engagements/2")

    assert gone["Location"] == f"/villes/67447/plan/modifications/{amendment.code}"
    assert "Un toit pour chacun." in stays.content.decode()
    assert client.get("/villes/67447/engagements/3").status_code == 404
