"""What the office types about a session of the board, as clean values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Person
from marelle.mandates.models import Application, BoardSession, Call
from marelle.mandates.operations.deciding import Drafted
from marelle.mandates.states import Outcome
from marelle.web.office.forms import AREA, DAY, HOUR, SHORT_AREA


class SessionForm(forms.Form):
    """A day, an hour and a place, in the time zone of the call."""

    on = forms.DateField(label=_("Day"), widget=DAY)
    hour = forms.TimeField(label=_("It begins at"), widget=HOUR)
    length_minutes = forms.IntegerField(label=_("Length, in minutes"), initial=120)
    place = forms.CharField(label=_("Place, or address of the room"), max_length=200)

    def __init__(self, call: Call, *args: Any, **kwargs: Any):
        self.zone = ZoneInfo(call.zone)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """One moment out of a day and an hour."""
        data = super().clean() or self.cleaned_data
        if "on" in data and "hour" in data:
            data["starts_at"] = datetime.combine(data.pop("on"), data.pop("hour"), self.zone)
        return data

    @staticmethod
    def from_session(session: BoardSession) -> dict[str, Any]:
        """What a form shows of a session already prepared."""
        local = session.starts_at.astimezone(ZoneInfo(session.call.zone))
        return {
            "on": local.date(),
            "hour": local.time(),
            "length_minutes": session.length_minutes,
            "place": session.place,
        }


class HeldForm(forms.Form):
    """Who was present, and what was said."""

    present = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("Present, of the board and the commission"),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
        error_messages={"required": _("Say who was present.")},
    )
    also_present = forms.CharField(label=_("Also present"), max_length=500, required=False)
    minutes = forms.CharField(
        label=_("What was said"),
        widget=AREA,
        max_length=20000,
        required=False,
        help_text=_("For the committee alone: no city reads it."),
    )

    def __init__(self, members: Sequence[Person], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = Person.objects.filter(pk__in=[person.pk for person in members]).order_by("name", "pk")
        self.fields["present"].queryset = offered


class SessionDecisionsForm(forms.Form):
    """A decision for each application of a session; those without an outcome are not proposed."""

    reasons_for_all = forms.CharField(
        label=_("Reasons of the decisions that have none of their own"),
        widget=SHORT_AREA,
        required=False,
        help_text=_("The cities will read them."),
    )

    def __init__(self, applications: Sequence[Application], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.applications = list(applications)
        outcomes = [("", _("Not proposed for now")), *Outcome.choices]
        for application in self.applications:
            code = application.code
            self.fields[f"outcome_{code}"] = forms.ChoiceField(label=_("Decision"), choices=outcomes, required=False)
            self.fields[f"reasons_{code}"] = forms.CharField(
                label=_("Reasons"), widget=SHORT_AREA, required=False, help_text=_("The city will read them.")
            )
            self.fields[f"conditions_{code}"] = forms.CharField(
                label=_("Conditions, one a line"), widget=SHORT_AREA, required=False, help_text=_("For probation.")
            )
            self.fields[f"due_{code}"] = forms.DateField(
                label=_("Last day to answer the conditions"), widget=DAY, required=False, help_text=_("For probation.")
            )

    @property
    def groups(self) -> list[tuple[Application, list[forms.BoundField]]]:
        """The fields of each application."""
        names = ("outcome", "reasons", "conditions", "due")
        return [(a, [self[f"{name}_{a.code}"] for name in names]) for a in self.applications]

    @property
    def drafted(self) -> dict[Application, Drafted]:
        """What is proposed, once the form is clean."""
        data, found = self.cleaned_data, {}
        for application in self.applications:
            if outcome := data[f"outcome_{application.code}"]:
                reasons = data[f"reasons_{application.code}"] or data["reasons_for_all"]
                on_probation = outcome == Outcome.PROBATION
                conditions = data[f"conditions_{application.code}"] if on_probation else ""
                due_on = data[f"due_{application.code}"] if on_probation else None
                found[application] = Drafted(outcome, reasons, conditions, due_on)
        return found
