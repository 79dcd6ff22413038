"""Steering: every mandate on one page, who is silent, why some ask for an eye; the lists one keeps."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import SavedView
from marelle.mandates.operations import contacts as operations
from marelle.mandates.queries import steering
from marelle.mandates.queries.milestones import MilestoneState
from marelle.mandates.queries.steering import EVERY, NOBODY, Rows, Wanted
from marelle.mandates.red_list import Reason
from marelle.mandates.states import MandateState
from marelle.plans.states import ReportKind
from marelle.web.office import steering_table
from marelle.web.parts.forms import done
from marelle.web.parts.tables import answer

SILENCES = (30, 60, 90, 120, 180, 365)  # days one may ask for


class ViewForm(forms.Form):
    """The name of a view, and whether the team sees it."""

    name = forms.CharField(label=gettext_lazy("Keep this list under a name"), max_length=80)
    is_shared = forms.BooleanField(label=gettext_lazy("Share it with the team"), required=False)


@door(programme_team)
@require_GET
def pilotage(request: HttpRequest) -> HttpResponse:
    """Every mandate, the longest silent first."""
    person: Person = request.user  # type: ignore[assignment]
    wanted = Wanted.read(request.GET)
    today = clock.today()
    choices = _choices(person)
    table = steering_table.steering(request, Rows(steering.asked_for(person, wanted), today), _titles(wanted, choices))
    if table.wanted:
        return table.download()
    context = {"wanted": wanted, "choices": choices, "query": urlencode(wanted.parameters), "key": steering_table.key()}
    context |= {"views": steering.views_of(person), "view_form": ViewForm()}
    return answer(request, "office/pilotage.html", table, context)


def _choices(person: Person) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, by its name: (value, words)."""
    regions, departements = steering.places()
    officers = people_of(person.committees_as(PROGRAMME_TEAM), PROGRAMME_TEAM)
    watched = [(state, MilestoneState(state).label) for state in steering.WATCHED]
    return {
        "etat": [*((s.value, s.label) for s in MandateState), (EVERY, _("all, those over too"))],
        "motif": [(EVERY, _("any reason")), *((r.value, r.label) for r in Reason)],
        "silence": [(str(days), _("%(days)s days or more") % {"days": days}) for days in SILENCES],
        "jalon": [(f"{k.value}:{s}", f"{k.label}{_(': ')}{word}") for k in ReportKind for s, word in watched],
        "voie": [(track.code, str(track)) for track in steering.tracks_of(person)],
        "region": [(place.code, place.name) for place in regions],
        "departement": [(place.code, f"{place.code} {place.name}") for place in departements],
        "charge": [*((officer.code, officer.name) for officer in officers), (NOBODY, _("nobody yet"))],
    }


def _titles(wanted: Wanted, choices: dict[str, list[tuple[str, str]]]) -> dict[str, str]:
    """The words of the filters in use."""
    asked = wanted.parameters
    words = {name: dict(offered).get(asked.get(name, "")) for name, offered in choices.items()}
    return {name: str(word) for name, word in words.items() if word} | ({"q": wanted.q} if wanted.q else {})


@door(programme_team)
@require_POST
@once
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the page under a name."""
    wanted, form = Wanted.read(_asked(request)), ViewForm(request.POST)
    query = urlencode(wanted.parameters)
    house, by = committee_of(request), request.user
    if done(form, lambda given: operations.save_view(house, by=by, query=query, **given)):  # type: ignore[arg-type]
        messages.success(request, _("This list is kept."))
    else:
        messages.error(request, _("Give this view a name."))
    return redirect(f"{reverse('office:pilotage')}?{query}")


@door(programme_team)
@require_POST
@once
def drop_view(request: HttpRequest, code: str) -> HttpResponse:
    """Forget a view of one's own."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), code=code)  # type: ignore[arg-type]
    operations.drop_view(view.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("This list is forgotten."))
    return redirect("office:pilotage")


def committee_of(request: HttpRequest) -> Organisation:
    """The committee one steers for; of several, the one named in the form, else the first joined. Raises Http404."""
    houses = request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]
    named = request.POST.get("committee", "")
    found = [house for house in houses if not named or house.code == named]
    if not found:
        raise Http404
    return found[0]


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The filters of the page a form was on."""
    return {name.removeprefix("f:"): value for name, value in request.POST.items() if name.startswith("f:")}
