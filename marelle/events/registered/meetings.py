"""Meetings: their dates, how they show themselves on the thread, who still receives their letters, the rounds."""

from collections.abc import Iterator

from marelle.accounts.models import Organisation, Person
from marelle.base import clock, origins, outbox, registers, rounds
from marelle.base.registers import Moment
from marelle.events import letters
from marelle.events.models import Participant
from marelle.events.operations import participants as operations
from marelle.events.operations import registrations
from marelle.events.queries import meetings

LETTERS = (
    "place_confirmed",
    "place_waiting",
    "place_offered",
    "place_cancelled",
    "meeting_changed",
    "meeting_cancelled",
    "meeting_reminder",
    "meeting_feedback",
    "own_page",
)


def register() -> None:
    """Join the registers."""
    registers.calendar_providers.append(calendar)
    registers.public_search_providers.append(meetings.find)
    origins.register("events.event", meetings.show_events)
    origins.register("events.item", meetings.show_items)
    for kind in LETTERS:
        outbox.may_receive(kind, still_comes)
    for work in (registrations.expire_offers, operations.remind, operations.ask_feedback, operations.forget_comfort):
        rounds.register(work)


def calendar(person: Person | None, organisation: Organisation | None) -> Iterator[Moment]:
    """The meetings announced, for everyone; those one has a part in for this organisation, for oneself."""
    now = clock.now()
    for occurrence in meetings.to_come(now) if person is None else meetings.of_person(person, organisation, now):
        yield letters.moment_of(occurrence)


def still_comes(reference: str, address: str) -> bool:
    """Whoever has this address has not been erased."""
    return Participant.objects.filter(email__iexact=address, erased_at=None).exists()
