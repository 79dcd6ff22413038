"""The national gathering: prepared, announced, changed, held; who is sent there, and what they choose."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import files, journal
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock, origins, stamps
from marelle.base.errors import BadData, Closed, WrongState
from marelle.events import rules
from marelle.events.models import Delegation, Event, EventPerson, Host, Invitation, ProgrammeItem, Registration
from marelle.events.operations import meetings, registrations, rooms
from marelle.events.operations.registrations import Coming
from marelle.events.queries import gatherings as queries
from marelle.events.states import (
    EVENT_STEPS,
    OVER,
    Access,
    EventKind,
    EventRole,
    EventState,
    HostRole,
    ItemKind,
    RegistrationState,
    Reply,
)
from marelle.library.models import Practice
from marelle.library.queries import practices

MOST_ITEMS = 300
LARGEST_DELEGATION = 30  # people registered in one form


@dataclass(frozen=True)
class Dates:
    """When and where a gathering is held, and from when to when one registers."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    capacity: int | None = None


@dataclass(frozen=True)
class Part:
    """An item of the programme, as it is typed. `speakers`: pairs of a name and a title, in order."""

    kind: str
    name: dict[str, str]
    starts_at: datetime
    minutes: int
    description: dict[str, str] = field(default_factory=dict)
    theme: dict[str, str] = field(default_factory=dict)
    level: str = "any"
    language: str = ""
    room: str = ""
    capacity: int | None = None
    is_choice: bool = False
    domain: Any = None
    speakers: Sequence[tuple[str, str]] = ()


# The gathering -------------------------------------------------------------------------------------------------------
@transaction.atomic
def draft_gathering(
    committee: Organisation, *, year: int, name: dict[str, str], objectives: dict[str, str], dates: Dates, by: Person
) -> Event:
    """Prepare the gathering of a year. Nobody outside the team sees it. Raises NotAllowed, BadData."""
    require(rules.may_run, by, committee)
    _check_dates(dates)
    event = Event(
        kind=EventKind.GATHERING,
        committee=committee,
        year=year,
        name=name,
        objectives=objectives,
        access=Access.NETWORK,
        created_at=clock.now(),
        **_of_event(dates),
    )
    try:
        with transaction.atomic():
            event.save()
    except IntegrityError as error:
        raise BadData(_("This committee already has a gathering in %(year)s.") % {"year": year}) from error
    Host.objects.create(event=event, organisation=committee, role=HostRole.LEAD)
    meetings.hold_in(event.pk, _days(dates), by=by)
    journal.record(event, "gathering_drafted", by=by, organisation=committee)
    return event


@transaction.atomic
def change_gathering(
    event_id: int, *, name: dict[str, str], objectives: dict[str, str], dates: Dates, by: Person
) -> Event:
    """Change a gathering that is not over. Moved once announced, those who come are told and their calendars follow.

    Raises NotAllowed, WrongState, BadData.
    """
    event = _held(event_id, by)
    _check_dates(dates)
    elsewhere = (dates.place, dates.zone) != (event.place, event.zone)
    for key, value in {"name": name, "objectives": objectives, **_of_event(dates)}.items():
        setattr(event, key, value)
    event.version += 1
    event.save()
    meetings.hold_in(event_id, _days(dates), by=by, elsewhere=elsewhere)
    journal.record(event, "gathering_changed", by=by, organisation=event.committee)
    stamps.bump("public")
    return event


@transaction.atomic
def publish_gathering(event_id: int, *, by: Person) -> Event:
    """Announce the gathering and its programme. Raises NotAllowed, WrongState, BadData without any item."""
    if not _held(event_id, by).items.exists():
        raise BadData(_("Write at least one item of the programme first."))
    return meetings.publish(event_id, by=by)


@transaction.atomic
def publish_proceedings(event_id: int, *, by: Person) -> Event:
    """Let everyone read what came out of each item. Raises NotAllowed, WrongState before it has been held."""
    event = _held(event_id, by)
    EVENT_STEPS.take(event, "publish_proceedings")
    event.save(update_fields=["state"])
    journal.record(event, "proceedings_published", by=by, organisation=event.committee)
    stamps.bump("public")
    return event


