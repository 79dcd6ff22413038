"""Signatures that wait for their turn, that are refused, that are reminded."""

from datetime import timedelta

import pytest

from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Signature
from marelle.mandates.operations.agreements import prepare_agreement, send_agreement, sign_agreement
from marelle.mandates.operations.signatures import refuse_to_sign, remind_signatories
from tests.mandates.agreements_scene import SENT, SIGNS, scene
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return scene()


def sent(here, order="any", *, three=False):
    third = here.intercommunality if three else None
    agreement = prepare_agreement(here.application.pk, by=here.officer, order=order, intercommunality=third)
    here.voted()
    return send_agreement(agreement.pk, by=here.officer, at=SENT)


def sign(agreement, organisation, by, at=SIGNS):
    return sign_agreement(
        agreement.pk, organisation=organisation, by=by, fingerprint_seen=agreement.fingerprint, capacity="élu", at=at
    )


def refuse(agreement, organisation, by, because="Un article manque.", seen=None):
    seen = agreement.fingerprint if seen is None else seen
    return refuse_to_sign(agreement.pk, organisation=organisation, by=by, fingerprint_seen=seen, because=because)


# Order ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("order", "first", "waits"),
    [
        ("any", "committee", False),
        ("any", "city", False),
        ("committee_first", "committee", False),
        ("committee_first", "city", True),
        ("committee_last", "city", False),
        ("committee_last", "committee", True),
    ],
)
def test_parties_sign_in_the_order_that_was_chosen(here, order, first, waits):
    agreement = sent(here, order)
    who = {"committee": (here.committee, here.chief), "city": (here.city, here.mayor)}[first]

    if waits:
        with pytest.raises(WrongState, match="d’abord"):
            sign(agreement, *who)
    else:
        sign(agreement, *who)

    assert Signature.objects.count() == (0 if waits else 1)


def test_committee_that_signs_last_waits_for_each_of_the_others(here):
    agreement = sent(here, "committee_last", three=True)
    sign(agreement, here.city, here.mayor)

    with pytest.raises(WrongState):
        sign(agreement, here.committee, here.chief)
    sign(agreement, here.intercommunality, here.president)
    sign(agreement, here.committee, here.chief)

    agreement.refresh_from_db()
    assert agreement.state == "signed"


def test_page_says_whose_turn_it_is(client, here):
    sent(here, "committee_first")
    sign_in(client, here.mayor)

    page = client.get(f"/espace/{here.city.code}/convention").content.decode()

    assert f"Signe après {here.committee}." in page
    assert "Relire et signer" not in page


# Refused -------------------------------------------------------------------------------------------------------------
def test_party_that_refuses_says_why_and_the_text_goes_back(client, here):
    agreement = sent(here)
    sign(agreement, here.committee, here.chief)

    refuse(agreement, here.city, here.mayor)

    agreement.refresh_from_db()
    assert (agreement.state, agreement.refused_by, agreement.refused_because) == (
        "draft",
        here.city,
        "Un article manque.",
    )
    assert not Signature.objects.filter(void_at=None).exists()
    sign_in(client, here.officer)
    page = client.get(f"/bureau/conventions/{agreement.code}").content.decode()
    assert "Un article manque." in page


def test_text_sent_again_is_refused_by_nobody(here):
    agreement = sent(here)
    refuse(agreement, here.city, here.mayor)

    again = send_agreement(agreement.pk, by=here.officer, at=SIGNS)

    assert (again.state, again.refused_by, again.refused_because) == ("sent", None, "")


def test_refusal_is_that_of_who_may_sign_of_the_text_they_read_and_says_why(here):
    agreement = sent(here)

    with pytest.raises(NotAllowed):
        refuse(agreement, here.city, here.editor)
    with pytest.raises(Conflict):
        refuse(agreement, here.city, here.mayor, seen="c" * 64)
    for because in ("", "   ", "x" * 2001):
        with pytest.raises(BadData):
            refuse(agreement, here.city, here.mayor, because=because)

    agreement.refresh_from_db()
    assert (agreement.state, agreement.refused_because) == ("sent", "")


def test_who_has_signed_no_longer_refuses(here):
    agreement = sent(here)
    sign(agreement, here.city, here.mayor)

    with pytest.raises(WrongState):
        refuse(agreement, here.city, here.mayor)

    assert Signature.objects.filter(void_at=None).count() == 1


# Reminded ------------------------------------------------------------------------------------------------------------
def reminded():
    return sorted(Letter.objects.filter(kind="agreement_reminder").values_list("address", flat=True))


def test_who_has_not_signed_is_reminded_every_two_weeks_once(here):
    sent(here)

    counts = [remind_signatories(SENT + timedelta(days=days)) for days in (13, 14, 14, 20, 28)]

    assert counts == [0, 2, 0, 0, 2]
    assert reminded() == sorted([here.chief.email, here.mayor.email] * 2)


def test_only_whose_turn_it_is_is_reminded(here):
    sent(here, "committee_last")

    remind_signatories(SENT + timedelta(days=14))

    assert reminded() == [here.mayor.email]


def test_city_whose_council_has_not_voted_is_not_asked_to_sign(here):
    agreement = prepare_agreement(here.application.pk, by=here.officer)
    send_agreement(agreement.pk, by=here.officer, at=SENT)

    remind_signatories(SENT + timedelta(days=14))

    assert reminded() == [here.chief.email]


def test_who_has_signed_is_left_in_peace(here):
    agreement = sent(here)
    sign(agreement, here.city, here.mayor)

    remind_signatories(SENT + timedelta(days=14))

    assert reminded() == [here.chief.email]


def test_letter_says_what_is_waited_for(here):
    agreement = sent(here, "committee_last")

    remind_signatories(SENT + timedelta(days=14))

    letter = Letter.objects.get(kind="agreement_reminder")
    lines = [line for line in letter.text.replace("\u202f", " ").splitlines() if line]
    assert letter.subject.replace("\u202f", " ") == f"Votre signature est attendue : {here.city}"
    assert lines[:2] == [
        "Bonjour,",
        f"La convention de partenariat avec {here.city} attend toujours votre signature. Lisez-la, puis signez-la en ligne, ou dites pourquoi vous ne la signez pas :",
    ]
    assert lines[2].endswith(f"/espace/{here.city.code}/convention")
    assert lines[3:] == [
        "Ce que vous signez est le texte qui porte cette empreinte, et nul autre :",
        agreement.fingerprint,
        "L’équipe du programme",
    ]
