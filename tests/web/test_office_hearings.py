"""The hearings of a call in the office: slots, a dossier given one, its minutes; what its city reads of them."""

from datetime import UTC, datetime, timedelta

import pytest

from marelle.accounts.states import Role
from marelle.mandates.models import Hearing, Slot
from tests import signing_in
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.hearings import HEARD_AT, HearingFactory, SlotFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, HandInFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
IN_A_CENTURY = datetime(2126, 7, 6, 8, tzinfo=UTC)
QUESTIONS = 8


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(client, house):
    person = works_as(Role.PROGRAMME_OFFICER, house)
    signing_in.sign_in(client, person)
    client.get("/bureau/lectures")
    return person


def slots_form(**changed):
    given = {"on": "2126-07-06", "hour": "10:00", "length_minutes": "45", "count": "2", "place": "Mairie", "link": ""}
    return {**given, **changed}


def test_slots_are_prepared_in_the_zone_of_the_call(client, house, officer):
    call = CallFactory(committee=house, code="2026")

    answer = client.post("/bureau/appels/2026/auditions", slots_form())

    assert answer.status_code == 302
    assert list(Slot.objects.filter(call=call).order_by("starts_at").values_list("starts_at", flat=True)) == [
        IN_A_CENTURY,
        IN_A_CENTURY + timedelta(minutes=45),
    ]


def test_slots_refused_keep_what_was_typed(client, house, officer):
    CallFactory(committee=house, code="2026")

    answer = client.post("/bureau/appels/2026/auditions", slots_form(place="", count="3"))

    assert answer.status_code == 422
    assert "Dites où" in answer.text
    assert 'value="3"' in answer.text
    assert Slot.objects.count() == 0


def test_slots_page_asks_a_fixed_number_of_questions(client, house, officer, django_assert_num_queries):
    call = CallFactory(committee=house, code="2026")
    counts = []
    for number in (1, 3):
        while Hearing.objects.count() < number:
            application = ApplicationFactory(call=call, hearing_planned=True)
            place = f"Salle {Hearing.objects.count()}"
            HearingFactory(application=application, slot=SlotFactory(call=call, place=place))
        with django_assert_num_queries(QUESTIONS):
            counts.append(client.get("/bureau/appels/2026/auditions").text.count(application.organisation.name))

    assert counts == [1, 1]


def test_slot_is_given_then_taken_back_only_while_free(client, house, officer):
    call = CallFactory(committee=house, code="2026")
    application = ApplicationFactory(call=call, under_review=True)
    slot, other = SlotFactory(call=call, starts_at=IN_A_CENTURY), SlotFactory(call=call, place="Autre salle")

    given = client.post(f"/bureau/candidatures/{application.code}/audition", {"slot": slot.code})
    taken = [client.post(f"/bureau/appels/2026/auditions/{s.code}/retirer").status_code for s in (slot, other)]

    application.refresh_from_db()
    assert (given.status_code, taken) == (302, [409, 302])
    assert (application.state, Hearing.objects.get().slot) == ("hearing_planned", slot)


def test_minutes_are_asked_once_the_hour_has_come(client, house, officer):
    call = CallFactory(committee=house)
    held = HearingFactory(application=ApplicationFactory(call=call, hearing_planned=True))
    to_come = HearingFactory(
        application=ApplicationFactory(call=call, hearing_planned=True),
        slot=SlotFactory(call=call, starts_at=IN_A_CENTURY),
    )

    pages = [client.get(f"/bureau/candidatures/{h.application.code}/audition").text for h in (held, to_come)]

    assert ["La ville a été entendue" in text for text in pages] == [True, False]


def test_city_reads_its_part_of_the_minutes_alone(client):
    hearing = HearingFactory(heard=True, internal_minutes="Le budget inquiète.")
    city = hearing.application.organisation
    HandInFactory(application=hearing.application)
    signing_in.sign_in(client, PersonFactory(roles=[(city, Role.CITY_READER)]))

    text = client.get(f"/espace/{city.code}/candidature").text

    assert "Le maire présente le projet." in text
    assert "Le budget inquiète." not in text


def test_office_reads_both_parts(client, house, officer):
    application = ApplicationFactory(call=CallFactory(committee=house), heard=True)
    HearingFactory(
        application=application,
        heard_at=HEARD_AT,
        shared_minutes="Le maire présente le projet.",
        internal_minutes="Le budget inquiète.",
    )

    text = client.get(f"/bureau/candidatures/{application.code}").text

    assert "Le maire présente le projet." in text
    assert "Le budget inquiète." in text


def test_sheet_is_a_pdf(client, house, officer):
    hearing = HearingFactory(application=ApplicationFactory(call=CallFactory(committee=house), hearing_planned=True))

    answer = client.get(f"/bureau/candidatures/{hearing.application.code}/audition/fiche.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
