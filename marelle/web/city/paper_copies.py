"""An agreement signed on paper, in the workspace: the scanned copy given, and what the committee said of it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marelle.accounts.doors import member, organisation_of
from marelle.accounts.proof import FRESH, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Agreement
from marelle.mandates.queries import agreements
from marelle.web.parts.forms import page
from marelle.web.parts.paper_copies import file_of, form_of, given, shown


@door(member)
@require_http_methods(["GET", "POST"])
@asks(acting=FRESH)
@once
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Give the copy of the agreement that was signed on paper."""
    found = _agreement(request)
    sent = request.method == "POST"
    form = form_of(request, found, sent=sent)
    if sent and given(request, found, form):
        messages.success(request, _("The committee compares your copy with the text, then its signatures count."))
        return redirect("city:agreement_paper", code)
    context = {"organisation": organisation_of(request), "form": form, **shown(request, found)}
    return page(request, "city/agreement_paper.html", context)


@door(member)
@require_safe
def copy(request: HttpRequest, code: str, copy: str) -> FileResponse:
    """The scanned copy."""
    return file_of(_agreement(request), copy)


def _agreement(request: HttpRequest) -> Agreement:
    found = agreements.of_organisation(organisation_of(request), request.user).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return found
