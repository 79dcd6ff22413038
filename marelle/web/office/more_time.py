"""A later end for one application: one administrator proposes it, another confirms."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import programme_administrator
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Application
from marelle.mandates.operations import more_time as operations
from marelle.mandates.queries.applications import closes_at
from marelle.mandates.queries.decisions import waiting_more_time
from marelle.web.office.forms import MoreTimeForm
from marelle.web.parts.forms import done, page


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def more_time(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a later end; or what a colleague proposed, to be confirmed."""
    found = _application(request, code)
    form = MoreTimeForm(found.call, closes_at(found), request.POST or None)
    if done(form, lambda values: operations.propose_more_time(found.pk, by=request.user, **values)):
        messages.success(request, _("More time is proposed: another programme administrator confirms it."))
        return redirect("office:more_time", code)
    waiting = waiting_more_time(found)
    until = datetime.fromisoformat(waiting.payload["until"]) if waiting else None
    context = {"application": found, "form": form, "waiting": waiting, "until": until, "closes_at": closes_at(found)}
    return page(request, "office/more_time.html", context)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def answer_more_time(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm the later end that was read, or decline it."""
    found, read = _application(request, code), request.POST.get("read", "")
    if "decline" in request.POST:
        operations.decline_more_time(found.pk, by=request.user, read=read)
        messages.success(request, _("It is declined: the application ends when it was to end."))
    else:
        operations.confirm_more_time(found.pk, by=request.user, read=read)
        messages.success(request, _("More time is given: the city is told."))
    return redirect("office:call", found.call.code)


def _application(request: HttpRequest, code: str) -> Application:
    """An application to a call one administers, drafts too: nothing of what it says is shown. Raises Http404."""
    rows = Application.objects.everyone(reason="an administrator gives it more time, checked below")
    found = get_object_or_404(rows.select_related("organisation", "call__committee"), code=code)
    if not rules.may_give_more_time(request.user, found):  # type: ignore[arg-type]
        raise Http404
    return found