# Its programme -------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_item(event_id: int, part: Part, *, by: Person, code: str = "") -> ProgrammeItem:
    """Add an item, or change the one of that code. Moved once announced, those who chose it are told.

    Raises NotAllowed, WrongState, BadData.
    """
    event = _held(event_id, by)
    _check_part(event, part)
    item = ProgrammeItem.rows.lock(event.items.get(code=code).pk) if code else ProgrammeItem(event=event)
    if code and item.is_choice and not part.is_choice and _chosen(item):
        raise WrongState(_("People have chosen this item: it stays one that is chosen."))
    rooms.check_room(event, part.room, part.starts_at, part.minutes, item)
    places = rooms.places_in(event, part.room, part.capacity, is_choice=part.is_choice)
    was = (item.starts_at, item.minutes, item.room)
    for name in ("kind", "name", "starts_at", "minutes", "description", "theme", "level", "language", "room"):
        setattr(item, name, getattr(part, name))
    item.is_choice, item.domain = part.is_choice, part.domain
    item.capacity = item.capacity if code else places
    item.version += bool(code)
    item.save()
    if code:
        registrations.change_capacity(queries.occurrence_of(event).pk, places, at=clock.now(), item=item)
    if code and event.state == EventState.PUBLISHED and was != (item.starts_at, item.minutes, item.room):
        meetings.tell_later("changed", queries.occurrence_of(event), str(item.version), item=item)
    item.roles.filter(role=EventRole.SPEAKER).delete()
    EventPerson.objects.bulk_create(
        EventPerson(event=event, item=item, role=EventRole.SPEAKER, name=name, title=title, position=position)
        for position, (name, title) in enumerate(part.speakers)
    )
    journal.record(item, "programme_changed", by=by, organisation=event.committee)
    stamps.bump("public")
    return item


@transaction.atomic
def remove_item(event_id: int, code: str, *, by: Person) -> None:
    """Take an item out of the programme, while nobody has chosen it. Raises NotAllowed, WrongState."""
    event = _held(event_id, by)
    item = ProgrammeItem.rows.lock(event.items.get(code=code).pk)
    if item.registrations.exists():
        raise WrongState(_("People have chosen this item: it cannot be taken out. Change it, or tell them."))
    journal.record(item, "programme_changed", by=by, organisation=event.committee)
    item.delete()
    stamps.bump("public")


@transaction.atomic
def write_outcome(
    event_id: int, code: str, *, outcome: dict[str, str], by: Person, file: File | None = None
) -> ProgrammeItem:
    """Write what came out of an item, and join a file: shown once the proceedings are published.

    Raises NotAllowed, WrongState before the gathering has been held.
    """
    event = _held(event_id, by)
    if event.state not in OVER:
        raise WrongState(_("Proceedings are written once the gathering has been held."))
    item = ProgrammeItem.rows.lock(event.items.get(code=code).pk)
    item.outcome = {language: words for language, words in outcome.items() if words}
    item.version += 1
    item.save(update_fields=["outcome", "version"])
    if file is not None:
        item.files.add(file)
    journal.record(item, "proceedings_written", by=by, organisation=event.committee)
    stamps.bump("public")
    return item


@transaction.atomic
def remove_file(event_id: int, code: str, file_code: str, *, by: Person) -> None:
    """A document of the proceedings less: nobody reads it any more. Raises NotAllowed."""
    event = _held(event_id, by)
    file = event.items.get(code=code).files.filter(code=file_code, removed_at=None).first()
    if file is not None:
        files.remove(file, by=by)
        stamps.bump("public")


@transaction.atomic
def show_practice(event_id: int, code: str, practice_code: str, *, by: Person) -> ProgrammeItem:
    """Say that a stall of the market shows a practice: the thread ties them. Raises NotAllowed, BadData."""
    event = _held(event_id, by)
    item = event.items.filter(code=code, kind=ItemKind.MARKET).first()
    practice = Practice.objects.public().filter(code=practice_code.strip().rpartition("/")[2]).first()
    if item is None or practice is None:
        raise BadData(_("Give the address or the code of a published practice."))
    words = practices.words_of(practice)
    origins.link(
        "practice",
        parent=origins.reference("library.practice", practice.code),
        offspring=origins.reference("events.item", item.code),
        label=words.name,
        excerpt=words.summary,
        address=f"/pratiques/{practice.code}",
        by=by,
    )
    journal.record(item, "programme_changed", by=by, organisation=event.committee)
    stamps.bump("public")
    return item


# Who is sent there ---------------------------------------------------------------------------------------------------
@transaction.atomic
def send_delegation(event_id: int, organisation: Organisation, people: Sequence[Coming], *, by: Person) -> Delegation:
    """Register several people for one organisation; it is then known to come. All of them, or none.

    Raises NotAllowed, Closed, WrongState, BadData (nobody named, too many).
    """
    at = clock.now()
    invitation = Invitation.rows.lock(Invitation.rows.get(event=event_id, organisation=organisation).pk)
    require(rules.may_answer_invitation, by, invitation)
    if not people or len(people) > LARGEST_DELEGATION:
        raise BadData(_("Name between 1 and %(most)s people.") % {"most": LARGEST_DELEGATION})
    emails = [coming.email.strip().casefold() for coming in people]
    if len(set(emails)) < len(emails):
        raise BadData(_("Two people have the same e-mail address: each receives their own page, at their own."))
    delegation, _new = Delegation.objects.get_or_create(
        event_id=event_id, organisation=organisation, defaults={"made_by": by, "made_at": at}
    )
    occurrence = queries.occurrence_of(invitation.event)
    for coming in people:
        place = registrations.register(occurrence.pk, coming, at=at, delegation=delegation)
        if place.delegation_id is None:  # had registered alone before
            place.delegation = delegation
            place.save(update_fields=["delegation"])
    invitation.reply, invitation.replied_at, invitation.replied_by = Reply.COMES, at, by
    invitation.save(update_fields=["reply", "replied_at", "replied_by"])
    journal.record(delegation, "delegation_sent", by=by, organisation=organisation, people=len(people))
    stamps.bump("public")
    return delegation


