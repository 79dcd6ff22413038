"""What a reader has to read, and what is theirs alone: the lists they keep, their ties, the time they took."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import committee
from marelle.accounts.models import Person
from marelle.accounts.states import Role
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.idempotency import once
from marelle.mandates.models import SavedView, Tie
from marelle.mandates.operations import contacts, ties, timing
from marelle.mandates.queries import queue
from marelle.mandates.queries.queue import Wanted
from marelle.mandates.states import ViewPage
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import Column, Table, answer

KINDS = (TerritoryKind.COMMUNE, TerritoryKind.INTERCOMMUNALITY)  # told by their own code, INSEE or SIREN


class ViewForm(forms.Form):
    """The name of a list."""

    name = forms.CharField(label=gettext_lazy("Keep this list under a name"), max_length=80)


class TieForm(forms.Form):
    """A département, or the code of a commune or an intercommunality."""

    departement = forms.ChoiceField(label=gettext_lazy("A whole département"), required=False)
    code = forms.CharField(
        label=gettext_lazy("Or one city: its INSEE code, or the SIREN number of an intercommunality"),
        required=False,
        max_length=9,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Territory.objects.current().filter(kind=TerritoryKind.DEPARTEMENT).order_by("code", "pk")
        offered = [(place.code, f"{place.code} {place.name}") for place in rows]
        self.fields["departement"].choices = [("", _("none")), *offered]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        departement, code = given.get("departement"), given.get("code", "").replace(" ", "")
        if bool(departement) == bool(code):
            raise forms.ValidationError(_("Choose a département, or give the code of one city."))
        kinds = [TerritoryKind.DEPARTEMENT] if departement else KINDS
        place = Territory.objects.current().filter(kind__in=kinds, code=departement or code).first()
        if place is None:
            raise forms.ValidationError(_("No city has this code: check it on the list of cities."))
        return {"place": place}


@door(committee)
@require_GET
def reading_list(request: HttpRequest) -> HttpResponse:
    """What is mine to read, as far as it was asked for."""
    person: Person = request.user  # type: ignore[assignment]
    wanted = Wanted.read(request.GET)
    context = {
        "reviews": queue.asked_for(person, wanted),
        "wanted": wanted,
        "offered": queue.offered(person),
        "views": queue.views_of(person),
        "view_form": ViewForm(),
        "query": urlencode(wanted.parameters),
        "is_timed": queue.is_timed(person),
    }
    return render(request, "office/readings.html", context)


@door(committee)
@require_POST
@once
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    asked = {name.removeprefix("f:"): value for name, value in request.POST.items() if name.startswith("f:")}
    query, form = urlencode(Wanted.read(asked).parameters), ViewForm(request.POST)
    by: Person = request.user  # type: ignore[assignment]
    house = next(iter(by.committees_as({Role.REVIEWER})), by.committees_as()[0])
    if done(form, lambda v: contacts.save_view(house, by=by, query=query, page=ViewPage.READINGS, **v)):
        messages.success(request, _("This list is kept."))
    else:
        messages.error(request, _("Give this view a name."))
    return redirect(f"{reverse('office:readings')}?{query}")


@door(committee)
@require_POST
@once
def drop_view(request: HttpRequest, code: str) -> HttpResponse:
    """Forget a list of one's own."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), code=code, page=ViewPage.READINGS)  # type: ignore[arg-type]
    contacts.drop_view(view.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("This list is forgotten."))
    return redirect("office:readings")


@door(committee)
@require_http_methods(["GET", "POST"])
@once
def my_ties(request: HttpRequest) -> HttpResponse:
    """The conflicts of interest one declares once for all."""
    by: Person = request.user  # type: ignore[assignment]
    form = TieForm(request.POST or None)
    if done(form, lambda given: ties.declare_tie(given["place"], by=by)):
        messages.success(request, _("Thank you for saying so. The dossiers concerned are closed to you."))
        return redirect("office:ties")
    held = Tie.objects.visible_to(by).living().select_related("organisation", "territory")
    return page(request, "office/ties.html", {"form": form, "ties": held.order_by("declared_at", "pk")})


@door(committee)
@require_POST
@once
def end_tie(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a tie of one's own holds no more."""
    ties.end_tie(get_object_or_404(Tie.objects.visible_to(request.user), code=code).pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("This tie is over: the dossiers are open again to you as to your colleagues."))
    return redirect("office:ties")


@door(committee)
@require_http_methods(["GET", "POST"])
@once
def times(request: HttpRequest) -> HttpResponse:
    """The time one took, for oneself alone: measured or not, taken away, erased."""
    by: Person = request.user  # type: ignore[assignment]
    if request.method == "POST":
        messages.success(request, _choose(request.POST.get("act", ""), by))
        return redirect("office:times")
    return answer(request, "office/times.html", _times(request, by), {"is_timed": queue.is_timed(by)})


def _choose(act: str, by: Person) -> str:
    if act == "erase":
        timing.forget_times(by)
        return _("Your times are erased.")
    if act not in ("measure", "stop"):
        raise BadData(_("Choose one of the answers offered."))
    timing.ask_for_timing(by, is_asked=act == "measure")
    return _("Your time is measured from now on.") if act == "measure" else _("Your time is no longer measured.")


def _times(request: HttpRequest, person: Person) -> Table:
    """A dossier and a day a line."""
    return Table(
        request,
        name="temps-de-lecture",
        caption=_("Time spent reading"),
        columns=[
            Column("ville", _("City"), lambda row: row.review.application.organisation.name),
            Column("appel", _("Call"), lambda row: str(row.review.application.call)),
            Column("jour", _("Day"), lambda row: row.on, order="on"),
            Column("minutes", _("Minutes"), lambda row: round(row.seconds / 60), kind="number", order="seconds"),
        ],
        rows=queue.times_of(person),
        empty=_("Nothing has been measured yet."),
    )
