"""One letter to several cities: chosen, written with blanks, read over city by city, confirmed, then sent once to each."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, jobs
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Job
from marelle.mandates import rules
from marelle.mandates.letters import cities as letters
from marelle.mandates.models import Mandate, Reminder, Reminding
from marelle.mandates.queries import people, steering
from marelle.mandates.queries.reasons import filled
from marelle.mandates.states import REMINDING_STEPS, RemindingState

SEND = "send_reminders"
MOST = 1500  # cities of one letter
LATELY = timedelta(days=14)  # reminded since: it is pointed out
LONGEST = 5000  # characters of a letter


@transaction.atomic
def draft_reminding(committee: Organisation, mandates: Iterable[Mandate], *, by: Person) -> Reminding:
    """Begin a letter to these cities, each once. Raises NotAllowed, BadData."""
    rules.require(rules.may_keep_views, by, committee)
    chosen = list(mandates)
    if not chosen:
        raise BadData(_("Choose at least one city."))
    if len(chosen) > MOST:
        raise BadData(_("Choose %(most)s cities at most: narrow the list.") % {"most": MOST})
    for mandate in chosen:
        rules.require(rules.may_follow, by, mandate)
    reminding = Reminding.rows.create(committee=committee, made_by=by, made_at=clock.now())
    Reminder.rows.bulk_create([Reminder(reminding=reminding, mandate=mandate) for mandate in chosen])
    return reminding


@transaction.atomic
def write_reminding(reminding_id: int, words: str, *, by: Person, was: str = "", version: int = 0) -> Reminding:
    """Write the letter, while it is a draft. Raises NotAllowed, WrongState, BadData."""
    reminding = _draft(reminding_id, by)
    words = words.replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise BadData(_("This letter is too long: %(most)s characters at most.") % {"most": LONGEST})
    if version != reminding.version and words != reminding.words != was:
        sentence = _("A colleague wrote here meanwhile: “%(theirs)s”. Join the two, then save.")
        raise BadData(sentence % {"theirs": reminding.words})
    if words != reminding.words:
        reminding.words, reminding.version = words, reminding.version + 1
        reminding.save(update_fields=["words", "version"])
    return reminding


@transaction.atomic
def leave_out(reminding_id: int, codes: Collection[str], *, by: Person) -> int:
    """Take these cities' mandates out of the list; how many. Raises NotAllowed, WrongState."""
    reminding = _draft(reminding_id, by)
    return reminding.reminders.filter(mandate__code__in=list(codes)).delete()[0]


@transaction.atomic
def drop_reminding(reminding_id: int, *, by: Person) -> Reminding:
    """Give the letter up before it leaves. Raises NotAllowed, WrongState."""
    reminding = Reminding.rows.lock(reminding_id)
    rules.require(rules.may_remind, by, reminding)
    REMINDING_STEPS.take(reminding, "drop")
    reminding.save(update_fields=["state"])
    return reminding


@transaction.atomic
def confirm_reminding(reminding_id: int, *, by: Person, version: int) -> Reminding:
    """Freeze each city's words as they were read over, and send them. Pressed twice is once.

    Raises NotAllowed, WrongState, and BadData when the letter changed since it was read over, or says nothing.
    """
    reminding = Reminding.rows.lock(reminding_id)
    rules.require(rules.may_remind, by, reminding)
    if reminding.state == RemindingState.CONFIRMED:
        return reminding
    REMINDING_STEPS.take(reminding, "confirm")
    if version != reminding.version:
        raise BadData(_("The letter was changed meanwhile: read it over again."))
    if not reminding.words:
        raise BadData(_("Write what you have to say."))
    chosen = Mandate.rows.filter(reminders__reminding=reminding).order_by("organisation__name", "pk")
    if not chosen:
        raise BadData(_("Choose at least one city."))
    reminders = {reminder.mandate_id: reminder for reminder in reminding.reminders.all()}
    for row in steering.rows_of(chosen, clock.today()):
        reminders[row.mandate.pk].words = filled(reminding.words, row)
    Reminder.rows.bulk_update(reminders.values(), ["words"], batch_size=200)
    reminding.confirmed_at = clock.now()
    reminding.save(update_fields=["state", "confirmed_at"])
    jobs.enqueue(SEND, reminding.code, code=reminding.code, person=by.code)
    return reminding


@jobs.task(SEND)
def send_reminders(job: Job, code: str, person: str) -> None:
    """Send each city's letter in a transaction of its own: done again, it goes on where it was left."""
    waiting = Reminder.objects.filter(reminding__code=code, reminding__state=RemindingState.CONFIRMED, sent_at=None)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    author = Person.objects.get(code=person)
    for done, key in enumerate(keys, start=1):
        send_reminder(key, by=author)
        jobs.tell_progress(job, done, len(keys))


@transaction.atomic
def send_reminder(reminder_id: int, *, by: Person) -> Reminder:
    """One city's letter, once: note it in the journal, put it in the outbox for each who answers there.

    Whether `by` may was asked when they confirmed: they may have left since. Raises WrongState.
    """
    reminder = Reminder.rows.lock(reminder_id)
    if reminder.reminding.state != RemindingState.CONFIRMED:
        raise WrongState(_("This letter has not been confirmed."))
    if reminder.sent_at is not None:
        return reminder
    city = reminder.mandate.organisation
    told = people.contacts_of(city)
    entry = journal.record(reminder.mandate, "reminded", by=by, organisation=city, people=len(told))
    letters.queue_written(entry, city, reminder.words, to=told, by=by)
    reminder.people, reminder.sent_at = len(told), clock.now()
    reminder.save(update_fields=["people", "sent_at"])
    return reminder


def is_lately(day: date | None, today: date) -> bool:
    """Whether a city reminded that day was reminded not long ago."""
    return day is not None and today - day <= LATELY


def lately_reminded(reminding: Reminding) -> set[int]:
    """The keys of its mandates that another letter reminded not long ago."""
    since = datetime.combine(clock.today() - LATELY, time(0), clock.PARIS)
    others = Reminder.objects.filter(sent_at__gte=since).exclude(reminding=reminding)
    return set(others.filter(mandate__reminders__reminding=reminding).values_list("mandate", flat=True))


def _draft(reminding_id: int, by: Person) -> Reminding:
    reminding = Reminding.rows.lock(reminding_id)
    rules.require(rules.may_remind, by, reminding)
    if reminding.state != RemindingState.DRAFT:
        raise WrongState(_("This letter has already left, or was given up."))
    return reminding
