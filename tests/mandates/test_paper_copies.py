"""An agreement signed on paper: its copy given, compared with the text by another person, taken or refused."""

from datetime import date, timedelta

import pytest

from marelle.accounts.models import JournalContent, Notification
from marelle.accounts.states import Role
from marelle.base import clock, dues
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Agreement, Mandate, PaperCopy, Signature
from marelle.mandates.operations.agreements import (
    change_agreement,
    prepare_agreement,
    send_agreement,
    sign_agreement,
)
from marelle.mandates.operations.paper_copies import Signer, accept_paper_copy, give_paper_copy, refuse_paper_copy
from marelle.mandates.queries.agreements import seal_reason
from marelle.mandates.registered.agreements import signed_otherwise
from marelle.mandates.states import PAPER_COPY_STEPS
from tests.factories.accounts import FileFactory, PersonFactory
from tests.mandates.agreements_scene import SENT, SIGNS, scene

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 25)
WHY = "La page 3 manque."


@pytest.fixture
def here():
    found = scene()
    found.third = PersonFactory(name="Rose Contrôle", roles=[(found.committee, Role.PROGRAMME_ADMINISTRATOR)])
    return found


def signers(here, *names):
    who = {"city": (here.city, "Ana Maire", "Maire"), "committee": (here.committee, "Luc Président", "Président")}
    return [Signer(*who[name], on=DAY) for name in names]


def pdf_of(here, **values):
    return FileFactory(**{"organisation": here.city, "kind": "pdf", **values})


def give(here, agreement, *names, by=None, at=SIGNS, **changes):
    said = {
        "fingerprint_seen": agreement.fingerprint,
        "file": pdf_of(here),
        "signers": signers(here, *names),
        **changes,
    }
    file, who = said.pop("file"), said.pop("signers")
    return give_paper_copy(agreement.pk, file, who, by=by or here.mayor, at=at, **said)


def accept(copy, by, seen=None):
    return accept_paper_copy(copy.pk, by=by, fingerprint_seen=copy.fingerprint if seen is None else seen, at=SIGNS)


@pytest.mark.once
def test_paper_copy_steps_are_the_agreed_ones():
    assert PAPER_COPY_STEPS.as_text() == "given: accept > accepted, drop > dropped, refuse > refused"


def test_copy_signed_by_all_opens_the_mandate_once_it_was_compared(here):
    agreement = here.sent()
    copy = give(here, agreement, "city", "committee")
    waiting = Agreement.rows.get().state

    accept(copy, here.chief)

    agreement.refresh_from_db()
    assert (waiting, agreement.state, Mandate.rows.get().state) == ("sent", "signed", "active")
    rows = Signature.objects.order_by("party__position")
    assert [(s.name, s.capacity, clock.day_of(s.signed_at), s.person, s.fingerprint) for s in rows] == [
        ("Luc Président", "Président", DAY, None, agreement.fingerprint),
        ("Ana Maire", "Maire", DAY, None, agreement.fingerprint),
    ]
    assert list(signed_otherwise()) == []
    assert seal_reason(agreement) == (
        f"Luc Président, Président, pour {here.committee}, sur papier le 2026-09-25 ; "
        "Ana Maire, Maire, pour Bourg-sur-Test, sur papier le 2026-09-25"
    )
    verbs = JournalContent.objects.filter(verb__startswith="paper").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["paper_copy_given", "paper_copy_accepted"]


def test_one_party_signs_on_paper_and_the_other_online(here):
    agreement = here.sent()
    accept(give(here, agreement, "city"), here.chief)
    state = Agreement.rows.get().state

    sign_agreement(
        agreement.pk,
        organisation=here.committee,
        by=here.chief,
        fingerprint_seen=agreement.fingerprint,
        capacity="Déléguée",
        at=SIGNS,
    )

    assert (state, Agreement.rows.get().state) == ("partly_signed", "signed")


def test_copy_that_the_office_received_is_checked_by_another_administrator(here):
    """settled 11: who gave it does not check it, nor who sent the text."""
    agreement = here.sent()
    copy = give(here, agreement, "city", by=here.chief, file=pdf_of(here, organisation=here.committee))

    for person in (here.chief, here.officer, here.mayor):
        with pytest.raises(NotAllowed):
            accept(copy, person)
    accept(copy, here.third)

    assert PaperCopy.rows.get().answered_by == here.third


def test_today_and_a_notice_tell_the_administrators_who_may_check(here):
    agreement = here.sent()
    with clock.at(SIGNS):
        give(here, agreement, "city")

        told = {p: [a.sentence for a in dues.today(p, here.committee).acts] for p in (here.chief, here.officer)}

    line = "Comparer à son texte la convention signée sur papier\u202f: Bourg-sur-Test"
    assert (line in told[here.chief], line in told[here.officer]) == (True, False)
    notice = Notification.objects.get(person=here.chief, kind="paper_copy_given")
    assert notice.sentence == (
        "Bourg-sur-Test\u202f: la convention signée sur papier attend d’être comparée à son texte."
    )


