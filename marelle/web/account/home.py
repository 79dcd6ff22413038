"""One's own account: where one works, how it is protected, where one is signed in."""

from typing import Any, cast

from allauth.mfa.base.views import IndexView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts import identities, operations, passkeys, proof, sessions
from marelle.accounts.forms import DetailsForm
from marelle.accounts.models import JoinRequest, Notification, Person, SignIn
from marelle.base.doors import door, signed_in
from marelle.web.parts import forms


@door(signed_in)
def home(request: HttpRequest) -> HttpResponse:
    """The organisations one works for, and what waits."""
    person = cast(Person, request.user)
    places: dict[Any, list[Any]] = {}
    for membership in person.living_memberships:
        places.setdefault(membership.organisation, []).append(membership)
    context = {
        "places": list(places.items()),
        "requests": JoinRequest.objects.filter(person=person).select_related("organisation").order_by("-asked_at")[:5],
        "unread": Notification.objects.filter(person=person, read_at=None).count(),
        "must_protect": proof.must_have_second_factor(person) and not proof.has_second_factor(person),
    }
    return render(request, "account/home.html", context)


@door(signed_in)
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Name and language; the address is changed apart, since it must be proved."""
    person = request.user
    form = DetailsForm(request.POST or None, initial={"name": person.name, "language": person.language})  # type: ignore[union-attr]
    if forms.done(form, lambda typed: operations.change_details(person.pk, by=person, **typed)):  # type: ignore[arg-type]
        messages.success(request, _("Your details are saved."))
        return redirect("account:details")
    return forms.page(request, "account/details.html", {"form": form})


class Security(IndexView):
    """Password, passkeys, application, recovery codes, and where one is signed in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        own = {
            "sign_ins": sessions.living(person),  # type: ignore[arg-type]
            "this_key": self.request.session.session_key,
            "must_protect": proof.must_have_second_factor(person) and not proof.has_second_factor(person),  # type: ignore[arg-type]
            "has_application": proof.has_application(person),  # type: ignore[arg-type]
            "passkeys": passkeys.of(person),  # type: ignore[arg-type]
            "passkey_place": passkeys.place(self.request),
            "identity_name": settings.OIDC.get("name", ""),
            "identity": identities.tied_to(person),  # type: ignore[arg-type]
            "identity_asked": identities.asked_by(person),  # type: ignore[arg-type]
        }
        return {**super().get_context_data(**kwargs), **own}


@door(signed_in)
@require_POST
def end_session(request: HttpRequest, code: str) -> HttpResponse:
    """Sign one other browser out."""
    sessions.end(get_object_or_404(SignIn, person=request.user, code=code))
    messages.success(request, _("That browser is signed out."))
    return redirect("mfa_index")


@door(signed_in)
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    sessions.end_all(request.user, but=request.session.session_key)  # type: ignore[arg-type]
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("mfa_index")
