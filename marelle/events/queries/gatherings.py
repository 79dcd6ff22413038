"""Gatherings: the programme by day and hour, who is invited, who comes, what is said together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import Origin
from marelle.events.models import (
    Comfort,
    Declaration,
    Delegation,
    Event,
    EventPerson,
    Invitation,
    Occurrence,
    ProgrammeItem,
    Registration,
)
from marelle.events.states import HOLDS_A_PLACE, EventKind, EventRole, ItemKind, RegistrationState, Reply
from marelle.library.models import Practice
from marelle.library.queries import practices
from marelle.mandates.models import Mandate
from marelle.mandates.states import MEMBER_STATES

PRACTICE = "library.practice:"  # how the thread names one


@dataclass(frozen=True)
class Slot:
    """What begins at one moment of a day."""

    starts_at: datetime
    items: list[ProgrammeItem]


@dataclass(frozen=True)
class Day:
    """One day of the programme: `on` as its zone counts days."""

    on: date
    slots: list[Slot]


@dataclass(frozen=True)
class Left:
    """Places of an item: `left` None when there is no limit; `waiting`: how many wait."""

    left: int | None
    waiting: int

    def __str__(self) -> str:
        """In words."""
        if self.left is None:
            return _("places for everyone")
        if self.left:
            return ngettext("{left} place left", "{left} places left", self.left).format(left=self.left)
        if self.waiting:
            words = ngettext("full, {waiting} person waits", "full, {waiting} people wait", self.waiting)
            return words.format(waiting=self.waiting)
        return _("full, the next goes on the waiting list")


@dataclass(frozen=True)
class Programme:
    """A gathering as it is read: its items in order; places left and speakers are asked for when they are shown."""

    event: Event
    occurrence: Occurrence
    items: list[ProgrammeItem]

    @cached_property
    def places(self) -> dict[int, Left]:
        """Places left in each item that is chosen, by its key."""
        return places(self.event, self.items)

    @cached_property
    def speakers(self) -> dict[int, list[str]]:
        """Who speaks, in order, by the key of the item."""
        return speakers(self.event)

    @property
    def days(self) -> list[Day]:
        """By day, then by hour; items without a time are left out."""
        zone = ZoneInfo(self.event.zone)
        timed = [item for item in self.items if item.starts_at]
        found = []
        for on, of_day in groupby(timed, key=lambda item: item.starts_at.astimezone(zone).date()):  # type: ignore[union-attr]
            slots = [Slot(at, list(items)) for at, items in groupby(of_day, key=lambda item: item.starts_at)]
            found.append(Day(on, slots))
        return found


def in_year(year: int) -> list[Event]:
    """The gatherings anyone may read about in that year, one a committee, by its name."""
    rows = Event.objects.public().filter(kind=EventKind.GATHERING, year=year).select_related("committee")
    return list(rows.order_by("committee__name", "pk"))


def holding(events: Iterable[Event], code: str) -> list[Event]:
    """Those of these gatherings whose item or declaration has that code."""
    rows = Event.rows.filter(pk__in=[event.pk for event in events])
    held = set(rows.filter(Q(items__code=code) | Q(declarations__code=code)).values_list("pk", flat=True))
    return [event for event in events if event.pk in held]


def shared_years() -> set[int]:
    """The years in which several committees hold a gathering: its address then says which."""
    rows = Event.objects.public().filter(kind=EventKind.GATHERING).order_by().values_list("year")
    return {year for year, count in rows.annotate(count=Count("pk")) if year and count > 1}


def of_team(person: Person) -> QuerySet[Event]:
    """The gatherings of the committees whose programme team this person is in, the latest first."""
    own = Event.objects.visible_to(person).filter(committee__in=person.committees_as(PROGRAMME_TEAM))
    return own.filter(kind=EventKind.GATHERING).select_related("committee").order_by("-year", "pk")


def programme(event: Event) -> Programme:
    """All there is to read of a gathering: at most four questions to the database, whatever its length."""
    items = list(event.items.order_by("starts_at", "position", "pk"))
    for item in items:
        item.event = event
    return Programme(event, occurrence_of(event), items)


def hosts_of(event: Event) -> str:
    """Who carries it, in order, in one line."""
    rows = event.hosts.order_by("position", "pk")
    return ", ".join(rows.values_list("organisation__name", flat=True))


def speakers(event: Event) -> dict[int, list[str]]:
    """Who speaks, in order, by the key of the item."""
    roles = EventPerson.objects.filter(event=event, role=EventRole.SPEAKER).exclude(item=None)
    found: dict[int, list[str]] = {}
    for item, name in roles.order_by("position", "pk").values_list("item", "name"):
        found.setdefault(item, []).append(name)
    return found


def occurrence_of(event: Event) -> Occurrence:
    """The days of a gathering: it has one occurrence."""
    found = event.occurrences.order_by("pk").first()
    if found is None:
        raise Occurrence.DoesNotExist
    found.event = event
    return found


def places(event: Event, items: Iterable[ProgrammeItem]) -> dict[int, Left]:
    """Places left in each item that is chosen, by its key."""
    counted = Registration.objects.filter(item__event=event).order_by().values_list("item", "state")
    taken, waiting = Counter[int](), Counter[int]()
    for item, state, count in counted.annotate(count=Count("pk")):
        if state in HOLDS_A_PLACE:
            taken[item] += count
        elif state == RegistrationState.WAITING:
            waiting[item] += count
    return {
        item.pk: Left(None if item.capacity is None else max(0, item.capacity - taken[item.pk]), waiting[item.pk])
        for item in items
        if item.is_choice
    }


def members_of(committee: Organisation) -> QuerySet[Organisation]:
    """The cities and intercommunalities that hold a living mandate from one of this committee's calls."""
    living = Mandate.objects.everyone(reason="the network of a committee").filter(
        state__in=sorted(MEMBER_STATES), agreement__application__call__committee=committee
    )
    return Organisation.objects.filter(pk__in=living.values("organisation")).order_by("name", "pk")


