"""Coming in through the issuer of settings; asking that it opens one's account. Without an issuer nothing here exists."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts import identities, issuer, proof
from marelle.accounts.models import Person
from marelle.base.doors import anyone, door, signed_in
from marelle.web.parts.addresses import safe_next


@door(anyone)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """To the issuer, by a page of ours: a form may not lead to another site (trust W1)."""
    _only_with_an_issuer()
    place = issuer.leave_for(request, safe_next(request, ""))
    if isinstance(place, HttpResponse):
        return place
    context = {"place": place, "name": settings.OIDC["name"]}
    response = render(request, "account/identity_go.html", context)
    response.headers["Refresh"] = f"0;url={place}"
    return response


@door(anyone)
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Back from the issuer: in, or to a page that says what to do."""
    _only_with_an_issuer()
    return issuer.Return.adapter_view(issuer.Exchange(request, settings.OIDC["issuer"]))(request)


@door(anyone)
@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """Back from signing out at the issuer; whoever did not ask for it is led to signing in."""
    _only_with_an_issuer()
    if not issuer.answers_way_out(request.GET.get("state", "")):
        return redirect("account_login")
    return render(request, "account/identity_left.html", {"name": settings.OIDC["name"]})


@door(anyone)
@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """The issuer said who one is, and we do not know them: what to do; once signed in, ask that it opens one's account."""
    _only_with_an_issuer()
    told = issuer.waiting_for(request)
    if told is None:
        return redirect("mfa_index")
    if request.method == "POST" and request.user.is_authenticated:
        _check_protected(request)
        identities.ask(told, by=cast(Person, request.user))
        del request.session[issuer.WAITING]
        messages.success(request, _("Your request is sent. An administrator of the programme answers it."))
        return redirect("mfa_index")
    return render(request, "account/identity.html", {"told": told, "name": settings.OIDC["name"]})


@door(anyone)
@require_GET
def changed(request: HttpRequest) -> HttpResponse:
    """The issuer says another address than before: an administrator is asked."""
    _only_with_an_issuer()
    return render(request, "account/identity_changed.html", {"name": settings.OIDC["name"]})


@door(signed_in)
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back what one asked."""
    person = cast(Person, request.user)
    if act := identities.asked_by(person):
        identities.decline(act.code, by=person)
        messages.success(request, _("Your request is taken back."))
    return redirect("mfa_index")


@door(signed_in)
@require_POST
def untie(request: HttpRequest) -> HttpResponse:
    """The issuer no longer opens one's account."""
    _check_protected(request)
    identities.untie(request.user.pk, by=cast(Person, request.user))  # type: ignore[arg-type]
    messages.success(request, _("It no longer opens your account."))
    return redirect("mfa_index")


def _only_with_an_issuer() -> None:
    """Raise 404 where settings name none."""
    if not settings.OIDC:
        raise Http404


def _check_protected(request: HttpRequest) -> None:
    """Who has a second factor proves it afresh before a way in changes (trust A9). Raises ProofNeeded."""
    if proof.has_second_factor(cast(Person, request.user)):
        proof.require_fresh_proof(request)
