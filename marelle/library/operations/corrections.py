"""A practice of the shelf corrected by who tells it: a copy is written, read, then takes the place of the words that stood."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock, stamps
from marelle.base.errors import WrongState
from marelle.library import rules
from marelle.library.models import Practice, PracticeText
from marelle.library.operations.practices import TEXTS, index, reviewed, tell_writers
from marelle.library.queries.corrections import SAID, SORTED, in_hand
from marelle.library.states import BEING_WRITTEN, PUBLIC_STATES

Words = dict[str, dict[str, str]]  # by language, then by field


@transaction.atomic
def correct(practice_id: int, *, by: Person, at: datetime | None = None) -> Practice:
    """Begin a correction: a copy to write, while the shelf stays as it is; the one in hand when there is one.

    Raises NotAllowed, WrongState.
    """
    practice = Practice.rows.lock(practice_id)
    rules.require(rules.may_write, by, practice)
    if practice.state not in PUBLIC_STATES:
        raise WrongState(_("This practice is not on the shelf any more."), state=practice.state)
    if found := in_hand(practice):
        return found
    copy = Practice(
        organisation=practice.organisation,
        committee=practice.committee,
        by_committee=practice.by_committee,
        language=practice.language,
        corrects=practice,
        created_at=at or clock.now(),
    )
    _put(copy, _about(practice))
    copy.save()
    _sort(copy, _subject(practice))
    _tell(copy, _words(practice))
    journal.record(practice, "practice_correction_begun", by=by)
    return copy


@transaction.atomic
def give_up(correction_id: int, *, by: Person) -> Practice:
    """Leave a correction that is being written; the practice it was about stands as it stood. Raises NotAllowed, WrongState."""
    correction = Practice.rows.lock(correction_id)
    rules.require(rules.may_write, by, correction)
    practice = correction.corrects
    if practice is None or correction.state not in BEING_WRITTEN:
        raise WrongState(_("This practice has been proposed: it no longer changes here."), state=correction.state)
    correction.delete()
    journal.record(practice, "practice_correction_given_up", by=by)
    return practice


@transaction.atomic
def replace(correction_id: int, *, by: Person, at: datetime | None = None) -> Practice:
    """Put the corrected words on the shelf; the correction keeps those that stood, and the day. Returns the practice.

    Raises NotAllowed, WrongState when it corrects nothing that stands on the shelf.
    """
    correction = reviewed(correction_id, "replace", by)
    practice = Practice.rows.lock(correction.corrects_id) if correction.corrects_id else None
    if practice is None or practice.state not in PUBLIC_STATES:
        raise WrongState(_("This practice is not on the shelf any more."))
    _exchange(practice, correction)
    correction.published_at = practice.corrected_at or practice.published_at
    correction.corrected_at = practice.corrected_at = at or clock.now()
    correction.review_note = ""
    practice.version += 1
    for one in (practice, correction):
        one.save()
    index(practice)
    journal.record(practice, "practice_corrected", by=by)
    tell_writers(practice, "practice_corrected", lambda: _("Your correction is on the public page."))
    stamps.bump("public")
    return practice


def _exchange(one: Practice, other: Practice) -> None:
    """What each tells and says goes to the other."""
    was, now = _about(one), _about(other)
    _put(one, now)
    _put(other, was)
    first, second = _subject(one), _subject(other)
    _sort(one, second)
    _sort(other, first)
    told, corrected = _words(one), _words(other)
    _tell(one, corrected)
    _tell(other, told)


def _about(practice: Practice) -> dict:
    return {field: getattr(practice, field) for field in SAID}


def _put(practice: Practice, about: dict) -> None:
    for field, value in about.items():
        setattr(practice, field, value)


def _subject(practice: Practice) -> dict[str, list]:
    return {field: list(getattr(practice, field).all()) for field in SORTED}


def _sort(practice: Practice, subject: dict[str, list]) -> None:
    for field, rows in subject.items():
        getattr(practice, field).set(rows)


def _words(practice: Practice) -> Words:
    return {text.language: {field: getattr(text, field) for field in TEXTS} for text in practice.texts.order_by("pk")}


def _tell(practice: Practice, words: Words) -> None:
    """These words, in place of its own."""
    practice.texts.all().delete()
    for language, told in words.items():
        PracticeText.rows.create(practice=practice, language=language, **told)
