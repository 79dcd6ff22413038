"""Amendments of the agreement, in the workspace: asked for, read, signed."""

from typing import Any

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
from marelle.web.parts.agreement_amendments import AskForm, amendment_or_404, asked, file_of, listed, shown, signed
from marelle.web.parts.agreements import SignForm
from marelle.web.parts.forms import page


@door(member)
@require_http_methods(["GET", "POST"])
@once
def amendments(request: HttpRequest, code: str) -> HttpResponse:
    """The text in force and what has changed it; asking for an amendment."""
    found = _agreement(request)
    form = AskForm.of(request, found)
    if asked(request, found, form):
        messages.success(request, _("The committee reads what you ask, then sends the amendment for signature."))
        return redirect("city:agreement_amendments", code)
    return page(request, "city/agreement_amendments.html", _context(request, form=form, **listed(request, found)))


@door(member)
@require_http_methods(["GET", "POST"])
@asks(acting=FRESH)
@once
def amendment(request: HttpRequest, code: str, amendment: str) -> HttpResponse:
    """Read one, sign it."""
    found = amendment_or_404(request, _agreement(request), amendment)
    form = SignForm(request.POST or None, initial={"fingerprint": found.fingerprint})
    if request.method == "POST" and signed(request, found, form):
        messages.success(request, _("You have signed. Thank you."))
        return redirect("city:agreement_amendment", code, amendment)
    return page(request, "city/agreement_amendment.html", _context(request, **shown(request, found, form)))


@door(member)
@require_safe
def document(request: HttpRequest, code: str, amendment: str) -> FileResponse:
    """The text to sign."""
    return file_of(amendment_or_404(request, _agreement(request), amendment))


def _context(request: HttpRequest, **more: Any) -> dict[str, Any]:
    return {"organisation": organisation_of(request), **more}


def _agreement(request: HttpRequest) -> Agreement:
    """The latest agreement of the organisation that was signed. Raises Http404."""
    rows = agreements.of_organisation(organisation_of(request), request.user)  # type: ignore[arg-type]
    found = rows.exclude(signed_at=None).first()
    if found is None:
        raise Http404
    return found
