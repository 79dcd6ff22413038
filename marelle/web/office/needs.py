"""Needs in the office: every city's, ranked together, made the theme of a meeting in two presses."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock, origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Event, Need
from marelle.events.operations import needs as operations
from marelle.events.queries import needs as queries
from marelle.events.states import EventState, Urgency
from marelle.library.models import Service
from marelle.web.parts.forms import done, page
from marelle.web.parts.needs import reasons_in_words
from marelle.web.parts.tables import Column, Table, answer

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RankingForm(forms.Form):
    """A round of ranking: its name, its days, how many points each city has."""

    committee = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Committee"), to_field_name="code"
    )
    name_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120, required=False)
    opens_on = forms.DateField(label=gettext_lazy("Opens on"), widget=DAY)
    closes_on = forms.DateField(
        label=gettext_lazy("Closes on"), widget=DAY, help_text=gettext_lazy("At 18:00, Paris time.")
    )
    points = forms.IntegerField(label=gettext_lazy("Points of each city"), min_value=1, max_value=100, initial=5)

    def __init__(self, committees: list[Organisation], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.committees = committees
        if len(committees) == 1:
            del self.fields["committee"]
        else:
            self.fields["committee"].queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])

    def values(self) -> dict[str, Any]:
        """What the operation takes."""
        data = self.cleaned_data
        name = {"fr": data["name_fr"], "en": data["name_en"]}
        return {
            "name": {language: words for language, words in name.items() if words},
            "points": data["points"],
            "opens_at": datetime.combine(data["opens_on"], time(0), clock.PARIS),
            "closes_at": datetime.combine(data["closes_on"], time(18), clock.PARIS),
        }


@door(programme_team)
@require_GET
def need_list(request: HttpRequest) -> HttpResponse:
    """Needs by city and by territory, as a table to filter and to take away."""
    rows = queries.for_team(request.user)  # type: ignore[arg-type]
    filters = _filters(request)
    for chosen in filters:
        if chosen["value"]:
            rows = rows.filter(**{chosen["path"]: chosen["value"]})
    return answer(request, "office/needs.html", _table(request, rows), {"filters": filters})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def need(request: HttpRequest, code: str) -> HttpResponse:
    """One need: what is said of it, who may help, what it becomes."""
    found = _visible(request, code)
    helpful = queries.help_for(found)
    cities = [{"found": h, "reasons": reasons_in_words(h.reasons)} for h in helpful.cities]
    context = {
        "need": found,
        "cities": cities,
        "drafts": _drafts(request, found),
        "strip": origins.strip_for(f"events.need:{found.code}", request.user),
        "exchanges": found.exchanges.select_related("asked_of").order_by("asked_at", "pk"),
    }
    return page(request, "office/need.html", context)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def need_take_up(request: HttpRequest, code: str) -> HttpResponse:
    """Make it the theme of a webinar to prepare, or of a part of a meeting being prepared."""
    found, wanted = _visible(request, code), request.POST.get("meeting", "")
    event = get_object_or_404(_drafts(request, found), code=wanted) if wanted else None
    operations.take_up(found.pk, by=request.user, event=event)  # type: ignore[arg-type]
    messages.success(request, _("The need is carried on: the meeting says where it comes from."))
    return redirect("office:need", found.code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(acting=SECOND)
@once
def ranking_list(request: HttpRequest) -> HttpResponse:
    """The rounds of ranking, and a form to open one."""
    committees, made = _committees(request), []
    form = RankingForm(committees, request.POST or None, initial={"opens_on": clock.today()})

    def open_one(written: dict[str, Any]) -> None:
        house = written.get("committee") or committees[0]
        made.append(operations.open_ranking(house, by=request.user, **form.values()))  # type: ignore[arg-type]

    if done(form, open_one):
        messages.success(request, _("The ranking is open to the cities from its first day."))
        return redirect("office:ranking", made[0].code)
    rankings = queries.rankings_of(committees)
    return page(request, "office/rankings.html", {"form": form, "rankings": rankings, "now": clock.now()})


@door(programme_team)
@require_GET
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    """What came out of a round: the needs in order, with their points and how many cities gave some."""
    found = get_object_or_404(queries.rankings_of(_committees(request)), code=code)
    columns = [*_about(), *_weight()]
    table = Table(
        request,
        name="classement",
        caption=str(found),
        columns=columns,
        rows=queries.result_of(found, request.user),  # type: ignore[arg-type]
        empty=_("No city has given its points yet."),
    )
    return answer(request, "office/ranking.html", table, {"ranking": found, "now": clock.now()})


def _table(request: HttpRequest, rows: Any) -> Table:
    department, region = "organisation__territory__departement__name", "organisation__territory__region__name"
    columns = [
        *_about(),
        Column("departement", _("Département"), lambda row: _place(row, "departement"), order=department),
        Column("region", _("Region"), lambda row: _place(row, "region"), order=region),
        Column(
            "urgence",
            _("Urgency"),
            lambda row: row.urgency,
            kind="number",
            order="urgency",
            shown=Need.get_urgency_display,
        ),
        Column("etat", _("State"), lambda row: row.state, kind="state", order="state", shown=Need.get_state_display),
        *_weight(),
    ]
    return Table(
        request,
        name="besoins",
        caption=_("Needs of the cities"),
        columns=columns,
        rows=rows,
        empty=_("No need stated yet."),
    )


def _about() -> list[Column]:
    """Which need, whose, on what."""
    return [
        Column(
            "besoin",
            _("Need"),
            lambda row: row.name,
            order="name",
            address=lambda row: reverse("office:need", args=[row.code]),
        ),
        Column("ville", _("City"), lambda row: row.organisation.name, order="organisation__folded_name"),
        Column("code", _("Code"), lambda row: row.organisation.code),
        Column("service", _("Service"), lambda row: str(row.service or ""), order="service__position"),
        Column("domaine", _("Domain"), lambda row: str(row.domain or ""), order="domain__position"),
    ]


def _weight() -> list[Column]:
    return [
        Column("points", _("Points"), lambda row: row.points, kind="number", order="points"),
        Column("villes", _("Cities that gave some"), lambda row: row.voters, kind="number", order="voters"),
    ]


def _place(row: Need, name: str) -> str:
    place = getattr(row.organisation.territory, name, None) if row.organisation.territory else None
    return str(place or "")


def _filters(request: HttpRequest) -> list[dict[str, Any]]:
    """What the list may be narrowed by, with what the address chose; an unknown value chooses nothing."""
    stated = queries.for_team(request.user).order_by()  # type: ignore[arg-type]
    places = stated.values_list(
        "organisation__territory__departement__code", "organisation__territory__departement__name"
    )
    offered = [
        (
            "service",
            _("Service"),
            "service__code",
            [(s.code, str(s)) for s in Service.objects.order_by("position", "code")],
        ),
        ("domaine", _("Domain"), "domain__code", [(d.code, str(d)) for d in queries.domains()]),
        ("urgence", _("Urgency"), "urgency", [(str(value), words) for value, words in Urgency.choices]),
        (
            "departement",
            _("Département"),
            "organisation__territory__departement__code",
            sorted({p for p in places if p[0]}),
        ),
    ]
    return [
        {
            "name": name,
            "title": title,
            "path": path,
            "choices": choices,
            "value": _among(request.GET.get(name, ""), choices),
        }
        for name, title, path, choices in offered
    ]


def _among(value: str, choices: list[tuple[str, Any]]) -> str:
    return value if value in {code for code, _words in choices} else ""


def _drafts(request: HttpRequest, need: Need) -> Any:
    rows = Event.objects.visible_to(request.user).filter(committee=need.committee, state=EventState.DRAFT, group=None)  # type: ignore[arg-type]
    return rows.order_by("-created_at", "pk")


def _visible(request: HttpRequest, code: str) -> Need:
    rows = Need.objects.visible_to(request.user).filter(committee__in=_committees(request))  # type: ignore[arg-type]
    return get_object_or_404(
        rows.select_related("service", "domain", "organisation__territory", "committee"), code=code
    )


def _committees(request: HttpRequest) -> list[Organisation]:
    return request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]
