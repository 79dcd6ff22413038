import contextlib
from datetime import UTC, date, datetime

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.mandates.models import Call
from marelle.mandates.operations import calls
from marelle.mandates.queries.network import documents_of
from marelle.mandates.states import CALL_STEPS, CallState
from tests.base.threads import at_once
from tests.factories.accounts import FileFactory, OrganisationFactory
from tests.factories.framework import FrameworkFactory, TrackFactory
from tests.factories.mandates import CLOSES, OPENS, ApplicationFactory, CallFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db


def drafted(by, **changed):
    given = {
        "committee": committee(),
        "code": "2026",
        "name": {"fr": "Appel 2026", "en": "Call 2026"},
        "tracks": [TrackFactory()],
        "framework": FrameworkFactory(),
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "mandate_starts_on": date(2026, 11, 20),
    }
    return calls.draft_call(by=by, **{**given, **changed})


def test_call_steps_are_the_agreed_ones():
    assert (
        CALL_STEPS.as_text() == "decided: archive > archived\ndraft: publish > published\npublished: decide > decided"
    )


def test_draft_call_is_seen_by_the_committee_alone():
    by = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())

    call = drafted(by)

    assert (call.state, list(Call.objects.published())) == (CallState.DRAFT, [])
    assert [c.verb for c in JournalContent.objects.all()] == ["call_drafted"]


def test_publish_call_freezes_its_framework():
    by = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())
    call = drafted(by)

    calls.publish_call(call.pk, by=by)

    call.refresh_from_db()
    call.framework.refresh_from_db()
    assert call.state == CallState.PUBLISHED
    assert call.framework.frozen_at is not None
    assert list(Call.objects.published()) == [call]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"tracks": []}, "Choisissez au moins une voie d’engagement."),
        ({"closes_at": OPENS}, "La date de clôture doit suivre la date d’ouverture."),
        ({"mandate_starts_on": date(2026, 3, 1)}, "Les mandats ne peuvent pas commencer avant l’ouverture de l’appel."),
    ],
    ids=["no track", "closes when it opens", "mandates before the call"],
)
def test_draft_call_says_what_is_wrong(changed, fault):
    by = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())

    with pytest.raises(BadData) as refused:
        drafted(by, **changed)

    assert refused.value.faults == [fault]
    assert Call.objects.count() == 0


@pytest.mark.parametrize(
    "role", [Role.PROGRAMME_OFFICER, Role.REVIEWER, Role.BOARD_MEMBER, Role.COMMISSION_MEMBER, Role.ANALYST]
)
def test_draft_call_is_for_programme_administrators(role):
    by = works_as(role, committee())

    with pytest.raises(NotAllowed):
        drafted(by)

    assert Call.objects.count() == 0


def test_add_document_shows_it_to_everyone():
    house = committee()
    call, file = CallFactory(), FileFactory(organisation=house)

    calls.add_document(call.pk, file, by=works_as(Role.PROGRAMME_ADMINISTRATOR, house))

    file.refresh_from_db()
    assert (file.is_public, list(documents_of(call))) == (True, [file])


@pytest.mark.parametrize(
    ("role", "owner"),
    [(Role.PROGRAMME_ADMINISTRATOR, "city"), (Role.PROGRAMME_OFFICER, "committee"), (Role.REVIEWER, "committee")],
    ids=["a city's file", "an officer", "a reader"],
)
def test_add_document_refuses(role, owner):
    """trust R1. Nobody makes a city's file public by joining it to a call."""
    house = committee()
    call, file = CallFactory(), FileFactory(organisation=house if owner == "committee" else OrganisationFactory())

    with pytest.raises(NotAllowed):
        calls.add_document(call.pk, file, by=works_as(role, house))

    file.refresh_from_db()
    assert (file.is_public, call.documents.count()) == (False, 0)


def test_change_call_refuses_once_published():
    by = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())
    call = CallFactory()

    with pytest.raises(WrongState):
        calls.change_call(call.pk, by=by, readers_required=3)

    call.refresh_from_db()
    assert call.readers_required == 2


def test_close_decisions_waits_for_the_last_minute():
    by = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())
    call = CallFactory()

    with pytest.raises(WrongState):
        calls.close_decisions(call.pk, by=by, at=datetime(2026, 5, 31, tzinfo=UTC))
    closed = calls.close_decisions(call.pk, by=by, at=CLOSES)

    assert closed.state == CallState.DECIDED


@pytest.mark.parametrize(
    ("situation", "state"), [("under_review", CallState.PUBLISHED), ("declined", CallState.DECIDED)]
)
def test_close_decisions_waits_for_every_decision(situation, state):
    by = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())
    call = ApplicationFactory(**{situation: True}).call

    with contextlib.suppress(WrongState):
        calls.close_decisions(call.pk, by=by, at=CLOSES)

    call.refresh_from_db()
    assert call.state == state


@pytest.mark.django_db(transaction=True)
def test_two_calls_of_one_short_name_at_once_are_one():
    """trust D2. The second is told in words, as if it had come later."""
    by, track, framework = works_as(Role.PROGRAMME_ADMINISTRATOR, committee()), TrackFactory(), FrameworkFactory()
    for round_ in range(5):
        answers = at_once(
            lambda n, code=f"2027-{round_}": drafted(by, code=code, tracks=[track], framework=framework), 3
        )

        refused = [answer for answer in answers if isinstance(answer, BadData)]
        assert [error.faults for error in refused] == [
            ["Un autre appel porte déjà ce nom court : choisissez-en un autre."]
        ] * 2
    assert Call.objects.count() == 5


def test_change_call_saves_it_still():
    by = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())
    call = drafted(by)

    calls.change_call(call.pk, by=by, readers_required=3)

    call.refresh_from_db()
    assert call.readers_required == 3
