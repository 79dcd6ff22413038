"""A webinar in the workspace of who moderates or organises it: the run sheet, the questions, what it leaves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Event
from marelle.events.queries import meetings as queries
from marelle.events.states import EventKind
from marelle.web.city.space import Space, enter, page
from marelle.web.parts import meetings as parts
from marelle.web.parts.forms import done


@door(member)
@require_GET
def meeting(request: HttpRequest, code: str, event: str) -> HttpResponse:
    """The webinar one moderates."""
    space = enter(request)
    return page(request, "city/meeting.html", space, **_context(space, _mine(space, event)))


@door(member)
@require_POST
@once
def meeting_act(request: HttpRequest, code: str, event: str, verb: str) -> HttpResponse:
    """One press on its page."""
    space = enter(request)
    found, act = _mine(space, event), parts.act_of(verb, as_moderator=True)
    form = act.form(found, request.POST, request.FILES)
    if done(form, lambda data: act.run(found, form, space.person)):
        messages.success(request, act.sentence)
        return redirect(f"{reverse('city:meeting', args=[code, event])}#{act.anchor}")
    return page(request, "city/meeting.html", space, status=422, **_context(space, found, {verb: form}))


def _mine(space: Space, code: str) -> Event:
    """A webinar one runs, for this organisation or without one. Raises Http404."""
    rows = queries.run_by(space.person, space.organisation).filter(kind=EventKind.WEBINAR, code=code)
    event: Event | None = rows.select_related("committee", "series").first()
    if event is None:
        raise Http404
    return event


def _context(space: Space, event: Event, refused: dict[str, Any] | None = None) -> dict[str, Any]:
    base = reverse("city:meeting_act", args=[space.code, event.code, "x"])[:-1]
    return {**parts.context_of(event, base, refused), "prepares": False}
