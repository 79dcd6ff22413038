"""The rooms of a gathering: how many people each holds, and that no two items are held in one at the same time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.base.errors import BadData
from marelle.events import rules
from marelle.events.models import Event, ProgrammeItem, Room


@transaction.atomic
def save_room(event_id: int, name: str, capacity: int, *, by: Person) -> Room:
    """A room and how many people it holds; said again, it changes. Raises NotAllowed, BadData (an item has more places)."""
    event = _held(event_id, by)
    name = " ".join(name.split())[:80]
    if not name or capacity < 1:
        raise BadData(_("Give the room a name, and how many people it holds."))
    larger = event.items.filter(room=name, capacity__gt=capacity).first()
    if larger:
        raise BadData(_("“{item}” has more places than that: change it first.").format(item=larger))
    room, _new = Room.objects.update_or_create(event=event, name=name, defaults={"capacity": capacity})
    journal.record(event, "programme_changed", by=by, organisation=event.committee)
    return room


@transaction.atomic
def remove_room(event_id: int, name: str, *, by: Person) -> None:
    """A room less; the items that name it keep its name. Raises NotAllowed."""
    event = _held(event_id, by)
    if event.rooms.filter(name=name).delete()[0]:
        journal.record(event, "programme_changed", by=by, organisation=event.committee)


def check_room(event: Event, name: str, starts_at: datetime, minutes: int, besides: ProgrammeItem) -> None:
    """Raises BadData when another item is held in this room at that time."""
    ends_at = starts_at + timedelta(minutes=minutes)
    for other in event.items.filter(room=name, starts_at__lt=ends_at).exclude(pk=besides.pk) if name else ():
        if other.ends_at and other.ends_at > starts_at:
            raise BadData(_("“{item}” is held in this room at that time.").format(item=other))


def places_in(event: Event, name: str, wanted: int | None, *, is_choice: bool) -> int | None:
    """How many places an item has there: those wanted, else those of the room it is chosen for. Raises BadData beyond."""
    room = event.rooms.filter(name=name).first() if name else None
    if room is None:
        return wanted
    if wanted is not None and wanted > room.capacity:
        raise BadData(_("This room holds {most} people: give the item no more places.").format(most=room.capacity))
    return room.capacity if wanted is None and is_choice else wanted


def _held(event_id: int, by: Person) -> Event:
    event: Event = Event.rows.lock(event_id)
    require(rules.may_run, by, event.committee)
    return event
