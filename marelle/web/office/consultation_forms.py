"""What the office types of an edition of the consultation, as clean values. Nothing here saves."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Organisation
from marelle.base import clock
from marelle.consultations.models import Consultation
from marelle.consultations.operations.editions import LEAST_FLOOR, Edition
from marelle.consultations.states import ConsultationState
from marelle.web.office.gathering_forms import InLanguages, day, hour

CHANGE_WHILE_OPEN = {"closes_on", "closes_hour", "answered_on"}


class EditionForm(InLanguages):
    """An edition: its window, its themes, the day of the answer. `code` is asked once."""

    committee = forms.ModelChoiceField(Organisation.objects.none(), label=_("Committee"), to_field_name="code")
    code = forms.CharField(
        label=_("Edition"), max_length=20, help_text=_("Its year, such as 2027; 2027-pilote for a rehearsal.")
    )
    is_pilot = forms.BooleanField(
        label=_("This is a rehearsal"), required=False, help_text=_("Its answers never join those of the real one.")
    )
    name_fr = forms.CharField(label=_("Name, in French"), max_length=120)
    name_en = forms.CharField(label=_("Name, in English"), max_length=120, required=False)
    themes_fr = forms.CharField(label=_("Themes, in French"), max_length=300, required=False)
    themes_en = forms.CharField(label=_("Themes, in English"), max_length=300, required=False)
    opens_on = day(_("Children answer from"))
    opens_hour = hour(_("Opens at"), time(6, 0))
    closes_on = day(_("Children answer until"))
    closes_hour = hour(_("Closes at"), time(22, 0))
    answered_on = day(_("Children are answered on"), required=False)
    city_floor = forms.IntegerField(
        label=_("Sheets from which a town has its page"), initial=LEAST_FLOOR, min_value=LEAST_FLOOR, max_value=10_000
    )

    def __init__(
        self, committees: list[Organisation], *args: Any, consultation: Consultation | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.committees = committees
        if consultation is not None:
            del self.fields["code"], self.fields["is_pilot"]
            self._hold(consultation)
        if consultation is not None or len(committees) == 1:
            del self.fields["committee"]
        else:
            self.fields["committee"].queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])  # type: ignore[attr-defined]

    def _hold(self, consultation: Consultation) -> None:
        """What no longer changes is not asked: it stays as it is."""
        if consultation.state == ConsultationState.OPEN:
            for name in self.fields.keys() - CHANGE_WHILE_OPEN:
                self.fields[name].disabled = True
                self.fields[name].widget = forms.HiddenInput()

    @property
    def for_committee(self) -> Organisation:
        """The one the edition is of."""
        chosen: Organisation = self.cleaned_data.get("committee") or self.committees[0]
        return chosen

    def edition(self) -> Edition:
        """What the operations take."""
        data = self.cleaned_data
        return Edition(
            name=self.said("name"),
            themes=self.said("themes"),
            opens_at=datetime.combine(data["opens_on"], data["opens_hour"] or time(6, 0), clock.PARIS),
            closes_at=datetime.combine(data["closes_on"], data["closes_hour"] or time(22, 0), clock.PARIS),
            answered_on=data["answered_on"],
            city_floor=data["city_floor"],
        )

    @classmethod
    def of(cls, consultation: Consultation) -> dict[str, Any]:
        """What the form shows of an edition."""
        opens, closes = (at.astimezone(clock.PARIS) for at in (consultation.opens_at, consultation.closes_at))
        return {
            **cls.shown("name", consultation.name),
            **cls.shown("themes", consultation.themes),
            "opens_on": opens.date(),
            "opens_hour": opens.time(),
            "closes_on": closes.date(),
            "closes_hour": closes.time(),
            "answered_on": consultation.answered_on,
            "city_floor": consultation.city_floor,
        }


class WorkbookForm(forms.Form):
    """A workbook, and why a sensitive question may be put to the young."""

    file = forms.FileField(label=_("Workbook (XLSX)"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))
    waiver = forms.CharField(
        label=_("Written waiver"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text=_("Only when a sensitive question is put before 12 years: who allows it, when, and why."),
    )


class SheetForm(forms.Form):
    """A translator's sheet that comes back."""

    file = forms.FileField(
        label=_("Translated sheet (XLSX)"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )


class MediumForm(forms.Form):
    """A recording or a picture."""

    file = forms.FileField(
        label=_("Recording or picture"), widget=forms.ClearableFileInput(attrs={"accept": ".opus,.ogg,.mp3,.png,.webp"})
    )
    is_synthetic = forms.BooleanField(
        label=_("A machine’s voice"), required=False, help_text=_("It is said wherever the voice is heard.")
    )
