"""Notes of an action: written for the town's own people, shown to everyone, corrected, taken back; photos with their rights."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import files, journal
from marelle.accounts.models import File, Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.files import PICTURES
from marelle.base.text import random_id
from marelle.plans import rules
from marelle.plans.models import Action, Note, Plan
from marelle.plans.states import FOLLOWED, PhotoUse

PHOTO = ("photo", "photo_alt", "photo_credit", "photo_use", "consent")


@dataclass(frozen=True)
class Written:
    """What somebody writes. `photo_use`, `consent`: blank when the photo shows nobody."""

    words: str
    day: date
    photo: File | None = None
    photo_alt: str = ""
    photo_credit: str = ""
    photo_use: str = ""
    consent: str = ""


@transaction.atomic
def write_note(action_id: int, written: Written, *, by: Person) -> Note:
    """A note of an action, read by the town's own people until it is shown. Raises NotAllowed, WrongState, BadData."""
    action = Action.rows.lock(action_id)
    plan = _running(action, by)
    note = _note(action, written, by, thread=random_id())
    note.save()
    journal.record(note, "note_written", by=by, organisation=plan.organisation)
    return note


@transaction.atomic
def correct_note(note_id: int, written: Written, *, by: Person) -> Note:
    """Write it otherwise; what it said is kept. The photo stays unless another is given. Shown, it stays shown.

    Raises NotAllowed, WrongState, BadData.
    """
    before, plan = _living(note_id, by)
    note = _note(before.action, written, by, thread=before.thread)
    if note.photo is None and before.photo:
        note.photo = before.photo
    note.shown_at = before.shown_at
    _check_photo(note)
    before.replaced_at = clock.now()
    before.save(update_fields=["replaced_at"])
    note.save()
    journal.record(note, "note_corrected", by=by, organisation=plan.organisation)
    _tell_public(note)
    return note


@transaction.atomic
def show_note(note_id: int, *, by: Person) -> Note:
    """Let everyone read it, its photo too. Raises NotAllowed, WrongState, BadData when the persons shown did not agree to it."""
    note, plan = _living(note_id, by)
    if note.shown_at is None:
        note.shown_at = clock.now()
        _check_photo(note)
        note.save(update_fields=["shown_at"])
        journal.record(note, "note_shown", by=by, organisation=plan.organisation)
        stamps.bump("public")
    return note


@transaction.atomic
def hide_note(note_id: int, *, by: Person) -> Note:
    """Keep it for the town's own people again. Raises NotAllowed, WrongState."""
    note, plan = _living(note_id, by)
    if note.shown_at is not None:
        note.shown_at = None
        note.save(update_fields=["shown_at"])
        journal.record(note, "note_hidden", by=by, organisation=plan.organisation)
        stamps.bump("public")
    return note


@transaction.atomic
def withdraw_consent(note_id: int, *, by: Person) -> Note:
    """Somebody shown went back on it: the photo is gone, from every version, whatever the state of the plan. The words stay.

    Raises NotAllowed, WrongState without a photo.
    """
    note = Note.rows.lock(note_id)
    plan = _plan(note.action, by)
    if note.photo is None:
        raise WrongState(_("There is no photo any more."))
    _drop_photos(note, by, consent_withdrawn_on=clock.today())
    journal.record(note, "photo_withdrawn", by=by, organisation=plan.organisation)
    stamps.bump("public")
    note.refresh_from_db()
    return note


@transaction.atomic
def remove_note(note_id: int, *, by: Person) -> Note:
    """Take it away, its photo too; that it was there stays written in the journal. Raises NotAllowed, WrongState."""
    note, plan = _living(note_id, by)
    was_shown = note.shown_at is not None
    _drop_photos(note, by)
    note.refresh_from_db()
    note.removed_at, note.shown_at = clock.now(), None
    note.save(update_fields=["removed_at", "shown_at"])
    journal.record(note, "note_removed", by=by, organisation=plan.organisation)
    if was_shown:
        stamps.bump("public")
    return note


def _note(action: Action, written: Written, by: Person, *, thread: str) -> Note:
    """The note as it will be kept, judged."""
    given: dict[str, Any] = {name: getattr(written, name) for name in PHOTO}
    given |= {name: given[name].strip() for name in ("photo_alt", "photo_credit", "consent")}
    note = Note(action=action, thread=thread, words=written.words.strip(), day=written.day, written_by=by, **given)
    note.written_at = clock.now()
    if not note.words:
        raise BadData(_("Write a few words."))
    if note.day > clock.today():
        raise BadData(_("This day has not come yet: a note tells what was."))
    _check_photo(note)
    return note


def _check_photo(note: Note) -> None:
    """Whether its photo says what it must, and may stand where the note stands."""
    if note.photo is None:
        return
    if note.photo.kind not in PICTURES:
        raise BadData(_("A photo is a JPEG, PNG or WebP picture."))
    if not note.photo_alt or not note.photo_credit:
        raise BadData(_("Say what the photo shows, and who took it."))
    if note.photo_use and not note.consent:
        raise BadData(_("Say how and when the persons shown agreed, without naming them."))
    if note.shown_at and note.photo_use == PhotoUse.INTERNAL:
        raise BadData(_("The persons shown agreed to a use within the town hall: their photo is not made public."))


def _drop_photos(note: Note, by: Person, **changes: Any) -> None:
    """Every photo of every version is gone, from the disk too."""
    held = Note.rows.filter(thread=note.thread).exclude(photo=None).select_related("photo__organisation")
    photos = {version.photo for version in held}
    held.update(photo=None, **changes)
    for photo in photos:
        if photo:
            files.remove(photo, by=by)


def _living(note_id: int, by: Person) -> tuple[Note, Plan]:
    """The note, held, by someone who may write while its plan runs. Raises NotAllowed, WrongState."""
    note = Note.rows.lock(note_id)
    plan = _running(note.action, by)
    if note.replaced_at or note.removed_at:
        raise WrongState(_("This note was changed meanwhile: open the page again."))
    return note, plan


def _running(action: Action, by: Person) -> Plan:
    plan = _plan(action, by)
    if plan.state not in FOLLOWED:
        raise WrongState(_("A plan is followed once its mandate has begun."), state=plan.state)
    return plan


def _plan(action: Action, by: Person) -> Plan:
    plan = Plan.rows.select_related("organisation").get(pk=action.objective.plan_id)
    rules.require(rules.may_write_plan, by, plan)
    return plan


def _tell_public(note: Note) -> None:
    if note.shown_at:
        stamps.bump("public")
