"""Preparing and running a webinar, from the office or from a moderator's own workspace: what each press does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from marelle.accounts import files
from marelle.accounts.models import Person
from marelle.base import clock
from marelle.events.models import Event, Occurrence
from marelle.events.operations import lessons, meetings, questions, run_sheets
from marelle.events.queries import meetings as queries
from marelle.events.states import OVER, EventState
from marelle.framework.models import text
from marelle.library.models import Service
from marelle.web.parts.meeting_forms import (
    AbroadForm,
    ChangeLineForm,
    ChangePartForm,
    CodeForm,
    DocumentForm,
    Form,
    HostForm,
    LessonsForm,
    LineForm,
    NoteForm,
    OccurrenceForm,
    PartForm,
    PersonForm,
    PressForm,
    RecordingForm,
    WordsForm,
)


@dataclass(frozen=True)
class Act:
    """A press on the page of a meeting: its form, what it does, what is then said, where the page opens again."""

    form: type[Any]
    run: Callable[[Event, Any, Person], Any]
    sentence: Any
    anchor: str
    is_moderators: bool = False


def _add_abroad(event: Event, form: Any, by: Person) -> None:
    data = dict(form.cleaned_data)
    role, country = data.pop("role"), data.pop("country").upper()
    made = meetings.add_organisation_abroad(by=by, committee=event.committee, country=country, **data)
    meetings.add_host(event.pk, made, role, by=by)


def _give_part(event: Event, form: Any, by: Person) -> None:
    data = {name: value for name, value in form.cleaned_data.items() if name != "email"}
    meetings.give_part(event.pk, by=by, person=form.person, **data)


def _answer(event: Event, form: Any, by: Person) -> None:
    data = form.cleaned_data
    questions.answer(event.pk, data["code"], data["words"], data["language"], by=by, at=clock.now())


def _join(event: Event, form: Any, by: Person) -> None:
    upload = form.cleaned_data["document"]
    lessons.join_document(event.pk, files.take(upload, organisation=event.committee, by=by), by=by)


def _number(event: Event, form: Any) -> int:
    code = form.cleaned_data["code"]
    if not code.isdecimal() or len(code) > 9:
        raise Http404
    return int(code)


def _of(event: Event, form: Any) -> str:
    """The code of one of its parts. Raises Http404."""
    code: str = form.cleaned_data["code"]
    if not event.items.filter(code=code).exists():
        raise Http404
    return code


def _minute(event: Event, form: Any) -> int:
    """The minute of one of the lines of its run sheet. Raises Http404."""
    minute = _number(event, form)
    if not event.run_sheet.filter(minute=minute).exists():
        raise Http404
    return minute


SAVED = _("Saved.")
ACTS: dict[str, Act] = {
    "note": Act(NoteForm, lambda e, f, by: meetings.write_note(e.pk, by=by, **f.values()), SAVED, "note"),
    "date": Act(OccurrenceForm, lambda e, f, by: meetings.hold_in(e.pk, f.held(), by=by), SAVED, "dates"),
    "drop_date": Act(
        CodeForm, lambda e, f, by: meetings.drop_occurrence(e.pk, f.cleaned_data["code"], by=by), SAVED, "dates"
    ),
    "host": Act(HostForm, lambda e, f, by: meetings.add_host(e.pk, by=by, **f.cleaned_data), SAVED, "hosts"),
    "abroad": Act(AbroadForm, _add_abroad, SAVED, "hosts"),
    "drop_host": Act(
        CodeForm, lambda e, f, by: meetings.remove_host(e.pk, f.cleaned_data["code"], by=by), SAVED, "hosts"
    ),
    "person": Act(PersonForm, _give_part, SAVED, "people"),
    "drop_person": Act(CodeForm, lambda e, f, by: meetings.take_part_away(e.pk, _number(e, f), by=by), SAVED, "people"),
    "publish": Act(
        PressForm,
        lambda e, f, by: meetings.publish(e.pk, by=by),
        _("The webinar is announced: registration is possible."),
        "state",
    ),
    "hold": Act(
        PressForm, lambda e, f, by: meetings.hold(e.pk, by=by), _("What it leaves can be written."), "after", True
    ),
    "part": Act(
        PartForm,
        lambda e, f, by: run_sheets.add_part(e.pk, by=by, **f.values()),
        SAVED,
        "parts",
        True,
    ),
    "change_part": Act(
        ChangePartForm,
        lambda e, f, by: run_sheets.change_part(e.pk, _of(e, f), by=by, **f.values()),
        SAVED,
        "parts",
        True,
    ),
    "part_up": Act(
        CodeForm, lambda e, f, by: run_sheets.move_part(e.pk, _of(e, f), by=by, up=True), SAVED, "parts", True
    ),
    "part_down": Act(
        CodeForm, lambda e, f, by: run_sheets.move_part(e.pk, _of(e, f), by=by, up=False), SAVED, "parts", True
    ),
    "drop_part": Act(CodeForm, lambda e, f, by: run_sheets.remove_part(e.pk, _of(e, f), by=by), SAVED, "parts", True),
    "fill": Act(
        PressForm,
        lambda e, f, by: run_sheets.fill(e.pk, by=by),
        _("The run sheet is filled from the parts."),
        "sheet",
        True,
    ),
    "line": Act(
        LineForm,
        lambda e, f, by: run_sheets.write_line(e.pk, by=by, **f.values()),
        SAVED,
        "sheet",
        True,
    ),
    "change_line": Act(
        ChangeLineForm,
        lambda e, f, by: run_sheets.change_line(e.pk, _minute(e, f), by=by, **f.values()),
        SAVED,
        "sheet",
        True,
    ),
    "drop_line": Act(
        CodeForm, lambda e, f, by: run_sheets.remove_line(e.pk, _number(e, f), by=by), SAVED, "sheet", True
    ),
    "show": Act(
        CodeForm,
        lambda e, f, by: questions.show(e.pk, f.cleaned_data["code"], by=by),
        _("The question is on the board."),
        "questions",
        True,
    ),
    "set_aside": Act(
        CodeForm,
        lambda e, f, by: questions.set_aside(e.pk, f.cleaned_data["code"], by=by),
        _("The question is set aside."),
        "questions",
        True,
    ),
    "answer": Act(WordsForm, _answer, _("The answer is on the board."), "questions", True),
    "translate": Act(
        WordsForm,
        lambda e, f, by: questions.translate(
            e.pk, f.cleaned_data["code"], f.cleaned_data["words"], f.cleaned_data["language"], by=by
        ),
        _("The translation is on the board."),
        "questions",
        True,
    ),
    "recording": Act(
        RecordingForm, lambda e, f, by: lessons.keep_recording(e.pk, by=by, **f.cleaned_data), SAVED, "after", True
    ),
    "document": Act(DocumentForm, _join, _("The document is joined."), "after"),
    "drop_document": Act(
        CodeForm,
        lambda e, f, by: lessons.remove_document(e.pk, f.cleaned_data["code"], by=by),
        _("The document is removed: nobody reads it any more."),
        "after",
    ),
    "draft_lessons": Act(
        PressForm,
        lambda e, f, by: lessons.draft_lessons(e.pk, by=by),
        _("A first note is written: read it over, complete it."),
        "lessons",
        True,
    ),
    "lessons": Act(
        LessonsForm,
        lambda e, f, by: lessons.write_lessons(e.pk, f.said("lessons"), by=by, version=f.cleaned_data["version"]),
        SAVED,
        "lessons",
        True,
    ),
    "publish_lessons": Act(
        PressForm,
        lambda e, f, by: lessons.publish_lessons(e.pk, by=by, at=clock.now()),
        _("The note is published."),
        "lessons",
        True,
    ),
}
FORMS = {
    "date": OccurrenceForm,
    "host": HostForm,
    "abroad": AbroadForm,
    "person": PersonForm,
    "part": PartForm,
    "line": LineForm,
    "recording": RecordingForm,
    "document": DocumentForm,
}


def act_of(verb: str, *, as_moderator: bool) -> Act:
    """What a press does. Raises Http404 for one there is not, or that is not a moderator's."""
    found = ACTS.get(verb)
    if found is None or (as_moderator and not found.is_moderators):
        raise Http404
    return found


