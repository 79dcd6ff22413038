"""Amendments of the agreement on screen: asked for by the city, sent by the office, signed by both."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from marelle.base import clock
from marelle.mandates.models import AgreementAmendment, Mandate
from marelle.mandates.operations.agreements import sign_agreement
from tests.mandates.agreements_scene import SENT, SIGNS, scene
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CITY = "/espace/10001/convention/avenants"
LATE = datetime(2031, 10, 6, 9, tzinfo=UTC)
ASKED = {"kind": "prolongation", "months": "6", "words": "", "reasons": "Les travaux ont pris du retard."}


@pytest.fixture
def world():
    with clock.at(SENT):
        found = scene()
        agreement = found.agreement = found.sent()
    for organisation, person in [(found.committee, found.chief), (found.city, found.mayor)]:
        seen = {"fingerprint_seen": agreement.fingerprint, "capacity": "élu", "at": SIGNS}
        sign_agreement(agreement.pk, organisation=organisation, by=person, **seen)
    with clock.at(LATE):
        yield found


def office_of(world):
    return f"/bureau/conventions/{world.agreement.code}/avenants"


def typed(amendment):
    amendment.refresh_from_db()
    return {"capacity": "Maire", "read": "on", "fingerprint": amendment.fingerprint}


def test_mandate_is_prolonged_from_the_pages_of_both(world):
    city, sender, office = (sign_in(Client(), p) for p in (world.mayor, world.officer, world.chief))

    page = city.get(CITY).content.decode()
    short = city.post(CITY, ASKED | {"months": "13"})
    answer = city.post(CITY, ASKED)
    amendment = AgreementAmendment.rows.get()
    here, there = f"{CITY}/{amendment.code}", f"{office_of(world)}/{amendment.code}"
    unsent = city.get(f"{here}.pdf")
    read = sender.get(there).content.decode()
    sent = sender.post(f"{there}/reponse")
    signs = [city.post(here, typed(amendment)), office.post(there, typed(amendment))]
    pdf = city.get(f"{here}.pdf")
    listed = city.get(CITY).content.decode()
    told = city.get("/espace/10001/convention").content.decode()
    public = Client().get("/villes/10001").content.decode()

    assert "il peut être prolongé une fois" in page
    assert (short.status_code, answer.status_code, unsent.status_code, sent.status_code) == (422, 302, 404, 302)
    assert "s’achève le 28 février 2033 inclus" in read
    assert [a.status_code for a in signs] == [302, 302]
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    assert "en vigueur depuis le 6 octobre 2031" in listed
    assert "Le mandat a été prolongé jusqu’au 28 février 2033" in listed
    assert (CITY in told, "prolongé" in public) == (True, True)
    assert Mandate.rows.get().state == "prolonged"


def test_amendment_is_dropped_from_its_page(world):
    office = sign_in(Client(), world.officer)
    office.post(office_of(world), ASKED)
    there = f"{office_of(world)}/{AgreementAmendment.rows.get().code}"

    empty = office.post(f"{there}/reponse", {"drop": "1", "because": ""})
    dropped = office.post(f"{there}/reponse", {"drop": "1", "because": "Le texte est à revoir."})
    page = office.get(there).content.decode()

    assert (empty.status_code, dropped.status_code) == (422, 302)
    assert "Le texte est à revoir." in page
    assert AgreementAmendment.rows.get().state == "dropped"


@pytest.mark.parametrize("who", ["editor", "officer"])
def test_amendment_is_signed_by_those_who_may(world, who):
    """Neither an editor of the city, nor whoever sent the text."""
    sender, person = sign_in(Client(), world.officer), sign_in(Client(), getattr(world, who))
    sender.post(office_of(world), ASKED)
    amendment = AgreementAmendment.rows.get()
    sender.post(f"{office_of(world)}/{amendment.code}/reponse")
    place = CITY if who == "editor" else office_of(world)

    answer = person.post(f"{place}/{amendment.code}", typed(amendment))

    assert (answer.status_code, AgreementAmendment.rows.get().state) == (403, "sent")


def test_stranger_finds_no_amendment(world):
    office, stranger = sign_in(Client(), world.officer), sign_in(Client(), world.president)
    office.post(office_of(world), ASKED)

    answers = [stranger.get(p).status_code for p in (CITY, f"{CITY}/{AgreementAmendment.rows.get().code}")]

    assert answers == [404, 404]


def test_prolongation_is_offered_in_its_time_only(world):
    city = sign_in(Client(), world.mayor)
    late = city.get(CITY).content.decode()
    with clock.at(datetime(2031, 8, 30, 9, tzinfo=UTC)):
        early = city.get(CITY).content.decode()
        refused = city.post(CITY, ASKED)

    assert ("prolongation du mandat" in late, "prolongation du mandat" in early) == (True, False)
    assert "pourra être prolongé à partir du 1er septembre 2031" in early
    assert (refused.status_code, AgreementAmendment.rows.count()) == (422, 0)
