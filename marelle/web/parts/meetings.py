"""Preparing and running a webinar, from the office or from a moderator's own workspace: forms, and what each press does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from marelle.accounts import files
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock
from marelle.events.models import Event, Occurrence
from marelle.events.operations import lessons, meetings, questions, run_sheets
from marelle.events.operations.meetings import Held
from marelle.events.queries import meetings as queries
from marelle.events.states import Access, Confidentiality, EventRole, HostRole, ItemKind
from marelle.framework.models import text
from marelle.library.models import Service

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
AREA = forms.Textarea(attrs={"rows": 4})
LANGUAGES = [code for code, _name in settings.LANGUAGES]
MORE_LANGUAGES = [(code, get_language_info(code)["name_local"]) for code in ("fr", "en", "ar", "es", "it", "pt")]


def languages() -> list[tuple[str, str]]:
    """The languages a meeting may be held in, by their own names."""
    return MORE_LANGUAGES


class Form(forms.Form):
    """A form about one meeting."""

    def __init__(self, event: Event, *args: Any, **kwargs: Any):
        self.event = event
        super().__init__(*args, **kwargs)
        self.ask()

    def ask(self) -> None:
        """Fields that depend on the meeting."""

    def ask_in_each_language(self, name: str, label: Any, *, long: bool = False, most: int = 4000) -> None:
        """A field a language of the house."""
        for code in LANGUAGES:
            info = get_language_info(code)
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=f"{label} ({info['name_translated'].lower()})",
                required=False,
                max_length=most,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code})
                if long
                else forms.TextInput(attrs={"lang": code}),
            )

    def said(self, name: str) -> dict[str, str]:
        """What was typed, by language."""
        return {code: self.cleaned_data[f"{name}_{code}"] for code in LANGUAGES}

    @staticmethod
    def in_each(name: str, words: dict[str, str]) -> dict[str, str]:
        """What such fields show."""
        return {f"{name}_{code}": words.get(code, "") for code in LANGUAGES}


class NameForm(forms.Form):
    """A new webinar is a name first."""

    committee = forms.ModelChoiceField(Organisation.objects.none(), label=_("Committee"), to_field_name="code")
    name_fr = forms.CharField(label=_("Name (French)"), max_length=200, required=False)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)

    def __init__(self, committees: list[Organisation], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.committees = committees
        if len(committees) == 1:
            del self.fields["committee"]
        else:
            self.fields["committee"].queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])

    @property
    def for_committee(self) -> Organisation:
        """Whose webinar it is."""
        chosen: Organisation = self.cleaned_data.get("committee") or self.committees[0]
        return chosen

    def name(self) -> dict[str, str]:
        """By language."""
        return {"fr": self.cleaned_data["name_fr"], "en": self.cleaned_data["name_en"]}


class NoteForm(Form):
    """The concept note."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def ask(self) -> None:
        for name, label in (
            ("name", _("Name")),
            ("context", _("Context")),
            ("objectives", _("Objectives")),
            ("format", _("How it goes")),
            ("audience", _("For whom")),
        ):
            self.ask_in_each_language(name, label, long=name != "name", most=200 if name == "name" else 4000)
        self.fields["services"] = forms.ModelMultipleChoiceField(
            Service.objects.order_by("position", "pk"),
            label=_("Services concerned"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["access"] = forms.ChoiceField(label=_("Access"), choices=Access.choices)
        self.fields["confidentiality"] = forms.ChoiceField(label=_("Confidentiality"), choices=Confidentiality.choices)
        self.fields["zone"] = forms.CharField(
            label=_("Time zone"), max_length=40, help_text=_("As Europe/Paris, Africa/Tunis, Indian/Reunion.")
        )
        self.fields["registration_closes_on"] = forms.DateField(
            label=_("Registration until the end of"), widget=DAY, required=False
        )
        self.fields["suggestions_on"] = forms.DateField(
            label=_("Suggestions called until the end of"), widget=DAY, required=False
        )
        self.fields["asks_recording_consent"] = forms.BooleanField(
            label=_("It is recorded: ask each person, apart, whether they agree"), required=False
        )

    def clean_zone(self) -> str:
        """An IANA name."""
        zone: str = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise ValidationError(_("Write a time zone such as Europe/Paris or Indian/Reunion."))
        return zone

    def values(self) -> dict[str, Any]:
        """Fields of the concept note."""
        data = self.cleaned_data
        return {
            **{name: self.said(name) for name in meetings.WORDS},
            **{name: data[name] for name in ("access", "confidentiality", "zone", "asks_recording_consent")},
            "registration_closes_at": self._end_of(data["registration_closes_on"]),
            "suggestions_until": self._end_of(data["suggestions_on"]),
            "services": list(data["services"]),
            "version": data["version"],
        }

    def _end_of(self, day: Any) -> datetime | None:
        """Midnight after it, in the meeting's zone."""
        return day and datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.cleaned_data["zone"]))

    @classmethod
    def of(cls, event: Event) -> "NoteForm":
        """As it stands."""
        zone = ZoneInfo(event.zone)
        days = {
            "registration_closes_on": event.registration_closes_at,
            "suggestions_on": event.suggestions_until,
        }
        initial: dict[str, Any] = {
            name: value for word in meetings.WORDS for name, value in cls.in_each(word, getattr(event, word)).items()
        }
        initial |= {
            name: getattr(event, name)
            for name in ("version", "access", "confidentiality", "zone", "asks_recording_consent")
        }
        initial |= {
            name: (at.astimezone(zone) - timedelta(seconds=1)).date() if at else None for name, at in days.items()
        }
        return cls(event, initial=initial | {"services": [service.pk for service in event.services.all()]})


