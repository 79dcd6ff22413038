"""What the office types of a gathering, as clean values. Nothing here saves."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Organisation
from marelle.events.models import Declaration, Event, Occurrence, ProgrammeItem
from marelle.events.operations.gatherings import Dates, Part
from marelle.events.states import EventRole, ItemKind, Level
from marelle.framework.models import Domain

LANGUAGES = ("fr", "en")
AREA = forms.Textarea(attrs={"rows": 4})


def day(label: Any, *, required: bool = True) -> forms.DateField:
    """A day, typed or picked."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def hour(label: Any, initial: time) -> forms.TimeField:
    """An hour, typed or picked."""
    return forms.TimeField(
        label=label, initial=initial, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), required=False
    )


class InLanguages(forms.Form):
    """A form some fields of which are asked in French and in English: `name_fr`, `name_en`."""

    def said(self, field: str) -> dict[str, str]:
        """What was typed, by language; blank is left out."""
        words = {language: self.cleaned_data.get(f"{field}_{language}", "").strip() for language in LANGUAGES}
        return {language: text for language, text in words.items() if text}

    @staticmethod
    def shown(field: str, words: dict[str, str]) -> dict[str, str]:
        """The same, to fill the form."""
        return {f"{field}_{language}": words.get(language, "") for language in LANGUAGES}


class GatheringForm(InLanguages):
    """The days, the place, the window of registration."""

    committee = forms.ModelChoiceField(Organisation.objects.none(), label=_("Committee"), to_field_name="code")
    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2100)
    name_fr = forms.CharField(label=_("Name, in French"), max_length=120)
    name_en = forms.CharField(label=_("Name, in English"), max_length=120, required=False)
    objectives_fr = forms.CharField(label=_("What it is for, in French"), widget=AREA, required=False)
    objectives_en = forms.CharField(label=_("What it is for, in English"), widget=AREA, required=False)
    starts_on = day(_("First day"))
    starts_hour = hour(_("Begins at"), time(9, 0))
    ends_on = day(_("Last day"))
    ends_hour = hour(_("Ends at"), time(17, 0))
    zone = forms.CharField(label=_("Time zone"), initial="Europe/Paris", max_length=40)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=10_000, required=False, help_text=_("Blank: no limit.")
    )
    opens_on = day(_("Registration opens on"), required=False)
    opens_hour = hour(_("At"), time(9, 0))
    closes_on = day(_("Registration closes on"), required=False)
    closes_hour = hour(_("At the hour of"), time(18, 0))

    def __init__(self, committees: list[Organisation], *args: Any, event: Event | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.committees = committees
        if event is not None:
            del self.fields["year"]
        if event is not None or len(committees) == 1:
            del self.fields["committee"]
        else:
            self.fields["committee"].queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])  # type: ignore[attr-defined]

    @property
    def for_committee(self) -> Organisation:
        """The one the gathering is of."""
        chosen: Organisation = self.cleaned_data.get("committee") or self.committees[0]
        return chosen

    def clean_zone(self) -> str:
        """An IANA name."""
        zone = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise ValidationError(_("Write a time zone such as Europe/Paris or Indian/Reunion."))
        return zone

    def values(self) -> dict[str, Any]:
        """What the operations take."""
        data, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["zone"])

        def at(name: str, usual: time) -> datetime | None:
            on = data.get(f"{name}_on")
            return on and datetime.combine(on, data.get(f"{name}_hour") or usual, zone)

        starts, ends = at("starts", time(9, 0)), at("ends", time(17, 0))
        opens, closes = at("opens", time(9, 0)), at("closes", time(18, 0))
        dates = Dates(starts, ends, data["zone"], data["place"].strip(), opens, closes, data["capacity"])  # type: ignore[arg-type]
        return {"name": self.said("name"), "objectives": self.said("objectives"), "dates": dates}

    @classmethod
    def of(cls, event: Event, occurrence: Occurrence) -> dict[str, Any]:
        """What the form shows of a gathering already prepared."""
        zone = ZoneInfo(event.zone)
        moments = {
            "starts": occurrence.starts_at,
            "ends": occurrence.ends_at,
            "opens": event.registration_opens_at,
            "closes": event.registration_closes_at,
        }
        local = {name: at.astimezone(zone) for name, at in moments.items() if at}
        return {
            **cls.shown("name", event.name),
            **cls.shown("objectives", event.objectives),
            **{f"{name}_on": at.date() for name, at in local.items()},
            **{f"{name}_hour": at.time() for name, at in local.items()},
            "zone": event.zone,
            "place": event.place,
            "capacity": occurrence.capacity,
        }


