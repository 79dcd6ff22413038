"""Letters to those who come to a meeting: their place, what changed, what is coming. Each carries the date for their calendar."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation

from marelle.accounts.models import Organisation, Person
from marelle.base import outbox
from marelle.base.addresses import whole
from marelle.base.calendars import as_ical
from marelle.base.registers import Moment
from marelle.events.models import Exchange, Invitation, Occurrence, Participant, Registration
from marelle.events.states import EventState, RegistrationState
from marelle.framework.models import text
from marelle.mandates.queries.people import writers_of

CALENDAR_METHODS = {RegistrationState.CONFIRMED: "REQUEST", RegistrationState.CANCELLED: "CANCEL"}


def tell(registration: Registration) -> None:
    """Where a registration stands now: confirmed, on the waiting list, offered a place, cancelled. Told once a change."""
    since = registration.offered_until or registration.waits_since or registration.cancelled_at or registration.asked_at
    state = registration.state
    _write(
        registration, f"place_{state}", f"{registration.code}:{state}:{since:%Y%m%d%H%M%S}", CALENDAR_METHODS.get(state)
    )


def remind(registration: Registration, days: int, at: datetime) -> None:
    """The meeting is near: when, where, and the link of the room. Today, tomorrow: as counted where it is held."""
    occurrence = registration.occurrence
    starts_at, today = (day.astimezone(ZoneInfo(occurrence.local_zone)).date() for day in (occurrence.starts_at, at))
    key = f"{registration.code}:reminder:{days}:{occurrence.sequence}"
    _write(registration, "meeting_reminder", key, "REQUEST", days=(starts_at - today).days)


def tell_change(registration: Registration) -> None:
    """The meeting was moved, or its room changed: the calendar follows."""
    sequence = moment_of(registration.occurrence, registration).sequence
    _write(registration, "meeting_changed", f"{registration.code}:moved:{sequence}", "REQUEST")


def tell_cancelled(registration: Registration) -> None:
    """The meeting will not be held."""
    _write(registration, "meeting_cancelled", f"{registration.code}:off", "CANCEL")


def ask_feedback(registration: Registration) -> None:
    """The meeting is over: five questions, on one's own page."""
    _write(registration, "meeting_feedback", f"{registration.code}:feedback", None)


def send_link(participant: Participant, at: datetime) -> None:
    """The participant's own page, sent again: to their address alone. Once a minute at most."""
    outbox.write(
        "own_page",
        to=participant.email,
        language=participant.language,
        key=f"own_page:{participant.pk}:{at:%Y%m%d%H%M}",
        context={"participant": participant, "address": own_page(participant)},
    )


def own_page(participant: Participant) -> str:
    """The secret address of a participant's page, whole, in their language."""
    return whole("public:own_page", participant.key, language=participant.language)


def moment_of(occurrence: Occurrence, registration: Registration | None = None) -> Moment:
    """A meeting, or an item one chose, as a date for a calendar. Its code never changes.

    Each registration has its own: who cancels, then comes back, gets a date that no calendar takes for the cancelled one.
    """
    event, item = occurrence.event, registration.item if registration else None
    cancelled = event.state == EventState.CANCELLED
    gone = registration is not None and registration.state == RegistrationState.CANCELLED
    return Moment(
        code=f"place-{registration.code}" if registration else f"meeting-{occurrence.code}",
        title=text(item.name) if item else text(event.name),
        starts_at=(item.starts_at if item else None) or occurrence.starts_at,
        ends_at=item.ends_at if item else occurrence.ends_at,
        address=event.address,
        zone=occurrence.local_zone,
        place=(item.room if item else "") or event.place,
        sequence=occurrence.sequence + (item.version - 1 if item else 0) + (1 if cancelled or gone else 0),
        is_cancelled=cancelled or gone,
    )


def invite(invitation: Invitation) -> None:
    """The gathering is announced: to each who writes for the organisation, once."""
    _write_invitation(invitation, "gathering_invitation", "sent")


def chase(invitation: Invitation) -> None:
    """No answer has come: once a press of the committee."""
    _write_invitation(invitation, "gathering_chase", f"{invitation.chased_at:%Y%m%d%H%M%S}")


def _write_invitation(invitation: Invitation, kind: str, when: str) -> None:
    event, organisation = invitation.event, invitation.organisation
    for person in writers_of(organisation):
        address = whole("city:gathering", organisation.code, event.code, language=person.language)
        outbox.write(
            kind,
            to=person.email,
            language=person.language,
            reference=f"events.event:{event.code}",
            key=f"gathering:{event.code}:{organisation.code}:{person.code}:{when}",
            context={
                "event": event,
                "organisation": organisation,
                "occurrence": event.occurrences.order_by("pk").first(),
                "address": address,
            },
        )


def _write(registration: Registration, kind: str, key: str, method: str | None, **more: object) -> None:
    participant, occurrence = registration.participant, registration.occurrence
    with translation.override(participant.language):
        date = moment_of(occurrence, registration)
        calendar = as_ical([date], "", method=method, attendee=participant.email).decode() if method else ""
    outbox.write(
        kind,
        to=participant.email,
        language=participant.language,
        reference=f"events.registration:{registration.code}",
        key=f"meeting:{key}",
        calendar=calendar,
        context={
            "participant": participant,
            "registration": registration,
            "occurrence": occurrence,
            "event": occurrence.event,
            "name": registration.item or occurrence.event,
            "starts_at": (registration.item.starts_at if registration.item else None) or occurrence.starts_at,
            "place": (registration.item.room if registration.item else "") or occurrence.event.place,
            "address": own_page(participant),
            **more,
        },
    )


# Exchanges -----------------------------------------------------------------------------------------------------------
def tell_exchange_asked(exchange: Exchange, people: Iterable[Person]) -> None:
    """A city asks for an exchange: to those who write for the one that is asked."""
    for person in people:
        _write_exchange("exchange_asked", exchange, person, exchange.asked_of)


def tell_exchange_answered(exchange: Exchange, people: Iterable[Person], by: Person) -> None:
    """Accepted or declined: to those who write for the city that asked, with whom to write to."""
    for person in people:
        _write_exchange("exchange_answered", exchange, person, exchange.asked_by, answered_by=by)


def _write_exchange(kind: str, exchange: Exchange, person: Person, organisation: Organisation, **more: Person) -> None:
    """`organisation`: the reader's, whose workspace the link opens."""
    address = whole("city:exchange", organisation.code, exchange.code, language=person.language)
    outbox.write(
        kind,
        to=person.email,
        language=person.language,
        reference=f"events.exchange:{exchange.code}",
        key=f"{kind}:{exchange.code}:{person.code}",
        context={"exchange": exchange, "need": exchange.need, "person": person, "address": address, **more},
    )
