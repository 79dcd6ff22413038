"""Dates as iCalendar texts: zones by their IANA names, the same UID for the same date for ever."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from marelle.base import clock
from marelle.base.registers import Moment


def as_ical(moments: Iterable[Moment], name: str, *, method: str = "PUBLISH") -> bytes:
    """RFC 5545. A moment without an end is an instant; addresses are whole, from the settings (trust E4).

    `method`: what the reader's calendar does with it (RFC 5546): PUBLISH for a feed, REQUEST and CANCEL in a mail.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Marelle//Marelle//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    if method == "PUBLISH":
        calendar.add("refresh-interval;value=duration", "PT6H")
    for moment in moments:
        calendar.add_component(_event(moment))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(moment: Moment) -> Event:
    host = urlsplit(settings.SITE_ADDRESS).hostname or "marelle"
    zone = ZoneInfo(moment.zone)
    event = Event()
    event.add("uid", f"{moment.code}@{host}")
    event.add("dtstamp", clock.now().replace(hour=0, minute=0, second=0, microsecond=0))
    event.add("dtstart", moment.starts_at.astimezone(zone))
    if moment.ends_at:
        event.add("dtend", moment.ends_at.astimezone(zone))
    event.add("summary", moment.title)
    if moment.sentence:
        event.add("description", moment.sentence)
    if moment.place:
        event.add("location", moment.place)
    if moment.sequence or moment.is_cancelled:
        event.add("sequence", moment.sequence)
    if moment.is_cancelled:
        event.add("status", "CANCELLED")
    event.add("url", settings.SITE_ADDRESS + moment.address)
    return event
