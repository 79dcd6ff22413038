"""A call given more time by two administrators."""

from datetime import UTC, datetime, timedelta

import pytest

from marelle.accounts.models import JournalContent, Notification, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock, stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Call
from marelle.mandates.operations import extensions
from marelle.mandates.operations.applications import submit_application
from marelle.mandates.operations.chasing import remind_writers
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import CLOSES, ApplicationFactory, CallFactory, ReadyApplication
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 6, 20, 16, tzinfo=UTC)
BEFORE, AFTER = CLOSES - timedelta(days=2), CLOSES + timedelta(days=2)
WHY = "Les élections sont passées par là."
LETTER = """Bonjour,

L’appel «\u202fAppel 2026\u202f» est prolongé. La candidature de Val-Test peut être déposée jusqu’au 20 juin 2026, 18\xa0h (heure de Paris).

Pourquoi\u202f:
Les élections sont passées par là.

Ce qui manque est listé ici, avec le chemin vers chaque réponse\u202f:
http://127.0.0.1:8000/espace/10077/candidature/depot

L’équipe du programme
"""


@pytest.fixture
def chiefs():
    """Two administrators of the committee."""
    house = committee()
    return [works_as(Role.PROGRAMME_ADMINISTRATOR, house) for _ in range(2)]


def proposed(call, by, closes_at=LATER, reasons=WHY):
    return extensions.propose_extension(call.pk, by=by, closes_at=closes_at, reasons=reasons)


@pytest.mark.parametrize("at", [BEFORE, AFTER], ids=["open", "closed"])
def test_call_is_extended_by_two_administrators(chiefs, at):
    """trust R5. The end moves at the second; who has not handed in is written to, with the reasons."""
    call = CallFactory()
    writing = ApplicationFactory(call=call, organisation__name="Val-Test", organisation__code="10077")
    writer = PersonFactory(roles=[(writing.organisation, Role.CITY_EDITOR)])
    done = ApplicationFactory(call=call, submitted=True)
    PersonFactory(roles=[(done.organisation, Role.CITY_EDITOR)])
    seen = stamps.current("public")

    with clock.at(at):
        act = proposed(call, chiefs[0])
        between = (Call.objects.get().closes_at, list(Notification.objects.values_list("person", "address")))
        extensions.confirm_extension(call.pk, by=chiefs[1], read=act.code)

    assert between == (CLOSES, [(chiefs[1].pk, f"/bureau/appels/{call.code}/prolonger")])
    assert Call.objects.get().closes_at == LATER
    assert list(Letter.objects.values_list("kind", "address")) == [("call_extended", writer.email)]
    assert Letter.objects.get().text == LETTER
    assert JournalContent.objects.filter(verb="call_extended").get().facts["closes_at"] == LATER.isoformat()
    assert stamps.current("public") != seen


def test_application_is_handed_in_after_the_first_end(chiefs):
    """A call that had closed opens again for the drafts it holds."""
    application = ReadyApplication()
    lead = PersonFactory(roles=[(application.organisation, Role.ELECTED_LEAD)])

    with clock.at(AFTER):
        proposed(application.call, chiefs[0])
        extensions.confirm_extension(application.call.pk, by=chiefs[1])
        submit_application(application.pk, by=lead)

    application.refresh_from_db()
    assert (application.state, application.submitted_at) == ("submitted", AFTER)


def test_reminder_before_the_new_end_is_another_letter():
    """Who was reminded of the first end is reminded of the second."""
    application = ApplicationFactory()
    PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])
    remind_writers(CLOSES - timedelta(days=7))
    application.call.closes_at = LATER
    application.call.save()

    for _round in range(2):
        remind_writers(LATER - timedelta(days=7))

    assert Letter.objects.filter(kind="reminder").count() == 2


@pytest.mark.parametrize(
    ("situation", "who", "closes_at", "reasons", "error"),
    [
        ({}, Role.PROGRAMME_OFFICER, LATER, WHY, NotAllowed),
        ({}, Role.PROGRAMME_ADMINISTRATOR, BEFORE, WHY, BadData),
        ({}, Role.PROGRAMME_ADMINISTRATOR, LATER, " ", BadData),
        ({"draft": True}, Role.PROGRAMME_ADMINISTRATOR, LATER, WHY, WrongState),
        ({"decided": True}, Role.PROGRAMME_ADMINISTRATOR, LATER, WHY, WrongState),
    ],
    ids=["officer", "earlier", "no reason", "draft", "decided"],
)
def test_propose_extension_refuses(situation, who, closes_at, reasons, error):
    call = CallFactory(**situation)
    by = works_as(who, call.committee)

    with clock.at(BEFORE), pytest.raises(error):
        proposed(call, by, closes_at, reasons)

    assert (Call.objects.get().closes_at, PendingAct.objects.count()) == (CLOSES, 0)


@pytest.mark.parametrize("answer", [extensions.confirm_extension, extensions.decline_extension])
def test_extension_answered_is_the_one_that_was_read(chiefs, answer):
    """Declined and proposed anew meanwhile: what was read no longer waits."""
    call = CallFactory()
    with clock.at(BEFORE):
        first = proposed(call, chiefs[0])
        extensions.decline_extension(call.pk, by=chiefs[1])
        proposed(call, chiefs[0], LATER + timedelta(days=1))

        with pytest.raises(WrongState):
            answer(call.pk, by=chiefs[1], read=first.code)

    assert Call.objects.get().closes_at == CLOSES
    assert PendingAct.objects.filter(state="asked").count() == 1


def test_who_proposed_an_extension_cannot_confirm_it(chiefs):
    """trust R5."""
    call = CallFactory()
    with clock.at(BEFORE):
        proposed(call, chiefs[0])

        with pytest.raises(NotAllowed):
            extensions.confirm_extension(call.pk, by=chiefs[0])

    assert Call.objects.get().closes_at == CLOSES


def test_confirm_extension_refuses_an_end_that_has_passed_meanwhile(chiefs):
    """Confirmed too late, it would close a call that is closed already."""
    call = CallFactory()
    with clock.at(BEFORE):
        act = proposed(call, chiefs[0])

    with clock.at(LATER + timedelta(days=1)), pytest.raises(BadData):
        extensions.confirm_extension(call.pk, by=chiefs[1], read=act.code)

    act.refresh_from_db()
    assert (Call.objects.get().closes_at, act.state, Letter.objects.count()) == (CLOSES, "asked", 0)
