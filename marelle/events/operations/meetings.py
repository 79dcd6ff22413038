"""Preparing a meeting, announcing it, moving it, calling it off, saying that it was held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, jobs, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Job
from marelle.base.text import random_id
from marelle.events import letters, rules
from marelle.events.models import Event, EventPerson, Host, Occurrence, ProgrammeItem, Registration
from marelle.events.operations import registrations
from marelle.events.queries.meetings import board_stamp
from marelle.events.states import ENDED, EVENT_STEPS, OVER, EventKind, EventState, HostRole
from marelle.library.models import Service

WORDS = ("name", "context", "objectives", "format", "audience")  # of the concept note, by language
NOTE = (
    *WORDS,
    "access",
    "confidentiality",
    "series",
    "zone",
    "registration_opens_at",
    "registration_closes_at",
    "suggestions_until",
    "asks_recording_consent",
)


@dataclass(frozen=True)
class Held:
    """When and where a meeting is held in one language. `capacity` None: no limit; `zone` blank: the meeting's."""

    language: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""
    capacity: int | None = None
    zone: str = ""


@transaction.atomic
def draft_webinar(*, by: Person, committee: Organisation, name: dict[str, str], at: datetime | None = None) -> Event:
    """Prepare a webinar nobody outside the programme team sees yet. Raises NotAllowed, BadData."""
    accounts.require(rules.may_run, by, committee)
    event = Event(kind=EventKind.WEBINAR, committee=committee, name=_said(name), created_at=at or clock.now())
    _check_note(event)
    event.save()
    Host.objects.create(event=event, organisation=committee, role=HostRole.LEAD)
    journal.record(event, "meeting_drafted", by=by, organisation=committee)
    return event


@transaction.atomic
def write_note(
    event_id: int, *, by: Person, version: int, services: Sequence[Service] | None = None, **values: Any
) -> Event:
    """Save the concept note: fields of `NOTE`, and the services concerned. Raises NotAllowed, BadData, WrongState."""
    event = _mine(event_id, by)
    _check_not_over(event)
    if version != event.version:
        raise BadData(_("A colleague saved this note meanwhile. Keep what you typed aside and open the page again."))
    for field in NOTE:
        if field in values:
            setattr(event, field, _said(values[field]) if field in WORDS else values[field])
    _check_note(event)
    if event.series is not None and event.series.committee_id != event.committee_id:
        raise BadData(_("This series belongs to another committee."))
    event.version += 1
    event.save()
    if services is not None:
        event.services.set(services)
    _changed(event, by)
    return event


@transaction.atomic
def hold_in(
    event_id: int, held: Held, *, by: Person, at: datetime | None = None, elsewhere: bool = False
) -> Occurrence:
    """Say when and where the meeting is held in one language; said again, it is moved.

    Once announced, those who are registered are told of another time, zone or room, and their calendars follow; of
    another place when `elsewhere` says that the whole meeting has one. Raises NotAllowed, BadData, WrongState.
    """
    event = _mine(event_id, by)
    _check_not_over(event)
    starts_at, ends_at = held.starts_at.astimezone(UTC), held.ends_at.astimezone(UTC)  # two hours of a lost hour cross
    if ends_at <= starts_at:
        raise BadData(_("The end must come after the beginning."))
    known = event.occurrences.filter(language=held.language).first()
    occurrence = Occurrence.rows.lock(known.pk) if known else Occurrence(event=event, language=held.language)
    was = known and (known.starts_at, known.ends_at, known.room, known.local_zone)
    occurrence.starts_at, occurrence.ends_at = starts_at, ends_at
    occurrence.room, occurrence.zone = held.room, held.zone
    now = (occurrence.starts_at, occurrence.ends_at, occurrence.room, occurrence.local_zone)
    moved = known is not None and (was != now or elsewhere)
    occurrence.sequence += 1 if moved else 0
    if known is None:
        occurrence.capacity = held.capacity
    occurrence.save()
    if known is not None and occurrence.capacity != held.capacity:
        registrations.change_capacity(occurrence.pk, held.capacity, at=at or clock.now())
        occurrence.capacity = held.capacity
    if moved and event.state == EventState.PUBLISHED:
        occurrence.registrations.update(reminded_days=None)
        tell_later("changed", occurrence, str(occurrence.sequence))
    _changed(event, by)
    return occurrence


