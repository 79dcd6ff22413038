"""Calls: the list, one call with its applications, preparing and publishing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts import files
from marelle.accounts.doors import committee, programme_administrator
from marelle.accounts.models import Organisation
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Call
from marelle.mandates.operations import calls as operations
from marelle.mandates.queries import intents, office
from marelle.web.office import tables
from marelle.web.office.forms import CallForm, DocumentForm
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import answer


@door(committee)
@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """The calls of one's committees, the last to close first."""
    return render(request, "office/calls.html", {"calls": office.calls(request.user), "now": clock.now()})


@door(committee)
@require_GET
def call(request: HttpRequest, code: str) -> HttpResponse:
    """One call: its window, how far its applications went, and the list of those one may see."""
    found = _visible(request, code)
    may_prepare = rules.may_prepare_call(request.user, found)  # type: ignore[arg-type]
    context = {"call": found, "funnel": office.funnel(found), "now": clock.now(), "document_form": DocumentForm()}
    context["may_bundle"] = rules.may_bundle(request.user, found)  # type: ignore[arg-type]
    context["intents"] = intents.of_call(found, request.user)  # type: ignore[arg-type]
    return answer(
        request, "office/call.html", tables.applications(request, found), context | {"may_prepare": may_prepare}
    )


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def new_call(request: HttpRequest) -> HttpResponse:
    """Prepare a call."""
    form = CallForm(_committees(request), request.POST or None)
    if done(form, lambda values: operations.draft_call(by=request.user, committee=form.for_committee, **form.values())):
        messages.success(request, _("The call is saved as a draft: nobody outside the committee sees it yet."))
        return redirect("office:call", form.cleaned_data["code"])
    return page(request, "office/call_form.html", {"form": form, "call": None})


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def change_call(request: HttpRequest, code: str) -> HttpResponse:
    """Change a call that is still a draft."""
    found = _visible(request, code)
    form = CallForm([found.committee], request.POST or None, initial=CallForm.from_call(found))
    if done(form, lambda values: operations.change_call(found.pk, by=request.user, **form.values())):
        messages.success(request, _("The call is saved."))
        return redirect("office:call", form.cleaned_data["code"])
    return page(request, "office/call_form.html", {"form": form, "call": found})


@door(programme_administrator)
@require_POST
@asks(acting=SECOND)
@once
def publish_call(request: HttpRequest, code: str) -> HttpResponse:
    """Show a call to everyone."""
    operations.publish_call(_visible(request, code).pk, by=request.user)
    messages.success(request, _("The call is published."))
    return redirect("office:call", code)


@door(programme_administrator)
@require_POST
@asks(acting=SECOND)
@once
def close_call(request: HttpRequest, code: str) -> HttpResponse:
    """Say that every decision of a call is taken."""
    operations.close_decisions(_visible(request, code).pk, by=request.user)
    messages.success(request, _("The decisions of this call are closed."))
    return redirect("office:call", code)


@door(programme_administrator)
@require_POST
@asks(acting=SECOND)
@once
def archive_call(request: HttpRequest, code: str) -> HttpResponse:
    """Put a decided call away."""
    operations.archive_call(_visible(request, code).pk, by=request.user)
    messages.success(request, _("This call is archived: everything in it stays readable here."))
    return redirect("office:call", code)


@door(programme_administrator)
@require_POST
@asks(acting=SECOND)
@once
def add_document(request: HttpRequest, code: str) -> HttpResponse:
    """Join a document to a call."""
    found = _visible(request, code)
    form = DocumentForm(request.POST, request.FILES)
    if done(form, lambda values: _join(found, values["document"], request.user)):
        messages.success(request, _("The document is joined to the call."))
        return redirect("office:call", code)
    return page(request, "office/call_document.html", {"call": found, "form": form})


def _committees(request: HttpRequest) -> list[Organisation]:
    """Those whose calls the reader may open."""
    return request.user.committees_as({Role.PROGRAMME_ADMINISTRATOR})  # type: ignore[union-attr]


def _join(call: Call, upload: Any, by: Any) -> None:
    operations.add_document(call.pk, files.take(upload, organisation=call.committee, by=by), by=by)


def _visible(request: HttpRequest, code: str) -> Call:
    rows = Call.objects.visible_to(request.user).select_related("framework", "committee")  # type: ignore[arg-type]
    return get_object_or_404(rows.prefetch_related("tracks", "documents"), code=code)
