"""Coming in: through one's commune, or with an invitation. One's address is proved before anything is written."""

import time
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import generate_user_code, normalize_user_code
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marelle.accounts import letters, operations, proof, rules
from marelle.accounts.forms import CodeForm, NameForm, NewcomerForm
from marelle.accounts.models import Invitation, Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock
from marelle.base.doors import anyone, door
from marelle.base.errors import Closed, NotAllowed, TooMany
from marelle.base.text import random_id
from marelle.territories import queries as territories
from marelle.territories.models import Territory
from marelle.web.account.sign_in import WAIT, enter_as
from marelle.web.parts import forms
from marelle.web.parts.limits import sentence
from marelle.web.templatetags.marelle import address

CODE_LASTS = 15 * 60  # seconds, trust A6
MOST_TRIES = 5
WAITING = "newcomer"  # the name in the session of who waits for a code


@door(anyone)
@require_http_methods(["GET", "POST"])
def commune(request: HttpRequest, code: str) -> HttpResponse:
    """Is this your commune? One screen: who you are; or, when signed in, one press."""
    territory = territory_or_404(code)
    if territory.code != code:
        return redirect("account:commune", territory.code)
    if request.user.is_authenticated:
        return redirect(bring_in(request, territory)) if request.method == "POST" else show(request, territory, None)
    form = NewcomerForm(request.POST or None)
    if form.is_valid():
        send_code(request, territory, form.cleaned_data)
        return redirect("account:commune_code", code)
    return show(request, territory, form)


@door(anyone)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The code of the letter; then one is in."""
    waiting = request.session.get(WAITING)
    if not waiting or waiting["territory"] != code or time.time() - waiting["at"] > CODE_LASTS:
        return redirect("account:commune", code)
    form = CodeForm(request.POST or None)
    if form.is_valid() and is_right(waiting, form.cleaned_data["code"]):
        del request.session[WAITING]
        return come_in(request, territory_or_404(code), waiting)
    if form.is_bound and count_try(request, waiting):
        messages.error(request, _("Too many tries: ask for a new code."))
        return redirect("account:commune", code)
    if form.is_bound and not form.errors:
        form.add_error("code", _("This code is not the right one. Look at the latest letter."))
    return forms.page(request, "account/commune_code.html", {"form": form, "email": waiting["email"], "code": code})


@door(anyone)
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to; accepting says one's name and signs one in."""
    limit(request, "invitation", "")
    found = open_invitation(token)
    known = Person.objects.filter(email__iexact=found.email).first()
    if known is not None and known != request.user:
        return sign_in_first(request)
    form = NameForm(request.POST or None, initial={"name": known.name if known else ""})
    if form.is_valid():
        _used, person = operations.accept_invitation(
            token, by=known, name=form.cleaned_data["name"], language=get_language() or "fr"
        )
        if known is None:
            enter_as(request, person)
        return redirect(home_of(found.organisation))
    return forms.page(request, "account/invitation.html", {"form": form, "invitation": found, "known": known})


def open_invitation(token: str) -> Invitation:
    """The invitation of that token. Raises Http404, Closed once it has served or ended."""
    found = get_object_or_404(Invitation.objects.select_related("organisation"), token_digest=operations.digest(token))
    if found.accepted_at or found.withdrawn_at or clock.now() >= found.expires_at:
        raise Closed(_("This invitation has been used, withdrawn, or has ended. Ask for a new one."))
    return found


def show(request: HttpRequest, territory: Territory, form: NewcomerForm | None) -> HttpResponse:
    organisation = Organisation.objects.filter(territory=territory).first()
    belongs = organisation and request.user.is_authenticated and rules.belongs_to(request.user, organisation)  # type: ignore[arg-type]
    if organisation and belongs:
        return redirect(home_of(organisation))
    context = {"territory": territory, "organisation": organisation, "form": form}
    return forms.page(request, "account/commune.html", context)


def come_in(request: HttpRequest, territory: Territory, waiting: dict[str, Any]) -> HttpResponse:
    """The address is proved: the person is made if new, signed in, and brought to their commune."""
    person = operations.make_person(email=waiting["email"], name=waiting["name"], language=get_language() or "fr")
    if not person.is_active or person.is_robot:
        raise NotAllowed(_("This account is closed."), rule="inactive")
    if proof.has_second_factor(person):
        place = reverse("account:commune", args=[territory.code])  # the second proof first, then one press
    else:
        enter_as(request, person)
        return redirect(bring_in(request, territory))
    record_authentication(request, person, "code")
    return perform_login(request, Login(user=person, email=person.email, redirect_url=place))


def bring_in(request: HttpRequest, territory: Territory) -> str:
    """Open the commune's space, or ask to join it; where to go next."""
    person: Person = request.user  # type: ignore[assignment]
    organisation = Organisation.objects.filter(territory=territory).first()
    if organisation is None:
        organisation = operations.create_organisation(territory, by=person)
        messages.success(request, _("Your space is open. You administer it."))
    elif not rules.belongs_to(person, organisation):
        operations.ask_to_join(organisation.pk, by=person)
        messages.success(request, _("Your request is sent. You will receive the answer by e-mail."))
        return reverse("account:home")
    return home_of(organisation)


def send_code(request: HttpRequest, territory: Territory, who: dict[str, str]) -> None:
    """Send a code; the same words and the same work for addresses known and unknown (trust A5)."""
    limit(request, "newcomer", who["email"])
    code = generate_user_code(length=8)
    request.session[WAITING] = {
        **who,
        "territory": territory.code,
        "digest": fingerprint(code),
        "at": time.time(),
        "tries": 0,
    }
    letters.queue_code(who["email"], code, language=get_language() or "fr", key=f"newcomer:{random_id()}")


def is_right(waiting: dict[str, Any], code: str) -> bool:
    return constant_time_compare(fingerprint(code), waiting["digest"])


def fingerprint(code: str) -> str:
    return salted_hmac("marelle newcomer", normalize_user_code(code), algorithm="sha256").hexdigest()


def count_try(request: HttpRequest, waiting: dict[str, Any]) -> bool:
    """Count a wrong code; whether it was the last one allowed."""
    waiting["tries"] += 1
    request.session[WAITING] = waiting
    if waiting["tries"] >= MOST_TRIES:
        del request.session[WAITING]
        return True
    return False


def limit(request: HttpRequest, action: str, key: str) -> None:
    """Raise TooMany past the limits of settings (trust L2)."""
    if not ratelimit.consume(request, action=action, key=key):
        raise TooMany(sentence(WAIT), retry_after=WAIT, limit=action)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """The invited address has an account: one signs in with it. The page says so without saying whose."""
    return render(request, "account/invitation_sign_in.html", {"next": request.path})


def home_of(organisation: Organisation) -> str:
    """Where an organisation's people work."""
    if organisation.kind == OrganisationKind.COMMITTEE:
        return address("bureau") or reverse("account:home")
    return address("espace", organisation.code) or reverse("account:home")


def territory_or_404(code: str) -> Territory:
    territory = territories.find(code)
    if territory is None:
        raise Http404
    return territory
