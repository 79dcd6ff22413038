"""The live board: questions proposed and voted for by those who come, moderated, answered, translated."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts import rules as accounts
from marelle.accounts.models import Person
from marelle.base import stamps
from marelle.base.errors import BadData, Closed, WrongState
from marelle.events import rules
from marelle.events.models import Event, Participant, Question, Registration, Suggestion, Vote
from marelle.events.queries.meetings import board_stamp
from marelle.events.states import HOLDS_A_PLACE, ON_THE_BOARD, OVER, QUESTION_STEPS, EventState, QuestionState

LONGEST = 600  # characters of a question


@transaction.atomic
def ask(registration_id: int, text: str, language: str, *, at: datetime) -> Question:
    """Propose a question: it is shown once the moderator has read it. The same words twice are one question.

    Raises BadData, WrongState for who has no place, Closed once the meeting is documented or cancelled.
    """
    registration = _with_a_place(registration_id)
    event = registration.occurrence.event
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        raise BadData(_("Write your question, 600 characters at most."))
    same = Question.rows.filter(event=event, participant=registration.participant, text=words).first()
    return same or Question.rows.create(
        event=event, participant=registration.participant, language=language, text=words, asked_at=at
    )


@transaction.atomic
def vote(registration_id: int, code: str) -> Question:
    """Add one's voice to a question of the board; once. Raises WrongState."""
    registration = _with_a_place(registration_id)
    question = Question.rows.filter(event=registration.occurrence.event_id, code=code, state__in=ON_THE_BOARD).first()
    if question is None:
        raise WrongState(_("This question is not on the board any more."))
    _vote, made = Vote.objects.get_or_create(question=question, participant=registration.participant)
    if made:
        Question.rows.filter(pk=question.pk).update(votes=F("votes") + 1)
        stamps.bump(board_stamp(registration.occurrence.event.code))
    return question


@transaction.atomic
def suggest(participant: Participant, event: Event, text: str, language: str, *, at: datetime) -> Suggestion | None:
    """What somebody would like the meeting to speak of, while suggestions are called. None without a word. Raises Closed."""
    words = " ".join(text.split())[:LONGEST]
    if not words:
        return None
    if event.suggestions_until is None or at >= event.suggestions_until:
        raise Closed(_("Suggestions are no longer taken for this meeting."))
    same = Suggestion.objects.filter(event=event, participant=participant, text=words).first()
    return same or Suggestion.objects.create(
        event=event,
        participant=participant,
        organisation=participant.organisation,
        language=language,
        text=words,
        made_at=at,
    )


@transaction.atomic
def show(event_id: int, code: str, *, by: Person) -> Question:
    """Put a question on the board. Raises NotAllowed, WrongState."""
    return _moderate(event_id, code, "show", by)


@transaction.atomic
def set_aside(event_id: int, code: str, *, by: Person) -> Question:
    """Take a question off the board, or keep it out of it. Raises NotAllowed, WrongState."""
    return _moderate(event_id, code, "set_aside", by)


@transaction.atomic
def answer(event_id: int, code: str, words: str, language: str, *, by: Person, at: datetime) -> Question:
    """Say that a question was answered, and how, in one language; a second language may follow. Raises NotAllowed, WrongState."""
    question = _found(event_id, code, by)
    if question.state != QuestionState.ANSWERED:
        return _moderate(event_id, code, "answer", by, answer=_with(question.answer, language, words), answered_at=at)
    question.answer = _with(question.answer, language, words)
    question.save(update_fields=["answer"])
    stamps.bump(board_stamp(question.event.code))
    return question


@transaction.atomic
def translate(event_id: int, code: str, words: str, language: str, *, by: Person) -> Question:
    """The question in another language than its own, in the moderator's words. Raises NotAllowed, BadData."""
    question = _found(event_id, code, by)
    if language == question.language:
        raise BadData(_("The question is written in this language already."))
    question.translation = _with(question.translation, language, words)
    question.save(update_fields=["translation"])
    stamps.bump(board_stamp(question.event.code))
    return question


def _moderate(event_id: int, code: str, step: str, by: Person, **more: object) -> Question:
    question = _found(event_id, code, by)
    QUESTION_STEPS.take(question, step)
    for field, value in more.items():
        setattr(question, field, value)
    question.save(update_fields=["state", *more])
    journal.record(question, "question_moderated", by=by, organisation=question.event.committee, step=step)
    stamps.bump(board_stamp(question.event.code))
    return question


def _found(event_id: int, code: str, by: Person) -> Question:
    """The question, held. Raises NotAllowed, WrongState when the meeting has no such question."""
    event = Event.rows.get(pk=event_id)
    accounts.require(rules.may_moderate, by, event)
    found = Question.rows.filter(event=event, code=code).values_list("pk", flat=True).first()
    if found is None:
        raise WrongState(_("This question is not one of this meeting."))
    question: Question = Question.rows.lock(found)
    question.event = event
    return question


def _with(words: dict[str, str], language: str, said: str) -> dict[str, str]:
    said = said.strip()[:4000]
    return {**words, language: said} if said else {key: value for key, value in words.items() if key != language}


def _with_a_place(registration_id: int) -> Registration:
    registration = Registration.rows.select_related("participant", "occurrence__event").get(pk=registration_id)
    event = registration.occurrence.event
    if registration.state not in HOLDS_A_PLACE:
        raise WrongState(_("Questions are asked by those who have a place."))
    if event.state not in {EventState.PUBLISHED, *OVER}:
        raise WrongState(_("This meeting takes no question."))
    if event.lessons_published_at:
        raise Closed(_("The board is closed: what was kept of the meeting is published."))
    return registration
