"""Meetings across zones and clock changes: real minutes last, every face of the house tells the same hour."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.calendars import as_ical
from marelle.base.errors import BadData, Closed
from marelle.base.models import Letter
from marelle.base.registers import Moment
from marelle.events.models import Registration
from marelle.events.operations import meetings, participants, registrations
from marelle.events.operations.meetings import Held
from marelle.events.operations.registrations import Coming
from marelle.web.parts.meeting_forms import NoteForm, OccurrenceForm
from tests.events.calendar_readers import by_its_own_clocks, read
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import EventFactory, OccurrenceFactory, ProgrammeItemFactory, RegistrationFactory

PARIS = ZoneInfo("Europe/Paris")
ASKED = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
# Where clocks change, by the tables those places publish: a moment just before, in UTC. Two places never change.
NIGHTS = {
    "Europe/Paris": ["2026-03-29T00:59", "2026-10-25T00:59", "2027-03-28T00:59"],
    "America/Montreal": ["2026-03-08T06:59", "2026-11-01T05:59", "2027-03-14T06:59"],
    "Africa/Casablanca": ["2026-02-15T01:59", "2026-03-22T01:59", "2027-02-07T01:59"],
    "Asia/Kolkata": ["2026-03-29T00:59", "2026-10-25T00:59"],
    "Pacific/Noumea": ["2026-03-29T00:59", "2026-10-25T00:59"],
}


@st.composite
def meetings_near_a_change(draw):
    """A zone, a beginning within two days of a change of its clock or any day of the year, and a length."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = datetime.fromisoformat(draw(st.sampled_from(NIGHTS[zone]))).replace(tzinfo=UTC)
    minutes = draw(st.integers(-300, 300) | st.integers(-2880, 2880) | st.integers(-180_000, 180_000))
    length = draw(st.sampled_from([1, 30, 60, 90, 120, 240, 1440]))
    return zone, night + timedelta(minutes=minutes), timedelta(minutes=length)


