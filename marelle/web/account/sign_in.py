"""The doors of the house: signing in and out, proving again, setting an application up."""

import json
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, resume_request
from allauth.account.views import LoginView, LogoutView
from allauth.account.views import ReauthenticateView as PasswordView
from allauth.mfa.base.views import ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth import login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse

from marelle.accounts import issuer, passkeys
from marelle.accounts.models import Person
from marelle.accounts.proof import WAITS_FOR_APPLICATION, has_application, has_passkey
from marelle.base.errors import TooMany
from marelle.web.account.forms import RequestLoginCodeForm
from marelle.web.parts.addresses import safe_next
from marelle.web.parts.limits import sentence
from marelle.web.parts.middleware import permissions

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WAIT = 900  # seconds: the longest window of a limit on signing in, trust L1


class OpensPasskeys:
    """A page that asks the browser for a passkey: the one feature it needs is opened, there alone (trust W2)."""

    feature = "publickey-credentials-get"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response.headers["Permissions-Policy"] = permissions(self.feature)
        return response


class SignIn(OpensPasskeys, LoginView):
    """A passkey, or a code by e-mail; a password for those who have one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"code_form": RequestLoginCodeForm(auto_id="code_%s"), "passkey_place": passkeys.place(self.request)}
        return {**super().get_context_data(**kwargs), **own, "identity_name": settings.OIDC.get("name", "")}


class SignOut(LogoutView):
    """Leaves nothing behind in the browser (trust W10); who came in through the issuer signs out there next."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        opened_by = self.request.session.get(issuer.OPENED_BY)
        response = super().post(*args, **kwargs)  # here first: what the issuer answers changes nothing to it
        if place := issuer.way_out(self.request, opened_by):
            response = leave_for_good(self.request, place)
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


def leave_for_good(request: HttpRequest, place: str) -> HttpResponse:
    """Signed out here; on to the issuer, at once unless one was going elsewhere in the house (trust W1: by a page of ours)."""
    stays_at = safe_next(request, "")
    context = {"place": place, "stays_at": stays_at, "name": settings.OIDC["name"]}
    response = render(request, "account/identity_leave.html", context)
    if not stays_at:
        response.headers["Refresh"] = f"0;url={place}"
    return response


def kept_form(request: HttpRequest, key: str = STATE_SESSION_KEY) -> dict[str, str]:
    """The form kept in the session while its author proves who they are; empty when there is none."""
    kept = request.session.get(key) or {}
    return json.loads(kept["request"]) if "request" in kept else {}


def stand_on_its_page(request: HttpRequest) -> None:
    """What the kept form answers is shown as on its own page, not as on the page of the proof."""
    if kept := kept_form(request):
        request.resolver_match = resolve(kept["path_info"])


class SendsAgain:
    """After the proof, the form that was kept is sent again, as if from its own page."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        stand_on_its_page(self.request)
        return super().form_valid(form)  # type: ignore[misc]


class ProveWithPassword(SendsAgain, PasswordView):
    """The password, once more."""


class ProveWithApplication(SendsAgain, ReauthenticateView):
    """Six digits of the application; in demonstration they are written on the page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Person = self.request.user  # type: ignore[assignment]
        own = {
            "demo_code": demo_code(person),
            "has_application": has_application(person),
            "has_passkey": has_passkey(person),
        }
        return {**super().get_context_data(**kwargs), **own}


class GoesOn:
    """A proof that was just set up counts as given; one goes back to what one was doing, past the recovery codes."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = safe_next(self.request, "")
        kept = kept_form(self.request, WAITS_FOR_APPLICATION).get("path")
        return {**super().get_context_data(**kwargs), "next": here, "keeps": bool(here) and kept == here}  # type: ignore[misc]

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)  # type: ignore[misc]
        record_authentication(self.request, self.request.user, "mfa", reauthenticated=True)
        waiting = self.request.session.pop(WAITS_FOR_APPLICATION, None)
        wanted = safe_next(self.request, "")
        if not wanted:
            return response
        if waiting:
            self.request.session[STATE_SESSION_KEY] = waiting
        return redirect(f"{reverse('mfa_view_recovery_codes')}?{urlencode({'next': wanted}, safe='/')}")


class SetUpApplication(GoesOn, ActivateTOTPView):
    """The first code proves who one is, as any other."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "passkey_place": passkeys.place(self.request)}


class Codes(ViewRecoveryCodesView):
    """The recovery codes left, and the way back to what one was doing: the form that was kept is sent from here."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = safe_next(self.request, "")
        kept = kept_form(self.request).get("path")
        return {**super().get_context_data(**kwargs), "next": here, "keeps": bool(here) and kept == here}

    def post(self, request: HttpRequest) -> HttpResponse:
        stand_on_its_page(request)
        return resume_request(request) or redirect("mfa_view_recovery_codes")


def enter_as(request: HttpRequest, person: Person) -> None:
    """Sign `person` in with a light session, as a code by e-mail would. For the demonstration's door."""
    login(request, person, backend=BACKEND)
    record_authentication(request, person, "code")


def demo_code(person: Person) -> str:
    """The application's present code of a demonstration person; empty outside the demonstration.

    A code serves once: the first of those accepted now that has not been used.
    """
    if not settings.DEMO:
        return ""
    application = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if application is None:
        return ""
    secret, wrapped = decrypt(application.data["secret"]), application.wrap()
    counters = list(yield_hotp_counters_from_time())
    middle = len(counters) // 2
    ordered = [counters[middle], *counters[:middle], *counters[middle + 1 :]]
    codes = [format_hotp_value(hotp_value(secret, counter)) for counter in ordered]
    return next((code for code in codes if not cache.get(wrapped._get_used_cache_key(code))), codes[0])


def how_to_join(request: HttpRequest) -> HttpResponse:
    """Nobody signs up out of the blue: one comes through one's commune."""
    return redirect("/rejoindre")


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429 of the library, as one of our pages."""
    raise TooMany(sentence(WAIT), retry_after=WAIT, limit="account")
