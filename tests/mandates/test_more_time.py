"""One application given a later end by two administrators (trust R5)."""

from datetime import UTC, datetime, timedelta

import pytest

from marelle.accounts.models import JournalContent, Notification, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Application
from marelle.mandates.operations import calls, more_time
from marelle.mandates.operations.applications import submit_application
from marelle.mandates.operations.lapsing import lapse_drafts, tell_before_lapsing
from marelle.mandates.registered.applications import moments
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import CLOSES, ApplicationFactory, ReadyApplication
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 6, 20, 16, tzinfo=UTC)
BEFORE, AFTER = CLOSES - timedelta(days=2), CLOSES + timedelta(days=2)
WHY = "Une crue a fermé la mairie."
LETTER = """Bonjour,

Le comité donne plus de temps à votre seule collectivité (Bourg), dans l’appel «\u202fAppel 2026\u202f». Sa candidature peut être déposée jusqu’au 20 juin 2026, 18\xa0h (heure de Paris).

Pourquoi\u202f:
Une crue a fermé la mairie.

Ce qui manque est listé ici, avec le chemin vers chaque réponse\u202f:
http://127.0.0.1:8000/espace/67447/candidature/depot

L’équipe du programme
"""


@pytest.fixture
def chiefs():
    """Two administrators of the committee."""
    house = committee()
    return [works_as(Role.PROGRAMME_ADMINISTRATOR, house) for _ in range(2)]


def proposed(application, by, until=LATER, reasons=WHY):
    return more_time.propose_more_time(application.pk, by=by, until=until, reasons=reasons)


@pytest.mark.parametrize("at", [BEFORE, AFTER], ids=["open", "closed"])
def test_one_application_is_given_more_time_by_two_administrators(chiefs, at):
    """Nothing moves at the first; at the second its city is written to, and its calendar follows. The others keep their end."""
    late = ApplicationFactory(organisation__name="Bourg", organisation__code="67447")
    writer = PersonFactory(roles=[(late.organisation, Role.CITY_EDITOR)])
    other = ApplicationFactory(call=late.call)
    PersonFactory(roles=[(other.organisation, Role.CITY_EDITOR)])

    with clock.at(at):
        act = proposed(late, chiefs[0])
        between = (
            Application.rows.get(pk=late.pk).late_until,
            list(Notification.objects.values_list("person", "address")),
        )
        more_time.confirm_more_time(late.pk, by=chiefs[1], read=act.code)

    assert between == (None, [(chiefs[1].pk, f"/bureau/candidatures/{late.code}/delai")])
    letter = Letter.objects.get()
    assert (letter.kind, letter.address, letter.text) == ("more_time", writer.email, LETTER)
    assert letter.subject == "Bourg\u202f: plus de temps pour votre candidature"
    said = JournalContent.objects.get(verb="more_time_given").facts
    assert said == {"was": CLOSES.isoformat(), "until": LATER.isoformat(), "reasons": WHY}
    assert [m.starts_at for m in moments(writer, late.organisation)] == [LATER]
    assert Application.rows.get(pk=other.pk).late_until is None


def test_late_application_is_handed_in_after_the_end_of_its_call(chiefs):
    late, other = ReadyApplication(), None
    other = ReadyApplication(call=late.call)
    leads = [PersonFactory(roles=[(a.organisation, Role.ELECTED_LEAD)]) for a in (late, other)]

    with clock.at(AFTER):
        proposed(late, chiefs[0])
        more_time.confirm_more_time(late.pk, by=chiefs[1])
        submit_application(late.pk, by=leads[0])
        with pytest.raises(Closed):
            submit_application(other.pk, by=leads[1])

    assert [Application.rows.get(pk=a.pk).state for a in (late, other)] == ["submitted", "draft"]


