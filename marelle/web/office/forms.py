"""What the office types, as clean values. Nothing here saves."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.base.languages import language_name
from marelle.framework.models import Framework, Track
from marelle.mandates.figures import MAX_POINTS
from marelle.mandates.models import Application, Call, Mandate
from marelle.mandates.operations.moves import MOVES
from marelle.mandates.operations.points import Wanted
from marelle.mandates.queries import places
from marelle.mandates.queries.applications import Dossier
from marelle.mandates.states import MANDATE_STEPS, OpinionKind, Outcome

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
AREA = forms.Textarea(attrs={"rows": 5})
SHORT_AREA = forms.Textarea(attrs={"rows": 2})
POINTS = 8  # rows offered to ask points of a city


def moment_of(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """When clocks of this zone show that hour. Raises ValidationError when it comes twice that night, or not at all."""
    moment = datetime.combine(day, hour, zone)
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise ValidationError(
            _("Clocks change that night: this hour does not exist, or comes twice. Choose another one.")
        )
    return moment


class CallForm(forms.Form):
    """A call: who may apply, under which framework, from when to when."""

    committee = forms.ModelChoiceField(Organisation.objects.none(), label=_("Committee"), to_field_name="code")
    code = forms.SlugField(
        label=_("Short name"), max_length=40, help_text=_("It stands in the address: for example 2026.")
    )
    tracks = forms.ModelMultipleChoiceField(
        Track.objects.none(),
        label=_("Tracks"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one track.")},
    )
    framework = forms.ModelChoiceField(
        Framework.objects.none(), label=_("Framework version"), help_text=_("It is frozen when the call is published.")
    )
    opens_on = forms.DateField(label=_("Opens on"), widget=DAY)
    opens_hour = forms.TimeField(label=_("Opening hour"), widget=HOUR, initial=time(9, 0))
    closes_on = forms.DateField(label=_("Closes on"), widget=DAY)
    closes_hour = forms.TimeField(
        label=_("Closing hour"), widget=HOUR, initial=time(18, 0), help_text=_("Nothing is taken from that minute on.")
    )
    zone = forms.CharField(label=_("Time zone"), initial="Europe/Paris", max_length=40)
    mandate_starts_on = forms.DateField(label=_("Mandates start on"), widget=DAY)
    readers_required = forms.IntegerField(label=_("Readers per application"), initial=2, min_value=1, max_value=9)

    def __init__(self, committees: list[Organisation], *args: Any, **kwargs: Any):
        """`committees`: those one may open a call for; asked only when there are several. Their tracks, and those nobody runs."""
        super().__init__(*args, **kwargs)
        self.committees = committees
        if len(committees) == 1:
            del self.fields["committee"]
        else:
            self.fields["committee"].queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])
        theirs = Q(programme__stewardship__committee__in=committees) | Q(programme__stewardship=None)
        self.fields["tracks"].queryset = Track.objects.filter(theirs).order_by("position", "pk")
        self.fields["framework"].queryset = frameworks = Framework.objects.order_by("-valid_from", "pk")
        self.languages = list(dict.fromkeys(language for f in frameworks for language in f.languages))
        self._ask_in_each_language()

    @property
    def for_committee(self) -> Organisation:
        """The one the call is for."""
        chosen: Organisation = self.cleaned_data.get("committee") or self.committees[0]
        return chosen

    def _ask_in_each_language(self) -> None:
        """A name and a presentation in every language of the frameworks; which are needed is known once one is chosen."""
        for code in self.languages:
            language = {"language": language_name(code)}
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % language, max_length=120, required=False
            )
            self.fields[f"presentation_{code}"] = forms.CharField(
                label=_("Presentation (%(language)s)") % language, widget=AREA, required=False
            )

    @property
    def names(self) -> list[forms.BoundField]:
        """The call's name, a field a language."""
        return [self[f"name_{code}"] for code in self.languages]

    @property
    def presentations(self) -> list[forms.BoundField]:
        """What the call says, a field a language."""
        return [self[f"presentation_{code}"] for code in self.languages]

    def clean(self) -> dict[str, Any]:
        """A name in each language of the chosen framework; both ends at hours that exist."""
        data = super().clean() or self.cleaned_data
        for end in ("opens", "closes"):
            if {f"{end}_on", f"{end}_hour", "zone"} <= set(data):
                moment_of(data[f"{end}_on"], data[f"{end}_hour"], ZoneInfo(data["zone"]))
        framework = data.get("framework")
        for code in framework.languages if framework else []:
            if not data.get(f"name_{code}"):
                self.add_error(f"name_{code}", _("This framework is written in this language: give the name in it."))
        return data

    def _in_each_language(self, field: str) -> dict[str, str]:
        """What was typed in the languages of the chosen framework."""
        return {code: self.cleaned_data[f"{field}_{code}"] for code in self.cleaned_data["framework"].languages}

    def clean_zone(self) -> str:
        """An IANA name, since a deadline without one is not a deadline."""
        zone = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise ValidationError(_("Write a time zone such as Europe/Paris or Indian/Reunion."))
        return zone

    def values(self) -> dict[str, Any]:
        """The fields of a Call."""
        data, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["zone"])
        return {
            "code": data["code"],
            "name": self._in_each_language("name"),
            "tracks": list(data["tracks"]),
            "framework": data["framework"],
            "opens_at": datetime.combine(data["opens_on"], data["opens_hour"], zone),
            "closes_at": datetime.combine(data["closes_on"], data["closes_hour"], zone),
            "zone": data["zone"],
            "mandate_starts_on": data["mandate_starts_on"],
            "readers_required": data["readers_required"],
            "presentation": self._in_each_language("presentation"),
        }

    @staticmethod
    def from_call(call: Call) -> dict[str, Any]:
        """What a form shows of a call already written."""
        opens, closes = (at.astimezone(ZoneInfo(call.zone)) for at in (call.opens_at, call.closes_at))
        return {
            "code": call.code,
            **{f"name_{code}": words for code, words in call.name.items()},
            "tracks": list(call.tracks.all()),
            "framework": call.framework,
            "opens_on": opens.date(),
            "opens_hour": opens.time(),
            "closes_on": closes.date(),
            "closes_hour": closes.time(),
            "zone": call.zone,
            "mandate_starts_on": call.mandate_starts_on,
            "readers_required": call.readers_required,
            **{f"presentation_{code}": words for code, words in call.presentation.items()},
        }


