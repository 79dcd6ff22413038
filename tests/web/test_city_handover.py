"""The handover pack of a space: one page, one PDF, who takes over."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from marelle.accounts.models import Invitation
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Handover
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.contacts import ContactFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory
from tests.factories.voices import ProposalFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/espace/67447/passation"
HELD = (  # one of each part
    *(
        "Claude Palet",
        "D’ici 2032, chaque rue d’école sera calme.",
        "Le marché est à refaire.",
        "Envoyer le calendrier",
    ),
    *("rapport.pdf", "Nous avons fait le point sur le chantier.", "Bilan à mi-mandat"),
)


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 10, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def mandate():
    town = OrganisationFactory(code="67447", name="Schiltigheim")
    found = MandateFactory(agreement__application__organisation=town, track__reports=["mid_term"])
    objective = ObjectiveFactory(plan=found.plan)
    ActionFactory(objective=objective, state="blocked", reason="Le marché est à refaire.")
    IndicatorFactory(objective=objective, name="Rues apaisées")
    PersonFactory(name="Claude Palet", roles=[(town, Role.ELECTED_LEAD)])
    FileFactory(organisation=town, label="rapport.pdf")
    ContactFactory(mandate=found, shared=True, city_step=True)
    return found


@pytest.fixture
def chief(client, mandate):
    person = PersonFactory(name="Camille Préau", roles=[(mandate.organisation, Role.CITY_ADMINISTRATOR)])
    sign_in(client, person)
    return person


def test_every_open_point_leads_to_its_page(client, chief, mandate):
    ProposalFactory(organisation=mandate.organisation)

    page = client.get(PAGE).content.decode()
    points = page.split('id="points"')[1].split("</section>")[0]
    found = {address: client.get(address).status_code for address in re.findall(r'href="(/[^"]+)"', points)}

    assert set(found.values()) == {200}
    assert sum("/propositions/" in address for address in found) == 1


def test_pack_holds_people_promises_dates_points_files_and_exchanges(client, chief):
    page = client.get(PAGE).content.decode()

    assert [words for words in HELD if words not in page] == []
    assert "Rues apaisées\u202f: aucun relevé" in page


def test_paper_holds_the_same_and_is_tagged(client, chief):
    response = client.get(f"{PAGE}.pdf")

    reader = PdfReader(BytesIO(response.content))
    words = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    assert response["Content-Disposition"] == 'attachment; filename="passation-67447-2028-04-10.pdf"'
    assert [held for held in HELD if held not in words] == []
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712  a PDF boolean
    assert reader.trailer["/Root"]["/Lang"] == "fr"


def test_administrator_names_who_takes_over_and_closes(client, chief):
    client.post(PAGE, {"email": "neuve@ville.example", "role": Role.CITY_ADMINISTRATOR})
    named = client.get(PAGE).content.decode()
    client.post(f"{PAGE}/faite")

    assert "neuve@ville.example" in named
    assert (Invitation.objects.get().role, Handover.rows.get().closed_by) == (Role.CITY_ADMINISTRATOR, chief)


def test_form_refused_keeps_what_was_typed(client, chief):
    answer = client.post(PAGE, {"email": "nobody", "role": Role.CITY_EDITOR})

    assert (answer.status_code, Invitation.objects.count(), "nobody" in answer.content.decode()) == (422, 0, True)


def test_reader_reads_the_pack_and_names_nobody(client, mandate):
    sign_in(client, PersonFactory(roles=[(mandate.organisation, Role.CITY_READER)]))

    page, refused = client.get(PAGE), client.post(PAGE, {"email": "x@ville.example", "role": Role.CITY_EDITOR})

    assert (page.status_code, "Envoyer l’invitation" in page.content.decode(), refused.status_code) == (200, False, 403)


@pytest.mark.parametrize("rows", [1, 3])
def test_pack_asks_a_fixed_number_of_questions(client, chief, mandate, rows, django_assert_num_queries):
    for number in range(rows):
        objective = ObjectiveFactory(
            plan=mandate.plan, name=f"Objectif {number}", domain=mandate.plan.objectives.first().domain
        )
        ActionFactory(objective=objective)
        IndicatorFactory(objective=objective)
        FileFactory(organisation=mandate.organisation, label=f"{number}.pdf")
        ContactFactory(mandate=mandate, shared=True, on=date(2028, 3, 3 + number))
    client.get(PAGE)

    with django_assert_num_queries(QUESTIONS):
        client.get(PAGE)


QUESTIONS = 31