@transaction.atomic
def drop_occurrence(event_id: int, language: str, *, by: Person) -> None:
    """Take back an occurrence nobody registered for. Raises NotAllowed, WrongState."""
    event = _mine(event_id, by)
    occurrence = event.occurrences.get(language=language)
    if Registration.rows.filter(occurrence=occurrence).exists():
        raise WrongState(_("People are registered for it: move it, or cancel the whole meeting."))
    occurrence.delete()
    _changed(event, by)


@transaction.atomic
def add_host(event_id: int, organisation: Organisation, role: str, *, by: Person) -> Host:
    """An organisation of any country carries the meeting too; said again, its part changes. Raises NotAllowed, BadData."""
    event = _mine(event_id, by)
    if role not in HostRole.values:
        raise BadData(_("Choose what this organisation does."))
    last = event.hosts.count()
    host, _made = Host.objects.get_or_create(event=event, organisation=organisation, defaults={"position": last})
    host.role = role
    host.save(update_fields=["role"])
    _changed(event, by)
    return host


@transaction.atomic
def remove_host(event_id: int, organisation_code: str, *, by: Person) -> None:
    """An organisation does not carry the meeting any more. Raises NotAllowed."""
    event = _mine(event_id, by)
    event.hosts.filter(organisation__code=organisation_code).delete()
    _changed(event, by)


@transaction.atomic
def add_organisation_abroad(
    *, by: Person, committee: Organisation, name: str, country: str, kind: str, lon: float | None, lat: float | None
) -> Organisation:
    """A city or a partner of another country: no INSEE code; found again by its name. Raises NotAllowed, BadData."""
    accounts.require(rules.may_run, by, committee)
    name = " ".join(name.split())
    if not name or len(country) != 2 or country == committee.country:
        raise BadData(_("Give a name and another country: organisations of this country are in the list."))
    if kind not in (OrganisationKind.COMMUNE, OrganisationKind.PARTNER):
        raise BadData(_("Choose whether it is a city or a partner."))
    known = Organisation.objects.filter(name=name, country=country, kind=kind).first()
    if known:
        return known
    made = Organisation.objects.create(
        code=f"o-{random_id()}", kind=kind, name=name, country=country, lon=lon, lat=lat, created_at=clock.now()
    )
    journal.record(made, "organisation_created", by=by, organisation=made)
    return made


@transaction.atomic
def give_part(
    event_id: int,
    *,
    by: Person,
    role: str,
    name: str,
    title: str = "",
    organisation: Organisation | None = None,
    person: Person | None = None,
    occurrence: Occurrence | None = None,
    item: ProgrammeItem | None = None,
) -> EventPerson:
    """Somebody organises, moderates, speaks or interprets: in one occurrence, in one part, or in all. Raises NotAllowed, BadData."""
    event = _mine(event_id, by)
    name = " ".join(name.split()) or (person.name if person else "")
    if not name:
        raise BadData(_("Give this person’s name."))
    if (occurrence and occurrence.event_id != event.pk) or (item and item.event_id != event.pk):
        raise BadData(_("This occurrence belongs to another meeting."))
    found = EventPerson.objects.create(
        event=event,
        role=role,
        name=name[:120],
        title=title.strip()[:200],
        organisation=organisation,
        person=person,
        occurrence=occurrence,
        item=item,
        position=event.roles.count(),
    )
    _changed(event, by)
    return found


@transaction.atomic
def take_part_away(event_id: int, role_id: int, *, by: Person) -> None:
    """Somebody does not take part any more. Raises NotAllowed."""
    event = _mine(event_id, by)
    event.roles.filter(pk=role_id).delete()
    _changed(event, by)


