"""A participant's own page, by the secret link of their letters: no account, no cookie, nothing kept by anyone between."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from marelle.base import clock
from marelle.base.doors import anyone, door
from marelle.events.models import Participant, Registration
from marelle.events.operations import registrations
from marelle.events.queries import participants
from marelle.web.parts.forms_guard import same_origin
from marelle.web.public.show import show

ACTS: dict[str, Callable[..., Registration]] = {"cancel": registrations.cancel, "accept": registrations.accept}


@door(anyone)
@require_safe
def own_page(request: HttpRequest, key: str) -> HttpResponse:
    """Where they are registered, and what they may do about it."""
    participant = found(key)
    context = {
        "participant": participant,
        "registrations": participants.registrations_of(participant),
        "noindex": True,
        "now": clock.now(),
    }
    return private(show(request, "public/own_page.html", context))


@door(anyone)
@same_origin
@require_POST
def act(request: HttpRequest, key: str, code: str, verb: str) -> HttpResponse:
    """Cancel a registration, or take the place that is offered."""
    registration = found(key).registrations.filter(code=code).first()
    if registration is None or verb not in ACTS:
        raise Http404
    ACTS[verb](registration.pk, at=clock.now())
    return private(HttpResponseRedirect(reverse("public:own_page", args=[key])))


def found(key: str) -> Participant:
    """Whose page it is. Raises Http404: a link of somebody erased leads nowhere."""
    participant = participants.by_key(key)
    if participant is None:
        raise Http404
    return participant


def private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, and never told to another site: the address is the secret."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