def invitations_of(event: Event) -> list[Invitation]:
    """Who is invited, by name; each says how many people it sends (`coming`). Two questions."""
    held = Registration.objects.filter(delegation__event=event, item=None, state__in=HOLDS_A_PLACE)
    coming = dict(held.order_by().values_list("delegation__organisation").annotate(n=Count("pk")))
    rows = event.invitations.select_related("organisation__territory__departement", "replied_by")
    found = list(rows.order_by("organisation__name", "pk"))
    for invitation in found:
        invitation.coming = coming.get(invitation.organisation_id, 0)  # type: ignore[attr-defined]
    return found


def replies(event: Event) -> dict[str, int]:
    """How many come, do not, are silent; all three, even at 0."""
    counted = dict(event.invitations.order_by().values_list("reply").annotate(n=Count("pk")))
    return {reply: counted.get(reply, 0) for reply in Reply.values}


def invited(organisation: Organisation) -> QuerySet[Invitation]:
    """The gatherings an organisation is invited to, the latest first."""
    rows = Invitation.objects.filter(organisation=organisation, event__kind=EventKind.GATHERING)
    return rows.select_related("event__committee", "organisation").order_by("-event__year", "pk")


def delegation_of(event: Event, organisation: Organisation) -> Delegation | None:
    """Those an organisation sends, if it has said."""
    return event.delegations.filter(organisation=organisation).select_related("organisation").first()


@dataclass(frozen=True)
class Delegate:
    """One person of a delegation: their place in the gathering, and what they chose, by hour."""

    registration: Registration
    choices: list[Registration]


def delegates(delegation: Delegation) -> list[Delegate]:
    """Everyone of a delegation who has not cancelled, with what they chose. Two questions."""
    rows = delegation.registrations.exclude(state=RegistrationState.CANCELLED)
    found = list(rows.select_related("participant", "item", "occurrence__event").order_by("asked_at", "pk"))
    chosen: dict[int, list[Registration]] = {}
    for registration in found:
        if registration.item_id:
            chosen.setdefault(registration.participant_id, []).append(registration)
    mains = [registration for registration in found if registration.item_id is None]
    return [Delegate(main, sorted(chosen.get(main.participant_id, []), key=_begins)) for main in mains]


def _begins(choice: Registration) -> datetime:
    return choice.item.starts_at  # type: ignore[return-value, union-attr]  # what is chosen has a time


def waiting_positions(registrations: Iterable[Registration]) -> dict[int, int]:
    """The place of each on its waiting list, from 1, by its key; those not on one are left out. One question, or none."""
    waiting = [registration for registration in registrations if registration.state == RegistrationState.WAITING]
    if not waiting:
        return {}
    rows = Registration.objects.filter(
        state=RegistrationState.WAITING, occurrence__in={registration.occurrence_id for registration in waiting}
    )
    wanted = {registration.pk for registration in waiting}
    reached: dict[tuple[int, int | None], int] = {}
    found = {}
    for pk, occurrence, item in rows.order_by("waits_since", "pk").values_list("pk", "occurrence", "item"):
        reached[occurrence, item] = reached.get((occurrence, item), 0) + 1
        if pk in wanted:
            found[pk] = reached[occurrence, item]
    return found