class ItemForm(InLanguages):
    """An item of the programme."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices)
    name_fr = forms.CharField(label=_("Title, in French"), max_length=200)
    name_en = forms.CharField(label=_("Title, in English"), max_length=200, required=False)
    on = day(_("Day"))
    at = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440, initial=90)
    room = forms.CharField(label=_("Room"), max_length=80, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "–"), ("fr", "Français"), ("en", "English")], required=False
    )
    is_choice = forms.BooleanField(label=_("Participants choose it"), required=False)
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=10_000, required=False, help_text=_("Blank: no limit.")
    )
    domain = forms.ModelChoiceField(Domain.objects.none(), label=_("Domain"), required=False, empty_label="–")
    theme_fr = forms.CharField(label=_("Theme, in French"), max_length=120, required=False)
    theme_en = forms.CharField(label=_("Theme, in English"), max_length=120, required=False)
    description_fr = forms.CharField(label=_("Description, in French"), widget=AREA, required=False)
    description_en = forms.CharField(label=_("Description, in English"), widget=AREA, required=False)
    speakers = forms.CharField(
        label=_("Speakers"),
        widget=AREA,
        required=False,
        help_text=_("One a line: the name, then a comma and their title if you wish."),
    )

    def __init__(self, event: Event, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.event = event
        rooms = list(event.rooms.order_by("name"))
        if rooms:
            known = {room.name: f"{room.name} ({room.capacity})" for room in rooms}
            named = (self.initial.get("room") or "").strip()
            choices = {"": "–", **({named: named} if named else {}), **known}
            self.fields["room"] = forms.ChoiceField(label=_("Room"), choices=list(choices.items()), required=False)
        self.fields["domain"].queryset = Domain.objects.order_by("framework", "position", "pk")  # type: ignore[attr-defined]

    def part(self) -> Part:
        """What the operation takes."""
        data = self.cleaned_data
        lines = (line.partition(",") for line in data["speakers"].splitlines() if line.strip(" ,"))
        return Part(
            kind=data["kind"],
            name=self.said("name"),
            starts_at=datetime.combine(data["on"], data["at"], ZoneInfo(self.event.zone)),
            minutes=data["minutes"],
            description=self.said("description"),
            theme=self.said("theme"),
            level=data["level"],
            language=data["language"],
            room=data["room"].strip(),
            capacity=data["capacity"],
            is_choice=data["is_choice"],
            domain=data["domain"],
            speakers=[(name.strip()[:120], title.strip()[:200]) for name, _comma, title in lines],
        )

    @classmethod
    def of(cls, item: ProgrammeItem) -> dict[str, Any]:
        """What the form shows of an item already written."""
        local = item.starts_at.astimezone(ZoneInfo(item.event.zone)) if item.starts_at else None
        roles = item.roles.filter(role=EventRole.SPEAKER).order_by("position", "pk")
        named = ("kind", "minutes", "room", "level", "language", "is_choice", "capacity", "domain")
        return {
            **{name: getattr(item, name) for name in named},
            **cls.shown("name", item.name),
            **cls.shown("theme", item.theme),
            **cls.shown("description", item.description),
            "on": local and local.date(),
            "at": local and local.time(),
            "speakers": "\n".join(f"{role.name}, {role.title}" if role.title else role.name for role in roles),
        }


class OutcomeForm(InLanguages):
    """What came out of an item."""

    outcome_fr = forms.CharField(label=_("What came out of it, in French"), widget=AREA, required=False)
    outcome_en = forms.CharField(label=_("What came out of it, in English"), widget=AREA, required=False)
    document = forms.FileField(label=_("A document to join"), required=False)


class PracticeForm(forms.Form):
    """A practice a stall of the market shows."""

    practice = forms.CharField(label=_("Address or code of a published practice"), max_length=200)


class RoomForm(forms.Form):
    """A room, and how many people it holds."""

    name = forms.CharField(label=_("Room"), max_length=60)
    capacity = forms.IntegerField(label=_("People it holds"), min_value=1, max_value=10_000)

    def __init__(self, event: Event, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)


class CancelForm(forms.Form):
    """Why a gathering will not be held."""

    because = forms.CharField(label=_("Why"), max_length=300, help_text=_("Those who were coming will read it."))


class DeclarationForm(InLanguages):
    """A text to sign together."""

    name_fr = forms.CharField(label=_("Title, in French"), max_length=200)
    name_en = forms.CharField(label=_("Title, in English"), max_length=200, required=False)
    text_fr = forms.CharField(label=_("Text, in French"), widget=forms.Textarea(attrs={"rows": 12}))
    text_en = forms.CharField(label=_("Text, in English"), widget=forms.Textarea(attrs={"rows": 12}), required=False)
    closes_on = day(_("Last day to sign"), required=False)

    def values(self, zone: str) -> dict[str, Any]:
        """What the operation takes: the text closes at the end of that day."""
        on = self.cleaned_data["closes_on"]
        closes = on and datetime.combine(on, time(23, 59, 59), ZoneInfo(zone))
        return {"name": self.said("name"), "text": self.said("text"), "closes_at": closes}

    @classmethod
    def of(cls, declaration: Declaration) -> dict[str, Any]:
        """What the form shows of a text already written."""
        closes = declaration.closes_at and declaration.closes_at.astimezone(ZoneInfo(declaration.event.zone)).date()
        return {
            **cls.shown("name", declaration.name),
            **cls.shown("text", declaration.text),
            "closes_on": closes,
        }


class BadgeForm(forms.Form):
    """The code of a badge, read or typed."""

    code = forms.CharField(label=_("Code of the badge"), max_length=40)
