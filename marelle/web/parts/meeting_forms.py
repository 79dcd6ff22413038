"""What is typed about a webinar, by who prepares it and who runs it, as clean values. Nothing here saves."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base.languages import language_name
from marelle.events.models import Event, Occurrence, ProgrammeItem, RunSheetLine, Series
from marelle.events.operations import lessons, meetings, run_sheets
from marelle.events.operations.meetings import Held
from marelle.events.states import Access, Confidentiality, EventRole, HostRole, ItemKind
from marelle.library.models import Service
from marelle.web.parts.forms import CountryField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
AREA = forms.Textarea(attrs={"rows": 4})
LANGUAGES = [code for code, _name in settings.LANGUAGES]
MORE_LANGUAGES = [(code, get_language_info(code)["name_local"]) for code in ("fr", "en", "ar", "es", "it", "pt")]


def languages() -> list[tuple[str, str]]:
    """The languages a meeting may be held in, by their own names."""
    return MORE_LANGUAGES


def known_zone(zone: str) -> str:
    """An IANA name. Raises ValidationError."""
    if zone not in available_timezones():
        raise ValidationError(_("Write a time zone such as Europe/Paris or Indian/Reunion."))
    return zone


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
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=f"{label} ({language_name(code)})",
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
            rows = Organisation.objects.filter(pk__in=[c.pk for c in committees])
            self.fields["committee"] = forms.ModelChoiceField(rows, label=_("Committee"), to_field_name="code")

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
        self.fields["series"] = forms.ModelChoiceField(
            Series.objects.filter(committee=self.event.committee_id).order_by("code"),
            label=_("Series"),
            required=False,
            to_field_name="code",
            empty_label=_("None"),
        )
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
        return known_zone(self.cleaned_data["zone"])

    def values(self) -> dict[str, Any]:
        """Fields of the concept note."""
        data = self.cleaned_data
        return {
            **{name: self.said(name) for name in meetings.WORDS},
            **{name: data[name] for name in ("series", "access", "confidentiality", "zone", "asks_recording_consent")},
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
        initial["series"] = event.series and event.series.code
        return cls(event, initial=initial | {"services": [service.pk for service in event.services.all()]})


class OccurrenceForm(Form):
    """When and where, in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=languages)
    day = forms.DateField(label=_("Day"), widget=DAY)
    starts = forms.TimeField(label=_("Begins at"), widget=HOUR)
    ends = forms.TimeField(label=_("Ends at"), widget=HOUR)
    zone = forms.CharField(
        label=_("Time zone"), max_length=40, required=False, help_text=_("Leave blank for that of the meeting.")
    )
    room = forms.URLField(label=_("Address of the room"), required=False, assume_scheme="https")
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=0, help_text=_("Leave blank when there is no limit.")
    )

    def clean_zone(self) -> str:
        """An IANA name, or blank."""
        return known_zone(self.cleaned_data["zone"]) if self.cleaned_data["zone"] else ""

    def held(self) -> Held:
        """What the operation takes; an end before the beginning is the next day's."""
        data, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["zone"] or self.event.zone)
        starts, ends = (datetime.combine(data["day"], data[name], zone) for name in ("starts", "ends"))
        if ends <= starts:
            ends = datetime.combine(data["day"] + timedelta(days=1), data["ends"], zone)
        return Held(data["language"], starts, ends, data["room"], data["capacity"], data["zone"])

    @classmethod
    def of(cls, event: Event, occurrence: Occurrence) -> "OccurrenceForm":
        """As it stands."""
        zone = ZoneInfo(occurrence.local_zone)
        starts, ends = occurrence.starts_at.astimezone(zone), occurrence.ends_at.astimezone(zone)
        kept = {name: getattr(occurrence, name) for name in ("language", "zone", "room", "capacity")}
        hours = {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}
        return cls(event, initial=kept | hours)


class HostForm(Form):
    """An organisation of the network."""

    role = forms.ChoiceField(label=_("Its part"), choices=HostRole.choices, initial=HostRole.CO_ORGANISER)

    def ask(self) -> None:
        self.fields["organisation"] = known_organisations(self.event)


class AbroadForm(Form):
    """A city or partner of another country, met for the first time."""

    name = forms.CharField(label=_("Name"), max_length=200)
    country = CountryField(label=_("Country"))
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
        self.fields["occurrence"] = session = forms.ModelChoiceField(
            self.event.occurrences.order_by("starts_at"),
            label=_("Session"),
            required=False,
            to_field_name="code",
            empty_label=_("All of them"),
        )
        session.label_from_instance = lambda o: get_language_info(o.language)["name_local"]  # type: ignore[method-assign,assignment]
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

    def values(self) -> dict[str, Any]:
        """What the operations take."""
        return {name: self.cleaned_data[name] for name in ("kind", "minutes")} | {"name": self.said("name")}


class ChangePartForm(PartForm):
    """A part as it stands, to be changed."""

    code = forms.CharField(max_length=60, widget=forms.HiddenInput)

    @classmethod
    def of(cls, event: Event, item: ProgrammeItem) -> "ChangePartForm":
        """As it stands."""
        kept = {name: getattr(item, name) for name in ("code", "kind", "minutes")}
        return cls(event, initial=kept | cls.in_each("name", item.name))


class LineForm(Form):
    """A line of the run sheet."""

    minute = forms.IntegerField(label=_("From minute"), min_value=0, max_value=run_sheets.LONGEST - 1)
    who = forms.CharField(label=_("Who"), max_length=200, required=False)

    def ask(self) -> None:
        self.ask_in_each_language("what", _("What happens"), most=400)

    def values(self) -> dict[str, Any]:
        """What the operations take."""
        return {name: self.cleaned_data[name] for name in ("minute", "who")} | {"what": self.said("what")}


class ChangeLineForm(LineForm):
    """A line as it stands, to be changed. `code`: the minute it stood at."""

    code = forms.CharField(max_length=60, widget=forms.HiddenInput)

    @classmethod
    def of(cls, event: Event, line: RunSheetLine) -> "ChangeLineForm":
        """As it stands."""
        kept = {"code": line.minute, "minute": line.minute, "who": line.who}
        return cls(event, initial=kept | cls.in_each("what", line.what))


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
    options = {"to_field_name": "code", "required": required, "empty_label": "–"}
    return forms.ModelChoiceField(rows, label=_("Organisation"), **options)
