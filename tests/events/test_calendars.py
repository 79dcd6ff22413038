"""Dates that leave the house, read back by programs that share no line with the one that writes them."""

from datetime import UTC, timedelta
from email import policy
from email.parser import BytesParser

import pytest
from django.core import mail

from marelle.accounts.states import Role
from marelle.base import clock, outbox
from marelle.base.calendars import as_ical
from marelle.base.models import Letter
from marelle.base.registers import Moment
from marelle.events import letters
from marelle.events.operations import meetings, registrations
from marelle.events.operations.meetings import Held
from marelle.events.operations.registrations import Coming
from tests.events.calendar_readers import by_its_own_clocks, method_of, read
from tests.events.test_meetings import run_jobs
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    FIRST_DAY,
    IN_TIME,
    EventFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
)

pytestmark = pytest.mark.django_db
HOUR, LONG = timedelta(hours=1), timedelta(minutes=90)


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def committee():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(committee):
    return PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])


@pytest.fixture
def twins(committee):
    """One webinar held twice: in French by the clocks of Paris, in English by those of Montréal."""
    event = EventFactory(committee=committee, registration_closes_at=None)
    OccurrenceFactory(event=event)
    OccurrenceFactory(event=event, language="en", zone="America/Montreal", starts_at=FIRST_DAY + 8 * HOUR)
    return event


