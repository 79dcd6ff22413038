"""Notes on actions: inside until shown; photos say what, whose, and whether the persons shown agreed."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from PIL import Image

from marelle.accounts import files
from marelle.accounts.models import File, JournalContent
from marelle.accounts.states import Role
from marelle.base import clock, stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.plans import notes as queries
from marelle.plans.models import Note, Plan
from marelle.plans.operations import notes
from marelle.plans.operations.notes import Written
from tests.factories.accounts import PersonFactory
from tests.factories.plans import ActionFactory, NoteFactory, ObjectiveFactory, PlanFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 4, 3, 9, tzinfo=UTC)
DAY = date(2028, 3, 14)
PERSONS = {"photo_use": "public", "consent": "Accord écrit des familles, mars 2028."}


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(NOW):
        yield


@pytest.fixture
def plan():
    return PlanFactory(running=True)


@pytest.fixture
def officer(plan):
    return PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def action(plan):
    return ActionFactory(objective=ObjectiveFactory(plan=plan))


@pytest.fixture
def photo(plan, officer):
    return taken(plan, officer)


def taken(plan, officer) -> File:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "#0F5C73").save(content, "PNG")
    upload = SimpleUploadedFile("bancs.png", content.getvalue(), "image/png")
    return files.take(upload, organisation=plan.organisation, by=officer)


def with_photo(photo: File, **given) -> Written:
    return Written(
        "Les bancs sont posés.", DAY, photo, **({"photo_alt": "Deux bancs.", "photo_credit": "Ville"} | given)
    )


def told():
    return [(n.words, n.shown_at is not None, n.replaced_at is not None) for n in Note.objects.order_by("pk")]


def verbs():
    kept = JournalContent.objects.order_by("pk").values_list("verb", flat=True)
    return [verb for verb in kept if verb.startswith(("note_", "photo_"))]


def is_on_disk(photo: File) -> bool:
    return (settings.FILES_ROOT / photo.place).exists()


def test_note_is_read_inside_until_it_is_shown(action, officer):
    note = notes.write_note(action.pk, Written("  Les bancs sont posés. ", DAY), by=officer)
    before = (stamps.current(), list(queries.shown()))
    notes.show_note(note.pk, by=officer)
    shown = list(queries.shown())
    notes.hide_note(note.pk, by=officer)

    assert before == (0, [])
    assert (shown, list(queries.shown()), stamps.current()) == ([note], [], 2)
    assert verbs() == ["note_written", "note_shown", "note_hidden"]


def test_correction_keeps_what_was_said_and_stays_shown(action, officer, photo):
    note = notes.write_note(action.pk, with_photo(photo), by=officer)
    notes.show_note(note.pk, by=officer)

    other = notes.correct_note(
        note.pk, Written("Trois bancs sont posés.", DAY, photo_alt="Trois bancs.", photo_credit="Ville"), by=officer
    )

    assert told() == [("Les bancs sont posés.", True, True), ("Trois bancs sont posés.", True, False)]
    assert (other.photo, other.thread) == (photo, note.thread)
    (line,) = queries.of_action(action)
    assert (line.note, line.before) == (other, [note])


def test_photo_goes_when_somebody_shown_takes_their_consent_back(
    action, officer, photo, django_capture_on_commit_callbacks
):
    note = notes.write_note(action.pk, with_photo(photo, **PERSONS), by=officer)
    note = notes.correct_note(
        note.pk, Written("Posés.", DAY, photo_alt="Deux bancs.", photo_credit="Ville", **PERSONS), by=officer
    )
    notes.show_note(note.pk, by=officer)
    Plan.rows.update(state="closed")  # at any time

    with django_capture_on_commit_callbacks(execute=True):
        notes.withdraw_consent(note.pk, by=officer)

    photo.refresh_from_db()
    assert [(n.photo, n.consent_withdrawn_on) for n in Note.objects.all()] == [(None, date(2028, 4, 3))] * 2
    assert (photo.removed_at, is_on_disk(photo)) == (NOW, False)
    assert (list(queries.shown()), verbs()[-1]) == ([note], "photo_withdrawn")


def test_removed_note_takes_its_photo_along(action, officer, photo, django_capture_on_commit_callbacks):
    note = notes.write_note(action.pk, with_photo(photo), by=officer)
    notes.show_note(note.pk, by=officer)

    with django_capture_on_commit_callbacks(execute=True):
        notes.remove_note(note.pk, by=officer)

    assert (list(queries.shown()), queries.of_action(action), is_on_disk(photo)) == ([], [], False)


@pytest.mark.parametrize(
    "given",
    [
        {"words": "  "},
        {"day": date(2028, 4, 4)},
        {"photo_alt": " "},
        {"photo_credit": ""},
        {"photo_use": "public", "consent": " "},
    ],
    ids=["no words", "a day to come", "no words for the photo", "nobody took it", "nobody says how they agreed"],
)
def test_incomplete_note_is_refused(action, officer, photo, given):
    whole = {"words": "Posés.", "day": DAY, "photo": photo, "photo_alt": "Deux bancs.", "photo_credit": "Ville"}

    with pytest.raises(BadData):
        notes.write_note(action.pk, Written(**(whole | given)), by=officer)

    assert (told(), verbs()) == ([], [])


def test_photo_agreed_for_inside_is_not_made_public(action, officer, photo):
    inside = {"photo_use": "internal", "consent": "Accord oral, mars 2028."}
    note = notes.write_note(action.pk, with_photo(photo, **inside), by=officer)

    with pytest.raises(BadData):
        notes.show_note(note.pk, by=officer)

    assert (list(queries.shown()), verbs()) == ([], ["note_written"])


def test_correction_does_not_make_public_what_was_agreed_for_inside(action, officer, photo):
    note = notes.write_note(action.pk, with_photo(photo), by=officer)
    notes.show_note(note.pk, by=officer)
    inside = {"photo_use": "internal", "consent": "Accord oral."}

    with pytest.raises(BadData):
        notes.correct_note(note.pk, with_photo(None, **inside), by=officer)

    assert told() == [("Les bancs sont posés.", True, False)]


def test_database_keeps_photos_from_being_shown_otherwise_than_agreed(action, photo):
    with pytest.raises(IntegrityError):
        NoteFactory(
            action=action, photo=photo, photo_alt="x", photo_credit="x", photo_use="internal", consent="x", shown_at=NOW
        )


def test_paper_is_no_photo(action, officer, plan):
    paper = files.keep(b"%PDF-1.7", label="a.pdf", kind="pdf", organisation=plan.organisation, by=officer)

    with pytest.raises(BadData):
        notes.write_note(action.pk, with_photo(paper), by=officer)

    assert told() == []


@pytest.mark.parametrize("act", [notes.show_note, notes.hide_note, notes.remove_note, notes.withdraw_consent])
def test_stranger_and_reader_change_nothing(action, officer, photo, plan, act):
    note = notes.write_note(action.pk, with_photo(photo), by=officer)

    for person in (PersonFactory(), PersonFactory(roles=[(plan.organisation, Role.CITY_READER)])):
        with pytest.raises(NotAllowed):
            act(note.pk, by=person)

    assert (told(), verbs()) == ([("Les bancs sont posés.", False, False)], ["note_written"])


@pytest.mark.parametrize("situation", ["closed", "replaced", "removed"])
def test_what_is_over_changes_no_more(action, officer, situation):
    note = NoteFactory(action=action)
    if situation == "closed":
        Plan.rows.update(state="closed")
    else:
        Note.objects.update(**{f"{situation}_at": NOW})

    for act in (notes.show_note, notes.hide_note, notes.remove_note):
        with pytest.raises(WrongState):
            act(note.pk, by=officer)

    assert verbs() == []


def test_action_shows_its_latest_notes(action):
    made = [NoteFactory(action=action, day=DAY - timedelta(days=n), shown_at=NOW) for n in range(6)]
    NoteFactory(action=action)

    assert queries.shown_of([action]) == {action.pk: made[:5]}
