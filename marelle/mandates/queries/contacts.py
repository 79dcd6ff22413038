"""What was said with a city and what follows, in order of day, for the committee and for the city."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from marelle.accounts.models import JournalEntry, Organisation, Person
from marelle.accounts.queries import as_act
from marelle.base import clock
from marelle.mandates.models import Contact, Mandate

MOST_ACTS = 60  # lines of the chronology
MAIN = (  # the acts of the journal that tell the story of a mandate
    *("submitted", "decided", "voted", "agreement_sent", "signed", "mandate_started", "mandate_ended"),
    *("mandate_watch", "mandate_clear", "mandate_suspend", "mandate_restore", "mandate_renounce", "mandate_withdraw"),
    *("report_submitted", "report_returned", "report_accepted"),
    *("amendment_submitted", "amendment_accepted", "amendment_refused"),
    *(
        "reminded",
        "written_to",
        "officer_named",
        "reading_verified",
        "reading_unverified",
        "step_done",
        "step_not_done",
    ),
    *("role_given", "role_ended", "testimony_published", "consent_revoked"),
)


@dataclass(frozen=True)
class Event:
    """One line of a chronology: an act of the journal, or an exchange; late when the step agreed is."""

    on: date
    words: str
    who: str = ""
    contact: Contact | None = None
    is_late: bool = False


def chronology(mandate: Mandate, person: Person) -> list[Event]:
    """The exchanges about a mandate and the main acts of its city since a year before it, the latest first. Two questions."""
    contacts = Contact.objects.visible_to(person).filter(mandate=mandate).select_related("recorded_by", "next_by")
    found = [Event(c.on, str(c.get_kind_display()), c.recorded_by.name, c, _is_late(c)) for c in contacts]
    found += [_event(entry) for entry in _acts(mandate)]
    return sorted(found, key=lambda event: (event.on, event.contact is not None), reverse=True)


def _is_late(contact: Contact) -> bool:
    return contact.done_at is None and contact.next_on is not None and contact.next_on < clock.today()


def _acts(mandate: Mandate) -> Iterable[JournalEntry]:
    entries = JournalEntry.objects.filter(chain__organisation=mandate.organisation_id, content__verb__in=MAIN)
    entries = entries.filter(at__date__gte=mandate.starts_on.replace(day=1, year=mandate.starts_on.year - 1))
    return entries.select_related("chain__organisation", "content__person").order_by("-at", "-pk")[:MOST_ACTS]


def _event(entry: JournalEntry) -> Event:
    act = as_act(entry)
    words = f"{act.words} ({act.details})" if act.details else act.words
    return Event(clock.day_of(entry.at), words, act.who)


@dataclass(frozen=True)
class Told:
    """An exchange as the city reads it: what was shared, and its own step. Nothing of the committee's note."""

    code: str
    kind: str
    on: date
    summary: str
    next_step: str
    next_on: date | None
    is_ours: bool
    is_done: bool


def told_to_city(organisation: Organisation, person: Person) -> list[Told]:
    """What the committee shared with a city, the latest first."""
    rows = Contact.objects.told_to(person).filter(mandate__organisation=organisation).order_by("-on", "-pk")
    return [_told(row) for row in rows]


def _told(row: Contact) -> Told:
    shown = row.is_shared or row.next_is_city
    return Told(
        code=row.code,
        kind=str(row.get_kind_display()),
        on=row.on,
        summary=row.summary if row.is_shared else "",
        next_step=row.next_step if shown else "",
        next_on=row.next_on,
        is_ours=row.next_is_city,
        is_done=row.done_at is not None,
    )


def steps_of_city(organisation: Organisation, person: Person) -> QuerySet[Contact]:
    """The steps a city agreed to and has not said done."""
    rows = Contact.objects.told_to(person).filter(mandate__organisation=organisation)
    return rows.filter(next_is_city=True, done_at=None)


def steps_of(person: Person, committee: Organisation) -> QuerySet[Contact]:
    """The steps this officer agreed to take, in the mandates of a committee, not done."""
    rows = Contact.objects.visible_to(person)
    rows = rows.filter(mandate__agreement__application__call__committee=committee)
    return rows.filter(next_by=person, done_at=None)
