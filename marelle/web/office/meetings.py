"""Meetings in the office: the list, preparing a webinar, announcing it, running it, who comes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock, origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Event
from marelle.events.operations import meetings as operations
from marelle.events.queries import meetings as queries
from marelle.events.queries import talks
from marelle.events.states import EventKind
from marelle.web.parts import meetings as parts
from marelle.web.parts.forms import done, page
from marelle.web.parts.meeting_forms import NameForm

MOST_SHOWN = 2000


@door(programme_team)
@require_GET
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings of one's committees, the latest first."""
    found = queries.of_committees(request.user, _committees(request))  # type: ignore[arg-type]
    return render(request, "office/meetings.html", {"events": found})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def new_webinar(request: HttpRequest) -> HttpResponse:
    """Prepare a webinar: a name, then its page."""
    form = NameForm(_committees(request), request.POST or None)
    made: list[Event] = []
    if done(form, lambda data: made.append(_draft(request, form))):
        messages.success(request, _("The webinar is a draft: nobody outside the team sees it yet."))
        return redirect("office:meeting", made[0].code)
    return page(request, "office/webinar_new.html", {"form": form})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def meeting(request: HttpRequest, code: str) -> HttpResponse:
    """A webinar: what is written, what is left to do, what is asked."""
    event = _mine(request, code)
    strip = origins.strip_for(f"events.event:{code}", request.user)
    kept = {"strip": strip, "talks": talks.talks_of(event, request.user, clock.now())}  # type: ignore[arg-type]
    return render(request, "office/meeting.html", {**_context(event), **kept})


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def meeting_act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """One press on its page."""
    event, act = _mine(request, code), parts.act_of(verb, as_moderator=False)
    form = act.form(event, request.POST, request.FILES)
    if done(form, lambda data: act.run(event, form, request.user)):  # type: ignore[arg-type]
        messages.success(request, act.sentence)
        return redirect(f"{reverse('office:meeting', args=[code])}#{act.anchor}")
    return page(request, "office/meeting.html", _context(event, {verb: form}))


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def meeting_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Call it off: those who are registered are told why."""
    event = _mine(request, code)
    if request.method == "POST":
        operations.cancel(event.pk, request.POST.get("because", ""), by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The meeting is cancelled: those who are registered are told."))
        return redirect("office:meeting", code)
    return render(request, "office/meeting_cancel.html", {"event": event, "counts": queries.counts_of(event)})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def meeting_people(request: HttpRequest, code: str) -> HttpResponse:
    """Who is registered, by session."""
    event = _mine(request, code)
    rows = list(queries.registrations_of(event)[:MOST_SHOWN])
    return render(request, "office/meeting_people.html", {"event": event, "rows": rows})


def _draft(request: HttpRequest, form: NameForm) -> Event:
    return operations.draft_webinar(by=request.user, committee=form.for_committee, name=form.name())  # type: ignore[arg-type]


def _committees(request: HttpRequest) -> list[Any]:
    return request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]


def _mine(request: HttpRequest, code: str) -> Event:
    """A webinar of one's own committee; another one's is not there. Raises Http404."""
    rows = Event.objects.visible_to(request.user).filter(committee__in=_committees(request))  # type: ignore[arg-type]
    event = rows.filter(kind=EventKind.WEBINAR, code=code).select_related("committee", "series").first()
    if event is None:
        raise Http404
    return event


def _context(event: Event, refused: dict[str, Any] | None = None) -> dict[str, Any]:
    base = reverse("office:meeting_act", args=[event.code, "x"])[:-1]
    return {**parts.context_of(event, base, refused), "prepares": True}