class OccurrenceForm(Form):
    """When and where, in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=languages)
    day = forms.DateField(label=_("Day"), widget=DAY)
    starts = forms.TimeField(label=_("From"), widget=HOUR)
    ends = forms.TimeField(label=_("To"), widget=HOUR)
    room = forms.URLField(label=_("Address of the room"), required=False, assume_scheme="https")
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=0, help_text=_("Leave blank when there is no limit.")
    )

    def held(self) -> Held:
        """What the operation takes; an end before the beginning is the next day's."""
        data, zone = self.cleaned_data, ZoneInfo(self.event.zone)
        starts, ends = (datetime.combine(data["day"], data[name], zone) for name in ("starts", "ends"))
        if ends <= starts:
            ends = datetime.combine(data["day"] + timedelta(days=1), data["ends"], zone)
        return Held(data["language"], starts, ends, data["room"], data["capacity"])


class HostForm(Form):
    """An organisation of the network."""

    role = forms.ChoiceField(label=_("Its part"), choices=HostRole.choices, initial=HostRole.CO_ORGANISER)

    def ask(self) -> None:
        self.fields["organisation"] = known_organisations(self.event)


class AbroadForm(Form):
    """A city or partner of another country, met for the first time."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(
        label=_("Country"), min_length=2, max_length=2, help_text=_("Two letters: TN, IT, GR, MA…")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(k.value, k.label) for k in (OrganisationKind.COMMUNE, OrganisationKind.PARTNER)]
    )
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    role = forms.ChoiceField(label=_("Its part"), choices=HostRole.choices, initial=HostRole.CO_ORGANISER)


class PersonForm(Form):
    """Somebody who has a part in it, of any organisation."""

    role = forms.ChoiceField(label=_("Part"), choices=EventRole.choices, initial=EventRole.SPEAKER)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    title = forms.CharField(label=_("Function"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("E-mail of their account"),
        required=False,
        help_text=_("For a moderator: the run sheet and the questions open in their own workspace."),
    )

    def ask(self) -> None:
        self.fields["organisation"] = known_organisations(self.event, required=False)
        self.fields["occurrence"] = forms.ModelChoiceField(
            self.event.occurrences.order_by("starts_at"),
            label=_("Session"),
            required=False,
            to_field_name="code",
            empty_label=_("All of them"),
        )
        self.fields["occurrence"].label_from_instance = lambda o: get_language_info(o.language)["name_local"]
        self.fields["item"] = forms.ModelChoiceField(
            self.event.items.order_by("position", "pk"),
            label=_("Programme item"),
            required=False,
            to_field_name="code",
            empty_label=_("The whole meeting"),
        )

    def clean_email(self) -> str:
        """An account there is."""
        email: str = self.cleaned_data["email"]
        self.person = Person.objects.filter(email__iexact=email, is_active=True).first() if email else None
        if email and self.person is None:
            raise ValidationError(_("Nobody has an account with this address: invite them first."))
        return email


class PartForm(Form):
    """A part of the meeting."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices, initial=ItemKind.PRESENTATION)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=run_sheets.LONGEST)

    def ask(self) -> None:
        self.ask_in_each_language("name", _("Name"), most=200)


