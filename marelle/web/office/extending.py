"""What two administrators do one after the other: give a call more time, move a mandate before its end."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import programme_administrator, programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Call, Mandate
from marelle.mandates.operations import extensions, moves
from marelle.mandates.queries.decisions import waiting_extension, waiting_move
from marelle.web.office import contacts
from marelle.web.office.forms import ExtendForm, MoveForm, move_words
from marelle.web.parts.forms import done, page

Thing = TypeVar("Thing", Call, Mandate)


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def extend_call(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a later end; or what a colleague proposed, to be confirmed."""
    found = _call(request, code)
    form = ExtendForm(found, request.POST or None)
    if done(form, lambda values: extensions.propose_extension(found.pk, by=request.user, **values)):
        messages.success(request, _("The extension is proposed: another programme administrator confirms it."))
        return redirect("office:extend_call", code)
    waiting = waiting_extension(found)
    until = datetime.fromisoformat(waiting.payload["closes_at"]) if waiting else None
    context = {"call": found, "form": form, "waiting": waiting, "until": until}
    return page(request, "office/call_extend.html", context)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def answer_extension(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm the later end that was read, or decline it."""
    found, read = _call(request, code), request.POST.get("read", "")
    if "decline" in request.POST:
        extensions.decline_extension(found.pk, by=request.user, read=read)
        messages.success(request, _("The extension is declined: the call ends when it was to end."))
    else:
        extensions.confirm_extension(found.pk, by=request.user, read=read)
        messages.success(request, _("The call is extended: those who have not handed in are told."))
    return redirect("office:call", code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def move_mandate(request: HttpRequest, code: str) -> HttpResponse:
    """A mandate as the team follows it. An administrator proposes a step of it; proposed by a colleague, it waits here."""
    found = contacts.mandate_or_404(request, code)
    form = MoveForm(found, request.POST or None)
    if done(form, lambda values: moves.propose_move(found.pk, by=request.user, **values)):
        messages.success(request, _("It is proposed: another programme administrator confirms it."))
        return redirect("office:mandate", code)
    waiting = waiting_move(found)
    move = move_words(waiting.payload["move"]) if waiting else ""
    on = date.fromisoformat(waiting.payload["on"]) if waiting else None
    context = {"form": form, "waiting": waiting, "move": move, "on": on, **contacts.shown(request, found)}
    return page(request, "office/mandate.html", context)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def answer_move(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm the step that was read, or decline it."""
    found, read = _mandate(request, code), request.POST.get("read", "")
    if "decline" in request.POST:
        moves.decline_move(found.pk, by=request.user, read=read)
        messages.success(request, _("It is declined: the mandate stays where it is."))
    else:
        moves.confirm_move(found.pk, by=request.user, read=read)
        messages.success(request, _("It is done: the city is told, and the public pages follow."))
    return redirect("office:mandate", code)


def _call(request: HttpRequest, code: str) -> Call:
    """A call of a committee the reader administers. Raises Http404."""
    rows = Call.objects.visible_to(request.user).select_related("committee")  # type: ignore[arg-type]
    return _for(request, rules.may_prepare_call, get_object_or_404(rows, code=code))


def _mandate(request: HttpRequest, code: str) -> Mandate:
    """The mandate of an agreement, for whoever may move it: its own town does not read what is weighed. Raises Http404."""
    rows = Mandate.objects.visible_to(request.user)  # type: ignore[arg-type]
    rows = rows.select_related(
        "organisation", "track", "agreement__application__call", "agreement__application__organisation"
    )
    return _for(request, rules.may_move_mandate, get_object_or_404(rows, agreement__code=code))


def _for(request: HttpRequest, may: Callable[[Any, Thing], bool], thing: Thing) -> Thing:
    if not may(request.user, thing):
        raise Http404
    return thing
