"""The demonstration's door: become someone in one click. In demonstration mode only; anywhere else it does not exist.

One press counts as a full sign-in with its second proof, for those who carry the demonstration's authenticator
application: everything may be read and written. The proof is not a fresh one: signing and deciding ask for the code of
the moment, which the page of the proof shows.
"""

import time

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from marelle.accounts.models import Membership, Person
from marelle.accounts.proof import FRESH_FOR, has_application
from marelle.base.doors import anyone, door
from marelle.base.models import Letter
from marelle.demo.people import BY_KEY, CHARACTERS
from marelle.web.account.sign_in import demo_code, enter_as
from marelle.web.parts.forms_guard import same_origin

SHOWN = 10  # letters
LONGEST = 254  # characters of an address


@door(anyone)
@require_GET
def characters(request: HttpRequest) -> HttpResponse:
    """Who one may be, and the code of the moment each would read on their telephone."""
    _only_in_demonstration()
    places: dict[str, list[str]] = {}
    rows = Membership.objects.living().filter(person__email__in=[c.email for c in CHARACTERS])
    for row in rows.select_related("person", "organisation").order_by("pk"):
        places.setdefault(row.person.email, []).append(row.organisation.name)
    shown = [(c, ", ".join(places[c.email])) for c in CHARACTERS if c.email in places]
    someone = Person.objects.filter(email=shown[0][0].email).first() if shown else None
    code = demo_code(someone) if someone else ""
    return render(request, "account/demo.html", {"characters": shown, "code": code})


@door(anyone)
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """The letters to the address one typed, as they would be received: the way to one's own page goes by mail alone."""
    _only_in_demonstration()
    address = request.GET.get("adresse", "").strip()[:LONGEST]
    written = Letter.objects.filter(address__iexact=address).order_by("-pk")[:SHOWN] if address else []
    told = [{"letter": letter, "lines": _lines(letter.text)} for letter in written]
    return render(request, "account/demo_letters.html", {"address": address, "letters": told})


def _lines(text: str) -> list[dict[str, str]]:
    """A letter line by line; a line that is an address of this site alone leads there, no other does."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [{"words": line, "address": line if _is_ours(line) else ""} for line in lines]


def _is_ours(line: str) -> bool:
    return line.startswith(f"{settings.SITE_ADDRESS}/") and " " not in line


@csrf_exempt
@same_origin
@door(anyone)
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Become `person`, by a key of the page; refused when another site asks."""
    _only_in_demonstration()
    character = BY_KEY.get(request.POST.get("person", ""))
    if character is None:
        raise Http404
    person = get_object_or_404(Person, email=character.email)
    enter_as(request, person)
    if has_application(person):
        record_authentication(request, person, "mfa", at=time.time() - FRESH_FOR)
    organisation = person.living_memberships[0].organisation
    return redirect("/bureau/" if person.in_committee else f"/espace/{organisation.code}/")


def _only_in_demonstration() -> None:
    """Raise 404 outside the demonstration."""
    if not settings.DEMO:
        raise Http404
