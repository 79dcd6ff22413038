"""A programme in the frab (pentabarf) schedule format, XML and JSON: plain values in, plain values out.

Elements and their order follow the public schema of voc/schedule (2024): conference, day, room, event; `start` as hh:mm,
`duration` as hh:mm, one `slug`, one `guid` and one positive `id` an event.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as Xml
from zoneinfo import ZoneInfo

from django.utils.text import slugify

DAY_BEGINS = 4  # o'clock: what is held in the night belongs to the day before
SLOT = "00:05"  # the finest step of the grid
NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Talk:
    """One item. `code`: for ever the same; `minutes`: how long; `persons`: names, in order."""

    code: str
    title: str
    kind: str
    starts_at: datetime
    minutes: int
    room: str = ""
    track: str = ""
    language: str = ""
    abstract: str = ""
    address: str = ""
    persons: Sequence[str] = ()


@dataclass(frozen=True)
class Conference:
    """What the items belong to. `version` tells two states of one programme apart; `zone`: IANA."""

    title: str
    acronym: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    version: str
    address: str
    talks: Sequence[Talk]


@dataclass(frozen=True)
class Day:
    """A day of the conference and its talks by room, rooms in the order of their first talk."""

    index: int
    on: date
    begins: datetime
    ends: datetime
    rooms: dict[str, list[Talk]]


def days_of(conference: Conference) -> list[Day]:
    """Every day from the first to the last, with its talks by room; a day without talk has no room."""
    zone = ZoneInfo(conference.zone)
    first = _day(conference.starts_at, zone)
    last = _day(conference.ends_at - timedelta(seconds=1), zone)
    by_day: dict[date, dict[str, list[Talk]]] = {}
    for talk in sorted(conference.talks, key=lambda talk: (talk.starts_at, talk.room, talk.code)):
        by_day.setdefault(_day(talk.starts_at, zone), {}).setdefault(talk.room, []).append(talk)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = sorted({*span, *by_day})
    return [
        Day(index, on, _at(on, DAY_BEGINS, zone), _at(on + timedelta(days=1), DAY_BEGINS, zone), by_day.get(on, {}))
        for index, on in enumerate(days, start=1)
    ]


def as_xml(conference: Conference) -> bytes:
    """The schedule as XML, UTF-8."""
    days = days_of(conference)
    root = Xml.Element("schedule")
    _say(root, "version", conference.version)
    about = Xml.SubElement(root, "conference")
    for name, value in _about(conference, days).items():
        _say(about, name, value)
    for day in days:
        place = Xml.SubElement(root, "day", index=str(day.index), date=day.on.isoformat())
        place.set("start", day.begins.isoformat())
        place.set("end", day.ends.isoformat())
        for room, talks in day.rooms.items():
            hall = Xml.SubElement(place, "room", name=_without_controls(room))
            for talk in talks:
                _add_event(hall, talk, conference)
    Xml.indent(root)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True)


def as_json(conference: Conference) -> dict[str, Any]:
    """The schedule as the object that stands at the top of the JSON file."""
    days = days_of(conference)
    about = {
        "acronym": conference.acronym,
        "title": conference.title,
        "start": days[0].on.isoformat(),
        "end": days[-1].on.isoformat(),
        "daysCount": len(days),
        "timeslot_duration": SLOT,
        "time_zone_name": conference.zone,
        "url": conference.address,
        "rooms": [
            {"name": name, "guid": str(guid_of(f"room {name}"))}
            for name in dict.fromkeys(room for day in days for room in day.rooms)
        ],
        "days": [_json_day(day, conference) for day in days],
    }
    return {"schedule": {"version": conference.version, "base_url": conference.address, "conference": about}}


def number_of(code: str) -> int:
    """A positive number for a code, always the same: programs that read the format want one."""
    return (guid_of(code).int >> 97) + 1  # 31 bits: fits where 32 signed ones are read


@lru_cache(maxsize=4096)
def guid_of(code: str) -> uuid.UUID:
    """A UUID for a code, always the same."""
    return uuid.uuid5(uuid.NAMESPACE_OID, code)


def duration(minutes: int) -> str:
    """90 minutes: 01:30."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _about(conference: Conference, days: Sequence[Day]) -> dict[str, str]:
    return {
        "title": conference.title,
        "acronym": conference.acronym,
        "start": days[0].on.isoformat(),
        "end": days[-1].on.isoformat(),
        "days": str(len(days)),
        "timeslot_duration": SLOT,
    }


def _fields(talk: Talk, conference: Conference) -> dict[str, str]:
    """What XML and JSON say alike."""
    local = talk.starts_at.astimezone(ZoneInfo(conference.zone))
    return {
        "date": local.isoformat(),
        "start": f"{local:%H:%M}",
        "duration": duration(talk.minutes),
        "room": talk.room,
        "slug": _slug(talk, conference),
        "title": talk.title,
        "subtitle": "",
        "track": talk.track,
        "type": talk.kind,
        "language": talk.language,
        "abstract": talk.abstract,
        "description": "",
    }


def _add_event(hall: Xml.Element, talk: Talk, conference: Conference) -> None:
    event = Xml.SubElement(hall, "event", id=str(number_of(talk.code)), guid=str(guid_of(talk.code)))
    for name, value in _fields(talk, conference).items():
        _say(event, name, value)
    persons = Xml.SubElement(event, "persons")
    for name in talk.persons:
        _say(persons, "person", name).set("id", str(number_of(name)))
    link = _say(Xml.SubElement(event, "links"), "link", talk.title)
    link.set("href", talk.address)


def _json_day(day: Day, conference: Conference) -> dict[str, Any]:
    return {
        "index": day.index,
        "date": day.on.isoformat(),
        "day_start": day.begins.isoformat(),
        "day_end": day.ends.isoformat(),
        "rooms": {room: [_json_event(talk, conference) for talk in talks] for room, talks in day.rooms.items()},
    }


def _json_event(talk: Talk, conference: Conference) -> dict[str, Any]:
    return {
        "id": number_of(talk.code),
        "guid": str(guid_of(talk.code)),
        **_fields(talk, conference),
        "url": talk.address,
        "persons": [{"id": number_of(name), "public_name": name} for name in talk.persons],
        "links": [],
        "attachments": [],
    }


def _say(parent: Xml.Element, name: str, value: str) -> Xml.Element:
    element = Xml.SubElement(parent, name)
    element.text = _without_controls(value)
    return element


def _without_controls(value: str) -> str:
    """Text as XML 1.0 may hold it."""
    return NOT_OF_XML.sub("", value)


def _slug(talk: Talk, conference: Conference) -> str:
    return f"{slugify(conference.acronym)}-{number_of(talk.code)}-{slugify(talk.title)[:60]}".rstrip("-_")


def _day(at: datetime, zone: ZoneInfo) -> date:
    return (at.astimezone(zone) - timedelta(hours=DAY_BEGINS)).date()


def _at(on: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=zone)
