"""What the city's and the office's pages of an agreement signed on paper share: giving the scanned copy."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.accounts import files
from marelle.accounts.rules import may_add_file, require
from marelle.base.files import MAX_BYTES
from marelle.mandates import rules
from marelle.mandates.models import Agreement, PaperCopy
from marelle.mandates.operations.paper_copies import Signer, give_paper_copy
from marelle.mandates.queries import agreements
from marelle.mandates.queries.paper_copies import copies_of, copy_of
from marelle.web.parts.files import attachment
from marelle.web.parts.forms import done


class CopyForm(forms.Form):
    """The scanned copy and who signed it: three fields for each party that has not signed; blank for one that did not."""

    file = forms.FileField(
        label=gettext_lazy("Scanned copy"), help_text=gettext_lazy("The whole agreement, with its signatures.")
    )
    fingerprint_seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, agreement: Agreement, places: Iterable[agreements.Place], *args: Any):
        super().__init__(*args, initial={"fingerprint_seen": agreement.fingerprint})
        self.waiting = [place.party.organisation for place in places if place.waiting]
        for number, organisation in enumerate(self.waiting):
            named = {"name": organisation.name}
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("%(name)s: who signed") % named, max_length=120, required=False
            )
            self.fields[f"capacity_{number}"] = forms.CharField(
                label=_("%(name)s: as what") % named, max_length=120, required=False
            )
            self.fields[f"on_{number}"] = forms.DateField(
                label=_("%(name)s: day of the signature") % named,
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def clean(self) -> dict[str, Any]:
        """A party has signed, with its three fields, or has not."""
        data = super().clean() or self.cleaned_data
        for number, organisation in enumerate(self.waiting):
            given = self._of(number, data)
            if any(given) and not all(given):
                fault = _("Give the name, as what and the day, or leave the three blank.")
                self.add_error(f"name_{number}", f"{organisation.name}\u202f: {fault}")
        return data

    def signers(self) -> list[Signer]:
        """Who signed, party by party."""
        found = [(o, self._of(number, self.cleaned_data)) for number, o in enumerate(self.waiting)]
        return [Signer(organisation, *given) for organisation, given in found if all(given)]

    @staticmethod
    def _of(number: int, data: dict[str, Any]) -> list[Any]:
        return [data.get(f"{name}_{number}") for name in ("name", "capacity", "on")]


def form_of(request: HttpRequest, agreement: Agreement, *, sent: bool) -> CopyForm:
    """The form to show, or the one just sent."""
    places = agreements.places(agreement, request.user)  # type: ignore[arg-type]
    return CopyForm(agreement, places, *([request.POST, request.FILES] if sent else []))


def given(request: HttpRequest, agreement: Agreement, form: CopyForm) -> bool:
    """Whether the copy was taken; one that is refused leaves no file behind."""
    return done(form, lambda values: _give(request, agreement, form))


@transaction.atomic
def _give(request: HttpRequest, agreement: Agreement, form: CopyForm) -> PaperCopy:
    require(rules.may_give_copy, request.user, agreement)  # before a file is taken
    city, committee = agreement.application.organisation, agreement.application.call.committee
    holder = city if may_add_file(request.user, city) else committee  # type: ignore[arg-type]
    kept = files.take(
        form.cleaned_data["file"],
        organisation=holder,
        by=request.user,  # type: ignore[arg-type]
        label=_label(agreement),
    )
    return give_paper_copy(
        agreement.pk,
        kept,
        form.signers(),
        by=request.user,  # type: ignore[arg-type]
        fingerprint_seen=form.cleaned_data["fingerprint_seen"],
    )


def shown(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """What both pages show: the copies given so far, and what this reader may do."""
    copies = copies_of(agreement)
    waiting = next((copy for copy in copies if copy.state == "given"), None)
    return {
        "agreement": agreement,
        "copies": copies,
        "waiting": waiting,
        "limit": MAX_BYTES,
        "may_give": rules.may_give_copy(request.user, agreement),  # type: ignore[arg-type]
        "may_check": bool(waiting and rules.may_check_copy(request.user, waiting)),  # type: ignore[arg-type]
    }


def file_of(agreement: Agreement, code: str) -> FileResponse:
    """The scanned copy, for whoever may see the agreement. Raises Http404."""
    return attachment(copy_or_404(agreement, code).file)


def copy_or_404(agreement: Agreement, code: str) -> PaperCopy:
    """A copy of that very agreement. Raises Http404."""
    found = copy_of(agreement, code)
    if found is None:
        raise Http404
    return found


def _label(agreement: Agreement) -> str:
    return _("Agreement signed on paper, %(name)s") % {"name": agreement.application.organisation.name}
