"""What a meeting leaves: where to see it again, its words, its documents, and what is kept of it."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.accounts import files, journal
from marelle.accounts import rules as accounts
from marelle.accounts.models import File, Person
from marelle.base.errors import BadData, WrongState
from marelle.events import rules
from marelle.events.models import Event, Occurrence, Question
from marelle.events.operations.meetings import bump
from marelle.events.states import EVENT_STEPS, OVER, EventState, QuestionState
from marelle.framework.models import text

LONGEST = 20_000  # characters of a note


@transaction.atomic
def keep_recording(event_id: int, language: str, *, replay: str, transcript: str, by: Person) -> Occurrence:
    """Where an occurrence is seen again, and its words. Raises NotAllowed, WrongState before it was held."""
    event = _held(event_id, by)
    occurrence: Occurrence = event.occurrences.get(language=language)
    occurrence.replay, occurrence.transcript = replay, transcript.strip()
    occurrence.save(update_fields=["replay", "transcript"])
    bump(event)
    return occurrence


@transaction.atomic
def join_document(event_id: int, file: File, *, by: Person) -> None:
    """A document of the meeting, for anyone who may read its page. Raises NotAllowed, BadData."""
    event = _mine(event_id, by)
    if file.organisation_id != event.committee_id:
        raise BadData(_("This file belongs to another organisation."))
    event.files.add(file)
    journal.record(event, "file_added", by=by, organisation=event.committee, label=file.label)
    bump(event)


@transaction.atomic
def remove_document(event_id: int, code: str, *, by: Person) -> None:
    """A document less: nobody reads it any more. Raises NotAllowed."""
    event = _mine(event_id, by)
    file = event.files.filter(code=code, removed_at=None).first()
    if file is not None:
        files.remove(file, by=by)
        bump(event)


@transaction.atomic
def draft_lessons(event_id: int, *, by: Person) -> Event:
    """A first note, in each language the meeting was held in, from the run sheet and the questions answered.

    Words already written are never replaced. Raises NotAllowed, WrongState.
    """
    event = _held(event_id, by)
    languages = list(event.occurrences.order_by("starts_at").values_list("language", flat=True))
    event.lessons = {language: event.lessons.get(language) or _drafted(event, language) for language in languages}
    event.version += 1
    event.save(update_fields=["lessons", "version"])
    return event


@transaction.atomic
def write_lessons(event_id: int, words: dict[str, str], *, by: Person, version: int) -> Event:
    """The note, by language. Raises NotAllowed, WrongState, BadData when a colleague wrote meanwhile."""
    event = _held(event_id, by)
    if version != event.version:
        raise BadData(_("A colleague saved this note meanwhile. Keep what you typed aside and open the page again."))
    event.lessons = {language: said.strip()[:LONGEST] for language, said in words.items() if said.strip()}
    event.version += 1
    event.save(update_fields=["lessons", "version"])
    if event.lessons_published_at:
        bump(event)
    return event


@transaction.atomic
def publish_lessons(event_id: int, *, by: Person, at: datetime) -> Event:
    """Show everyone what is kept of the meeting. Raises NotAllowed, WrongState, BadData without a word."""
    event = _held(event_id, by)
    if not event.lessons:
        raise BadData(_("Write the note first: one press drafts it."))
    if event.lessons_published_at is None:
        event.lessons_published_at = at
        if event.state == EventState.HELD:
            EVENT_STEPS.take(event, "publish_proceedings")
        event.save(update_fields=["lessons_published_at", "state"])
        journal.record(event, "lessons_published", by=by, organisation=event.committee)
        bump(event)
    return event


def _drafted(event: Event, language: str) -> str:
    """Plain paragraphs: what it was about, how it went, what was asked and answered, what is left to say."""
    with translation.override(language):
        parts = [text(event.objectives, language), *_how_it_went(event, language), *_what_was_asked(event, language)]
        return "\n\n".join([*filter(None, parts), _("What we keep:"), _("- (to be written)")])


def _how_it_went(event: Event, language: str) -> list[str]:
    lines = [f"- {text(line.what, language)}" for line in event.run_sheet.order_by("minute")]
    return [_("How it went:") + "\n" + "\n".join(lines)] if lines else []


def _what_was_asked(event: Event, language: str) -> list[str]:
    answered = Question.rows.filter(event=event, state=QuestionState.ANSWERED).order_by("-votes", "pk")
    asked = []
    for question in answered:
        words = question.text if question.language == language else question.translation.get(language, question.text)
        voices = ngettext("{count} voice", "{count} voices", question.votes).format(count=question.votes)
        asked.append(f"- {words} ({voices})\n  {text(question.answer, language)}".rstrip())
    return [_("What was asked, and answered:") + "\n" + "\n".join(asked)] if asked else []


def _held(event_id: int, by: Person) -> Event:
    event = _mine(event_id, by)
    if event.state not in OVER:
        raise WrongState(_("Say first that the meeting was held: what it leaves is written afterwards."))
    return event


def _mine(event_id: int, by: Person) -> Event:
    event: Event = Event.rows.lock(event_id)
    accounts.require(rules.may_moderate, by, event)
    return event
