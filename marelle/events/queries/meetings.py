"""Meetings as pages show them: what is coming, what was, one and its board."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet

from marelle.accounts.models import Organisation, Person
from marelle.base.origins import Shown
from marelle.base.registers import Found
from marelle.base.text import fold
from marelle.events.models import Event, EventPerson, Host, Occurrence, ProgrammeItem, Question, Registration, Series
from marelle.events.queries import groups
from marelle.events.states import (
    HOLDS_A_PLACE,
    ON_THE_BOARD,
    Access,
    Confidentiality,
    EventKind,
    EventRole,
    EventState,
    RegistrationState,
)
from marelle.framework.models import text

RUNNERS = (EventRole.ORGANISER, EventRole.MODERATOR)
MOST_PAST = 100


def _with_dates(rows: Any) -> Any:
    """Events with their first and last moments, their occurrences and hosts, in four questions."""
    dated = rows.annotate(begins_at=Min("occurrences__starts_at"), ends_at=Max("occurrences__ends_at"))
    return dated.prefetch_related("occurrences", "hosts__organisation", "services")


def coming(at: datetime, kind: str = "") -> list[Event]:
    """What anyone may come to, or read about: announced and not over, the nearest first."""
    rows = _with_dates(Event.objects.public().filter(state=EventState.PUBLISHED, **({"kind": kind} if kind else {})))
    return list(rows.filter(ends_at__gt=at).order_by("begins_at", "pk"))


def past(at: datetime, kind: str = "") -> list[Event]:
    """What was held, the latest first."""
    rows = _with_dates(Event.objects.public().exclude(state=EventState.CANCELLED))
    rows = rows.filter(**({"kind": kind} if kind else {}))
    return list(rows.filter(ends_at__lte=at).order_by("-begins_at", "-pk")[:MOST_PAST])


def public_webinar(code: str) -> Event | None:
    """A webinar anyone may read about."""
    rows = Event.objects.public().filter(kind=EventKind.WEBINAR, code=code).select_related("committee", "series")
    return rows.prefetch_related(Prefetch("hosts", Host.objects.select_related("organisation")), "services").first()


def public_webinar_alone(code: str) -> Event | None:
    """The same, in one question: for its board and its form, which many ask for at once."""
    return Event.objects.public().filter(kind=EventKind.WEBINAR, code=code).first()


def series_of(committees: Iterable[Any]) -> QuerySet[Series]:
    """The series of some committees, with how many webinars each holds; by name."""
    rows = Series.objects.filter(committee__in=committees).annotate(held=Count("events"))
    return rows.select_related("committee").order_by("code")


def public_series() -> QuerySet[Series]:
    """Those anyone may read about: one of their webinars at least has been announced to all."""
    return Series.objects.filter(pk__in=Event.objects.public().exclude(series=None).values("series"))


def in_series(series: Series, at: datetime) -> tuple[list[Event], list[Event]]:
    """Its webinars anyone may read about: to come, the nearest first; then those that were, the latest first."""
    rows = list(_with_dates(Event.objects.public().filter(series=series)).order_by("begins_at", "pk"))
    coming = [event for event in rows if event.state == EventState.PUBLISHED and event.ends_at > at]
    return coming, [event for event in reversed(rows) if event not in coming]


def prepared_in(series: Series, person: Person) -> list[Event]:
    """Its webinars as the office sees them, drafts too; the latest first."""
    rows = Event.objects.visible_to(person).filter(series=series)
    return list(_with_dates(rows).order_by("-begins_at", "-pk"))


def occurrences_of(event: Event) -> list[Occurrence]:
    """Its twin occurrences, in order of time: places `taken`, how many are `waiting`, were `present`."""
    states = {
        "taken": HOLDS_A_PLACE,
        "waiting": [RegistrationState.WAITING],
        "present": [RegistrationState.PRESENT],
    }
    of_all = Q(registrations__item=None)
    counts = {
        name: Count("registrations", filter=of_all & Q(registrations__state__in=among))
        for name, among in states.items()
    }
    found: list[Occurrence] = list(event.occurrences.annotate(**counts).order_by("starts_at", "pk"))
    for occurrence in found:
        occurrence.event = event
    return found


def people_of(event: Event) -> list[Any]:
    """Who moderates, speaks, interprets, in order."""
    return list(event.roles.select_related("organisation", "occurrence", "item", "person").order_by("position", "pk"))


@dataclass(frozen=True)
class Part:
    """A part of a webinar: from which minute, for how long."""

    item: ProgrammeItem
    minute: int

    @property
    def ends(self) -> int:
        """The minute it ends."""
        return self.minute + self.item.minutes


def parts_of(event: Event) -> list[Part]:
    """The parts, one after the other."""
    minute, found = 0, []
    for item in event.items.order_by("position", "pk"):
        found.append(Part(item, minute))
        minute += item.minutes
    return found


@dataclass(frozen=True)
class Asked:
    """A question as one reader sees it: in their language when somebody translated it."""

    code: str
    text: str
    language: str
    original: str
    answer: str
    votes: int
    is_answered: bool


def board(event: Event, language: str) -> list[Asked]:
    """What stands on the board: still to answer first, the most voted first. One question of the database."""
    rows = Question.objects.filter(event=event, state__in=ON_THE_BOARD).order_by("-state", "-votes", "asked_at", "pk")
    return [as_read(question, language) for question in rows]


def as_read(question: Question, language: str) -> Asked:
    """A question in the reader's language, else in its own; the words it was asked in beside a translation."""
    translated = question.translation.get(language, "") if language != question.language else ""
    return Asked(
        code=question.code,
        text=translated or question.text,
        language=language if translated else question.language,
        original=question.text if translated else "",
        answer=text(question.answer, language),
        votes=question.votes,
        is_answered=question.state == "answered",
    )


