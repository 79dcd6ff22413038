"""The demonstration's meetings: a webinar held twice, in French and in English, and the gathering of the year."""

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock
from marelle.demo.people import BY_KEY
from marelle.events.models import Event
from marelle.events.operations import gatherings, invitations, meetings, rooms, run_sheets, series
from marelle.events.queries.gatherings import members_of
from marelle.library.models import Service

FILE = Path(__file__).with_name("meetings.yaml")
LASTS = timedelta(minutes=90)


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def tell(until: datetime, team: dict[str, Person]) -> None:
    """What had been announced by `until`; what had been held by then is over."""
    by = team["committee-officer"]
    for plan, make in ((content()["webinar"], _webinar), (content()["gathering"], _gathering)):
        announced = moment(plan["announced"], "09:00")
        if announced > until:
            continue
        with clock.at(announced):
            event = make(plan, by)
        ends_at = max(occurrence.ends_at for occurrence in event.occurrences.all())
        if ends_at < until:
            with clock.at(ends_at + timedelta(hours=1)):
                meetings.hold(event.pk, by=by)


def _webinar(plan: dict[str, Any], by: Person) -> Event:
    event = meetings.draft_webinar(by=by, committee=by.committees_as()[0], name=plan["name"])
    words = {field: plan[field] for field in ("name", "context", "objectives", "format", "audience")}
    dates = {"registration_opens_at": moment(plan["opens"]), "registration_closes_at": moment(plan["closes"], "18:00")}
    services = list(Service.objects.filter(code__in=plan["services"]).order_by("position"))
    together = series.make_series(event.committee, by=by, **plan["series"])
    meetings.write_note(event.pk, by=by, version=event.version, services=services, series=together, **words, **dates)
    for part in plan["parts"]:
        name = {"fr": part["fr"], "en": part["en"]}
        run_sheets.add_part(event.pk, by=by, kind=part["kind"], name=name, minutes=part["minutes"])
    for language, hour in plan["times"].items():
        starts_at = moment(plan["day"], hour)
        room = f"https://salle.example.org/{language}"
        held = meetings.Held(language, starts_at, starts_at + LASTS, room=room, capacity=500)
        meetings.hold_in(event.pk, held, by=by)
    _carried_with_others(event, by)
    run_sheets.fill(event.pk, by=by)
    return meetings.publish(event.pk, by=by)


def _carried_with_others(event: Event, by: Person) -> None:
    """A partner carries it too, and the cities abroad; somebody of one of these moderates it in English."""
    partner = Organisation.objects.filter(memberships__person__email=BY_KEY["partner"].email).first()
    abroad = Person.objects.filter(email=BY_KEY["moderator-abroad"].email).first()
    if partner:
        meetings.add_host(event.pk, partner, "co_organiser", by=by)
    towns = Organisation.objects.filter(kind=OrganisationKind.COMMUNE).exclude(country=event.committee.country)
    for town in towns.order_by("pk"):
        meetings.add_host(event.pk, town, "partner", by=by)
    if abroad:
        meetings.give_part(event.pk, by=by, role="moderator", name=abroad.name, person=abroad)
    meetings.give_part(event.pk, by=by, role="interpreter", name="Camille Toboggan", title="français, anglais")


def _gathering(plan: dict[str, Any], by: Person) -> Event:
    first, last = plan["days"]
    dates = gatherings.Dates(
        starts_at=moment(first, "09:00"),
        ends_at=moment(last, "16:30"),
        zone="Europe/Paris",
        place=plan["place"],
        registration_opens_at=moment(plan["opens"]),
        registration_closes_at=moment(plan["closes"], "18:00"),
        capacity=plan["capacity"],
    )
    event = gatherings.draft_gathering(
        by.committees_as()[0], year=plan["year"], name=plan["name"], objectives=plan["objectives"], dates=dates, by=by
    )
    for name, holds in plan["rooms"].items():
        rooms.save_room(event.pk, name, holds, by=by)
    for row in plan["items"]:
        gatherings.save_item(event.pk, _part(row, plan["days"]), by=by)
    gatherings.publish_gathering(event.pk, by=by)
    event.refresh_from_db()
    for organisation in members_of(event.committee):
        invitations.invite(event, organisation, at=clock.now())
    return event


def _part(row: list[Any], days: list[date]) -> gatherings.Part:
    day, hour, minutes, kind, room, capacity, french, english = row
    return gatherings.Part(
        kind=kind,
        name={"fr": french, "en": english},
        starts_at=moment(days[day - 1], hour),
        minutes=minutes,
        room=room,
        capacity=capacity or None,
        is_choice=bool(capacity),
    )


def moment(day: date, hour: str = "00:00") -> datetime:
    """A day and an hour in Paris."""
    return datetime.combine(day, time.fromisoformat(hour), tzinfo=clock.PARIS)
