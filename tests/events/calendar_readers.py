"""Calendars read with other eyes than those that write them: `ical` for the dates, `dateutil` for the clocks of the file."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from dateutil import tz
from ical.calendar_stream import IcsCalendarStream

STAMP = re.compile(r"^(DTSTART|DTEND)(?:;TZID=([^:;]+))?:(\d{8}T\d{6})(Z?)\r$", re.MULTILINE)


@dataclass(frozen=True)
class Read:
    """A date as another program understands it; its moments in UTC."""

    uid: str
    starts_at: datetime
    ends_at: datetime | None
    title: str
    sequence: int
    status: str
    place: str
    address: str
    organizer: str
    attendees: tuple[str, ...]


def method_of(text: str) -> str:
    """What the file asks of a calendar."""
    return str(IcsCalendarStream.calendar_from_ics(text).method or "")


def read(text: str) -> list[Read]:
    """Its dates, in order of the file."""
    return [
        Read(
            uid=event.uid,
            starts_at=event.dtstart.astimezone(UTC),
            ends_at=event.dtend.astimezone(UTC) if event.dtend else None,
            title=event.summary or "",
            sequence=event.sequence or 0,
            status=event.status.value if event.status else "",
            place=event.location or "",
            address=event.url or "",
            organizer=str(event.organizer.uri) if event.organizer else "",
            attendees=tuple(str(attendee.uri) for attendee in event.attendees),
        )
        for event in IcsCalendarStream.calendar_from_ics(text).events
    ]


def by_its_own_clocks(text: str) -> list[tuple[datetime, datetime | None]]:
    """Beginning and end of each date for a program that knows no zone but those the file describes."""
    zones = tz.tzical(io.StringIO(text))
    return [
        (moments["DTSTART"], moments.get("DTEND"))
        for event in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text, re.DOTALL)
        if (moments := {name: _moment(zones, *written) for name, *written in STAMP.findall(event)})
    ]


def _moment(zones: tz.tzical, zone: str, written: str, in_utc: str) -> datetime:
    local = datetime.strptime(written, "%Y%m%dT%H%M%S")  # noqa: DTZ007
    return local.replace(tzinfo=UTC if in_utc else zones.get(zone)).astimezone(UTC)
