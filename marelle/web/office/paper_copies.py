"""An agreement signed on paper, in the office: a copy given, compared with the text, taken or refused."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import programme_administrator, programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Agreement
from marelle.mandates.operations.paper_copies import accept_paper_copy, refuse_paper_copy
from marelle.mandates.queries import agreements
from marelle.web.parts.forms import done, page
from marelle.web.parts.paper_copies import copy_or_404, file_of, form_of, given, shown


class CheckForm(forms.Form):
    """The copy was compared with the text whose fingerprint was shown."""

    compared = forms.BooleanField(
        label=gettext_lazy("I compared this copy with the text, page by page, and read these signatures on it"),
        error_messages={"required": gettext_lazy("Compare the copy with the text, then tick this box.")},
    )
    fingerprint_seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RefuseForm(forms.Form):
    """Why the copy cannot be taken."""

    because = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who gave the copy will read these very words."),
    )


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The copies given; one to compare with the text; or giving one that came by post."""
    found = _visible(request, code)
    sent = request.method == "POST"
    form = form_of(request, found, sent=sent)
    if sent and given(request, found, form):
        messages.success(request, _("The copy is kept: another administrator compares it with the text."))
        return redirect("office:agreement_paper", code)
    return page(request, "office/agreement_paper.html", _context(request, found, form=form))


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def answer_paper(request: HttpRequest, code: str) -> HttpResponse:
    """Take the copy, or say why it cannot be taken."""
    found = _visible(request, code)
    held = copy_or_404(found, request.POST.get("read", ""))
    refuses = "refuse" in request.POST
    form = RefuseForm(request.POST) if refuses else CheckForm(request.POST)
    act = refuse_paper_copy if refuses else accept_paper_copy
    if done(form, lambda values: act(held.pk, by=request.user, **_named(values))):
        messages.success(
            request, _("The copy is refused, with your reasons.") if refuses else _("The signatures count.")
        )
        return redirect("office:agreement", code)
    name = "refuse_form" if refuses else "check_form"
    return page(request, "office/agreement_paper.html", _context(request, found, **{name: form}))


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def copy(request: HttpRequest, code: str, copy: str) -> FileResponse:
    """The scanned copy."""
    return file_of(_visible(request, code), copy)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "compared"}


def _context(request: HttpRequest, found: Agreement, **forms_shown: Any) -> dict[str, Any]:
    own = {
        "form": form_of(request, found, sent=False),
        "check_form": CheckForm(initial={"fingerprint_seen": found.fingerprint}),
        "refuse_form": RefuseForm(),
    }
    return {**own, **shown(request, found), **forms_shown}


def _visible(request: HttpRequest, code: str) -> Agreement:
    rows = agreements.with_signatures(Agreement.objects.visible_to(request.user))  # type: ignore[arg-type]
    found = get_object_or_404(rows, code=code)
    if not found.document_id:
        raise Http404
    return found
