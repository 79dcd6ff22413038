"""A signed agreement amended: asked for, sent, signed by each party in its order; a mandate prolonged."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marelle.accounts.models import Notification
from marelle.base import clock, dues
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates import figures
from marelle.mandates.models import Agreement, AgreementAmendment, AmendmentSignature, Mandate
from marelle.mandates.operations.agreement_amendments import (
    ask_amendment,
    drop_amendment,
    send_amendment,
    sign_amendment,
)
from marelle.mandates.operations.agreements import prepare_agreement, send_agreement, sign_agreement
from marelle.mandates.operations.mandates import end_mandate
from marelle.mandates.operations.reports import open_due_reports
from marelle.mandates.operations.signatures import remind_of_amendments
from marelle.mandates.queries.agreements import verify_fingerprint
from marelle.mandates.registered.agreements import wrong_lengths
from marelle.mandates.states import AGREEMENT_AMENDMENT_STEPS
from marelle.plans.models import Report
from tests.factories.accounts import PersonFactory
from tests.factories.plans import ReportFactory
from tests.mandates.agreements_scene import SENT, SIGNS, scene

pytestmark = pytest.mark.django_db
LATE = datetime(2031, 10, 6, 9, tzinfo=UTC)  # in the last year of a mandate of 2026-2032
WHY = "Les travaux de l’école ont pris du retard."
PROLONG = {"kind": "prolongation", "months": 6, "reasons": WHY}
CHANGE = {"kind": "change", "words": "La ville désigne deux personnes élues.", "reasons": WHY}


@pytest.fixture
def here():
    found = scene()
    found.agreement = signed(found)
    Letter.objects.all().delete()
    Notification.objects.all().delete()
    return found


def signed(here, order="any"):
    agreement = prepare_agreement(here.application.pk, by=here.officer, order=order)
    here.voted()
    agreement = send_agreement(agreement.pk, by=here.officer, at=SENT)
    for organisation, person in [(here.committee, here.chief), (here.city, here.mayor)]:
        seen = {"fingerprint_seen": agreement.fingerprint, "capacity": "élu", "at": SIGNS}
        sign_agreement(agreement.pk, organisation=organisation, by=person, **seen)
    return agreement


def asked(here, by=None, at=LATE, **asked_for):
    with clock.at(at):
        return ask_amendment(here.agreement.pk, by=by or here.mayor, at=at, **(asked_for or PROLONG))


def sent(here, **asked_for):
    amendment = asked(here, **asked_for)
    with clock.at(LATE):
        return send_amendment(amendment.pk, by=here.officer, at=LATE)


def sign(here, amendment, party, by, seen=None, at=LATE):
    fingerprint = amendment.fingerprint if seen is None else seen
    with clock.at(at):
        return sign_amendment(
            amendment.pk, organisation=party, by=by, fingerprint_seen=fingerprint, capacity="Maire", at=at
        )


def sign_all(here, amendment):
    sign(here, amendment, here.city, here.mayor)
    sign(here, amendment, here.committee, here.chief)


@pytest.mark.once
def test_agreement_amendment_steps_are_the_agreed_ones():
    assert AGREEMENT_AMENDMENT_STEPS.as_text() == (
        "draft: drop > dropped, send > sent\n"
        "partly_signed: drop > dropped, sign_first > partly_signed, sign_last > signed\n"
        "sent: drop > dropped, sign_first > partly_signed, sign_last > signed"
    )


def test_amendment_that_prolongs_moves_the_end_and_the_final_report(here):
    """Half-way stays where it was; the final report asked for under the old end is due with the new one."""
    before = [m.on for m in figures.milestones(date(2026, 9, 1), date(2032, 9, 1), ["mid_term", "final"])]
    with clock.at(LATE):
        open_due_reports(LATE)
    was = Report.rows.get(kind="final").due_on
    amendment = sent(here)
    sign(here, amendment, here.city, here.mayor)
    half = (Agreement.rows.get().state, Mandate.rows.get().state)

    sign(here, amendment, here.committee, here.chief)

    mandate = Mandate.rows.get()
    assert half == ("signed", "active")
    assert (Agreement.rows.get().state, AgreementAmendment.rows.get().state) == ("amended", "signed")
    assert (mandate.state, mandate.first_ends_on, mandate.ends_on) == ("prolonged", date(2032, 9, 1), date(2033, 3, 1))
    assert (before, was) == ([date(2029, 9, 1), date(2032, 3, 1)], date(2032, 3, 1))
    with clock.at(LATE):
        assert open_due_reports(LATE) == 0
    final = Report.rows.get(kind="final")
    assert (final.year, final.due_on, final.covers_until) == (2032, date(2032, 9, 1), date(2032, 8, 31))
    assert list(wrong_lengths()) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, [("mid_term", date(2029, 9, 1)), ("final", date(2032, 9, 1))]),
        ({"mid_term": 30, "final": 66}, [("mid_term", date(2029, 3, 1)), ("final", date(2032, 9, 1))]),
    ],
    ids=["the house’s dates", "the programme’s"],
)
def test_milestones_of_a_mandate_prolonged_by_six_months(chosen, found):
    given = figures.milestones(
        date(2026, 9, 1), date(2033, 3, 1), ["mid_term", "final"], chosen, first_ends_on=date(2032, 9, 1)
    )

    assert [(m.kind, m.on) for m in given] == found


def test_prolonged_mandate_ends_with_its_amended_agreement(here):
    sign_all(here, sent(here))
    mandate = Mandate.rows.get()
    with pytest.raises(WrongState):
        end_mandate(mandate.pk, by=here.officer, on=date(2032, 9, 1))

    end_mandate(mandate.pk, by=here.officer, on=date(2033, 3, 1))

    assert (Mandate.rows.get().state, Agreement.rows.get().state, list(wrong_lengths())) == ("ended", "ended", [])


def test_amendment_that_changes_the_text_moves_no_date_and_another_may_follow(here):
    sign_all(here, sent(here, **CHANGE))
    sign_all(here, sent(here, **CHANGE))

    mandate = Mandate.rows.get()
    assert (mandate.state, mandate.ends_on, Agreement.rows.get().state) == ("active", date(2032, 9, 1), "amended")
    told = AgreementAmendment.rows.order_by("number").values_list("number", "state")
    assert list(told) == [(1, "signed"), (2, "signed")]
    assert AgreementAmendment.rows.get(number=1).content["articles"][0] == {
        "title": "Ce qui change",
        "text": "La ville désigne deux personnes élues.",
    }


def test_text_of_a_prolongation_is_written_from_data(here):
    content = asked(here).content

    assert content["heading"] == "Avenant n° 1 à la convention de partenariat"
    assert content["articles"][0]["text"].splitlines()[0] == (
        "Le mandat de Bourg-sur-Test, qui devait s’achever le 31 août 2032 inclus, s’achève le 28 février 2033 inclus."
    )
    assert [a["title"] for a in content["articles"]] == [
        "Prolongation",
        "Plan d’action",
        "Motifs",
        "Le reste de la convention",
    ]


def test_letters_of_an_amendment_read_so(here):
    amendment = sent(here)
    ask = Letter.objects.get(kind="agreement_amendment_sent", address=here.mayor.email)
    sign_all(here, amendment)
    told = Letter.objects.get(kind="agreement_amendment_signed", address=here.mayor.email)

    place = f"http://127.0.0.1:8000/espace/10001/convention/avenants/{amendment.code}\n\n"
    assert (ask.subject, told.subject) == (
        "Avenant à signer\u202f: Bourg-sur-Test",
        "Bourg-sur-Test\u202f: toutes les parties ont signé l’avenant",
    )
    assert ask.text == (
        "Bonjour,\n\n"
        "L’avenant n° 1 à la convention de partenariat avec Bourg-sur-Test est prêt. Lisez-le, puis signez-le en ligne"
        f"\u202f:\n{place}"
        "Avant de signer, vous prouverez une nouvelle fois votre identité. Vous signez le texte qui porte cette "
        f"empreinte, et aucun autre\u202f:\n{amendment.fingerprint}\n\n"
        "L’équipe du programme\n"
    )
    assert told.text == (
        "Bonjour,\n\n"
        "Toutes les parties ont signé l’avenant n° 1 à la convention de partenariat avec Bourg-sur-Test. Il en fait "
        "partie dès aujourd’hui.\n"
        "Le mandat est prolongé\u202f: il dure jusqu’au 28 février 2033 inclus. Le bilan final est attendu avec la "
        f"nouvelle fin.\n{place}"
        "L’équipe du programme\n"
    )


def test_verifier_knows_an_amendment(here):
    amendment = sent(here)
    before = verify_fingerprint(amendment.fingerprint).kind
    sign_all(here, amendment)

    after = verify_fingerprint(amendment.fingerprint)

    assert (before, after.kind, after.parties) == ("sent", "signed", [here.committee.name, "Bourg-sur-Test"])


def test_parties_sign_an_amendment_in_the_order_of_the_agreement(here):
    Agreement.rows.update(order="committee_last")
    amendment = sent(here)

    with pytest.raises(WrongState, match="d’abord"):
        sign(here, amendment, here.committee, here.chief)

    assert AmendmentSignature.objects.count() == 0


def test_today_asks_who_may_sign(here):
    amendment = sent(here)
    line = "Lire et signer l’avenant à la convention\u202f: Bourg-sur-Test"

    def told(person, organisation):
        with clock.at(LATE):
            return line in [act.sentence for act in dues.today(person, organisation).acts]

    before = [told(here.mayor, here.city), told(here.chief, here.committee), told(here.officer, here.committee)]
    sign(here, amendment, here.city, here.mayor)

    assert (before, told(here.mayor, here.city)) == ([True, True, False], False)


def test_amendment_is_dropped_with_reasons_and_changes_nothing(here):
    amendment = sent(here)
    sign(here, amendment, here.city, here.mayor)

    with clock.at(LATE):
        drop_amendment(amendment.pk, by=here.officer, because="Le texte est à revoir.")

    assert (AgreementAmendment.rows.get().state, Agreement.rows.get().state) == ("dropped", "signed")
    assert Mandate.rows.get().state == "active"
    assert Notification.objects.get(person=here.mayor, kind="agreement_amendment_dropped").sentence == (
        "Bourg-sur-Test\u202f: l’avenant n’aura pas de suite, la convention reste inchangée."
    )
    assert asked(here).number == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"months": 13}, BadData),
        ({"months": None}, BadData),
        ({"reasons": " "}, BadData),
        ({"kind": "change"}, BadData),
        ({"kind": "other"}, BadData),
        ({"at": datetime(2031, 8, 31, 9, tzinfo=UTC)}, WrongState),
        ({"by": "editor"}, NotAllowed),
        ({"by": "stranger"}, NotAllowed),
    ],
    ids=["too long", "no months", "no reason", "no words", "unknown", "month 59", "editor", "stranger"],
)
def test_ask_amendment_refuses(here, changes, error):
    """expected §2: from month 60."""
    who = {"editor": here.editor, "stranger": here.president}
    changes = {name: who.get(v, v) if name == "by" else v for name, v in changes.items()}

    with pytest.raises(error):
        asked(here, **{**PROLONG, **changes})

    assert AgreementAmendment.rows.count() == 0


@pytest.mark.parametrize("stands", ["suspended", "reported", "prolonged", "another"])
def test_mandate_is_not_prolonged(here, stands):
    """Suspended; its final report handed in; once already; while another amendment is open."""
    mandate = Mandate.rows.get()
    if stands == "suspended":
        Mandate.rows.update(state="suspended")
    if stands == "reported":
        ReportFactory(plan=mandate.plan, kind="final", year=2032, submitted=True)
    if stands == "prolonged":
        sign_all(here, sent(here))
    if stands == "another":
        asked(here, **CHANGE)
    before = AgreementAmendment.rows.count()

    with pytest.raises(WrongState):
        asked(here)

    assert AgreementAmendment.rows.count() == before


def test_final_report_handed_in_meanwhile_stops_the_prolongation(here):
    amendment = sent(here)
    sign(here, amendment, here.city, here.mayor)
    ReportFactory(plan=Mandate.rows.get().plan, kind="final", year=2032, submitted=True)

    with pytest.raises(WrongState):
        sign(here, amendment, here.committee, here.chief)

    assert (Mandate.rows.get().state, AgreementAmendment.rows.get().state) == ("active", "partly_signed")
    assert AmendmentSignature.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "seen", "error"),
    [
        ("officer", None, NotAllowed),
        ("editor", None, NotAllowed),
        ("mayor", "0" * 64, Conflict),
    ],
    ids=["who sent it", "editor", "another text"],
)
def test_sign_amendment_refuses(here, who, seen, error):
    amendment = sent(here)
    party = here.committee if who == "officer" else here.city

    with pytest.raises(error):
        sign(here, amendment, party, getattr(here, who), seen=seen)

    assert (AmendmentSignature.objects.count(), AgreementAmendment.rows.get().state) == (0, "sent")


def test_amendment_is_signed_once_a_party_and_never_before_it_is_sent(here):
    amendment = asked(here)
    with pytest.raises(WrongState):
        sign(here, amendment, here.city, here.mayor)
    with clock.at(LATE):
        amendment = send_amendment(amendment.pk, by=here.officer, at=LATE)
    sign(here, amendment, here.city, here.mayor)

    with pytest.raises(WrongState):
        sign(here, amendment, here.city, here.mayor, at=LATE + timedelta(days=1))

    assert AmendmentSignature.objects.count() == 1


def test_agreement_not_signed_yet_takes_no_amendment():
    found = scene()
    found.agreement = found.sent()

    with pytest.raises(WrongState):
        asked(found)

    assert AgreementAmendment.rows.count() == 0


def test_somebody_of_another_committee_drops_nothing(here):
    amendment = asked(here)

    with pytest.raises(NotAllowed):
        drop_amendment(amendment.pk, by=PersonFactory(), because="Non.")

    assert AgreementAmendment.rows.get().state == "draft"


# Reminded ------------------------------------------------------------------------------------------------------------
def reminded(days):
    """How many letters leave that many days after the amendment was sent."""
    with clock.at(LATE + timedelta(days=days)):
        return remind_of_amendments(LATE + timedelta(days=days))


def reminders():
    return sorted(Letter.objects.filter(kind="agreement_amendment_reminder").values_list("address", flat=True))


def test_who_has_not_signed_an_amendment_is_reminded_every_two_weeks_once(here):
    """The officer who sent it does not sign for the committee: nothing is asked of them."""
    sent(here)

    counts = [reminded(days) for days in (13, 14, 14, 20, 28)]

    assert counts == [0, 2, 0, 0, 2]
    assert reminders() == sorted([here.chief.email, here.mayor.email] * 2)


def test_only_who_may_sign_an_amendment_now_is_reminded(here):
    Agreement.rows.update(order="committee_last")
    amendment = sent(here)
    reminded(14)
    first = reminders()
    sign(here, amendment, here.city, here.mayor)
    reminded(28)

    assert (first, reminders()) == ([here.mayor.email], sorted([here.mayor.email, here.chief.email]))


@pytest.mark.parametrize("how", ["dropped", "signed"])
def test_amendment_that_is_over_reminds_nobody(here, how):
    amendment = sent(here)
    if how == "dropped":
        drop_amendment(amendment.pk, by=here.officer, because="Le calendrier est tenu.")
    else:
        sign_all(here, amendment)

    assert (reminded(14), reminders()) == (0, [])


def test_reminder_of_an_amendment_reads_so(here):
    Agreement.rows.update(order="committee_last")
    amendment = sent(here)

    reminded(14)

    letter = Letter.objects.get(kind="agreement_amendment_reminder")
    assert letter.subject == "Votre signature est attendue\u202f: Bourg-sur-Test"
    assert letter.text.strip() == (
        "Bonjour,\n\n"
        "L’avenant n° 1 à la convention de partenariat avec Bourg-sur-Test attend toujours votre signature. "
        "Lisez-le, puis signez-le en ligne\u202f:\n"
        f"http://127.0.0.1:8000/espace/10001/convention/avenants/{amendment.code}\n\n"
        "Ce que vous signez est le texte qui porte cette empreinte, et nul autre\u202f:\n"
        f"{amendment.fingerprint}\n\n"
        "L’équipe du programme"
    )
