"""Buttons pressed twice at the same instant, links used again later, and the second at which a door closes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Letter
from marelle.events.models import Participant, Registration
from marelle.events.operations import registrations
from marelle.events.operations.registrations import Coming
from marelle.mandates.models import Application, HandIn
from tests.base.threads import at_once
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import FIRST_DAY, IN_TIME, EventFactory, OccurrenceFactory, ProgrammeItemFactory
from tests.factories.mandates import CallFactory, ReadyApplication
from tests.signing_in import sign_in

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
MIDNIGHT = datetime(2026, 6, 10, 22, tzinfo=UTC)  # in Paris: the 10th of June is over
CLICKS = 6  # of one person, at the same instant


def typed(occurrence):
    return {"occurrence": occurrence.code, "name": "Aya", "email": "aya@example.org"}


def come(occurrence, name, at=IN_TIME):
    return registrations.register(occurrence.pk, Coming(email=f"{name}@example.org", name=name), at=at)


def own(registration, rest=""):
    return f"/mes-rencontres/{registration.participant.key}/{registration.code}/{rest}"


def press(path, data=None, at=IN_TIME):
    """Press a button as a browser does, at that moment of the house's clock: the status of the answer."""
    with clock.at(at):
        return Client().post(path, data or {}, headers={"sec-fetch-site": "same-origin"}).status_code


def world():
    """Everything a button may have changed."""
    places = Registration.rows.order_by("pk")
    return [
        list(places.values_list("participant__email", "item", "state", "waits_since", "offered_until", "present_at")),
        list(Letter.objects.order_by("pk").values_list("address", "kind", "key")),
    ]


def kinds():
    return sorted(Letter.objects.values_list("kind", "address"))


# Twice at the same instant -------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_registering_pressed_many_times_at_once_is_one_place_and_one_letter():
    webinar = OccurrenceFactory(capacity=1)

    answers = at_once(lambda n: press(f"/webinaires/{webinar.event.code}/inscription", typed(webinar)), CLICKS)

    assert answers == [302] * CLICKS
    assert (Participant.rows.count(), kinds()) == (1, [("place_confirmed", "aya@example.org")])
    assert list(Registration.rows.values_list("state", flat=True)) == ["confirmed"]


@pytest.mark.django_db(transaction=True)
def test_cancelling_pressed_many_times_at_once_offers_one_place():
    webinar = OccurrenceFactory(capacity=1)
    aya, *_waiting = [come(webinar, name, at=IN_TIME + n * SECOND) for n, name in enumerate(["aya", "bo", "chloe"])]

    answers = at_once(lambda n: press(own(aya, "cancel"), at=IN_TIME + HOUR), CLICKS)

    assert {answer for answer in answers if answer != 302} <= {409}
    assert 302 in answers
    places = Registration.rows.order_by("pk").values_list("participant__name", "state")
    assert list(places) == [("aya", "cancelled"), ("bo", "offered"), ("chloe", "waiting")]
    told = [(kind, address) for kind, address in kinds() if kind in ("place_cancelled", "place_offered")]
    assert told == [("place_cancelled", "aya@example.org"), ("place_offered", "bo@example.org")]


@pytest.mark.django_db(transaction=True)
def test_taking_a_place_pressed_many_times_at_once_takes_one():
    webinar = OccurrenceFactory(capacity=1)
    aya, bo = [come(webinar, name, at=IN_TIME + n * SECOND) for n, name in enumerate(["aya", "bo"])]
    registrations.cancel(aya.pk, at=IN_TIME + HOUR)

    answers = at_once(lambda n: press(own(bo, "accept"), at=IN_TIME + 2 * HOUR), CLICKS)

    assert 302 in answers
    assert sorted(Registration.rows.values_list("state", flat=True)) == ["cancelled", "confirmed"]
    assert [address for kind, address in kinds() if kind == "place_confirmed"] == ["aya@example.org", "bo@example.org"]