def fetched(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return answer.content.decode()


def come(occurrence, name="Aya", at=IN_TIME):
    return registrations.register(occurrence.pk, Coming(email=f"{name}@example.org", name=name), at=at)


def last_calendar():
    return Letter.objects.exclude(calendar="").latest("pk").calendar


# Pages ---------------------------------------------------------------------------------------------------------------
def test_twin_occurrences_are_read_back_in_their_own_zones(client, settings, twins):
    settings.SITE_ADDRESS = "https://villes.example"
    text = fetched(client, f"/webinaires/{twins.code}.ics")

    french, english = read(text)

    assert (french.starts_at, french.ends_at) == (FIRST_DAY, FIRST_DAY + LONG)
    assert (english.starts_at, english.ends_at) == (FIRST_DAY + 8 * HOUR, FIRST_DAY + 8 * HOUR + LONG)
    assert "DTSTART;TZID=Europe/Paris:20260618T090000\r\n" in text
    assert "DTSTART;TZID=America/Montreal:20260618T110000\r\n" in text
    assert french.uid != english.uid
    assert {date.address for date in (french, english)} == {f"https://villes.example/webinaires/{twins.code}"}
    assert by_its_own_clocks(text) == [(date.starts_at, date.ends_at) for date in (french, english)]
    assert method_of(text) == "PUBLISH"


def test_a_webinar_called_off_is_read_as_cancelled_under_the_same_name(client, twins, officer):
    before = read(fetched(client, f"/webinaires/{twins.code}.ics"))

    meetings.cancel(twins.pk, "Intervenante malade.", by=officer)

    after = read(fetched(client, f"/webinaires/{twins.code}.ics?x=1"))
    assert [date.uid for date in after] == [date.uid for date in before]
    assert [(date.status, date.sequence) for date in before] == [("", 0), ("", 0)]
    assert [(date.status, date.sequence) for date in after] == [("CANCELLED", 1), ("CANCELLED", 1)]


def test_the_gathering_is_read_back_item_by_item(client):
    event = EventFactory(gathering=True, zone="Indian/Reunion", place="Salle des fêtes")
    OccurrenceFactory(event=event, ends_at=FIRST_DAY + 34 * HOUR)
    name = {"fr": "À table ; qui décide, et pour qui ?\nSuite"}
    ProgrammeItemFactory(event=event, name=name, room="Salle 2, étage 1")
    ProgrammeItemFactory(event=event, name={"fr": "Marché"}, starts_at=FIRST_DAY + 26 * HOUR, minutes=45)

    text = fetched(client, "/rencontre/2026.ics")

    assert [(date.title, date.place, date.starts_at, date.ends_at) for date in read(text)] == [
        (name["fr"], "Salle 2, étage 1", FIRST_DAY, FIRST_DAY + LONG),
        ("Marché", "Salle des fêtes", FIRST_DAY + 26 * HOUR, FIRST_DAY + 26 * HOUR + timedelta(minutes=45)),
    ]
    assert "DTSTART;TZID=Indian/Reunion:20260618T110000\r\n" in text
    assert by_its_own_clocks(text) == [(date.starts_at, date.ends_at) for date in read(text)]


def test_the_public_feed_is_read_back_whole(client, twins):
    OccurrenceFactory(event=EventFactory(state="draft"))

    text = fetched(client, "/appels.ics")

    starts = [date.starts_at for date in read(text)]
    assert starts == [FIRST_DAY, FIRST_DAY + 8 * HOUR]
    assert len({date.uid for date in read(text)}) == 2


def test_an_instant_has_no_end():
    deadline = Moment("closes", "Clôture", FIRST_DAY, "/appels/k1")

    (date,) = read(as_ical([deadline], "").decode())

    assert date.starts_at == FIRST_DAY
    assert "DTEND" not in as_ical([deadline], "").decode()


# Mails ---------------------------------------------------------------------------------------------------------------
def test_a_place_travels_as_a_request_to_its_reader_and_the_house(settings, twins):
    settings.DEFAULT_FROM_EMAIL = "Villes amies <maison@villes.example>"
    place = come(twins.occurrences.get(language="en"))

    (date,) = read(last_calendar())

    assert (date.starts_at, date.ends_at) == (FIRST_DAY + 8 * HOUR, FIRST_DAY + 8 * HOUR + LONG)
    assert (method_of(last_calendar()), date.sequence, date.status) == ("REQUEST", 0, "")
    assert (date.organizer, date.attendees) == ("mailto:maison@villes.example", ("mailto:Aya@example.org",))
    assert date.uid == f"place-{place.code}@127.0.0.1"


def test_a_date_moved_then_called_off_keeps_its_name_and_goes_up(twins, officer):
    occurrence = twins.occurrences.get(language="fr")
    come(occurrence)
    told = [last_calendar()]
    for days in (1, 2):
        starts = FIRST_DAY + timedelta(days=days)
        meetings.hold_in(twins.pk, Held("fr", starts, starts + LONG), by=officer)
        run_jobs()
        told.append(last_calendar())
    meetings.cancel(twins.pk, "Grève des trains.", by=officer)
    run_jobs()
    told.append(last_calendar())

    dates = [read(text)[0] for text in told]

    assert len({date.uid for date in dates}) == 1
    assert [method_of(text) for text in told] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [date.sequence for date in dates] == [0, 1, 2, 3]
    assert [date.status for date in dates] == ["", "", "", "CANCELLED"]
    assert [(date.starts_at - FIRST_DAY).days for date in dates] == [0, 1, 2, 2]


def test_who_comes_back_after_cancelling_gets_a_date_no_calendar_takes_for_the_old_one(twins):
    occurrence = twins.occurrences.get(language="fr")
    first = come(occurrence)
    registrations.cancel(first.pk, at=IN_TIME + HOUR)
    gone = read(last_calendar())[0]

    come(occurrence, at=IN_TIME + 2 * HOUR)

    back = read(last_calendar())[0]
    assert (gone.status, gone.sequence, back.status) == ("CANCELLED", 1, "")
    assert back.uid != gone.uid


def test_the_reminder_carries_the_date_already_held(twins):
    place = come(twins.occurrences.get(language="fr"))
    confirmed = read(last_calendar())[0]

    letters.remind(place, 1, FIRST_DAY - 24 * HOUR)

    assert read(last_calendar())[0] == confirmed


def test_the_mail_says_outside_what_its_calendar_says_inside(twins):
    place = come(twins.occurrences.get(language="fr"))
    registrations.cancel(place.pk, at=IN_TIME + HOUR)
    Letter.objects.update(not_before=IN_TIME)

    assert outbox.send_waiting() == 2

    parts = []
    for message in mail.outbox:
        parsed = BytesParser(policy=policy.default).parsebytes(message.message().as_bytes())
        parts += [part for part in parsed.walk() if part.get_content_type() == "text/calendar"]
    assert [(part.get_param("method"), part.get_filename()) for part in parts] == [
        ("REQUEST", "rendez-vous.ics"),
        ("CANCEL", "rendez-vous.ics"),
    ]
    assert [method_of(part.get_content().replace("\n", "\r\n").replace("\r\r", "\r")) for part in parts] == [
        "REQUEST",
        "CANCEL",
    ]


def test_two_chosen_items_are_two_dates_in_one_calendar():
    days = OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + 34 * HOUR)
    main = RegistrationFactory(occurrence=days)
    items = [ProgrammeItemFactory(event=days.event, starts_at=FIRST_DAY + n * 2 * HOUR) for n in range(2)]
    choices = [registrations.choose(main.pk, item.pk, at=IN_TIME) for item in items]

    dates = read(as_ical([letters.moment_of(days, choice) for choice in choices], "").decode())

    assert [(date.starts_at, date.ends_at) for date in dates] == [
        (item.starts_at.astimezone(UTC), item.ends_at.astimezone(UTC)) for item in items
    ]
    assert len({date.uid for date in dates}) == 2