def hour(at, zone):
    """The hour as French pages write it: 9 h, 9 h 05."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour}\xa0h" + (f"\xa0{local.minute:02}" if local.minute else "")


def plain(page):
    return re.sub(r"[\s\u202f]+", " ", page)


# The calendar file ---------------------------------------------------------------------------------------------------
@given(meetings_near_a_change())
def test_a_calendar_keeps_the_real_minutes_whatever_the_clocks_do(meeting):
    zone, starts, length = meeting

    text = as_ical([Moment("m", "Rencontre", starts, "/", ends_at=starts + length, zone=zone)], "").decode()

    (date,) = read(text)
    assert (date.starts_at, date.ends_at - date.starts_at) == (starts, length)
    assert by_its_own_clocks(text) == [(starts, starts + length)]


@pytest.mark.parametrize(
    ("utc", "written"),
    [
        ("2026-10-25T00:30", "DTSTART;TZID=Europe/Paris:20261025T023000"),  # 2.30, the first time
        ("2026-10-25T01:30", "DTSTART:20261025T013000Z"),  # 2.30 again: a local hour could only say the first
        ("2026-10-25T02:00", "DTSTART;TZID=Europe/Paris:20261025T030000"),
        ("2026-03-29T00:30", "DTSTART;TZID=Europe/Paris:20260329T013000"),
        ("2026-03-29T01:00", "DTSTART;TZID=Europe/Paris:20260329T030000"),
    ],
)
def test_the_hour_that_comes_twice_is_told_without_doubt(utc, written):
    starts = datetime.fromisoformat(utc).replace(tzinfo=UTC)

    text = as_ical([Moment("m", "Rencontre", starts, "/")], "").decode()

    assert written + "\r\n" in text


# Page, letter and calendar -------------------------------------------------------------------------------------------
class EveryFace(TestCase):
    @given(meetings_near_a_change())
    def test_page_letter_and_calendar_tell_the_same_hour(self, meeting):
        zone, starts, length = meeting
        event = EventFactory(zone=zone, registration_opens_at=None, registration_closes_at=None)
        occurrence = OccurrenceFactory(event=event, starts_at=starts, ends_at=starts + length)
        early = starts - 20 * DAY

        with clock.at(early):
            registrations.register(occurrence.pk, Coming(email="aya@example.org", name="Aya"), at=early)
            page = plain(self.client.get(f"/webinaires/{event.code}").content.decode())

        letter = Letter.objects.get(kind="place_confirmed", reference__contains=Registration.rows.latest("pk").code)
        begins, ends = hour(starts, zone), hour(starts + length, zone)
        assert plain(f"{begins} – {ends} (heure de ") in page
        assert f"{hour(starts, 'UTC')} UTC".replace("\xa0", " ") in page
        assert plain(f", {begins} (heure de ") in plain(letter.text)
        (date,) = read(letter.calendar)
        assert (date.starts_at, date.ends_at) == (starts, starts + length)

    @given(meetings_near_a_change())
    def test_the_reminders_leave_seven_days_and_twenty_four_hours_before_and_no_sooner(self, meeting):
        zone, starts, length = meeting
        event = EventFactory(zone=zone, registration_opens_at=None, registration_closes_at=None)
        occurrence = OccurrenceFactory(event=event, starts_at=starts, ends_at=starts + length)
        place = RegistrationFactory(occurrence=occurrence, asked_at=starts - 20 * DAY)
        second = timedelta(seconds=1)

        told = []
        for before in (7 * DAY + second, 7 * DAY, 2 * DAY, DAY + second, DAY, DAY - second, timedelta(hours=1)):
            participants.remind(starts - before)
            told.append(Letter.objects.filter(kind="meeting_reminder", reference__endswith=place.code).count())

        assert told == [0, 1, 1, 1, 2, 2, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts", "late", "subject"),
    [
        ("2026-10-26T09:00", 0, "Demain : Mineurs non accompagnés"),
        ("2026-10-25T23:30", 0, "Aujourd’hui : Mineurs non accompagnés"),  # a day of 25 hours
        ("2026-10-14T09:00", 20, "Aujourd’hui : Mineurs non accompagnés"),  # the worker was away for twenty hours
        ("2026-03-29T23:30", 0, "Demain : Mineurs non accompagnés"),
    ],
)
def test_the_reminder_says_today_when_it_is_today(starts, late, subject):
    begins = datetime.fromisoformat(starts).replace(tzinfo=PARIS).astimezone(UTC)
    RegistrationFactory(occurrence=OccurrenceFactory(starts_at=begins), reminded_days=7, asked_at=begins - 20 * DAY)

    participants.remind(begins - DAY + timedelta(hours=late))

    assert [plain(letter.subject) for letter in Letter.objects.all()] == [subject]


@pytest.mark.django_db
def test_a_meeting_moved_after_its_reminder_is_reminded_of_again():
    committee = OrganisationFactory(committee=True)
    officer = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])
    starts = datetime(2026, 6, 18, 7, tzinfo=UTC)
    occurrence = OccurrenceFactory(event=EventFactory(committee=committee), starts_at=starts)
    RegistrationFactory(occurrence=occurrence, asked_at=starts - 20 * DAY)
    participants.remind(starts - DAY)
    later = starts + 3 * DAY
    meetings.hold_in(occurrence.event_id, Held("fr", later, later + timedelta(minutes=90)), by=officer, at=starts)

    participants.remind(later - DAY)

    assert Letter.objects.filter(kind="meeting_reminder").count() == 2


# What is typed -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "starts", "ends", "minutes"),
    [
        (date(2026, 6, 18), time(9), time(10, 30), 90),
        (date(2026, 10, 24), time(23), time(4), 360),  # one hour more that night
        (date(2026, 3, 28), time(23), time(4), 240),  # one less
        (date(2026, 10, 25), time(1, 30), time(3, 30), 180),
        (date(2026, 3, 29), time(1, 30), time(3, 30), 60),
    ],
)
def test_what_is_typed_by_local_clocks_lasts_the_real_minutes(day, starts, ends, minutes):
    event = EventFactory.build(zone="Europe/Paris", committee=None)
    form = OccurrenceForm(event, {"language": "fr", "day": day, "starts": starts, "ends": ends})

    assert form.is_valid(), form.errors

    held = form.held()
    assert held.ends_at.astimezone(UTC) - held.starts_at.astimezone(UTC) == timedelta(minutes=minutes)


@pytest.mark.django_db
def test_two_hours_that_cross_in_the_night_are_refused_in_words():
    """From 2.45, which does not exist that night, to 3.15, which comes before it: no fault of the database."""
    committee = OrganisationFactory(committee=True)
    officer = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])
    occurrence = OccurrenceFactory(event=EventFactory(committee=committee))
    starts, ends = (datetime(2026, 3, 29, *typed, tzinfo=PARIS) for typed in ((2, 45), (3, 15)))
    was = occurrence.starts_at

    with pytest.raises(BadData):
        meetings.hold_in(occurrence.event_id, Held("fr", starts, ends), by=officer, at=ASKED)

    occurrence.refresh_from_db()
    assert occurrence.starts_at == was


def test_an_item_typed_before_the_change_ends_after_its_real_minutes():
    item = ProgrammeItemFactory.build(event=None, starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=PARIS), minutes=120)

    assert item.ends_at.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "day", "last"),
    [
        ("Europe/Paris", date(2026, 10, 25), "2026-10-25T22:59:59"),  # the evening after the change: winter already
        ("Europe/Paris", date(2026, 10, 24), "2026-10-24T21:59:59"),  # the evening before: summer still
        ("Europe/Paris", date(2026, 3, 28), "2026-03-28T22:59:59"),
        ("Europe/Paris", date(2026, 3, 29), "2026-03-29T21:59:59"),
        ("Pacific/Noumea", date(2026, 10, 25), "2026-10-25T12:59:59"),
        ("America/Montreal", date(2026, 11, 1), "2026-11-02T04:59:59"),
    ],
)
def test_until_the_end_of_the_day_is_until_its_last_second_there(zone, day, last):
    event = EventFactory(zone=zone, registration_opens_at=ASKED)
    form = NoteForm(
        event, {**NoteForm.of(event).initial, "name_fr": "Tutelle", "zone": zone, "registration_closes_on": day}
    )
    assert form.is_valid(), form.errors
    event.registration_closes_at = form.values()["registration_closes_at"]
    event.save()
    webinar = OccurrenceFactory(event=event, starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    second = datetime.fromisoformat(last).replace(tzinfo=UTC)

    registrations.register(webinar.pk, Coming(email="aya@example.org", name="Aya"), at=second)
    with pytest.raises(Closed):
        registrations.register(webinar.pk, Coming(email="bo@example.org", name="Bo"), at=second + timedelta(seconds=1))

    assert [place.participant.name for place in Registration.rows.all()] == ["Aya"]
    event.refresh_from_db()
    assert NoteForm.of(event).initial["registration_closes_on"] == day
