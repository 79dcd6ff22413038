"""The gathering as anyone reads it: programme, items, files that other programs read, proceedings, declarations."""

import csv
import io
import json
import re
import time
from datetime import date, datetime, timedelta
from xml.etree import ElementTree as Xml

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from marelle.accounts import files
from marelle.base import clock, origins, stamps
from marelle.events import schedules
from marelle.events.operations import registrations
from marelle.events.operations.declarations import fingerprint_of
from marelle.events.operations.registrations import Coming
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    FIRST_DAY,
    IN_TIME,
    DeclarationFactory,
    DeclarationSignatureFactory,
    EventFactory,
    EventPersonFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
)
from tests.factories.library import PracticeFactory, PracticeTextFactory

pytestmark = pytest.mark.django_db
FILES = ("rencontre/2026.ics", "rencontre/2026.csv", "rencontre/2026.xlsx", "rencontre/2026/schedule.xml")


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


def gathering(items=3, **event):
    """Two days; items every 20 minutes in three rooms, each with two speakers, one in two to choose."""
    found = EventFactory(gathering=True, **event)
    OccurrenceFactory(event=found, ends_at=FIRST_DAY + timedelta(hours=34))
    for n in range(items):
        begins = FIRST_DAY + timedelta(minutes=20 * (n // 3), hours=24 * (n % 2))
        kind = {"kind": "workshop", "is_choice": bool(n % 2), "capacity": 30 if n % 2 else None}
        item = ProgrammeItemFactory(event=found, starts_at=begins, room=f"Salle {n % 3 + 1}", **kind)
        for name in ("Lina Cerise", "Omar Prune"):
            EventPersonFactory(event=found, item=item, role="speaker", name=name)
    return found


def read(client, path):
    return client.get(f"/{path}")


# What is shown -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("event", [{"state": "draft"}, {"access": "invitation"}, {"year": 2025}, None])
def test_what_is_not_announced_does_not_exist(client, event):
    if event:
        gathering(**event)

    answers = [read(client, path).status_code for path in ("rencontre/2026", *FILES, "rencontre/2026/schedule.json")]

    assert answers == [404] * 6


def test_the_programme_is_read_by_day_and_hour(client):
    event = gathering()

    page = read(client, "rencontre/2026").content.decode()

    days = re.findall(r'<h2 id="day-\d">(.*?)</h2>', page)
    assert days == ["jeudi 18 juin 2026", "vendredi 19 juin 2026"]
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["9\xa0h", "9\xa0h"]
    assert all(f"/rencontre/2026/{item.code}" in page for item in event.items.all())


@pytest.mark.parametrize(
    ("address", "hours", "told"),
    [
        ("rencontre/2026", 34, "18 et 19 juin 2026"),
        ("en/rencontre/2026", 34, "18 and 19 June 2026"),
        ("rencontre/2026", 24 * 13, "18 juin au 1er juillet 2026"),
    ],
)
def test_the_header_tells_all_the_days(client, address, hours, told):
    OccurrenceFactory(event=EventFactory(gathering=True), ends_at=FIRST_DAY + timedelta(hours=hours))

    line = read(client, address).content.decode().partition("</h1>")[2].partition("</p>")[0]

    assert f"<span>{told}</span>" in line


def test_places_left_are_told_in_words(client):
    event = gathering(items=2)
    item = event.items.get(is_choice=True)
    item.capacity = 1
    item.save()

    def told():
        page = read(client, f"rencontre/2026/{item.code}").content.decode()
        return re.search(r"<dt>Places</dt><dd>(.*?)\s*</dd>", page, re.S)[1]

    before = told()
    occurrence = event.occurrences.get()
    for name in ("Aya", "Bo"):
        coming = Coming(email=f"{name}@ville.example", name=name)
        main = registrations.register(occurrence.pk, coming, at=IN_TIME)
        registrations.choose(main.pk, item.pk, at=IN_TIME)
    stamps.bump("public")  # as the pages that register do

    assert (before, told()) == ("1 place libre", "complet, 1 personne attend")


def test_the_programme_of_67_items_asks_few_questions(client, django_assert_max_num_queries):
    gathering(items=67)
    read(client, "rencontre/2026?warm=1")

    with django_assert_max_num_queries(10):
        page = read(client, "rencontre/2026")
    with django_assert_max_num_queries(10):
        schedule = read(client, "rencontre/2026/schedule.json")

    assert (page.status_code, schedule.status_code) == (200, 200)


def test_the_schedule_of_67_items_is_made_in_no_time(client):
    gathering(items=67)
    read(client, "rencontre/2026/schedule.json?warm=1")

    spent = []
    for n in range(5):
        begun = time.process_time()
        read(client, f"rencontre/2026/schedule.json?n={n}")
        spent.append(time.process_time() - begun)

    assert min(spent) < 0.1  # the budget, 20 ms, is judged by tools/bench on a quiet machine


def test_proceedings_are_read_once_they_are_published(client, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    event = gathering(state="held")
    item = event.items.first()
    item.outcome = {"fr": "Décidé ensemble."}
    item.save()
    person = PersonFactory()
    file = files.keep(b"%PDF-1.7", label="notes.pdf", kind="pdf", organisation=event.committee, by=person)
    item.files.add(file)
    address = f"rencontre/2026/{item.code}"

    before = (b"ensemble" in read(client, address).content, read(client, f"{address}/{file.code}").status_code)
    type(event).rows.filter(pk=event.pk).update(state="documented")

    assert before == (False, 404)
    assert "Décidé ensemble." in read(client, f"{address}?x=1").content.decode()
    taken = read(client, f"{address}/{file.code}?x=1")
    assert (taken.status_code, b"".join(taken.streaming_content)) == (200, b"%PDF-1.7")


def test_the_market_shows_the_practices_anyone_may_read(client):
    event = gathering(items=0)
    stall = ProgrammeItemFactory(event=event, kind="market", is_choice=False)
    shown = PracticeTextFactory(name="La rue aux enfants").practice
    hidden = PracticeTextFactory(name="Pas encore relue", practice=PracticeFactory(state="proposed", published_at=None))
    for practice in (shown, hidden.practice):
        origins.link(
            "practice",
            parent=f"library.practice:{practice.code}",
            offspring=f"events.item:{stall.code}",
            label="x",
            by=PersonFactory(),
        )

    page = read(client, "rencontre/2026").content.decode()

    assert f'<a href="/pratiques/{shown.code}">La rue aux enfants</a>' in page
    assert "Pas encore relue" not in page


def test_a_declaration_is_read_with_those_who_signed_it(client):
    event = gathering()
    draft = DeclarationFactory(event=event)
    opened = DeclarationFactory(event=event, opened_at=IN_TIME)
    opened.fingerprint = fingerprint_of(opened)
    opened.save()
    city = OrganisationFactory(name="Bourg-la-Signature")
    DeclarationSignatureFactory(declaration=opened, organisation=city, fingerprint=opened.fingerprint)

    page = read(client, f"rencontre/2026/declarations/{opened.code}").content.decode()

    assert all(words in page for words in ("Nous nous engageons.", opened.fingerprint, "Bourg-la-Signature"))
    assert read(client, f"rencontre/2026/declarations/{draft.code}").status_code == 404


# Files other programs read -------------------------------------------------------------------------------------------
def test_each_item_is_a_date_of_the_calendar(client):
    event = gathering()

    dates = Calendar.from_ical(read(client, "rencontre/2026.ics").content).walk("VEVENT")

    assert sorted(
        (str(d["UID"]).partition("@")[0], d["DTSTART"].dt.astimezone(FIRST_DAY.tzinfo)) for d in dates
    ) == sorted((f"item-{item.code}", item.starts_at) for item in event.items.all())


def test_the_tables_hold_the_same_lines_and_no_formula(client):
    event = gathering()
    item = event.items.first()
    item.name = {"fr": "=1+1"}
    item.save()

    lines = list(csv.DictReader(io.StringIO(read(client, "rencontre/2026.csv").content.decode())))
    book = load_workbook(io.BytesIO(read(client, "rencontre/2026.xlsx").content))

    assert (len(lines), book.active.max_row) == (3, 4)
    assert "'=1+1" in [line["title"] for line in lines]
    assert {line["speakers"] for line in lines} == {"Lina Cerise, Omar Prune"}


# The rules of the public schema, written from its facts: names and order of elements, shapes of values, what is unique.
EVENT = {
    "room": str,
    "title": str,
    "type": str,
    "date": "moment",
    "start": r"[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?",
    "duration": r"[0-9]{1,2}:[0-9]{2}(:[0-9]{1,2})?",
    "abstract": str,
    "slug": str,
    "subtitle": str,
    "track": str,
}
MAY_BE = {"persons", "language", "description", "recording", "links"}
CONFERENCE = {"title", "acronym", "start", "end", "days", "timeslot_duration"}


def faults_of(root):
    """What the schema would refuse, as sentences."""
    names = [child.tag for child in root]
    if root.tag != "schedule" or names[:2] != ["version", "conference"] or set(names[2:]) != {"day"}:
        yield f"schedule holds {names}"
    about = {child.tag: child.text for child in root.find("conference")}
    if set(about) != CONFERENCE or not about["title"] or not about["acronym"]:
        yield f"conference holds {sorted(about)}"
    if not re.fullmatch(EVENT["duration"], about["timeslot_duration"]) or not about["days"].isdigit():
        yield "conference: slot or days"
    for day in root.iter("day"):
        date.fromisoformat(day.get("date"))
        if (
            datetime.fromisoformat(day.get("start")) >= datetime.fromisoformat(day.get("end"))
            or int(day.get("index")) < 1
        ):
            yield f"day {day.get('date')}"
        if {child.tag for child in day} - {"room"} or {child.tag for room in day for child in room} - {"event"}:
            yield "a day holds rooms, a room events"
    events = list(root.iter("event"))
    yield from (fault for event in events for fault in faults_of_event(event))
    for what, keys in (
        ("guid", [event.get("guid") for event in events]),
        ("id", [event.get("id") for event in events]),
        ("slug", [event.findtext("slug") for event in events]),
    ):
        if len(set(keys)) < len(keys):
            yield f"{what} twice"


def faults_of_event(event):
    tags = [child.tag for child in event]
    if len(set(tags)) < len(tags) or set(EVENT) - set(tags) or set(tags) - set(EVENT) - MAY_BE:
        yield f"event holds {tags}"
    if int(event.get("id")) < 1:
        yield "id is positive"
    for name, shape in EVENT.items():
        value = event.findtext(name) or ""
        if shape == "moment" and datetime.fromisoformat(value).utcoffset() is None:
            yield f"{name} has no zone"
        if isinstance(shape, str) and shape != "moment" and not re.fullmatch(shape, value):
            yield f"{name} is {value}"
    for person in event.find("persons"):
        if person.tag != "person" or int(person.get("id")) < 1:
            yield "person"


def test_the_schedule_is_as_the_public_schema_wants(client):
    gathering(items=22)

    root = Xml.fromstring(read(client, "rencontre/2026/schedule.xml").content)

    assert list(faults_of(root)) == []
    assert len(list(root.iter("event"))) == 22
    first = next(root.iter("event"))
    assert (first.findtext("start"), first.findtext("duration")) == ("09:00", "01:30")


def test_the_rules_of_the_schedule_bite(client):
    gathering(items=2)
    root = Xml.fromstring(read(client, "rencontre/2026/schedule.xml").content)
    one, two = root.iter("event")
    one.find("start").text = "9h"
    two.set("guid", one.get("guid"))
    two.remove(two.find("slug"))

    found = list(faults_of(root))

    assert [fault for fault in found if not fault.startswith("event holds")] == ["start is 9h", "guid twice"]
    assert len(found) == 3


def test_xml_and_json_say_the_same(client):
    gathering(items=7)

    root = Xml.fromstring(read(client, "rencontre/2026/schedule.xml").content)
    schedule = json.loads(read(client, "rencontre/2026/schedule.json").content)["schedule"]

    rooms = [
        (day["index"], room, events) for day in schedule["conference"]["days"] for room, events in day["rooms"].items()
    ]
    told = [
        (index, room, event["guid"], event["start"], event["slug"], [p["public_name"] for p in event["persons"]])
        for index, room, events in rooms
        for event in events
    ]
    written = [
        (int(day.get("index")), room.get("name"), e.get("guid"), e.findtext("start"), e.findtext("slug"),
         [p.text for p in e.find("persons")])
        for day in root.iter("day")
        for room in day
        for e in room
    ]  # fmt: skip
    assert told == written
    assert schedule["conference"]["daysCount"] == 2


def test_what_is_held_after_midnight_belongs_to_the_evening_before():
    night = datetime(2026, 6, 18, 23, 30, tzinfo=FIRST_DAY.tzinfo)  # 1 h 30 in Paris, the 19th
    talk = schedules.Talk("a", "Nuit", "workshop", night, 60)
    ends = FIRST_DAY + timedelta(hours=34)
    conference = schedules.Conference("R", "r", FIRST_DAY, ends, "Europe/Paris", "1", "https://x", [talk])

    days = schedules.days_of(conference)

    assert [(day.on.day, bool(day.rooms)) for day in days] == [(18, True), (19, False)]


def test_words_no_xml_may_hold_are_left_out(client):
    event = gathering(items=1)
    item = event.items.get()
    item.name = {"fr": "Un\x0bdeux & <trois>"}
    item.save()

    root = Xml.fromstring(read(client, "rencontre/2026/schedule.xml").content)

    assert next(root.iter("event")).findtext("title") == "Undeux & <trois>"


# Two committees in the same year -------------------------------------------------------------------------------------
@pytest.fixture
def two():
    north = gathering(items=2, committee=OrganisationFactory(committee=True, code="o-nord", name="Comité du Nord"))
    south = gathering(items=3, committee=OrganisationFactory(committee=True, code="o-sud", name="Comité du Sud"))
    type(south).rows.filter(pk=south.pk).update(name={"fr": "Rencontre du Sud"})
    return north, south


def test_the_reader_chooses_between_two_gatherings_of_a_year(client, two):
    page = read(client, "rencontre/2026").content.decode()
    south = read(client, "rencontre/2026?comite=o-sud").content.decode()

    assert re.findall(r'<a href="(\?comite=[^"]*)"><strong>([^<]*)', page) == [
        ("?comite=o-nord", "Rencontre nationale"),
        ("?comite=o-sud", "Rencontre du Sud"),
    ]
    assert "<h1>Rencontre du Sud</h1>" in south
    assert 'href="/rencontre/2026.csv?comite=o-sud"' in south
    assert read(client, "rencontre/2026?comite=o-est").status_code == 404


@pytest.mark.parametrize("path", [*FILES, "rencontre/2026/schedule.json"])
def test_files_of_two_gatherings_are_never_mixed_up(client, two, path):
    unsaid, south = read(client, path), read(client, f"{path}?comite=o-sud")

    assert (unsaid.status_code, unsaid["Location"]) == (302, "/rencontre/2026")
    assert south.status_code == 200
    if path.endswith(".ics"):
        assert len(Calendar.from_ical(south.content).walk("VEVENT")) == 3


def test_an_item_and_a_declaration_are_found_in_their_own_gathering(client, two):
    north, south = two
    opened = DeclarationFactory(event=south, opened_at=IN_TIME)
    paths = [f"rencontre/2026/{event.items.first().code}" for event in two]

    pages = [read(client, path).content.decode() for path in (*paths, f"rencontre/2026/declarations/{opened.code}")]

    crumbs = [re.search(r'<nav class="crumbs".*?href="([^"]*)"', page)[1] for page in pages]
    assert crumbs == [f"/rencontre/2026?comite={code}" for code in ("o-nord", "o-sud", "o-sud")]


def test_agenda_leads_to_each_of_two_gatherings(client, two):
    page = read(client, "rendez-vous").content.decode()

    assert [f'href="/rencontre/2026?comite={code}"' in page for code in ("o-nord", "o-sud")] == [True, True]


def test_agenda_leads_to_the_gathering_and_to_what_stands_between_meetings(client):
    gathering()

    page = read(client, "rendez-vous").content.decode()

    assert all(f'href="/{path}"' in page for path in ("rencontre/2026", "pratiques", "ressources", "compte/"))
    assert "18 et 19 juin 2026" in page


# Afterwards ----------------------------------------------------------------------------------------------------------
def test_proceedings_market_and_practices_told_are_on_the_page_of_a_gathering_held(client):
    event = gathering(state="documented")
    told, silent = event.items.order_by("pk")[:2]
    type(told).rows.filter(pk=told.pk).update(outcome={"fr": "Décidé ensemble."})
    practice = PracticeTextFactory(name="La rue aux enfants", practice=PracticeFactory(state="retained")).practice
    reference, by = f"library.practice:{practice.code}", PersonFactory()
    origins.link("talk", parent=f"events.item:{silent.code}", offspring=reference, label="x", by=by)

    page = read(client, "rencontre/2026").content.decode()
    kept = page.partition('id="proceedings"')[2].partition("</section>")[0]
    practices = page.partition('id="told"')[2].partition("</section>")[0]

    assert (told.code in kept, "Décidé ensemble." in kept, silent.code in kept) == (True, True, False)
    assert (f'href="/pratiques/{practice.code}"' in practices, "retenue pour le programme" in practices) == (True, True)
    assert [f'href="#{place}"' in page for place in ("proceedings", "told", "day-1")] == [True, True, True]
    with clock.at(FIRST_DAY + timedelta(days=9)):
        assert "avec ses actes" in read(client, "rendez-vous").content.decode()


def test_proceedings_wait_for_their_publication(client):
    event = gathering(state="held")
    type(event.items.get_queryset().first()).rows.filter(event=event).update(outcome={"fr": "Décidé ensemble."})

    page = read(client, "rencontre/2026").content.decode()

    assert ("Décidé" in page, 'id="proceedings"' in page) == (False, False)


@pytest.mark.parametrize(("name", "told"), [("Pause", 0), ("Le thé", 1)])
def test_a_break_is_called_so_once(client, name, told):
    event = gathering(items=1)
    event.items.update(kind="break", name={"fr": name})

    line = (
        read(client, "rencontre/2026").content.decode().partition(f"<strong>{name}</strong>")[2].partition("</li>")[0]
    )

    assert line.count("<span>pause</span>") == told
