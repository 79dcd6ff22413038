"""Dates as iCalendar texts: zones by their IANA names, the same UID for the same date for ever."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard, vUTCOffset

from marelle.base import clock
from marelle.base.registers import Moment

SPAN = timedelta(days=366)  # clock changes told before the first date and after the last


def as_ical(moments: Iterable[Moment], name: str, *, method: str = "PUBLISH", attendee: str = "") -> bytes:
    """RFC 5545. A moment without an end is an instant; addresses are whole, from the settings (trust E4).

    `method`: what the reader's calendar does with it (RFC 5546): PUBLISH for a feed, REQUEST and CANCEL in a mail, which
    name its reader, the `attendee`.
    """
    moments = list(moments)
    calendar = Calendar()
    calendar.add("prodid", "-//Marelle//Marelle//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    if method == "PUBLISH":
        calendar.add("refresh-interval;value=duration", "PT6H")
    for zone in sorted({moment.zone for moment in moments}):
        dates = [date for m in moments if m.zone == zone for date in (m.starts_at, m.ends_at) if date]
        calendar.add_component(_timezone(ZoneInfo(zone), min(dates) - SPAN, max(dates) + SPAN))
    for moment in moments:
        calendar.add_component(_event(moment, attendee))
    return calendar.to_ical()


def _event(moment: Moment, attendee: str) -> Event:
    host = urlsplit(settings.SITE_ADDRESS).hostname or "marelle"
    event = Event()
    event.add("uid", f"{moment.code}@{host}")
    event.add("dtstamp", clock.now().replace(hour=0, minute=0, second=0, microsecond=0))
    local = [date and date.astimezone(ZoneInfo(moment.zone)) for date in (moment.starts_at, moment.ends_at)]
    if any(date and date.fold for date in local):  # the hour that comes twice: only UTC can tell its second time
        local = [date and date.astimezone(UTC) for date in local]
    for name, date in zip(("dtstart", "dtend"), local, strict=True):
        if date:
            event.add(name, date)
    event.add("summary", moment.title)
    if moment.sentence:
        event.add("description", moment.sentence)
    if moment.place:
        event.add("location", moment.place)
    if moment.sequence or moment.is_cancelled:
        event.add("sequence", moment.sequence)
    if moment.is_cancelled:
        event.add("status", "CANCELLED")
    if attendee:
        event.add("organizer", f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
        event.add("attendee", f"mailto:{attendee}")
    event.add("url", settings.SITE_ADDRESS + moment.address)
    return event


@lru_cache(maxsize=256)
def _timezone(zone: ZoneInfo, begins: datetime, ends: datetime) -> Timezone:
    """The clock of a zone between two moments: what it shows first, then each change, at the hour the old clock showed.

    Kept: a thousand letters of one meeting, each written while others wait for the database, say the same.
    """
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    was = begins.astimezone(zone)
    timezone.add_component(_clock(was, was.utcoffset(), was))
    for change in _changes(zone, begins, ends):
        before = (change - timedelta(seconds=1)).astimezone(zone)
        onset = (change + (before.utcoffset() or timedelta())).replace(tzinfo=None)
        timezone.add_component(_clock(onset, before.utcoffset(), change.astimezone(zone)))
    return timezone


def _clock(onset: datetime, offset_from: timedelta | None, now: datetime) -> Component:
    clock_of = TimezoneDaylight() if now.dst() else TimezoneStandard()
    clock_of.add("dtstart", onset.replace(tzinfo=None, microsecond=0))
    clock_of.add("tzoffsetfrom", vUTCOffset(offset_from or timedelta()))
    clock_of.add("tzoffsetto", vUTCOffset(now.utcoffset() or timedelta()))
    clock_of.add("tzname", now.tzname() or "")
    return clock_of


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """The moments, in UTC, to the second, at which the clock of a zone changes."""
    at = begins.astimezone(UTC).replace(microsecond=0)
    while at < ends:
        then = at + timedelta(days=7)  # no zone changes twice within a week
        if _shows(zone, at) != _shows(zone, then):
            early, late = at, then
            while late - early > timedelta(seconds=1):
                middle = early + (late - early) // 2
                middle = middle.replace(microsecond=0)
                early, late = (middle, late) if _shows(zone, middle) == _shows(zone, at) else (early, middle)
            yield late
        at = then


def _shows(zone: ZoneInfo, at: datetime) -> tuple[timedelta | None, timedelta | None]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.dst()