class LineForm(Form):
    """A line of the run sheet."""

    minute = forms.IntegerField(label=_("From minute"), min_value=0, max_value=run_sheets.LONGEST - 1)
    who = forms.CharField(label=_("Who"), max_length=200, required=False)

    def ask(self) -> None:
        self.ask_in_each_language("what", _("What happens"), most=400)


class CodeForm(Form):
    """What a button of a list is about."""

    code = forms.CharField(max_length=60, widget=forms.HiddenInput)


class PressForm(Form):
    """A button alone."""


class WordsForm(CodeForm):
    """An answer, a translation: in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    words = forms.CharField(label=_("Words"), max_length=4000, widget=AREA)


class RecordingForm(Form):
    """What an occurrence leaves."""

    language = forms.ChoiceField(label=_("Session"), choices=languages)
    replay = forms.URLField(label=_("Where to see it again"), required=False, assume_scheme="https")
    transcript = forms.CharField(
        label=_("What was said, word for word"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class DocumentForm(Form):
    """A document of the meeting."""

    document = forms.FileField(
        label=_("Document"), help_text=_("PDF, Word, OpenDocument or spreadsheet, 20 MB at most.")
    )


class LessonsForm(Form):
    """What is kept of it, by language."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def ask(self) -> None:
        self.ask_in_each_language("lessons", _("What we keep of it"), long=True, most=lessons.LONGEST)
        for code in LANGUAGES:
            self.fields[f"lessons_{code}"].widget.attrs["rows"] = 14

    @classmethod
    def of(cls, event: Event) -> "LessonsForm":
        """As it stands."""
        return cls(event, initial={**cls.in_each("lessons", event.lessons), "version": event.version})


def known_organisations(event: Event, *, required: bool = True) -> forms.ModelChoiceField:
    """Those the committee looks after, and those of other countries."""
    rows = Organisation.objects.looked_after_by([event.committee]).order_by("folded_name", "pk")
    return forms.ModelChoiceField(rows, label=_("Organisation"), to_field_name="code", required=required)


@dataclass(frozen=True)
class Act:
    """A press on the page of a meeting: its form, what it does, what is then said, where the page opens again."""

    form: type[Form]
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
        lambda e, f, by: run_sheets.add_part(
            e.pk, by=by, kind=f.cleaned_data["kind"], minutes=f.cleaned_data["minutes"], name=f.said("name")
        ),
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
        lambda e, f, by: run_sheets.write_line(
            e.pk, by=by, minute=f.cleaned_data["minute"], who=f.cleaned_data["who"], what=f.said("what")
        ),
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


def context_of(event: Event, base: str, refused: dict[str, Form] | None = None) -> dict[str, Any]:
    """What the page of a meeting shows to who prepares or runs it. `base`: where its forms are sent."""
    occurrences = queries.occurrences_of(event)
    forms_shown: dict[str, Form] = {name: form(event) for name, form in FORMS.items()}
    forms_shown |= {"note": NoteForm.of(event), "lessons": LessonsForm.of(event)}
    forms_shown |= refused or {}
    for name, form in forms_shown.items():
        form.auto_id = f"id_{name}_%s"  # several forms stand on one page
    return {
        "event": event,
        "base": base,
        "forms": forms_shown,
        "refused": next(iter((refused or {}).values()), None),
        "here": base.removesuffix("/faire/"),
        "occurrences": occurrences,
        "hosts": list(event.hosts.select_related("organisation").order_by("position", "pk")),
        "people": queries.people_of(event),
        "parts": queries.parts_of(event),
        "run_sheet": _sheet(event, occurrences),
        "questions": queries.questions_of(event),
        "suggestions": list(event.suggestions.order_by("pk")),
        "documents": list(event.files.filter(removed_at=None).order_by("pk")),
        "counts": queries.counts_of(event),
        "languages": settings.LANGUAGES,
        "is_over": event.state in ("held", "documented"),
        "now": clock.now(),
    }


def _sheet(event: Event, occurrences: list[Occurrence]) -> list[dict[str, Any]]:
    """The lines of the run sheet, each with its hour in every session."""
    return [
        {
            "minute": line.minute,
            "what": text(line.what),
            "who": line.who,
            "times": [(o.language, o.starts_at + timedelta(minutes=line.minute)) for o in occurrences],
        }
        for line in event.run_sheet.order_by("minute")
    ]