def board_stamp(code: str) -> str:
    """The stamp of a meeting's board: its readers are many, and nothing else changes it."""
    return f"board:{code[:14]}"  # a stamp's name holds 20 characters; 14 letters of 31 are not met twice


def is_public_board(event: Event) -> bool:
    """Whether anyone may read the board: the meeting is open to everyone, and what is said there is not kept inside."""
    return event.access == Access.PUBLIC and event.confidentiality != Confidentiality.NETWORK


def shows_what_it_left(event: Event) -> bool:
    """Whether its recording and words are for anyone: what is said there is public."""
    return event.confidentiality == Confidentiality.PUBLIC


def questions_of(event: Event) -> list[Question]:
    """Every question, for who moderates: those to read first."""
    order = {"proposed": 0, "shown": 1, "answered": 2, "set_aside": 3}
    rows = Question.objects.filter(event=event).select_related("participant").order_by("-votes", "asked_at", "pk")
    return sorted(rows, key=lambda question: order[question.state])


def registrations_of(event: Event) -> QuerySet[Registration]:
    """Who asked for a place in it, by occurrence and in order of asking."""
    rows = Registration.objects.filter(occurrence__event=event, item=None)
    rows = rows.select_related("participant__organisation", "occurrence")
    return rows.order_by("occurrence__starts_at", "asked_at", "pk")


def counts_of(event: Event) -> dict[str, int]:
    """How many places are taken, waited for, and how many were there, in all its occurrences."""
    states = dict(
        Registration.objects.filter(occurrence__event=event, item=None)
        .values_list("state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {
        "taken": sum(states.get(state, 0) for state in HOLDS_A_PLACE),
        "waiting": states.get(RegistrationState.WAITING, 0),
        "present": states.get(RegistrationState.PRESENT, 0),
    }


def of_committees(person: Person, committees: Iterable[Any]) -> list[Event]:
    """The meetings of the committees one prepares them for, the latest first."""
    rows = Event.objects.visible_to(person).filter(committee__in=committees, group=None)
    return list(_with_dates(rows).order_by("-begins_at", "-pk"))


def run_by(person: Person, organisation: Organisation | None = None) -> Any:
    """Meetings one organises or moderates, for this organisation or for none in particular."""
    mine = EventPerson.objects.filter(person=person, role__in=RUNNERS)
    if organisation is not None:
        mine = mine.filter(Q(organisation=organisation) | Q(organisation=None))
    return Event.objects.visible_to(person).filter(pk__in=mine.values("event"))


def to_come(at: datetime) -> list[Occurrence]:
    """The occurrences of meetings anyone may read about, not over."""
    return _occurrences(Event.objects.public().filter(state=EventState.PUBLISHED), at)


def of_person(person: Person, organisation: Organisation | None, at: datetime) -> list[Occurrence]:
    """The occurrences one has a part in, for this organisation or for none in particular, not over.

    Those of working groups stand in the dates of the groups.
    """
    mine = EventPerson.objects.filter(person=person)
    if organisation is not None:
        mine = mine.filter(Q(organisation=organisation) | Q(organisation=None))
    own = Event.objects.visible_to(person).filter(pk__in=mine.values("event"), group=None)
    return _occurrences(own.exclude(state=EventState.CANCELLED), at)


def _occurrences(events: Any, at: datetime) -> list[Occurrence]:
    rows = Occurrence.objects.filter(event__in=events.values("pk"), ends_at__gt=at)
    return list(rows.select_related("event").order_by("starts_at", "pk").distinct())


def find(typed: str, person: Any, limit: int) -> Iterator[Found]:
    """Meetings anyone may read about whose name holds what was typed."""
    wanted = fold(typed)
    if not wanted:
        return
    rows = _with_dates(Event.objects.public()).order_by("-begins_at", "-pk")
    found = [event for event in rows[:500] if any(wanted in fold(name) for name in event.name.values())]
    for event in found[:limit]:
        yield Found("meeting", str(event), event.get_kind_display(), event.address)


def show_events(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """How meetings show themselves on the thread: to everyone once announced, else to who may see them."""
    rows = _seen(reader).filter(code__in=codes).annotate(begins_at=Min("occurrences__starts_at"))
    return {
        event.code: Shown(
            str(event), text(event.objectives), address_of(event, reader), event.get_state_display(), event.begins_at
        )
        for event in rows.select_related("group__committee")
    }


def address_of(event: Event, reader: Person | None) -> str:
    """Where this reader reads about it: a meeting of a working group, on the page of the group."""
    if event.group is None or reader is None:
        return event.address
    return groups.read_at(event.group, reader)


def show_items(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """How parts of meetings show themselves on the thread, as their meetings do."""
    rows = ProgrammeItem.objects.filter(code__in=codes, event__in=_seen(reader).values("pk"))
    return {
        item.code: Shown(
            str(item), str(item.event), address_of_item(item, reader), item.get_kind_display(), item.starts_at
        )
        for item in rows.select_related("event__group__committee")
    }


def address_of_item(item: ProgrammeItem, reader: Person | None) -> str:
    """Where this reader reads about a part: a page of its own at a gathering, the page of the meeting elsewhere."""
    address = address_of(item.event, reader)
    return f"{address}/{item.code}" if item.event.kind == EventKind.GATHERING else address


def _seen(reader: Person | None) -> Any:
    return Event.objects.visible_to(reader) if isinstance(reader, Person) else Event.objects.public()


def lines_with(transcript: str, typed: str) -> list[str]:
    """The paragraphs of a transcript that hold every word typed; all of them without a word."""
    words = fold(typed).split()
    lines = [line.strip() for line in transcript.splitlines() if line.strip()]
    return [line for line in lines if all(word in fold(line) for word in words)]