def note_of(event: Event) -> list[tuple[str, str]]:
    """The concept note, as it is read: each of its titles with its words."""
    titles = {
        "context": _("Context"),
        "objectives": _("Objectives"),
        "format": _("How it goes"),
        "audience": _("For whom"),
    }
    return [(str(title), text(getattr(event, field))) for field, title in titles.items() if getattr(event, field)]


def context_of(event: Event, base: str, refused: dict[str, Form] | None = None) -> dict[str, Any]:
    """What the page of a meeting shows to who prepares or runs it. `base`: where its forms are sent."""
    occurrences, told = queries.occurrences_of(event), refused or {}
    is_draft, is_over = event.state == EventState.DRAFT, event.state in OVER
    prefetch_related_objects([event], Prefetch("services", Service.objects.order_by("position", "pk")))
    forms_shown: dict[str, Form] = {name: form(event) for name, form in FORMS.items()}
    forms_shown |= {"note": NoteForm.of(event), "lessons": LessonsForm.of(event)}
    forms_shown |= told
    for name, form in forms_shown.items():
        form.auto_id = f"id_{name}_%s"  # several forms stand on one page
    return {
        "event": event,
        "base": base,
        "forms": forms_shown,
        "refused": next(iter(told.values()), None),
        "here": base.removesuffix("/faire/"),
        "note": note_of(event),
        "services": list(event.services.all()),
        "occurrences": occurrences,
        "sessions": [(o, _row("date", "language", o.language, OccurrenceForm.of(event, o), told)) for o in occurrences],
        "hosts": list(event.hosts.select_related("organisation").order_by("position", "pk")),
        "people": queries.people_of(event),
        "parts": [
            (part, _row("change_part", "code", part.item.code, ChangePartForm.of(event, part.item), told))
            for part in queries.parts_of(event)
        ],
        "run_sheet": _sheet(event, occurrences, told),
        "questions": [] if is_draft else queries.questions_of(event),
        "suggestions": [] if is_draft else list(event.suggestions.order_by("pk")),
        "documents": list(event.files.filter(removed_at=None).order_by("pk")) if is_over else [],
        "counts": {name: sum(getattr(o, name) for o in occurrences) for name in ("taken", "waiting", "present")},
        "languages": settings.LANGUAGES,
        "is_over": is_over,
        "has_begun": bool(occurrences) and max(o.starts_at for o in occurrences) <= clock.now(),
        "now": clock.now(),
    }


def _row(verb: str, key: str, value: object, fresh: Form, refused: dict[str, Form]) -> Form:
    """The form that changes one row of a list: as it stands, or as it was refused."""
    told = refused.get(verb)
    form = told if told is not None and told.data.get(key) == str(value) else fresh
    form.auto_id = f"id_{verb}_{value}_%s"
    return form


def _sheet(event: Event, occurrences: list[Occurrence], refused: dict[str, Form]) -> list[dict[str, Any]]:
    """The lines of the run sheet, each with its hour in every session."""
    return [
        {
            "minute": line.minute,
            "what": text(line.what),
            "who": line.who,
            "form": _row("change_line", "code", line.minute, ChangeLineForm.of(event, line), refused),
            "times": [(o.language, o.starts_at + timedelta(minutes=line.minute), o.local_zone) for o in occurrences],
        }
        for line in event.run_sheet.order_by("minute")
    ]
