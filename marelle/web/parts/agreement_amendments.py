"""What the city's and the office's pages of the amendments of an agreement share: asking, reading, signing."""

from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marelle.accounts.proof import has_fresh_proof
from marelle.base import clock
from marelle.base.errors import NotAllowed
from marelle.mandates import rules
from marelle.mandates.models import Agreement, AgreementAmendment
from marelle.mandates.operations import agreement_amendments as operations
from marelle.mandates.queries import agreement_amendments as queries
from marelle.mandates.states import AmendmentKind
from marelle.web.parts.agreements import SignForm
from marelle.web.parts.files import attachment
from marelle.web.parts.forms import done

AREA = forms.Textarea(attrs={"rows": 4})


class AskForm(forms.Form):
    """What the amendment does, and why."""

    kind = forms.ChoiceField(label=_("What the amendment does"), choices=AmendmentKind, widget=forms.RadioSelect)
    months = forms.IntegerField(
        label=_("Prolong by how many months"),
        min_value=1,
        max_value=queries.MOST_MONTHS,
        required=False,
        help_text=_("For a prolongation: from 1 to 12."),
    )
    words = forms.CharField(
        label=_("What changes"),
        widget=AREA,
        max_length=5000,
        required=False,
        help_text=_("For a change of the text: these words stand in the amendment."),
    )
    reasons = forms.CharField(
        label=_("Reasons"), widget=AREA, max_length=2000, help_text=_("They stand in the amendment.")
    )

    @classmethod
    def of(cls, request: HttpRequest, agreement: Agreement) -> "AskForm":
        """The form to show, or the one just sent; a prolongation is offered in its time only."""
        form = cls(request.POST or None, initial={"kind": AmendmentKind.CHANGE})
        if not queries.may_be_prolonged(getattr(agreement, "mandate", None), clock.today()):
            form.fields["kind"].choices = [(AmendmentKind.CHANGE.value, AmendmentKind.CHANGE.label)]  # type: ignore[attr-defined]
            form.fields["months"].widget = forms.HiddenInput()
        return form


def asked(request: HttpRequest, agreement: Agreement, form: AskForm) -> bool:
    """Whether the amendment was asked for."""
    return done(form, lambda values: operations.ask_amendment(agreement.pk, by=request.user, **values))  # type: ignore[arg-type]


def listed(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """The amendments of an agreement, and whether one may be asked for."""
    found = queries.amendments_of(agreement, request.user)  # type: ignore[arg-type]
    mandate = getattr(agreement, "mandate", None)
    may_ask = rules.may_ask_amendment(request.user, agreement) and agreement.state in operations.LIVING  # type: ignore[arg-type]
    return {
        "agreement": agreement,
        "amendments": found,
        "mandate": mandate,
        "may_ask": may_ask and not any(amendment.is_open for amendment in found),
        "prolongs_from": queries.prolongs_from(mandate) if mandate else None,
        "may_prolong": queries.may_be_prolonged(mandate, clock.today()),
    }


def amendment_or_404(request: HttpRequest, agreement: Agreement, code: str) -> AgreementAmendment:
    """An amendment of that very agreement. Raises Http404."""
    rows = AgreementAmendment.objects.visible_to(request.user).filter(agreement=agreement)  # type: ignore[arg-type]
    found = get_object_or_404(rows.select_related("asked_by", "sent_by", "document"), code=code)
    found.agreement = agreement
    return found


def shown(request: HttpRequest, amendment: AgreementAmendment, form: SignForm | None = None) -> dict[str, Any]:
    """What both pages show of an amendment."""
    is_waiting = amendment.state in operations.WAITING and amendment.agreement.state in operations.LIVING
    party = queries.party_to_sign(amendment, request.user) if is_waiting else None  # type: ignore[arg-type]
    return {
        "amendment": amendment,
        "agreement": amendment.agreement,
        "places": queries.places(amendment, request.user) if amendment.document_id else [],  # type: ignore[arg-type]
        "party": party,
        "form": form or SignForm(initial={"fingerprint": amendment.fingerprint}),
        "fresh": has_fresh_proof(request),
    }


def signed(request: HttpRequest, amendment: AgreementAmendment, form: SignForm) -> bool:
    """Whether it was signed for the party this person signs for. Raises NotAllowed when there is none."""
    party = queries.party_to_sign(amendment, request.user)  # type: ignore[arg-type]
    if party is None:
        raise NotAllowed(gettext("There is nothing for you to sign here."))

    def act(values: dict[str, Any]) -> None:
        operations.sign_amendment(
            amendment.pk,
            organisation=party.organisation,
            by=request.user,  # type: ignore[arg-type]
            fingerprint_seen=values["fingerprint"],
            capacity=values["capacity"],
        )

    return done(form, act)


def file_of(amendment: AgreementAmendment) -> FileResponse:
    """The text sent. Raises Http404 before it was."""
    if amendment.document is None:
        raise Http404
    return attachment(amendment.document)
