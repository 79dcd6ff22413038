"""The consultation as everyone sees it, and how one comes to relay it: a form, a letter, a page without account."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from marelle.base import clock
from marelle.base.doors import anyone, door
from marelle.consultations.letters import partners as letters
from marelle.consultations.models import Consultation, Partner
from marelle.consultations.operations import partners as operations
from marelle.consultations.operations import sittings
from marelle.consultations.operations.partners import TAKES_PARTNERS, Relay
from marelle.consultations.queries import access, monitoring, published, shown
from marelle.consultations.queries.access import Link
from marelle.framework.models import text
from marelle.territories.states import TerritoryKind
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.forms import done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.parts.sittings import PLACES, CommuneField
from marelle.web.public.show import public, show
from marelle.web.public.sittings import private

MOST_ASKS = 5  # a quarter of an hour, from one address
AREAS = (TerritoryKind.COMMUNE, TerritoryKind.INTERCOMMUNALITY, TerritoryKind.DEPARTEMENT)


class RelayForm(forms.Form):
    """Who would relay."""

    name = forms.CharField(
        label=_("Name of the school, of the centre, of the body"), max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What it is"), choices=PLACES)
    territory = CommuneField(
        kinds=AREAS, label=_("Where it is"), help_text=_("A commune, an intercommunality or a département: name or code.")
    )  # fmt: skip
    contact_name = forms.CharField(
        label=_("Person we may write to"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    contact_email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("This address is used for this consultation alone, and erased with it."),
    )  # fmt: skip


@public
def consultation(request: HttpRequest) -> HttpResponse:
    """What the consultation is, its dates, how to take part, whom a child may call."""
    edition = shown.shown_to_all()
    context: dict[str, Any] = {"edition": edition, "now": clock.now(), "told": published.editions()}
    if edition is not None:
        context |= {
            "theme": text(edition.themes) if edition.themes else "",
            "takes_partners": edition.state in TAKES_PARTNERS,
            "is_open": edition.is_open(clock.now()),
            "numbers": numbers_of(edition),
            "partners": shown.relaying(edition),
            "from_home": edition.is_open(clock.now()) and shown.has_home(edition, clock.now()),
        }
    return show(request, "public/consultation.html", context)


def numbers_of(edition: Consultation) -> list[tuple[str, str]]:
    """Whom a child may call, in the language of the page."""
    language = (get_language() or "fr")[:2]
    return [(one["number"], one.get(language) or one["fr"]) for one in edition.help_numbers]


def taking() -> Consultation:
    """The edition that takes partners today. Raises Http404."""
    edition = shown.shown_to_all()
    if edition is None or edition.state not in TAKES_PARTNERS:
        raise Http404
    return edition


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Ask to relay: the letter holds everything, nothing is kept before its link is pressed."""
    edition = taking()
    if request.method == "POST":
        limits.count("relay", client_address(request), most=MOST_ASKS, seconds=limits.QUARTER)
    form = RelayForm(request.POST or None)
    if done(form, lambda typed: _ask(edition, typed)):
        return redirect(reverse("public:relay_register") + "?courriel=1")
    context = {"edition": edition, "form": form, "is_asked": request.GET.get("courriel") == "1"}
    return show(request, "public/relay_register.html", context, status=422 if form.errors else 200)


def _ask(edition: Consultation, typed: dict[str, Any]) -> None:
    operations.ask_to_register(edition.pk, Relay(**typed, language=(get_language() or "fr")[:2]))


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes, by the link of the letter: a press, for programs that look at letters follow links too."""
    words = access.read_registration(token)
    if words is None:
        raise Http404
    partner = operations.confirm_registration(token) if request.method == "POST" else None
    return private(request, "public/relay_confirm.html", {"partner": partner, "name": words[1]})


# The page of a partner without a space ---------------------------------------------------------------------------------
@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def relay(request: HttpRequest, link: str) -> HttpResponse:
    """A partner's groups and counts, by the link its contact alone holds: close, open again, draw the links anew."""
    partner = access.partner_of(link, clock.now(), own=True)
    if partner is None:
        raise Http404
    if request.method == "POST":
        return _act(request, partner, Link(link))
    context = {"partner": partner, "consultation": partner.consultation, "now": clock.now()}
    context |= {"groups": monitoring.groups_of(partner), "told": monitoring.of_partner(partner)}
    return private(request, "public/relay.html", context | {"opening": letters.opening_address(partner)})


def _act(request: HttpRequest, partner: Partner, link: Link) -> HttpResponse:
    """One press; links drawn anew leave by letter, and this one opens nothing any more."""
    act, chosen = request.POST.get("act", ""), request.POST.get("group", "")
    if act == "draw":
        operations.draw_link(partner.pk, by=link)
        return private(request, "public/relay_drawn.html", {"partner": partner})
    group = monitoring.groups_of(partner).filter(code=chosen).first()
    if group is None or act not in ("close", "reopen"):
        raise Http404
    if act == "close":
        sittings.close(group.pk, by=link)
        return HttpResponseRedirect(reverse("public:relay", args=[link]))
    _sitting, opened = sittings.reopen(group.pk, sittings.AGAIN, by=link)
    return redirect("public:projector", opened.projector)


# From home -----------------------------------------------------------------------------------------------------------
@public
def home(request: HttpRequest) -> HttpResponse:
    """Children answer from home: the code of the week of their département."""
    edition = shown.shown_to_all()
    if edition is None or not edition.is_open(clock.now()):
        raise Http404
    places = shown.home_of(edition, clock.now())
    chosen = next((one for one in places if one.territory.code == request.GET.get("departement")), None)
    opened = access.unseal(chosen) if chosen else None
    address = f"{settings.SITE_ADDRESS}/e/{opened.code}" if opened else ""
    context = {"edition": edition, "places": places, "chosen": chosen, "address": address, "noindex": bool(chosen)}
    response = show(request, "public/consultation_home.html", context)
    response["Cache-Control"] = "no-store"
    return response
