"""Proving again who one is: light sessions and fresh proofs (trust A3, A4, A9).

Signing in by a code sent by e-mail gives a light session: it reads and drafts. Deciding, signing and
handing in ask for a second proof. People with a role of `SECOND_PROOF_ROLES` give it with a passkey or their
authenticator application, others with these or with their password. All times here are real time.

A view whose proof never depends on what it finds says it beside its door: `@asks(reading=SECOND, acting=FRESH)`.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.internal.httpkit import serialize_request
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.accounts.queries import SECOND_FACTORS
from marelle.accounts.states import SECOND_PROOF_ROLES
from marelle.base.doors import page_of
from marelle.base.errors import ProofNeeded

FRESH_FOR = 600  # seconds, trust A9
LONGEST_KEPT_FORM = 100_000  # characters of a form kept while its author proves who they are
WAITS_FOR_APPLICATION = "form_waiting_for_application"  # in the session: a form kept while its author sets one up
STRONG = frozenset({"password", "mfa"})
NONE, SECOND, FRESH = "none", "second", "fresh"  # what a view asks of its reader
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def asks(*, reading: str = NONE, acting: str = NONE) -> Callable:
    """Declare the proof a view asks for to be read, and for its form to be taken (trust A4, A9)."""
    requires: dict[str, Callable[[HttpRequest], None]] = {
        NONE: lambda request: None,
        SECOND: require_second_proof,
        FRESH: require_fresh_proof,
    }

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            requires[reading if request.method in SAFE else acting](request)
            return view(request, *args, **kwargs)

        inner.asks = (reading, acting)  # type: ignore[attr-defined]
        return inner

    return wrap


def require_second_proof(request: HttpRequest) -> None:
    """Raise ProofNeeded in a light session, or when the second factor their role asks for was not used."""
    if _last_proof_at(request) is None:
        raise _needed(request)


def require_fresh_proof(request: HttpRequest) -> None:
    """Raise ProofNeeded unless the second proof is less than ten minutes old."""
    if not has_fresh_proof(request):
        raise _needed(request)


def has_fresh_proof(request: HttpRequest) -> bool:
    """Whether the second proof is less than ten minutes old."""
    last = _last_proof_at(request)
    return last is not None and 0 <= time.time() - last < FRESH_FOR


def is_light(request: HttpRequest) -> bool:
    """Whether this session has read and draft rights only."""
    return _last_proof_at(request) is None


def must_have_second_factor(person: Person) -> bool:
    """Whether a role of this person asks for a passkey or an authenticator application."""
    return any(m.role in SECOND_PROOF_ROLES for m in person.living_memberships)


def has_application(person: Person) -> bool:
    """Whether this person has set up an authenticator application."""
    return is_mfa_enabled(person, types=[Authenticator.Type.TOTP])


def has_passkey(person: Person) -> bool:
    """Whether this person has added a passkey."""
    return is_mfa_enabled(person, types=[Authenticator.Type.WEBAUTHN])


def has_second_factor(person: Person) -> bool:
    """Whether this person has a passkey, an authenticator application, or both."""
    return is_mfa_enabled(person, types=SECOND_FACTORS)


def address_of_proof(person: Person) -> str:
    """Where this person proves who they are; where they set an application up when they have nothing to prove with."""
    if has_passkey(person):
        return reverse("mfa_reauthenticate_webauthn")
    if has_application(person):
        return reverse("mfa_reauthenticate")
    if must_have_second_factor(person) or not person.has_usable_password():
        return reverse("mfa_activate_totp")
    return reverse("account_reauthenticate")


def _last_proof_at(request: HttpRequest) -> float | None:
    """When the latest second proof of this session was given; None in a light session."""
    person = request.user
    if not isinstance(person, Person):
        return None
    accepted = {"mfa"} if must_have_second_factor(person) else STRONG
    times = [r["at"] for r in get_authentication_records(request, person) if r["method"] in accepted]
    return max(times, default=None)


def _needed(request: HttpRequest) -> ProofNeeded:
    """The error, with the address of the proof; a short form is kept and sent again after it."""
    person: Person = request.user  # type: ignore[assignment]
    back, place = request.get_full_path(), address_of_proof(person)
    for given_up in (STATE_SESSION_KEY, WAITS_FOR_APPLICATION):
        request.session.pop(given_up, None)  # one given up before is not sent by the proof of another page
    if request.method == "POST":
        back = _kept(request, place) or page_of(request) or back
    address = f"{place}?{urlencode({'next': back})}"
    return ProofNeeded(_("Prove once more who you are, then come back here."), address=address)


def _kept(request: HttpRequest, place: str) -> str | None:
    """Keep the form in the session, so that nothing typed is lost; None when it cannot be.

    A password may be asked on the way to setting an application up: the form waits aside, not to be sent by it.
    """
    holds_secret = getattr(request, "sensitive_post_parameters", None)  # of a view that says so: kept nowhere
    if request.FILES or holds_secret or len(request.POST.urlencode()) > LONGEST_KEPT_FORM:
        return None
    key = WAITS_FOR_APPLICATION if place == reverse("mfa_activate_totp") else STATE_SESSION_KEY
    request.session[key] = {"request": serialize_request(request)}
    return request.path