class DocumentForm(forms.Form):
    """A document joined to a call."""

    document = forms.FileField(
        label=_("Document"), help_text=_("PDF, Word, OpenDocument or spreadsheet, 20 MB at most.")
    )


class PointsForm(forms.Form):
    """What a city is asked, a point a row: in words, and where in its dossier."""

    def __init__(self, *args: Any, dossier: Dossier | None = None, wanted: Sequence[Wanted] = (), **kwargs: Any):
        """`dossier`: whose places may be named; `wanted`: what is proposed to begin with."""
        super().__init__(*args, **kwargs)
        grouped = [("", _("No place in particular")), *places.choices(dossier)] if dossier else []
        self.numbers = range(1, 1 + max(POINTS, len(wanted) + 1)) if dossier else range(0)
        for number, point in zip_longest(self.numbers, wanted, fillvalue=Wanted("")):
            self.fields[f"words_{number}"] = forms.CharField(
                label=_("What is asked"), widget=SHORT_AREA, max_length=2000, required=False, initial=point.words
            )
            self.fields[f"place_{number}"] = forms.ChoiceField(
                label=_("Where in the dossier"), choices=grouped, required=False, initial=point.place
            )

    @property
    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The points to fill in, each with its number."""
        return [(n, self[f"words_{n}"], self[f"place_{n}"]) for n in self.numbers]

    @property
    def others(self) -> list[forms.BoundField]:
        """What is asked beside the points."""
        mine = {f"{name}_{number}" for number in self.numbers for name in ("words", "place")}
        return [field for field in self if field.name not in mine]

    def clean(self) -> dict[str, Any]:
        """The points that say something."""
        data = super().clean() or self.cleaned_data
        rows = [(data.pop(f"words_{n}", ""), data.pop(f"place_{n}", "")) for n in self.numbers]
        return {**data, "wanted": [Wanted(words, place) for words, place in rows if words.strip()]}


class SendBackForm(PointsForm):
    """What a city is asked to complete, and until when."""

    complete_before = forms.DateField(
        label=_("Last day to hand in again"), widget=DAY, help_text=_("That day included.")
    )
    because = forms.CharField(
        label=_("A word to go with them"),
        widget=AREA,
        required=False,
        help_text=_("The city will read these very words."),
    )


class WriteForm(forms.Form):
    """What a city is written."""

    words = forms.CharField(
        label=_("Your message"), widget=AREA, max_length=4000, help_text=_("The city will read these very words.")
    )


class AssignForm(forms.Form):
    """Who will read an application, among those who do not read it yet."""

    reader = forms.ModelChoiceField(Person.objects.none(), label=_("Reader"), to_field_name="code")

    def __init__(self, *args: Any, application: Application, readers: list[Person], **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Person.objects.filter(pk__in=[p.pk for p in readers]).exclude(
            pk__in=application.reviews.values("reviewer")
        )
        self.fields["reader"].queryset = rows.order_by("name", "pk")


class OpinionForm(forms.Form):
    """The commission's opinion."""

    opinion = forms.ChoiceField(label=_("Opinion"), choices=OpinionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Reasons"), widget=AREA)


class DecisionForm(PointsForm):
    """What the board is asked to confirm. With a dossier, the conditions of a probation are points of it."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=Outcome.choices, widget=forms.RadioSelect)
    reasons = forms.CharField(label=_("Reasons"), widget=AREA, help_text=_("The city will read them."))
    conditions = forms.CharField(
        label=_("Conditions"), widget=AREA, required=False, help_text=_("For probation: what must be done.")
    )
    conditions_due_on = forms.DateField(
        label=_("Last day to answer the conditions"), widget=DAY, required=False, help_text=_("For probation.")
    )
    session_on = forms.DateField(label=_("Session of"), widget=DAY)

    def __init__(self, *args: Any, dossier: Dossier | None = None, **kwargs: Any):
        super().__init__(*args, dossier=dossier, **kwargs)
        if dossier:
            del self.fields["conditions"]


class ScoreForm(forms.Form):
    """Points and a remark on one criterion, with the values they replace."""

    points = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "–"), *((str(n), str(n)) for n in range(MAX_POINTS + 1))],
    )
    remark = forms.CharField(required=False, max_length=10_000)


class ExtendForm(forms.Form):
    """A later end for a call, in its own time zone, and why."""

    closes_on = forms.DateField(label=_("New closing day"), widget=DAY)
    closes_hour = forms.TimeField(label=_("Closing hour"), widget=HOUR)
    reasons = forms.CharField(
        label=_("Reasons"), widget=AREA, max_length=2000, help_text=_("The cities will read them.")
    )

    def __init__(self, call: Call, *args: Any, **kwargs: Any):
        self.zone = ZoneInfo(call.zone)
        super().__init__(*args, initial={"closes_hour": call.closes_at.astimezone(self.zone).time()}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """One moment out of a day and an hour."""
        data = super().clean() or self.cleaned_data
        if "closes_on" in data and "closes_hour" in data:
            data["closes_at"] = moment_of(data.pop("closes_on"), data.pop("closes_hour"), self.zone)
        return data


class MoreTimeForm(forms.Form):
    """A later end for one application, in the time zone of its call, and why."""

    on = forms.DateField(label=_("New last day"), widget=DAY)
    hour = forms.TimeField(label=_("Closing hour"), widget=HOUR)
    reasons = forms.CharField(label=_("Reasons"), widget=AREA, max_length=2000, help_text=_("The city will read them."))

    def __init__(self, call: Call, closes_at: datetime, *args: Any, **kwargs: Any):
        self.zone = ZoneInfo(call.zone)
        super().__init__(*args, initial={"hour": closes_at.astimezone(self.zone).time()}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """One moment out of a day and an hour."""
        data = super().clean() or self.cleaned_data
        if "on" in data and "hour" in data:
            data["until"] = moment_of(data.pop("on"), data.pop("hour"), self.zone)
        return data


class MoveForm(forms.Form):
    """Where a mandate is to stand, since when, and why."""

    move = forms.ChoiceField(label=_("What is proposed"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("Since"), widget=DAY, help_text=_("Today, or the day it was written to you."))
    reasons = forms.CharField(label=_("Reasons"), widget=AREA, max_length=2000, help_text=_("The city will read them."))

    def __init__(self, mandate: Mandate, *args: Any, **kwargs: Any):
        super().__init__(*args, initial={"on": clock.today()}, **kwargs)
        self.fields["move"].choices = [(m, move_words(m)) for m in MOVES if MANDATE_STEPS.allows(mandate, m)]


def move_words(move: str) -> str:
    """What a step of a mandate is called by those who propose it."""
    words = {
        "watch": _("Put it on watch: something due has not come"),
        "clear": _("Take it off watch"),
        "suspend": _("Suspend it: the town is no longer shown as a member"),
        "restore": _("Restore it"),
        "renounce": _("The town gives it up: it ends"),
        "withdraw": _("Withdraw the title: it ends"),
        "close": _("Close it: the town does not apply again"),
    }
    return str(words[move])
