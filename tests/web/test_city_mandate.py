"""The mandate in the workspace, once the agreement is signed."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from marelle.accounts.models import PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Agreement, Mandate
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import PartyFactory
from tests.mandates.office import works_as
from tests.signing_in import sign_in
from tests.web.public_town import member

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 5, 10, 9, tzinfo=UTC)
TYPED = {"reasons": "Le conseil l’a voté.", "sure": "on"}


@pytest.fixture
def town():
    mandate = member()
    PartyFactory(agreement=mandate.agreement, organisation=mandate.organisation)
    Agreement.rows.update(content={"language": "fr", "heading": "Convention", "preamble": "", "articles": []})
    lead = PersonFactory(roles=[(mandate.organisation, Role.ELECTED_LEAD)])
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])
    return mandate, sign_in(Client(), lead), sign_in(Client(), editor)


def place_of(mandate, end=""):
    return f"/espace/{mandate.organisation.code}/convention{end}"


def test_title_is_given_up_from_the_page_of_the_agreement(town):
    mandate, lead, editor = town
    chief = works_as(Role.PROGRAMME_ADMINISTRATOR, mandate.agreement.application.call.committee)
    office = sign_in(Client(), chief)
    there = f"/bureau/conventions/{mandate.agreement.code}/mandat"

    with clock.at(NOW):
        page = lead.get(place_of(mandate)).content.decode()
        unsure = lead.post(place_of(mandate, "/renoncer"), TYPED | {"sure": ""})
        asked = lead.post(place_of(mandate, "/renoncer"), TYPED)
        seen = editor.get(place_of(mandate, "/renoncer")).content.decode()
        read = office.get(there).content.decode()
        office.post(f"{there}/reponse", {"read": PendingAct.objects.get().code})

    assert place_of(mandate, "/renoncer") in page
    assert (unsure.status_code, asked.status_code) == (422, 302)
    assert ("Le conseil l’a voté." in seen, "Nous gardons notre titre" in seen) == (True, False)
    assert "Demandé par la ville" in read
    assert Mandate.rows.get().state == "renounced"


def test_title_is_kept_after_all(town):
    mandate, lead, _editor = town

    with clock.at(NOW):
        lead.post(place_of(mandate, "/renoncer"), TYPED)
        kept = lead.post(place_of(mandate, "/renoncer"), {"take_back": "1"})

    assert (kept.status_code, Mandate.rows.get().state, PendingAct.objects.get().state) == (302, "active", "declined")


def test_editor_gives_nothing_up(town):
    mandate, _lead, editor = town

    with clock.at(NOW):
        page = editor.get(place_of(mandate, "/renoncer")).content.decode()
        answer = editor.post(place_of(mandate, "/renoncer"), TYPED)

    assert "Seule l’élue ou l’élu référent" in page
    assert (answer.status_code, PendingAct.objects.count()) == (403, 0)


def test_public_page_of_a_town_whose_mandate_ended_says_so():
    mandate = member(state="ended")

    page = Client().get(f"/villes/{mandate.organisation.code}").content.decode()

    assert "Son mandat a pris fin le 31 août 2032" in page
    assert "ne porte plus le titre" in page