@transaction.atomic
def publish(event_id: int, *, by: Person, at: datetime | None = None) -> Event:
    """Announce a meeting. Raises NotAllowed, BadData when something is missing, WrongState."""
    event = _mine(event_id, by)
    at = at or clock.now()
    faults = []
    if not any(occurrence.starts_at > at for occurrence in event.occurrences.all()):
        faults.append(_("Say when it is held: at least one date to come."))
    if not event.hosts.exists():
        faults.append(_("Name the organisation that carries it."))
    if faults:
        raise BadData(_("This meeting cannot be announced yet."), faults)
    return _step(event, "publish", "meeting_published", by)


@transaction.atomic
def cancel(event_id: int, because: str, *, by: Person) -> Event:
    """Call a meeting off: all who are registered are told why, and their calendars forget it. Raises NotAllowed, BadData."""
    event = _mine(event_id, by)
    event.cancelled_because = " ".join(because.split())[:300]
    if not event.cancelled_because:
        raise BadData(_("Say why: those who are registered will read it."))
    _step(event, "cancel", "meeting_cancelled", by)
    for occurrence in event.occurrences.all():
        tell_later("cancelled", occurrence, "off")
    return event


@transaction.atomic
def hold(event_id: int, *, by: Person, at: datetime | None = None) -> Event:
    """Say that the meeting was held: the lessons can be written, those who came are asked what they think of it.

    Raises NotAllowed, WrongState before its beginning.
    """
    event = Event.rows.lock(event_id)
    accounts.require(rules.may_moderate, by, event)
    begun = [occurrence.starts_at for occurrence in event.occurrences.all()]
    if not begun or max(begun) > (at or clock.now()):
        raise WrongState(_("This meeting has not begun yet."))
    return _step(event, "hold", "meeting_held", by)


@jobs.task("tell_registrants")
def tell_registrants(job: Job, *, what: str, occurrence: str, item: str = "") -> None:
    """One letter to each who is registered, or who chose the item; begun again after a fall, each still gets one."""
    tell: Callable[[Registration], None] = {"changed": letters.tell_change, "cancelled": letters.tell_cancelled}[what]
    rows = Registration.rows.filter(occurrence__code=occurrence, participant__erased_at=None)
    rows = rows.filter(item__code=item) if item else rows.filter(item=None)
    rows = rows.exclude(state__in=ENDED).select_related("participant", "occurrence__event", "item")
    for registration in rows.order_by("pk").iterator(chunk_size=200):
        tell(registration)


def tell_later(what: str, occurrence: Occurrence, since: str, *, item: ProgrammeItem | None = None) -> None:
    """Let the worker write to those who are registered, or who chose the item; once a change."""
    told = {"item": item.code} if item else {}
    key = f"{item.code if item else occurrence.code}:{what}:{since}"
    jobs.enqueue("tell_registrants", key, what=what, occurrence=occurrence.code, **told)


def _step(event: Event, step: str, verb: str, by: Person) -> Event:
    EVENT_STEPS.take(event, step)
    event.save(update_fields=["state", "cancelled_because"])
    journal.record(event, verb, by=by, organisation=event.committee)
    bump(event)
    return event


def bump(event: Event) -> None:
    """What the public reads of the meeting has changed, its board too."""
    stamps.bump("public")
    stamps.bump(board_stamp(event.code))


def _mine(event_id: int, by: Person) -> Event:
    event: Event = Event.rows.lock(event_id)
    accounts.require(rules.may_prepare_meeting, by, event)
    return event


def _changed(event: Event, by: Person) -> None:
    journal.record(event, "meeting_changed", by=by, organisation=event.committee)
    if event.state != EventState.DRAFT:
        bump(event)


def _check_not_over(event: Event) -> None:
    if event.state in OVER or event.state == EventState.CANCELLED:
        raise WrongState(_("This meeting is over, or was cancelled: its date and its note stay as they are."))


def _check_note(event: Event) -> None:
    if not event.name:
        raise BadData(_("Give the meeting a name, in one language at least."))
    opens, closes = event.registration_opens_at, event.registration_closes_at
    if opens and closes and closes <= opens:
        raise BadData(_("Registration must close after it opens."))


def _said(words: dict[str, str]) -> dict[str, str]:
    """The words of the languages somebody wrote in."""
    return {language: said.strip() for language, said in words.items() if said.strip()}
