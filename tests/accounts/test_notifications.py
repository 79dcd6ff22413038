"""Sentences for people, and the one letter a day that gathers them; halves of acts that two people share."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import gettext as _

from marelle.accounts import pending
from marelle.accounts.models import JournalContent, Notification, PendingAct
from marelle.accounts.notifications import mark_read, notify, write_digests
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import NotAllowed, WrongState
from marelle.base.models import Letter
from tests.factories.accounts import NotificationFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC)


def test_notify_speaks_each_language_and_replaces_the_unread():
    """Each in their language; the same thing twice is one line; nobody disabled, no robot."""
    french, english = PersonFactory(), PersonFactory(language="en")
    people = [french, english, PersonFactory(disabled=True), PersonFactory(robot=True)]
    for _twice in range(2):
        notify(
            people, "k", reference="a.b:1", sentence=lambda: _("You already belong to this organisation."), address="/"
        )

    assert dict(Notification.objects.values_list("person", "sentence")) == {
        french.pk: "Vous faites déjà partie de cet organisme.",
        english.pk: "You already belong to this organisation.",
    }


def test_mark_read_is_for_oneself():
    """trust O7. Codes of others are left alone."""
    mine, other = NotificationFactory(), NotificationFactory()

    mark_read(mine.person, [mine.code, other.code])

    assert list(Notification.objects.filter(read_at=None)) == [other]


def test_write_digests_gathers_what_waits():
    """trust E6. After half a day, one letter a person and day, with the whole French text."""
    person = PersonFactory()
    for sentence in ("Une chose.", "Deux choses."):
        NotificationFactory(person=person, sentence=sentence, made_at=MONDAY - timedelta(hours=13))
    NotificationFactory(person=person, sentence="Trop récent.", made_at=MONDAY - timedelta(hours=11))
    NotificationFactory(read_at=MONDAY, made_at=MONDAY - timedelta(days=1))

    with clock.at(MONDAY):
        sent = [write_digests(MONDAY), write_digests(MONDAY)]

    letter = Letter.objects.get()
    assert (sent, letter.address, letter.subject) == ([1, 0], person.email, "2 nouvelles à lire")
    assert letter.text == (
        "Bonjour,\n\nVoici ce qui est nouveau pour vous sur Marelle\u202f:\n\n"
        "- Une chose.\n  http://127.0.0.1:8000/compte/\n\n"
        "- Deux choses.\n  http://127.0.0.1:8000/compte/\n\n"
        "Un message par jour au plus, et aucun quand vous avez tout lu.\n\nMarelle\n"
    )


def test_write_digests_keeps_for_tomorrow_what_comes_after_the_letter_of_the_day():
    person = PersonFactory()
    NotificationFactory(person=person, sentence="Le matin.", made_at=MONDAY - timedelta(hours=13))
    late = NotificationFactory(person=person, sentence="Le midi.", made_at=MONDAY - timedelta(hours=11))

    sent = [
        write_digests(MONDAY),
        write_digests(MONDAY + timedelta(hours=2)),
        write_digests(MONDAY + timedelta(days=1)),
    ]

    late.refresh_from_db()
    assert (sent, late.mailed_at) == ([1, 0, 1], MONDAY + timedelta(days=1))
    assert ["Le midi." in letter.text for letter in Letter.objects.order_by("pk")] == [False, True]


def test_write_digests_tells_nobody_of_a_place_they_have_left():
    """trust E5, V14. What was said of an organisation is not mailed to who no longer works there."""
    here, left = OrganisationFactory(), OrganisationFactory()
    person = PersonFactory(roles=[(here, Role.CITY_EDITOR)])
    for sentence, address in (
        ("Ici.", f"/espace/{here.code}/equipe"),
        ("Là.", f"/espace/{left.code}/equipe"),
        ("Au bureau.", "/bureau/candidatures/x"),
    ):
        NotificationFactory(
            person=person, sentence=sentence, address=address, made_at=MONDAY - timedelta(hours=13), reference=address
        )

    write_digests(MONDAY)

    text = Letter.objects.get().text
    assert [words in text for words in ("Ici.", "Là.", "Au bureau.")] == [True, False, False]


def test_pending_act_takes_two_people():
    """trust R5. Proposed by one, confirmed by another, both in the journal."""
    first, second = PersonFactory(), PersonFactory()
    act = pending.propose("extend", "mandates.call:x", {"until": "2026-06-01"}, by=first)

    confirmed = pending.confirm(act.code, kind="extend", by=second)

    assert (confirmed.state, confirmed.answered_by, confirmed.payload) == ("accepted", second, {"until": "2026-06-01"})
    assert list(JournalContent.objects.order_by("entry").values_list("verb", flat=True)) == [
        "act_proposed",
        "act_confirmed",
    ]


@pytest.mark.parametrize("situation", ["same person", "answered", "proposed twice", "another kind"])
def test_pending_act_refuses(situation):
    """trust R5. Not by who proposed, not twice, not as another act than the one proposed."""
    first, second = PersonFactory(), PersonFactory()
    act = pending.propose("extend", "mandates.call:x", {}, by=first)
    if situation == "answered":
        pending.decline(act.code, by=second)
    before = (list(PendingAct.objects.values_list("state", flat=True)), JournalContent.objects.count())

    with pytest.raises((NotAllowed, WrongState)):
        if situation == "proposed twice":
            pending.propose("extend", "mandates.call:x", {}, by=second)
        else:
            kind = "erase" if situation == "another kind" else "extend"
            pending.confirm(act.code, kind=kind, by=first if situation == "same person" else second)

    assert (list(PendingAct.objects.values_list("state", flat=True)), JournalContent.objects.count()) == before
