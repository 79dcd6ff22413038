"""The programme as frab (pentabarf) files. What their public schemas ask is written here from its facts.

No package brings those schemas, and tests fetch nothing: `MARELLE_SCHEDULE_SCHEMAS` names a folder with the public
`schedule.xml.xsd` and `schema.json`, when one has them, and the same files must pass them too.
"""

import copy
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from marelle.base import clock
from marelle.events import schedules
from tests.factories.events import FIRST_DAY, IN_TIME, EventFactory, EventPersonFactory, OccurrenceFactory
from tests.factories.events import ProgrammeItemFactory as Item
from tests.web.test_public_gathering import faults_of

PUBLIC = Path(os.environ["MARELLE_SCHEDULE_SCHEMAS"]) if "MARELLE_SCHEDULE_SCHEMAS" in os.environ else None
ZONES = ["Europe/Paris", "Pacific/Noumea", "America/Montreal", "Africa/Casablanca", "America/St_Barthelemy"]


def strict(required, **optional):
    """An object with these fields and no other."""
    fields = required | optional
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}


TEXT, NUMBER = {"type": "string"}, {"type": "integer", "minimum": 1}
GUID, ADDRESS = {"type": "string", "format": "uuid"}, {"type": "string", "format": "uri"}
DATE, MOMENT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
PERSON = {"type": "object", "properties": {"id": NUMBER, "public_name": TEXT}, "required": ["id", "public_name"]}
EVENT = strict(
    {
        "id": NUMBER,
        "guid": GUID,
        "date": MOMENT,
        "start": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
        "duration": {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$"},
        "slug": {"type": "string", "pattern": "^[a-z0-9_-]+[a-z0-9]$"},
        "url": ADDRESS,
        **dict.fromkeys(["room", "title", "subtitle", "track", "type", "language", "abstract"], TEXT),
        "persons": {"type": "array", "items": PERSON},
        "links": {"type": "array"},
    },
    description=TEXT,
    attachments={"type": "array"},
)
DAY = strict(
    {
        "index": NUMBER,
        "date": DATE,
        "day_start": MOMENT,
        "day_end": MOMENT,
        "rooms": {"type": "object", "additionalProperties": {"type": "array", "items": EVENT}},
    }
)
CONFERENCE = strict(
    {
        "acronym": {"type": "string", "pattern": "^[a-z0-9_-][a-z0-9_]{3,}$"},
        "title": TEXT,
        "start": DATE,
        "end": DATE,
        "daysCount": NUMBER,
        "timeslot_duration": {"type": "string", "pattern": "^[0-9]+:[0-9]{2}$"},
        "days": {"type": "array", "items": DAY},
    },
    time_zone_name={"type": "string", "pattern": "^[A-Z][a-z]+/[A-Z]"},
    url=ADDRESS,
    rooms={"type": "array", "items": strict({"name": TEXT, "guid": GUID})},
)
SCHEDULE = strict({"schedule": strict({"version": TEXT, "conference": CONFERENCE}, base_url=ADDRESS)})


def refused_json(found):
    """What the schemas at hand refuse of the JSON file, as sentences."""
    schemas = [SCHEDULE, *([json.loads((PUBLIC / "schema.json").read_text())] if PUBLIC else [])]
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for schema in schemas
        for error in jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(found)
    ]


def refused_xml(content):
    """What the rules, and the public schema when it is at hand, refuse of the XML file."""
    faults = list(faults_of(ElementTree.fromstring(content)))  # noqa: S314
    if PUBLIC:
        schema = etree.XMLSchema(etree.parse(PUBLIC / "schedule.xml.xsd"))
        schema.validate(etree.fromstring(content))
        faults += [error.message for error in schema.error_log]
    return faults


@pytest.fixture
def files(client):
    """The two files of a gathering of 22 items in two days and three rooms."""
    event = EventFactory(gathering=True, zone="Indian/Reunion")
    OccurrenceFactory(event=event, ends_at=FIRST_DAY + timedelta(hours=34))
    for n in range(22):
        begins = FIRST_DAY + timedelta(minutes=30 * (n // 6), hours=24 * (n % 2))
        item = Item(event=event, starts_at=begins, room=f"Salle {n % 3 + 1}", theme={"fr": "Rue & jeu"}, language="fr")
        EventPersonFactory(event=event, item=item, role="speaker", name="Lina Cerise")
    with clock.at(IN_TIME):
        answers = [client.get(f"/rencontre/2026/schedule.{kind}") for kind in ("xml", "json")]
    return [answer.content for answer in answers]


@pytest.mark.django_db
def test_the_files_of_a_gathering_pass_the_schemas(files):
    xml, as_json = files[0], json.loads(files[1])

    assert (refused_xml(xml), refused_json(as_json)) == ([], [])
    rooms = as_json["schedule"]["conference"]["rooms"]
    assert len({room["guid"] for room in rooms}) == 3
    assert (
        sum(len(day["rooms"][room]) for day in as_json["schedule"]["conference"]["days"] for room in day["rooms"]) == 22
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("event", "id", 0),
        ("event", "guid", "1"),
        ("event", "start", "9h"),
        ("event", "date", "2026-06-18"),
        ("event", "slug", "Été"),
        ("event", "url", "ici"),
        ("event", "title", None),
        ("event", "surprise", 1),
        ("conference", "acronym", "rencontre-2026"),
        ("conference", "daysCount", 0),
        ("conference", "rooms", [{"name": "Salle 1"}]),
    ],
)
def test_the_schema_of_the_json_file_bites(files, where, name, value):
    broken = copy.deepcopy(json.loads(files[1]))
    conference = broken["schedule"]["conference"]
    (conference if where == "conference" else next(iter(conference["days"][0]["rooms"].values()))[0])[name] = value

    assert refused_json(broken) != []


# Any programme -------------------------------------------------------------------------------------------------------
WORDS = st.text(max_size=40)
TALKS = st.lists(
    st.builds(
        schedules.Talk,
        code=st.uuids().map(str),
        title=WORDS,
        kind=st.sampled_from(["workshop", "plenary"]),
        starts_at=st.integers(0, 2880).map(
            lambda minutes: datetime(2026, 10, 24, 6, tzinfo=UTC) + timedelta(minutes=minutes)
        ),
        minutes=st.integers(1, 1440),
        room=WORDS,
        track=WORDS,
        language=st.sampled_from(["fr", "en", ""]),
        abstract=WORDS,
        address=st.just("https://villes.example/rencontre/2026/a"),
        persons=st.lists(WORDS, max_size=2, unique=True),
    ),
    max_size=6,
    unique_by=lambda talk: talk.code,
)


@given(talks=TALKS, zone=st.sampled_from(ZONES))
def test_whatever_is_typed_and_wherever_the_clocks_change_the_files_pass(talks, zone):
    begins = datetime(2026, 10, 24, 6, tzinfo=UTC)
    address = "https://villes.example/rencontre/2026"
    ends = begins + timedelta(hours=34)
    conference = schedules.Conference("Rencontre", "rencontre_2026", begins, ends, zone, "1.0.1", address, talks)

    xml, as_json = schedules.as_xml(conference), schedules.as_json(conference)

    assert (refused_xml(xml), refused_json(json.loads(json.dumps(as_json)))) == ([], [])
    told = {
        event["guid"]: event
        for day in as_json["schedule"]["conference"]["days"]
        for r in day["rooms"].values()
        for event in r
    }
    assert {guid: datetime.fromisoformat(event["date"]).astimezone(UTC) for guid, event in told.items()} == {
        str(schedules.guid_of(talk.code)): talk.starts_at for talk in talks
    }