def test_late_application_ends_to_the_second(chiefs):
    """The later end is excluded, as every end is."""
    late = ReadyApplication(late_until=LATER)
    lead = PersonFactory(roles=[(late.organisation, Role.ELECTED_LEAD)])

    for at in (LATER + timedelta(seconds=1), LATER):
        with clock.at(at), pytest.raises(Closed):
            submit_application(late.pk, by=lead)
    with clock.at(LATER - timedelta(seconds=1)):
        submit_application(late.pk, by=lead)

    assert Application.rows.get().state == "submitted"


def test_a_call_is_not_closed_before_its_last_later_end(chiefs):
    late = ApplicationFactory(late_until=LATER)

    with pytest.raises(WrongState):
        calls.close_decisions(late.call.pk, by=chiefs[0], at=AFTER)
    calls.close_decisions(late.call.pk, by=chiefs[0], at=LATER)

    late.call.refresh_from_db()
    assert late.call.state == "decided"


def test_late_application_lapses_after_its_own_end(chiefs):
    late = ApplicationFactory(late_until=LATER)
    states = []

    for days in (30, 43, 50):
        at = CLOSES + timedelta(days=days)
        with clock.at(at):
            tell_before_lapsing(at)
            lapse_drafts(at)
        states.append(Application.rows.get(pk=late.pk).state)

    assert states == ["draft", "draft", "lapsed"]


@pytest.mark.parametrize(
    ("situation", "who", "until", "reasons", "error"),
    [
        ({}, Role.PROGRAMME_OFFICER, LATER, WHY, NotAllowed),
        ({}, Role.PROGRAMME_ADMINISTRATOR, BEFORE, WHY, BadData),
        ({}, Role.PROGRAMME_ADMINISTRATOR, LATER, " ", BadData),
        ({"submitted": True}, Role.PROGRAMME_ADMINISTRATOR, LATER, WHY, WrongState),
        ({"lapsed": True}, Role.PROGRAMME_ADMINISTRATOR, LATER, WHY, WrongState),
        ({"call__decided": True}, Role.PROGRAMME_ADMINISTRATOR, LATER, WHY, WrongState),
    ],
    ids=["officer", "earlier", "no reason", "handed in", "lapsed", "call over"],
)
def test_propose_more_time_refuses(situation, who, until, reasons, error):
    application = ApplicationFactory(**situation)
    by = works_as(who, application.call.committee)

    with clock.at(BEFORE), pytest.raises(error):
        proposed(application, by, until, reasons)

    assert (Application.rows.get().late_until, PendingAct.objects.count()) == (None, 0)


def test_an_administrator_gives_no_time_to_their_own_town(chiefs):
    application = ApplicationFactory()
    own = PersonFactory(
        roles=[
            (application.call.committee, Role.PROGRAMME_ADMINISTRATOR),
            (application.organisation, Role.CITY_READER),
        ]
    )

    with clock.at(BEFORE), pytest.raises(NotAllowed):
        proposed(application, own)

    assert PendingAct.objects.count() == 0


@pytest.mark.parametrize("answer", [more_time.confirm_more_time, more_time.decline_more_time])
def test_more_time_answered_is_the_one_that_was_read(chiefs, answer):
    """Declined and proposed anew meanwhile: what was read no longer waits."""
    application = ApplicationFactory()
    with clock.at(BEFORE):
        first = proposed(application, chiefs[0])
        more_time.decline_more_time(application.pk, by=chiefs[1])
        proposed(application, chiefs[0], LATER + timedelta(days=1))

        with pytest.raises(WrongState):
            answer(application.pk, by=chiefs[1], read=first.code)

    assert Application.rows.get().late_until is None


def test_who_proposed_does_not_confirm(chiefs):
    application = ApplicationFactory()
    with clock.at(BEFORE):
        proposed(application, chiefs[0])

        with pytest.raises(NotAllowed):
            more_time.confirm_more_time(application.pk, by=chiefs[0])

    assert (Application.rows.get().late_until, PendingAct.objects.get().state) == (None, "asked")