@transaction.atomic
def choose_for(registration_id: int, item_code: str, *, by: Person) -> Registration:
    """Choose an item for somebody of one's delegation. Raises NotAllowed, BadData (a clash), Closed, WrongState."""
    registration = _of_delegation(registration_id, by)
    item = ProgrammeItem.rows.get(event=registration.occurrence.event_id, code=item_code)
    choice = registrations.choose(registration.pk, item.pk, at=clock.now())
    journal.record(choice, "place_chosen", by=by, organisation=registration.delegation.organisation)  # type: ignore[union-attr]
    stamps.bump("public")
    return choice


@transaction.atomic
def cancel_for(registration_id: int, *, by: Person) -> Registration:
    """Give back a place of one's delegation, in the gathering or in an item. Raises NotAllowed, Closed, WrongState."""
    registration = _of_delegation(registration_id, by)
    at = clock.now()
    if at >= registration.occurrence.starts_at:
        raise Closed(_("The gathering has begun: nothing is cancelled any more."))
    registrations.cancel(registration.pk, at=at)
    journal.record(registration, "place_given_back", by=by, organisation=registration.delegation.organisation)  # type: ignore[union-attr]
    stamps.bump("public")
    return registration


@transaction.atomic
def accept_for(registration_id: int, *, by: Person) -> Registration:
    """Take the place offered to somebody of one's delegation. Raises NotAllowed, Closed, WrongState."""
    registration = _of_delegation(registration_id, by)
    accepted = registrations.accept(registration.pk, at=clock.now())
    journal.record(registration, "place_chosen", by=by, organisation=registration.delegation.organisation)  # type: ignore[union-attr]
    stamps.bump("public")
    return accepted


@transaction.atomic
def check_in(event_id: int, code: str, *, by: Person, at: datetime | None = None) -> Registration:
    """Somebody is at the door; pressed twice, or sent again by a phone, the first time counts.

    Raises NotAllowed, WrongState (no place), BadData (no such badge in this gathering).
    """
    event = Event.rows.get(pk=event_id)
    require(rules.may_run, by, event.committee)
    found = Registration.rows.filter(code=code.strip().lower(), occurrence__event=event, item=None).first()
    if found is None:
        raise BadData(_("No badge of this gathering has this code. Find the person by name below."))
    was_there = found.state == RegistrationState.PRESENT
    registration = registrations.check_in(found.code, at=at or clock.now())
    if not was_there:
        journal.record(registration, "checked_in", by=by, organisation=event.committee)
    return registration


def _held(event_id: int, by: Person) -> Event:
    """The gathering, held until the end of the transaction. Raises NotAllowed."""
    event = Event.rows.lock(event_id)
    require(rules.may_run, by, event.committee)
    return event


def _of_delegation(registration_id: int, by: Person) -> Registration:
    registration = Registration.rows.select_related("delegation__organisation", "occurrence__event").get(
        pk=registration_id
    )
    require(rules.may_change_delegation, by, registration.delegation)
    return registration


def _of_event(dates: Dates) -> dict[str, Any]:
    return {
        "zone": dates.zone,
        "place": dates.place,
        "registration_opens_at": dates.registration_opens_at,
        "registration_closes_at": dates.registration_closes_at,
    }


def _days(dates: Dates) -> meetings.Held:
    return meetings.Held("fr", dates.starts_at, dates.ends_at, capacity=dates.capacity)


def _check_dates(dates: Dates) -> None:
    opens, closes = dates.registration_opens_at, dates.registration_closes_at
    faults = []
    if dates.ends_at <= dates.starts_at:
        faults.append(_("The gathering ends after it begins."))
    if opens and closes and closes <= opens:
        faults.append(_("Registration closes after it opens."))
    if closes and closes > dates.ends_at:
        faults.append(_("Registration closes before the gathering ends."))
    if faults:
        raise BadData(_("These dates cannot be kept."), faults)


def _check_part(event: Event, part: Part) -> None:
    occurrence = queries.occurrence_of(event)
    if event.state == EventState.CANCELLED:
        raise WrongState(_("This gathering is cancelled."))
    if part.minutes < 1:
        raise BadData(_("An item lasts a minute or more."))
    if not occurrence.starts_at <= part.starts_at < occurrence.ends_at:
        raise BadData(_("This hour is outside the days of the gathering."))
    if event.items.count() >= MOST_ITEMS:
        raise BadData(_("The programme holds %(most)s items at most.") % {"most": MOST_ITEMS})


def _chosen(item: ProgrammeItem) -> bool:
    return item.registrations.exclude(state=RegistrationState.CANCELLED).exists()
