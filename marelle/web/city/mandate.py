"""The mandate in the workspace: the city gives its title up, or changes its mind before the committee confirms."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import member
from marelle.accounts.proof import FRESH, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Mandate
from marelle.mandates.operations import moves
from marelle.mandates.queries import mandates
from marelle.mandates.queries.decisions import renunciation_asked
from marelle.mandates.states import MANDATE_STEPS
from marelle.web.city.space import Space, enter, page
from marelle.web.parts.forms import done


class RenounceForm(forms.Form):
    """Why a city gives its title up."""

    reasons = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The committee reads these words; your colleagues receive them once it has confirmed."),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Our town gives its title up: its mandate ends, with its plan and its agreement"),
        error_messages={"required": gettext_lazy("Tick this box to give the title up.")},
    )


@door(member)
@require_http_methods(["GET", "POST"])
@asks(acting=FRESH)
@once
def renounce(request: HttpRequest, code: str) -> HttpResponse:
    """Give the title up: what follows, then why."""
    space = enter(request)
    found = _mandate(space)
    form = RenounceForm(request.POST or None)
    if "take_back" in request.POST:
        return _taken_back(request, space, found)
    if done(form, lambda values: moves.ask_to_renounce(found.pk, by=space.person, reasons=values["reasons"])):
        messages.success(request, _("The committee has been told. Nothing changes before it confirms."))
        return redirect("city:renounce", code)
    status = 422 if form.errors else 200
    return page(request, "city/mandate_renounce.html", space, status=status, **_context(space, found, form))


def _taken_back(request: HttpRequest, space: Space, found: Mandate) -> HttpResponse:
    moves.take_back_renunciation(found.pk, by=space.person)
    messages.success(request, _("Your town keeps its title: nothing has changed."))
    return redirect("city:agreement", space.code)


def _context(space: Space, found: Mandate, form: RenounceForm) -> dict[str, Any]:
    return {
        "mandate": found,
        "form": form,
        "waiting": renunciation_asked(found),
        "may_renounce": rules.may_renounce(space.person, found),
        "is_possible": MANDATE_STEPS.allows(found, "renounce"),
    }


def _mandate(space: Space) -> Mandate:
    """The mandate that runs, or is about to. Raises Http404 when there is none."""
    found = mandates.living(space.organisation, space.person).first()
    if found is None:
        raise Http404
    return found
