"""A participant's own programme of a gathering, by their secret link: what they choose, their dates for a calendar."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from marelle.base import clock
from marelle.base.doors import anyone, door
from marelle.events import letters
from marelle.events.models import Participant, Registration
from marelle.events.operations import choices
from marelle.events.queries import gatherings, participants
from marelle.events.queries.participants import Mine
from marelle.web.parts import calendars
from marelle.web.parts.forms import done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.public.own_page import living, private, with_link
from marelle.web.public.show import show

SAID = {
    "confirmed": _("Your choice is recorded."),
    "waiting": _("No place is left: you are on the waiting list, and are written to when one is given back."),
    "cancelled": _("The place is given back."),
}


class ChoiceForm(forms.Form):
    """One press: an item to choose, a choice to give back, an offered place to take."""

    choose = forms.CharField(max_length=32, required=False)
    leave = forms.CharField(max_length=32, required=False)
    take = forms.CharField(max_length=32, required=False)

    result: Registration | None = None


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def programme(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """The gathering hour by hour: what one chose, and what may still be chosen."""
    registration = living(participant, code)
    if not Mine(registration, clock.now()).has_programme:
        raise Http404
    form = ChoiceForm(request.POST or None)
    if done(form, lambda pressed: press(form, registration, pressed)):
        state = form.result.state if form.result else ""
        return private(HttpResponseRedirect(f"{request.path}?fait={state}"))
    context = shown(request, registration) | {"form": form}
    return private(show(request, "public/own_programme.html", context, status=422 if form.errors else 200))


@door(anyone)
@require_safe
@with_link
def feed(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Every place they hold, as dates to subscribe to; what they give back leaves it."""
    held = participants.held_by(participant)
    moments = [letters.moment_of(registration.occurrence, registration) for registration in held]
    return private(calendars.answer(moments, gettext("My meetings")))


def press(form: ChoiceForm, registration: Registration, pressed: dict[str, Any]) -> None:
    """Do what was pressed; a choice that is not theirs is not there."""
    at = clock.now()
    if pressed["choose"]:
        form.result = choices.choose(registration.pk, pressed["choose"], at=at)
        return
    mine = registration.participant.registrations.filter(occurrence=registration.occurrence).exclude(item=None)
    choice = get_object_or_404(mine, code=pressed["leave"] or pressed["take"])
    form.result = (choices.give_back if pressed["leave"] else choices.take)(choice.pk, at=at)


def shown(request: HttpRequest, registration: Registration) -> dict[str, Any]:
    """What the page shows."""
    event, now = registration.occurrence.event, clock.now()
    found = gatherings.programme_of(registration)
    chosen = [item for item in found.items if item.choice]  # type: ignore[attr-defined]
    return {
        "participant": registration.participant,
        "event": event,
        "occurrence": registration.occurrence,
        "days": found.days,
        "chosen": sorted(chosen, key=lambda item: item.starts_at or now),
        "may_choose": Mine(registration, now).may_choose,
        "said": SAID.get(request.GET.get("fait", ""), ""),
        "now": now,
        "noindex": True,
    }