def programme_of(registration: Registration) -> Programme:
    """The programme as one who comes reads it: each item says its `left`, one's `choice` and what it `clashes` with."""
    event = registration.occurrence.event
    found = programme(event)
    mine = registration.participant.registrations.filter(item__event=event).exclude(state=RegistrationState.CANCELLED)
    choices = {choice.item_id: choice for choice in mine.select_related("item", "occurrence")}
    positions = waiting_positions(choices.values())
    for choice in choices.values():
        choice.position = positions.get(choice.pk)  # type: ignore[attr-defined]
    for item in found.items:
        item.left, item.choice = found.places.get(item.pk), choices.get(item.pk)  # type: ignore[attr-defined]
        others = (choice.item for choice in choices.values() if choice.item_id != item.pk)
        item.clashes = next((other for other in others if item.is_choice and overlap(other, item)), None)  # type: ignore[attr-defined, arg-type]
    return found


def overlap(one: ProgrammeItem, other: ProgrammeItem) -> bool:
    """Whether two items that have a time share a minute. One may begin when the other ends."""
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def at_the_door(event: Event, words: str = "") -> list[Registration]:
    """Who is expected, by name, or whose name or organisation holds the words."""
    expected = [*HOLDS_A_PLACE]
    rows = Registration.objects.filter(occurrence__event=event, item=None, state__in=expected)
    rows = rows.select_related("participant__organisation", "occurrence__event")
    if words:
        named = Q(participant__name__icontains=words) | Q(participant__organisation_name__icontains=words)
        rows = rows.filter(named | Q(participant__organisation__name__icontains=words) | Q(code=words))
    return list(rows.order_by("participant__name", "pk"))


def presence(event: Event) -> tuple[int, int]:
    """How many are there, and how many are expected."""
    expected = Registration.objects.filter(occurrence__event=event, item=None, state__in=HOLDS_A_PLACE)
    counted = expected.aggregate(all=Count("pk"), present=Count("pk", filter=Q(state=RegistrationState.PRESENT)))
    return counted["present"], counted["all"]


def with_needs(event: Event) -> list[Registration]:
    """Who is expected, each with what they need (`dietary`, `access`; empty once erased)."""
    found = at_the_door(event)
    needs = {c.registration_id: c for c in Comfort.objects.filter(registration__occurrence__event=event)}
    for registration in found:
        need = needs.get(registration.pk)
        registration.dietary, registration.access = (need.dietary, need.access) if need else ("", "")  # type: ignore[attr-defined]
    return found


def declarations_of(event: Event, *, opened: bool = False) -> QuerySet[Declaration]:
    """The texts to sign together; `opened`: those anyone may read."""
    rows = event.declarations.annotate(signed=Count("signatures")).order_by("pk")
    return rows.exclude(opened_at=None) if opened else rows


@dataclass(frozen=True)
class Stall:
    """An item of the market and the practices told there: their titles and addresses."""

    item: ProgrammeItem
    practices: list[tuple[str, str]]


def market(items: Iterable[ProgrammeItem]) -> list[Stall]:
    """The market of practices: each stall with what the thread ties to it, and anyone may read. At most three questions."""
    stalls = {f"events.item:{item.code}": item for item in items if item.kind == ItemKind.MARKET}
    if not stalls:
        return []
    tied = Q(offspring__in=stalls, parent__startswith=PRACTICE) | Q(parent__in=stalls, offspring__startswith=PRACTICE)
    links = Origin.objects.filter(tied, withdrawn_at=None).order_by("made_at", "pk").values_list("parent", "offspring")
    pairs = [(parent, offspring) if parent in stalls else (offspring, parent) for parent, offspring in links]
    titles = _titles({practice.removeprefix(PRACTICE) for _stall, practice in pairs})
    told: dict[str, list[tuple[str, str]]] = {}
    for stall, practice in dict.fromkeys(pairs):
        code = practice.removeprefix(PRACTICE)
        if code in titles:
            told.setdefault(stall, []).append((titles[code], reverse("public:practice", args=[code])))
    return [Stall(item, told.get(reference, [])) for reference, item in stalls.items()]


def _titles(codes: Iterable[str]) -> dict[str, str]:
    """Titles of the practices anyone may read, by their codes."""
    public = Practice.objects.public().filter(code__in=list(codes)).prefetch_related("texts")
    return {practice.code: practices.words_of(practice).name for practice in public}


def name_of(registration: Registration) -> str:
    """The organisation somebody comes for, as it is written on a badge."""
    participant = registration.participant
    return participant.organisation.name if participant.organisation else participant.organisation_name


def is_open(event: Event, at: datetime) -> bool:
    """Whether the registration window holds that moment."""
    opens, closes = event.registration_opens_at, event.registration_closes_at
    return (opens is None or at >= opens) and (closes is None or at < closes)


def day_count(occurrence: Occurrence, zone: str) -> int:
    """How many days it lasts, as its zone counts them."""
    first, last = (at.astimezone(ZoneInfo(zone)) for at in (occurrence.starts_at, occurrence.ends_at))
    return ((last - timedelta(seconds=1)).date() - first.date()).days + 1
