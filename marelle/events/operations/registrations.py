"""Places in a meeting and in what is chosen there: asked for, given, waited for, offered, given back.

One table and one way for all: an occurrence of a webinar, the two days of a gathering, a workshop of it. Whatever has
places is locked first, so that no place is given twice; the waiting list keeps its order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation, Person
from marelle.base import stamps
from marelle.base.errors import BadData, Closed, WrongState
from marelle.events import letters
from marelle.events.models import Comfort, Delegation, Occurrence, Participant, ProgrammeItem, Registration
from marelle.events.queries.gatherings import overlap
from marelle.events.states import HOLDS_A_PLACE, REGISTRATION_STEPS, EventState, RegistrationState
from marelle.framework.models import text

TAKEN = frozenset({RegistrationState.CONFIRMED, RegistrationState.PRESENT})
OFFER_LASTS = timedelta(hours=48)  # process table: a place offered from the waiting list


@dataclass(frozen=True)
class Coming:
    """Who comes, as they say it themselves. `country`: ISO 3166-1, two letters; `person`: when they have an account."""

    email: str
    name: str
    language: str = "fr"
    function: str = ""
    organisation: Organisation | None = None
    organisation_name: str = ""
    country: str = ""
    person: Person | None = None
    dietary: str = ""
    access: str = ""
    recording_consent: bool | None = None


@transaction.atomic
def register(occurrence_id: int, coming: Coming, *, at: datetime, delegation: Delegation | None = None) -> Registration:
    """Ask for a place: given while there is one, else the end of the waiting list. Twice is once.

    Raises Closed outside the window of registration, WrongState when the meeting is not announced, BadData.
    """
    occurrence = Occurrence.rows.lock(occurrence_id)
    _check_open(occurrence, at)
    participant = known(coming, at=at)
    held = participant.registrations.exclude(state=RegistrationState.CANCELLED)
    found = held.filter(occurrence=occurrence, item=None).first()
    if found is None:
        found = Registration(
            participant=participant,
            occurrence=occurrence,
            delegation=delegation,
            asked_at=at,
            recording_consent=coming.recording_consent,
        )
        _give_or_queue(found, occurrence.capacity, at)
        if found.state == RegistrationState.CONFIRMED and _is_full(occurrence):
            stamps.bump("public")  # its page says so
    if coming.dietary or coming.access:
        words = {"dietary": coming.dietary.strip()[:300], "access": coming.access.strip()[:300]}
        Comfort.objects.update_or_create(registration=found, defaults=words)
    letters.tell(found)
    return found


@transaction.atomic
def choose(registration_id: int, item_id: int, *, at: datetime) -> Registration:
    """Choose an item of the gathering one is registered for. Twice is once.

    Raises BadData when it overlaps another choice, Closed, WrongState.
    """
    main = Registration.rows.lock(
        registration_id
    )  # one participant chooses one thing at a time: no clash slips through
    if main.state not in HOLDS_A_PLACE:
        raise WrongState(_("Choices are made once the place in the meeting is confirmed."))
    _check_open(main.occurrence, at)
    item = ProgrammeItem.rows.lock(item_id)
    if item.event_id != main.occurrence.event_id or not item.is_choice:
        raise WrongState(_("This item is not one that is chosen."))
    mine = main.participant.registrations.filter(item__event=item.event_id).exclude(state=RegistrationState.CANCELLED)
    chosen = list(mine.select_related("item"))
    for other in chosen:
        if other.item_id == item.pk:
            return other
        if overlap(other.item, item):
            sentence = _("You already chose “%(item)s” at that time. Leave it first.")
            raise BadData(sentence % {"item": text(other.item.name)})
    choice = Registration(
        participant=main.participant,
        occurrence=main.occurrence,
        item=item,
        delegation=main.delegation,
        asked_at=at,
    )
    _give_or_queue(choice, item.capacity, at)
    letters.tell(choice)
    return choice


@transaction.atomic
def accept(registration_id: int, *, at: datetime) -> Registration:
    """Take the place that was offered. Twice is once. Raises Closed when the offer has ended, WrongState."""
    registration = Registration.rows.lock(registration_id)
    if registration.state in TAKEN:
        return registration
    if registration.state == RegistrationState.OFFERED and registration.offered_until <= at:
        raise Closed(_("The time to take this place has passed: it goes to the next person who waits."))
    REGISTRATION_STEPS.take(registration, "confirm")
    registration.waits_since = registration.offered_until = None
    registration.save(update_fields=["state", "waits_since", "offered_until"])
    letters.tell(registration)
    return registration


@transaction.atomic
def cancel(registration_id: int, *, at: datetime) -> Registration:
    """Give the place back: the first who waits is offered it, and nobody else. What was chosen is given back too.

    Twice is once.
    """
    registration = _with_its_places(registration_id)
    if registration.state == RegistrationState.CANCELLED:
        return registration
    held = registration.state in HOLDS_A_PLACE
    REGISTRATION_STEPS.take(registration, "cancel")
    registration.cancelled_at, registration.waits_since, registration.offered_until = at, None, None
    registration.save(update_fields=["state", "cancelled_at", "waits_since", "offered_until"])
    if registration.item_id is None:
        own = registration.participant.registrations.filter(occurrence=registration.occurrence).exclude(item=None)
        for choice in own.exclude(state=RegistrationState.CANCELLED).order_by("pk"):
            cancel(choice.pk, at=at)
    letters.tell(registration)
    if held:
        offer_next(registration.occurrence, registration.item, at=at)
    return registration


@transaction.atomic
def check_in(code: str, *, at: datetime) -> Registration:
    """Somebody is there. Said twice, the first time counts. Raises WrongState for who has no place."""
    registration = Registration.rows.lock(Registration.rows.get(code=code).pk)
    if registration.state != RegistrationState.PRESENT:
        REGISTRATION_STEPS.take(registration, "check_in")
        registration.present_at = at
        registration.save(update_fields=["state", "present_at"])
    return registration


def expire_offers(at: datetime) -> None:
    """A round of the worker: offers nobody took go to the next who waits; the others keep their order."""
    late = Registration.rows.filter(state=RegistrationState.OFFERED, offered_until__lte=at)
    for pk in list(late.order_by("offered_until", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            _expire(pk, at)


@transaction.atomic
def change_capacity(
    occurrence_id: int, capacity: int | None, *, at: datetime, item: ProgrammeItem | None = None
) -> None:
    """More places: offered at once to those who wait. Fewer: nobody loses a place already given."""
    occurrence = Occurrence.rows.lock(occurrence_id)
    place = ProgrammeItem.rows.lock(item.pk) if item else occurrence
    place.capacity = capacity
    place.save(update_fields=["capacity"])
    while offer_next(occurrence, place if item else None, at=at):
        pass


def offer_next(occurrence: Occurrence, item: ProgrammeItem | None, *, at: datetime) -> Registration | None:
    """Offer a free place to the first who waits; None when there is none, or nobody. The place is locked by the caller."""
    places = (item or occurrence).capacity
    asked = Registration.rows.filter(occurrence=occurrence, item=item)
    if places is not None and asked.filter(state__in=HOLDS_A_PLACE).count() >= places:
        return None
    begins = (item.starts_at if item else None) or occurrence.starts_at
    first = asked.filter(state=RegistrationState.WAITING).order_by("waits_since", "pk").first()
    if first is None or at >= begins:
        return None
    REGISTRATION_STEPS.take(first, "offer")
    first.offered_until = min(at + OFFER_LASTS, begins)
    first.save(update_fields=["state", "offered_until"])
    letters.tell(first)
    return first


def known(coming: Coming, *, at: datetime) -> Participant:
    """The participant of that address, made at first need. Whoever types the address again adds what was not said.

    Only somebody signed in replaces it here: an address proves nothing. Others change it on their own page.
    Raises BadData without a name or an address.
    """
    email, name = coming.email.strip(), " ".join(coming.name.split())
    if not email or not name:
        raise BadData(_("A name and an e-mail address are needed: the link to your page is sent there."))
    said = {
        "name": name[:120],
        "language": coming.language,
        "function": coming.function.strip()[:120],
        "organisation": coming.organisation,
        "organisation_name": coming.organisation_name.strip()[:200],
        "country": coming.country,
    }
    living = Participant.rows.select_for_update(no_key=True).filter(email__iexact=email, erased_at=None)
    try:
        with transaction.atomic():
            participant = living.first() or Participant.rows.create(email=email, created_at=at, **said)
    except IntegrityError:  # registered at the same moment elsewhere
        participant = living.get()
    for field_name, value in said.items():
        held = participant.organisation_id if field_name == "organisation" else getattr(participant, field_name)
        if coming.person or not held:
            setattr(participant, field_name, value)
    participant.person = coming.person or participant.person
    participant.save()
    return participant


def _give_or_queue(registration: Registration, capacity: int | None, at: datetime) -> None:
    """Confirm while there is a place and nobody waits for it; else the end of the list. Saves."""
    asked = Registration.rows.filter(occurrence=registration.occurrence, item=registration.item)
    taken = asked.filter(state__in=HOLDS_A_PLACE).count()
    waits = asked.filter(state=RegistrationState.WAITING).exists()
    has_place = capacity is None or (taken < capacity and not waits)
    REGISTRATION_STEPS.take(registration, "confirm" if has_place else "queue")
    registration.waits_since = None if has_place else at
    registration.save()


def _is_full(occurrence: Occurrence) -> bool:
    if occurrence.capacity is None:
        return False
    taken = Registration.rows.filter(occurrence=occurrence, item=None, state__in=HOLDS_A_PLACE).count()
    return taken >= occurrence.capacity


def _expire(pk: int, at: datetime) -> None:
    registration = _with_its_places(pk)
    until = registration.offered_until
    if registration.state != RegistrationState.OFFERED or until is None or until > at:
        return
    REGISTRATION_STEPS.take(registration, "expire")
    registration.waits_since, registration.offered_until = at, None  # at the end of the list: it had its turn
    registration.save(update_fields=["state", "waits_since", "offered_until"])
    letters.tell(registration)
    offer_next(registration.occurrence, registration.item, at=at)
    stamps.bump("public")


def _with_its_places(registration_id: int) -> Registration:
    """The registration, held, once what it is a place in is held: always in that order."""
    found = Registration.rows.select_related("item").get(pk=registration_id)
    occurrence = Occurrence.rows.lock(found.occurrence_id)
    item = ProgrammeItem.rows.lock(found.item_id) if found.item_id else None
    registration = Registration.rows.lock(registration_id)
    registration.occurrence, registration.item = occurrence, item
    return registration


def _check_open(occurrence: Occurrence, at: datetime) -> None:
    event = occurrence.event
    if event.state != EventState.PUBLISHED:
        raise WrongState(_("Registration is not possible: this meeting is not announced, or is over."))
    if event.registration_opens_at and at < event.registration_opens_at:
        raise Closed(_("Registration is not open yet."))
    closes = event.registration_closes_at or occurrence.ends_at
    if at >= closes:
        raise Closed(_("Registration is closed. What you typed has not been sent."))