def test_copy_is_refused_with_reasons_that_whoever_gave_it_reads(here):
    agreement = here.sent()
    copy = give(here, agreement, "city")
    Letter.objects.all().delete()

    refuse_paper_copy(copy.pk, by=here.chief, because=WHY, at=SIGNS)
    again = give(here, agreement, "city")

    assert list(PaperCopy.rows.order_by("pk").values_list("state", "refused_because")) == [
        ("refused", WHY),
        ("given", ""),
    ]
    assert (Agreement.rows.get().state, Signature.objects.count(), again.state) == ("sent", 0, "given")
    letter = Letter.objects.get()
    assert (letter.kind, letter.address) == ("paper_copy_refused", here.mayor.email)
    assert letter.subject == "Bourg-sur-Test\u202f: la copie de la convention ne peut pas être retenue"
    assert letter.text == (
        "Bonjour,\n\n"
        "La copie de la convention avec Bourg-sur-Test signée sur papier, que vous avez déposée le 28 septembre 2026, "
        "a été comparée au texte. Elle ne peut pas être retenue\u202f:\n\n"
        f"{WHY}\n\n"
        "Déposez une autre copie ici, ou faites signer chaque partie en ligne\u202f:\n"
        "http://127.0.0.1:8000/espace/10001/convention/papier\n\n"
        "L’équipe du programme\n"
    )


def test_text_taken_back_drops_the_copy_that_waited(here):
    agreement = here.sent()
    copy = give(here, agreement, "city")

    change_agreement(agreement.pk, by=here.officer, at=SIGNS)

    assert PaperCopy.rows.get().state == "dropped"
    with pytest.raises(WrongState):
        accept(copy, here.chief)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"fingerprint_seen": "0" * 64}, Conflict),
        ({"signers": []}, BadData),
        ({"signers": "twice"}, BadData),
        ({"signers": "stranger"}, BadData),
        ({"signers": "nameless"}, BadData),
        ({"signers": "tomorrow"}, BadData),
        ({"signers": "before"}, BadData),
        ({"file": "odt"}, BadData),
        ({"file": "elsewhere"}, BadData),
        ({"by": "editor"}, NotAllowed),
    ],
    ids=lambda value: "-".join(map(str, next(iter(value.items()), ("",)))) if isinstance(value, dict) else "",
)
def test_give_paper_copy_refuses(here, changes, error):
    agreement = here.sent()
    city = signers(here, "city")[0]
    made = {
        "twice": [city, city],
        "stranger": [Signer(here.intercommunality, "Zoé", "Présidente", DAY)],
        "nameless": [Signer(here.city, " ", "Maire", DAY)],
        "tomorrow": [Signer(here.city, "Ana", "Maire", clock.day_of(SIGNS) + timedelta(days=1))],
        "before": [Signer(here.city, "Ana", "Maire", clock.day_of(SENT) - timedelta(days=1))],
        "odt": pdf_of(here, kind="odt"),
        "elsewhere": pdf_of(here, organisation=here.intercommunality),
        "editor": here.editor,
    }
    changes = {k: made.get(v, v) if isinstance(v, str) else v for k, v in changes.items()}

    with pytest.raises(error):
        give(here, agreement, "city", **changes)

    assert (PaperCopy.rows.count(), Agreement.rows.get().state) == (0, "sent")


def test_second_copy_waits_for_the_first(here):
    agreement = here.sent()
    give(here, agreement, "city")

    with pytest.raises(WrongState):
        give(here, agreement, "city")

    assert PaperCopy.rows.count() == 1


def test_council_votes_before_a_copy_is_given(here):
    agreement = send_agreement(here.prepared().pk, by=here.officer, at=SENT)

    with pytest.raises(WrongState, match="vote du conseil"):
        give(here, agreement, "city")

    assert PaperCopy.rows.count() == 0


@pytest.mark.parametrize(("names", "taken"), [(["committee"], False), (["city", "committee"], True)])
def test_copy_follows_the_order_of_signatures(here, names, taken):
    """The committee last: on a copy of its own it waits; on the copy the city has signed too, it does not."""
    agreement = prepare_agreement(here.application.pk, by=here.officer, order="committee_last")
    here.voted()
    agreement = send_agreement(agreement.pk, by=here.officer, at=SENT)

    if taken:
        give(here, agreement, *names)
    else:
        with pytest.raises(WrongState, match="d’abord"):
            give(here, agreement, *names)

    assert PaperCopy.rows.count() == int(taken)


@pytest.mark.parametrize("because", [" ", "a" * 2001], ids=["nothing", "too long"])
def test_copy_is_not_refused_without_a_reason(here, because):
    copy = give(here, here.sent(), "city")

    with pytest.raises(BadData):
        refuse_paper_copy(copy.pk, by=here.chief, because=because)

    assert PaperCopy.rows.get().state == "given"


def test_copy_is_not_taken_for_a_text_not_seen_nor_for_a_party_that_signed_meanwhile(here):
    agreement = here.sent()
    copy = give(here, agreement, "city")
    with pytest.raises(Conflict):
        accept(copy, here.chief, seen="0" * 64)
    sign_agreement(
        agreement.pk,
        organisation=here.city,
        by=here.mayor,
        fingerprint_seen=agreement.fingerprint,
        capacity="Maire",
        at=SIGNS,
    )

    with pytest.raises(WrongState):
        accept(copy, here.chief)

    assert (PaperCopy.rows.get().state, Signature.objects.count()) == ("given", 1)
