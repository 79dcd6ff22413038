"""Amendments of an agreement, in the office: asked for, sent, signed for the committee, dropped."""

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Agreement
from marelle.mandates.operations.agreement_amendments import drop_amendment, send_amendment
from marelle.mandates.queries import agreements
from marelle.web.parts.agreement_amendments import (
    AREA,
    AskForm,
    amendment_or_404,
    asked,
    file_of,
    listed,
    shown,
    signed,
)
from marelle.web.parts.agreements import SignForm
from marelle.web.parts.forms import done, page


class DropForm(forms.Form):
    """Why the amendment is not carried on."""

    because = forms.CharField(label=gettext_lazy("Why it is not carried on"), widget=AREA, max_length=2000)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def amendments(request: HttpRequest, code: str) -> HttpResponse:
    """The amendments of an agreement; asking for one."""
    found = _signed(request, code)
    form = AskForm.of(request, found)
    if asked(request, found, form):
        messages.success(request, _("The amendment is drawn. Read it, then send it for signature."))
        return redirect("office:agreement_amendments", code)
    return page(request, "office/agreement_amendments.html", {"form": form, **listed(request, found)})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def amendment(request: HttpRequest, code: str, amendment: str) -> HttpResponse:
    """Read one, sign it for the committee."""
    found = amendment_or_404(request, _signed(request, code), amendment)
    form = SignForm(request.POST or None, initial={"fingerprint": found.fingerprint})
    if request.method == "POST" and signed(request, found, form):
        messages.success(request, _("The committee has signed."))
        return redirect("office:agreement_amendment", code, amendment)
    context = {"drop_form": DropForm(), **shown(request, found, form)}
    return page(request, "office/agreement_amendment.html", context)


@door(programme_team)
@require_POST
@asks(acting=FRESH)
@once
def answer(request: HttpRequest, code: str, amendment: str) -> HttpResponse:
    """Send it for signature, or drop it."""
    found = amendment_or_404(request, _signed(request, code), amendment)
    if "drop" not in request.POST:
        send_amendment(found.pk, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The amendment is sent: its parties are asked to sign."))
        return redirect("office:agreement_amendment", code, amendment)
    form = DropForm(request.POST)
    if done(form, lambda values: drop_amendment(found.pk, by=request.user, **values)):  # type: ignore[arg-type]
        messages.success(request, _("The amendment is dropped: the agreement is unchanged."))
        return redirect("office:agreement_amendments", code)
    return page(request, "office/agreement_amendment.html", {"drop_form": form, **shown(request, found)})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def document(request: HttpRequest, code: str, amendment: str) -> FileResponse:
    """The text to sign."""
    return file_of(amendment_or_404(request, _signed(request, code), amendment))


def _signed(request: HttpRequest, code: str) -> Agreement:
    rows = agreements.with_signatures(Agreement.objects.visible_to(request.user))  # type: ignore[arg-type]
    found = get_object_or_404(rows, code=code)
    if found.signed_at is None:
        raise Http404
    return found
