"""The dossiers of a call in one file: asked for, followed while it is made, taken away, destroyed."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Bundle, Call
from marelle.mandates.operations import bundles as operations
from marelle.mandates.queries import bundles as queries
from marelle.web.parts.files import attachment


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """What one asked for, and how far it is; ask for it, or destroy it."""
    call, person = _call(request, code), request.user
    rules.require(rules.may_bundle, person, call)
    found = queries.own(call, person)  # type: ignore[arg-type]
    if request.method == "POST":
        if "destroy" in request.POST and found is not None:
            operations.end(found.pk, by=person)  # type: ignore[arg-type]
            messages.success(request, _("The file is destroyed."))
        elif "destroy" not in request.POST:
            operations.ask(call.pk, by=person)  # type: ignore[arg-type]
        return redirect("office:bundle", code)
    is_there = found is not None and found.is_there(clock.now())
    job = queries.job_of(found) if found and found.is_waiting else None
    context = {"call": call, "bundle": found, "is_there": is_there, "job": job, "is_stopped": queries.is_stopped(job)}
    return render(request, "office/bundle.html", context)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def bundle_file(request: HttpRequest, code: str, bundle: str) -> FileResponse:
    """The file itself."""
    found = get_object_or_404(Bundle.objects.visible_to(request.user), call__code=code, code=bundle)  # type: ignore[arg-type]
    return attachment(operations.take(found.pk, by=request.user))  # type: ignore[arg-type]


def _call(request: HttpRequest, code: str) -> Call:
    return get_object_or_404(Call.objects.visible_to(request.user).select_related("committee"), code=code)  # type: ignore[arg-type]
