"""The agreement in the workspace: the council's vote, reading, signing, keeping."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts import files
from marelle.accounts.doors import member, organisation_of
from marelle.accounts.proof import FRESH, asks
from marelle.accounts.rules import may_write
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.files import MAX_BYTES
from marelle.base.idempotency import once
from marelle.mandates import council_papers, rules
from marelle.mandates.models import Agreement, Application
from marelle.mandates.operations.agreements import record_vote
from marelle.mandates.operations.signatures import refuse_to_sign
from marelle.mandates.queries import agreements
from marelle.mandates.queries.contacts import told_to_city
from marelle.mandates.states import MANDATE_STEPS
from marelle.web.parts.agreements import SignForm, pdf_of, shown, signing
from marelle.web.parts.files import KINDS, given
from marelle.web.parts.forms import done, page


class VoteForm(forms.Form):
    """The council's vote: its number, its day, its text."""

    number = forms.CharField(label=gettext_lazy("Number of the vote"), max_length=60)
    voted_on = forms.DateField(
        label=gettext_lazy("Day of the vote"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    file = forms.FileField(label=gettext_lazy("Text of the vote"), required=False)


class RefuseForm(forms.Form):
    """Why a party does not sign the text it has read."""

    because = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The committee will read these very words."),
    )
    fingerprint_seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


@door(member)
@require_safe
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """The agreement: where it stands, who has signed, what to do next."""
    return page(request, "city/agreement.html", _context(request))


@door(member)
@require_safe
def papers(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """What the council votes on: the draft resolution, the plan and the agreement annexed."""
    application = _application(request) or _adopted(request)
    if application is None or kind not in KINDS:
        raise Http404
    language = "en" if request.LANGUAGE_CODE == "en" else "fr"  # type: ignore[attr-defined]
    if kind == "docx":
        content = council_papers.council_docx(application, language=language)
    else:
        content = council_papers.council_pdf(application, language=language, at=clock.now())
    return given(content, kind, name=f"deliberation {application.organisation.name}")


@door(member)
@require_POST
@once
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """Record the council's vote."""
    application = _application(request)
    form = VoteForm(request.POST, request.FILES)
    if application and done(form, lambda values: _record(request, application, values)):
        messages.success(request, _("The council’s vote is recorded."))
        return redirect("city:agreement", code)
    return page(request, "city/agreement.html", _context(request) | {"vote_form": form})


@door(member)
@require_http_methods(["GET", "POST"])
@asks(acting=FRESH)
@once
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Read once more, prove again who one is, sign."""
    found = _agreement(request)
    form, act = signing(request, found, organisation_of(request))
    if done(form, act):
        messages.success(request, _("You have signed. Thank you."))
        return redirect("city:agreement", code)
    forms_shown = {"form": form, "refuse_form": RefuseForm(initial={"fingerprint_seen": found.fingerprint})}
    return page(request, "city/agreement_sign.html", _context(request) | forms_shown)


@door(member)
@require_POST
@asks(acting=FRESH)
@once
def refuse(request: HttpRequest, code: str) -> HttpResponse:
    """Say why one does not sign: the text goes back to the committee."""
    found = _agreement(request)
    form = RefuseForm(request.POST)
    if done(form, lambda values: _refuse(request, found, values)):
        messages.success(request, _("The committee has been told why. It takes the text back."))
        return redirect("city:agreement", code)
    forms_shown = {"form": SignForm(initial={"fingerprint": found.fingerprint}), "refuse_form": form}
    return page(request, "city/agreement_sign.html", _context(request) | forms_shown)


@door(member)
@require_safe
def document(request: HttpRequest, code: str, which: str) -> FileResponse:
    """The PDF to sign, or the sealed one."""
    return pdf_of(_agreement(request), which)


@transaction.atomic
def _record(request: HttpRequest, application: Application, values: dict[str, Any]) -> None:
    """The vote and its text, or neither: a vote that is refused leaves no file behind."""
    rules.require(rules.may_record_vote, request.user, application)  # before a file is taken
    upload = values.pop("file", None)
    label = _("Council’s vote %(number)s") % {"number": values["number"]}
    kept = (
        files.take(upload, organisation=application.organisation, by=request.user, label=f"{label}.{_ending(upload)}")
        if upload
        else None
    )
    record_vote(application.pk, by=request.user, file=kept, **values)


@transaction.atomic
def _refuse(request: HttpRequest, found: Agreement, values: dict[str, Any]) -> None:
    refuse_to_sign(found.pk, organisation=organisation_of(request), by=request.user, **values)  # type: ignore[arg-type]


def _ending(upload: Any) -> str:
    return str(upload.name).rpartition(".")[2][:5]


def _agreement(request: HttpRequest) -> Agreement:
    found = agreements.of_organisation(organisation_of(request), request.user).first()
    if found is None:
        raise Http404
    return found


def _application(request: HttpRequest) -> Application | None:
    return agreements.to_vote(organisation_of(request), request.user)


def _adopted(request: HttpRequest) -> Application | None:
    """The application whose vote is recorded and whose agreement is being signed: its papers can still be read."""
    found = agreements.of_organisation(organisation_of(request), request.user).first()  # type: ignore[arg-type]
    return found.application if found else None


def _context(request: HttpRequest) -> dict[str, Any]:
    """What every page of the agreement shows."""
    organisation = organisation_of(request)
    found = agreements.of_organisation(organisation, request.user).first()  # type: ignore[arg-type]
    application = _application(request)
    context: dict[str, Any] = {"organisation": organisation, "limit": MAX_BYTES, "application": application}
    context["told"] = told_to_city(organisation, request.user)  # type: ignore[arg-type]
    context["may_write"] = may_write(request.user, organisation)  # type: ignore[arg-type]
    if application and rules.may_record_vote(request.user, application):  # type: ignore[arg-type]
        context["vote_form"] = VoteForm()
    if found is None:
        return context
    context |= shown(request, found)
    own = next((place for place in context["places"] if place.party.organisation_id == organisation.pk), None)
    needs_vote = bool(application and application.track.council_vote == "required")
    mandate = context["mandate"]
    is_own = bool(mandate and mandate.organisation_id == organisation.pk)  # an intercommunality signs for its towns too
    may_leave = is_own and MANDATE_STEPS.allows(mandate, "renounce")
    return context | {"own": own, "needs_vote": needs_vote, "may_leave": may_leave}
