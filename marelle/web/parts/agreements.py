"""What the city's and the office's pages of an agreement share: reading it, signing it."""

from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Organisation
from marelle.accounts.proof import has_fresh_proof
from marelle.mandates.models import Agreement
from marelle.mandates.operations.agreements import sign_agreement
from marelle.mandates.queries import agreements, mandates
from marelle.web.parts.files import attachment


class SignForm(forms.Form):
    """As what one signs, that one has read, and which text: its fingerprint comes back as it was shown."""

    capacity = forms.CharField(
        label=_("You sign as"), max_length=120, help_text=_("For example: mayor; deputy mayor, by delegation.")
    )
    read = forms.BooleanField(
        label=_("I have read this agreement"), error_messages={"required": _("Read the agreement, then tick this box.")}
    )
    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)

    @classmethod
    def of(cls, request: HttpRequest, agreement: Agreement) -> "SignForm":
        """The form to show, or the one just sent."""
        return cls(request.POST or None, initial={"fingerprint": agreement.fingerprint})


def signing(request: HttpRequest, agreement: Agreement, organisation: Organisation) -> tuple[SignForm, Any]:
    """The form, and what to do once it is clean."""

    def act(values: dict[str, Any]) -> None:
        sign_agreement(
            agreement.pk,
            organisation=organisation,
            by=request.user,  # type: ignore[arg-type]
            fingerprint_seen=values["fingerprint"],
            capacity=values["capacity"],
        )

    return SignForm.of(request, agreement), act


def shown(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """What both pages show of an agreement read with its signatures."""
    mandate = getattr(agreement, "mandate", None)
    return {
        "agreement": agreement,
        "places": agreements.places(agreement, request.user),  # type: ignore[arg-type]
        "mandate": mandate,
        "milestones": mandates.milestones(mandate) if mandate else [],
        "fresh": has_fresh_proof(request),
    }


def pdf_of(agreement: Agreement, which: str) -> FileResponse:
    """The text sent, or the sealed one, as an attachment. Raises Http404 when there is none."""
    file = {"texte": agreement.document, "cachetee": agreement.sealed}[which]
    if file is None:
        raise Http404
    return attachment(file)
