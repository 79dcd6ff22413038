"""Who relays an edition, its groups, its counts: answered, closed, watched without an answer being read."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base import clock, rounds
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import directory
from marelle.consultations.letters import partners as letters
from marelle.consultations.models import Consultation, Partner
from marelle.consultations.operations import partners as operations
from marelle.consultations.operations import sittings
from marelle.consultations.operations.partners import TAKES_PARTNERS, Relay
from marelle.consultations.queries import monitoring
from marelle.consultations.queries.hours import last_hours
from marelle.consultations.states import RELAYS, ConsultationState, PartnerState, SittingState
from marelle.territories.states import TerritoryKind
from marelle.web.office.consultations import own
from marelle.web.parts import value_maps
from marelle.web.parts.forms import done, page
from marelle.web.parts.sittings import AGES, PLACES, CommuneField
from marelle.web.parts.tables import Column, Table
from marelle.web.templatetags.marelle import day

SAID = {
    "confirm": gettext_lazy("The partner is confirmed: its links leave by letter."),
    "decline": gettext_lazy("The partner is declined, and reads why."),
    "draw": gettext_lazy("The link is renewed: the one before has stopped working."),
    "finish": gettext_lazy("The partner has finished."),
}
FEW = pgettext_lazy("sheets", "fewer than 5")


class PartnerForm(forms.Form):
    """Who asked by telephone to relay."""

    name = forms.CharField(label=gettext_lazy("Name of the school, of the centre, of the body"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=PLACES)
    territory = CommuneField(
        kinds=(TerritoryKind.COMMUNE, TerritoryKind.INTERCOMMUNALITY, TerritoryKind.DEPARTEMENT),
        label=gettext_lazy("Where it is"),
        help_text=gettext_lazy("A commune, an intercommunality or a département: name or code."),
    )
    contact_name = forms.CharField(label=gettext_lazy("Person we may write to"), max_length=120)
    contact_email = forms.EmailField(label=gettext_lazy("E-mail"))


# Partners ------------------------------------------------------------------------------------------------------------
@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def partners(request: HttpRequest, edition: str) -> HttpResponseBase:
    """Those that wait, then all of them; one more, who asked by telephone."""
    found = own(request, edition)
    form = PartnerForm(request.POST or None, auto_id="%s")
    if done(form, lambda typed: operations.add_partner(found.pk, Relay(**typed), by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("The partner is registered. Confirm it to send its links."))
        return redirect("office:partners", edition)
    table = _partners(request, found)
    if table.wanted:
        return table.download()
    waiting = [one for one in table.source if one.state == PartnerState.REGISTERED]
    context = {"consultation": found, "tab": "partners", "form": form, "table": table, "waiting": waiting}
    context["takes_partners"] = found.state in TAKES_PARTNERS
    return page(request, "office/partners.html", context)


def _partners(request: HttpRequest, found: Consultation) -> Table:
    columns = [
        Column("name", _("Partner"), lambda p: p.name, order="name", address=lambda p: f"partenaires/{p.code}"),
        Column(
            "kind",
            _("What it is"),
            lambda p: _("town") if p.organisation_id else str(p.get_kind_display()),
            order="kind",
        ),
        Column("place", _("Where"), lambda p: p.territory.name, order="territory__name"),
        Column("state", _("State"), lambda p: p.state, "state", shown=lambda p: p.get_state_display()),
        Column("groups", _("Groups"), lambda p: p.groups, "number", order="groups"),
        Column("declared", _("Children expected"), lambda p: p.declared, "number", order="declared"),
        Column("received", _("Sheets received"), lambda p: p.came if p.came >= 5 else None, "number", shown=_came),
    ]
    return Table(
        request,
        name=f"partenaires-{found.code}",
        caption=_("Partners"),
        columns=columns,
        rows=monitoring.partners_of(found),
        empty=_("No partner yet."),
    )


def _came(row: Any) -> Any:
    return FEW if row.came < 5 else row.came


def _came_to(group: Any) -> Any:
    """What a group received; nothing is said of one that has not begun."""
    return "–" if group.state == SittingState.PLANNED else _came(group)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def partner(request: HttpRequest, edition: str, partner: str) -> HttpResponse:
    """One partner: whom to write to, its groups and counts; confirm, decline, draw its link anew, end."""
    consultation = own(request, edition)
    rows = Partner.objects.visible_to(request.user).filter(consultation=consultation)  # type: ignore[arg-type]
    related = ("consultation__committee", "organisation", "territory", "confirmed_by")
    found = get_object_or_404(rows.select_related(*related), code=partner)
    if request.method == "POST":
        return _act(request, found)
    return page(request, "office/partner.html", {"consultation": consultation, "tab": "partners", **_known(found)})


def _known(found: Partner) -> dict[str, Any]:
    """A partner with its groups and its link."""
    told = {"groups": monitoring.groups_of(found), "told": monitoring.of_partner(found), "now": clock.now()}
    return {"partner": found, "relays": found.state in RELAYS, "opening": letters.opening_address(found), **told}


def _act(request: HttpRequest, found: Partner) -> HttpResponse:
    act, by = request.POST.get("act", ""), request.user
    if act not in SAID:
        raise Http404
    if act == "decline":
        operations.decline_partner(found.pk, request.POST.get("because", ""), by=by)  # type: ignore[arg-type]
    else:
        plain = {
            "confirm": operations.confirm_partner,
            "draw": operations.draw_link,
            "finish": operations.finish_partner,
        }
        plain[act](found.pk, by=by)  # type: ignore[operator]
    messages.success(request, SAID[act])
    return redirect("office:partner", found.consultation.code, found.code)


# Groups --------------------------------------------------------------------------------------------------------------
@door(programme_team)
@require_GET
@asks(reading=SECOND)
def sitting_list(request: HttpRequest, edition: str) -> HttpResponseBase:
    """Every group of the edition, and the weeks of answers from home."""
    found = own(request, edition)
    table = _groups(request, found)
    if table.wanted:
        return table.download()
    is_open = found.state == ConsultationState.OPEN and found.opens_at <= clock.now() < found.closes_at
    context = {"consultation": found, "tab": "sittings", "table": table, "is_open": is_open}
    return render(request, "office/sittings.html", context)


def _groups(request: HttpRequest, found: Consultation) -> Table:
    columns = [
        Column("when", _("When"), lambda s: s.opens_at, order="opens_at"),
        Column("place", _("Place"), lambda s: s.site.name if s.site else _("At home"), order="site__name"),
        Column("where", _("Where"), lambda s: s.territory.name, order="territory__name"),
        Column("partner", _("Partner"), lambda s: s.site.partner.name if s.site else ""),
        Column("state", _("State"), lambda s: s.state, "state", shown=lambda s: s.get_state_display()),
        Column("expected", _("Expected"), lambda s: s.head_count, "number", order="head_count"),
        Column("received", _("Sheets received"), lambda s: s.came if s.came >= 5 else None, "number", shown=_came_to),
    ]
    rows = monitoring.groups_in(found).select_related("site__partner", "territory")
    return Table(
        request,
        name=f"passations-{found.code}",
        caption=_("Groups, the latest first"),
        columns=columns,
        rows=rows,
        empty=_("No group yet."),
    )


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def home_week(request: HttpRequest, edition: str) -> HttpResponse:
    """Open a week of answers from home, one public group a département."""
    made = sittings.open_home_week(own(request, edition).pk, clock.today(), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(count)s départements may answer from home this week.") % {"count": len(made)})
    return redirect("office:sittings", edition)


# Watching ------------------------------------------------------------------------------------------------------------
@door(programme_team)
@require_GET
@asks(reading=SECOND)
def watch(request: HttpRequest, edition: str) -> HttpResponse:
    """Counts by week, département, kind of place, band; who is not reached; how the intake stands."""
    found = own(request, edition)
    return render(request, "office/watch.html", {"consultation": found, "tab": "watch", **_watched(found)})


def _watched(found: Consultation) -> dict[str, Any]:
    """What is known of an edition while it is open."""
    known = monitoring.overview(found)
    weeks = [Week.of(line) for line in known.weeks]
    bands = {line.key: line for line in known.bands}
    counts = {line.key: _in_colour(line.told.received) for line in known.departments if line.key}
    drawn = value_maps.of_values(counts, lambda count: str(count), untold=_("fewer than 5"))
    return {
        "known": known,
        "bands": [(str(name), bands[band].told) for band, name in AGES if band in bands],
        "missing_bands": [str(name) for band, name in AGES if band not in bands],
        "weeks": weeks,
        "bars": [
            {"name": week.name, "value": week.told.received or 0, "shown": str(week.told.received or FEW)}
            for week in weeks
            if not week.is_to_come
        ],
        "partners": [(state.label, known.partners.get(state.value, 0)) for state in PartnerState],
        "map": drawn,
        "key": [{"css": f"step-{step.number}", "name": _spread(step)} for step in drawn.steps],
        "health": monitoring.health(),
        "hours": last_hours(clock.now()),
        "queued": directory.intake().writer.depth,
        "worker": rounds.seconds_since_sign(),
    }


class Week(NamedTuple):
    """The counts of a week; of one to come, nothing can have been received."""

    name: str
    told: monitoring.Told
    is_to_come: bool

    @classmethod
    def of(cls, line: monitoring.Line) -> "Week":
        """A line by its ISO week, said by its Monday."""
        monday = date.fromisoformat(f"{line.key}-1")
        return cls(_("week of %(day)s") % {"day": day(monday)}, line.told, monday > clock.today())


def _in_colour(received: int | None) -> Decimal | None:
    return None if received is None else Decimal(received)


def _spread(step: value_maps.Step) -> str:
    """What a colour says."""
    least, most = step.least, step.most
    return str(least) if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
