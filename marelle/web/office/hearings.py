"""Hearings: the slots of a call, one given to a dossier, its sheet, its minutes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.hearing_sheets import sheet_pdf
from marelle.mandates.models import Application, Call, Slot
from marelle.mandates.operations import hearings as operations
from marelle.mandates.queries import hearings as queries
from marelle.mandates.states import APPLICATION_STEPS
from marelle.web.office.forms import AREA, DAY, HOUR, SHORT_AREA
from marelle.web.parts.forms import done, page
from marelle.web.templatetags.marelle import in_zone, moment


class SlotsForm(forms.Form):
    """Times one after the other, in the time zone of the call."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=DAY)
    hour = forms.TimeField(label=gettext_lazy("The first one begins at"), widget=HOUR)
    length_minutes = forms.IntegerField(label=gettext_lazy("Length of each, in minutes"), initial=45)
    count = forms.IntegerField(label=gettext_lazy("How many, one after the other"), initial=1)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(
        label=gettext_lazy("Address of the room, if it is held at a distance"), required=False, assume_scheme="https"
    )

    def __init__(self, call: Call, *args: Any, **kwargs: Any):
        self.zone = ZoneInfo(call.zone)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """One moment out of a day and an hour."""
        data = super().clean() or self.cleaned_data
        if "on" in data and "hour" in data:
            data["first_at"] = datetime.combine(data.pop("on"), data.pop("hour"), self.zone)
        return data


class SlotForm(forms.Form):
    """One of the free slots."""

    slot = forms.ChoiceField(label=gettext_lazy("Slot"))

    def __init__(self, call: Call, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.free = {slot.code: slot for slot in queries.free_slots(call, clock.now())}
        told = [(s.code, f"{moment(in_zone(s.starts_at, call.zone))}, {s.where}") for s in self.free.values()]
        self.fields["slot"].choices = told


class CancelForm(forms.Form):
    """Why a hearing is called off."""

    because = forms.CharField(
        label=gettext_lazy("Why"), widget=SHORT_AREA, max_length=1000, help_text=gettext_lazy("The city will read it.")
    )


class MinutesForm(forms.Form):
    """What was said: for the city too, and for the committee alone."""

    shared_minutes = forms.CharField(
        label=gettext_lazy("What the city reads too"),
        widget=AREA,
        max_length=20000,
        help_text=gettext_lazy("It stands on the page of its application as soon as you record it."),
    )
    internal_minutes = forms.CharField(
        label=gettext_lazy("For the committee alone"),
        widget=AREA,
        max_length=20000,
        required=False,
        help_text=gettext_lazy("The city never reads this part."),
    )


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def slots(request: HttpRequest, code: str) -> HttpResponse:
    """The slots of a call and who has them; prepare some more."""
    found = _call(request, code)
    form = SlotsForm(found, request.POST or None)
    if done(form, lambda values: operations.prepare_slots(found.pk, by=request.user, **values)):
        messages.success(request, _("The slots are prepared: give one to each dossier."))
        return redirect("office:hearing_slots", code)
    waiting = queries.waiting(found, request.user)  # type: ignore[arg-type]
    context = {"call": found, "form": form, "slots": _lines(request, found), "waiting": waiting}
    return page(request, "office/hearing_slots.html", context)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def remove_slot(request: HttpRequest, code: str, slot: str) -> HttpResponse:
    """Take back a slot nobody has."""
    found = get_object_or_404(Slot.objects.filter(call=_call(request, code)), code=slot)
    operations.remove_slot(found.pk, by=request.user)
    messages.success(request, _("The slot is taken back."))
    return redirect("office:hearing_slots", code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def hearing(request: HttpRequest, code: str) -> HttpResponse:
    """The hearing of a dossier; give it a slot, or another one."""
    found = _application(request, code)
    form = SlotForm(found.call, request.POST or None)
    if done(form, lambda v: operations.plan_hearing(found.pk, form.free[v["slot"]].pk, by=request.user)):
        messages.success(request, _("The city and the readers are told by letter, with the date for their calendars."))
        return redirect("office:hearing", code)
    return _page(request, found, form=form)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Call the hearing off: the dossier is under review again."""
    found, form = _application(request, code), CancelForm(request.POST)
    if done(form, lambda values: operations.cancel_hearing(found.pk, by=request.user, **values)):
        messages.success(request, _("The hearing is called off: all who were invited are told."))
        return redirect("office:hearing", code)
    return _page(request, found, cancel_form=form)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    """The city has been heard: what was said."""
    found, form = _application(request, code), MinutesForm(request.POST)
    if done(form, lambda values: operations.hear(found.pk, by=request.user, **values)):
        messages.success(request, _("The minutes are recorded; the city reads its part."))
        return redirect("office:application", code)
    return _page(request, found, minutes_form=form)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """What readers concluded and noted, on paper, for the commission."""
    found = _application(request, code)
    drawn = sheet_pdf(found, queries.hearings_of(found).first(), request.user)  # type: ignore[arg-type]
    disposition = {"Content-Disposition": f'attachment; filename="audition-{found.organisation.code}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=disposition)


def _page(request: HttpRequest, found: Application, **forms_typed: forms.Form) -> HttpResponse:
    """The page of a hearing, with the form that was refused, if one was."""
    held = list(queries.hearings_of(found))
    form = forms_typed.get("form") or SlotForm(found.call)
    context = {
        "application": found,
        "planned": next((h for h in held if not h.heard_at), None),
        "held": [h for h in held if h.heard_at],
        "may_plan": APPLICATION_STEPS.allows(found, "plan_hearing"),
        "form": form,
        "has_slots": bool(form.free),  # type: ignore[attr-defined]
        "cancel_form": CancelForm(),
        "minutes_form": MinutesForm(),
    }
    return page(request, "office/hearing.html", context | forms_typed)


def _lines(request: HttpRequest, call: Call) -> list[dict[str, Any]]:
    """A line a slot, its hour as the call's zone tells it."""
    rows = [(in_zone(slot.starts_at, call.zone), slot, who) for slot, who in queries.slots_of(call, request.user)]  # type: ignore[arg-type]
    return [
        {
            "day": starts_at.date(),
            "starts_at": starts_at,
            "slot": slot,
            "application": who,
            "is_given": queries.is_given(slot),
        }
        for starts_at, slot, who in rows
    ]


def _call(request: HttpRequest, code: str) -> Call:
    rows = Call.objects.visible_to(request.user).select_related("committee")  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)


def _application(request: HttpRequest, code: str) -> Application:
    """A dossier one handles. Raises Http404, NotAllowed."""
    rows = Application.objects.visible_to(request.user).select_related("organisation", "call__committee", "track")
    found = get_object_or_404(rows, code=code)
    rules.require(rules.may_handle, request.user, found)
    return found