@pytest.mark.django_db(transaction=True)
def test_choosing_pressed_many_times_at_once_is_one_choice():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + 34 * HOUR)
    workshop = ProgrammeItemFactory(event=days.event, capacity=1)
    aya = come(days, "aya")

    at_once(lambda n: press(own(aya, "programme"), {"choose": workshop.code}), CLICKS)

    assert list(Registration.rows.exclude(item=None).values_list("participant__name", "state")) == [
        ("aya", "confirmed")
    ]


@pytest.mark.django_db(transaction=True)
def test_two_workshops_of_one_hour_pressed_at_once_are_never_both_chosen():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + 34 * HOUR)
    items = [ProgrammeItemFactory(event=days.event) for _n in range(CLICKS)]
    aya = come(days, "aya")

    at_once(lambda n: press(own(aya, "programme"), {"choose": items[n].code}), CLICKS)

    assert Registration.rows.exclude(item=None).count() == 1


# Used again ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["cancel", "accept", "agree", "disagree", "salle"])
@pytest.mark.parametrize("state", ["confirmed", "waiting", "offered", "cancelled"])
def test_a_link_used_again_a_day_later_changes_nothing_more(verb, state):
    webinar = OccurrenceFactory(capacity=1, event=EventFactory(asks_recording_consent=True))
    first = come(webinar, "aya")
    place = first if state in ("confirmed", "cancelled") else come(webinar, "bo", at=IN_TIME + SECOND)
    if state in ("offered", "cancelled"):
        registrations.cancel(first.pk, at=IN_TIME + 2 * SECOND)
    come(webinar, "chloe", at=IN_TIME + 3 * SECOND)
    press(own(place, verb), at=IN_TIME + HOUR)
    before = world()

    press(own(place, verb), at=IN_TIME + 25 * HOUR)

    assert world() == before


# The closing second --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(("at", "status", "places"), [(MIDNIGHT - SECOND, 302, 1), (MIDNIGHT, 409, 0)])
def test_a_webinar_takes_registrations_until_its_last_second(at, status, places):
    webinar = OccurrenceFactory(event=EventFactory(registration_closes_at=MIDNIGHT))

    answer = press(f"/webinaires/{webinar.event.code}/inscription", typed(webinar), at=at)

    assert (answer, Registration.rows.count(), Participant.rows.count(), Letter.objects.count()) == (
        status,
        places,
        places,
        places,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("at", "status", "chosen"), [(MIDNIGHT - SECOND, 302, 1), (MIDNIGHT, 409, 0)])
def test_workshops_are_chosen_until_the_last_second(at, status, chosen):
    event = EventFactory(gathering=True, registration_closes_at=MIDNIGHT)
    days = OccurrenceFactory(event=event, ends_at=FIRST_DAY + 34 * HOUR)
    workshop, aya = ProgrammeItemFactory(event=event), come(days, "aya")

    answer = press(own(aya, "programme"), {"choose": workshop.code}, at=at)

    assert (answer, Registration.rows.exclude(item=None).count()) == (status, chosen)


@pytest.mark.django_db
@pytest.mark.parametrize(("at", "taken"), [(MIDNIGHT - SECOND, True), (MIDNIGHT, False)])
def test_an_application_is_handed_in_until_the_last_second(client, at, taken):
    town = OrganisationFactory()
    application = ReadyApplication(call=CallFactory(opens_at=IN_TIME, closes_at=MIDNIGHT), organisation=town)
    sign_in(client, PersonFactory(roles=[(town, Role.ELECTED_LEAD)], application=True))

    with clock.at(at):
        client.post(f"/espace/{town.code}/candidature/depot", {"exact": "on"})

    state = Application.rows.get(pk=application.pk).state
    assert (state, HandIn.objects.count(), Letter.objects.filter(kind="receipt").count()) == (
        ("submitted", 1, 1) if taken else ("draft", 0, 0)
    )
