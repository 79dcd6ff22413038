"""The consultation in the office: what its tables will be made of."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations.models import Consultation
from marelle.consultations.operations import tabulation
from marelle.framework.models import text
from marelle.web.office.consultations import own
from marelle.web.parts.forms import done, page


class MarginsForm(forms.Form):
    """What is known of all children, and where from."""

    file = forms.FileField(
        label=gettext_lazy("Margins, as CSV"),
        help_text=gettext_lazy("variable,category,total: region, age or gender; its category; how many children."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source and year"),
        max_length=200,
        help_text=gettext_lazy("Told beside every weighted figure."),
    )


class ProfilesForm(forms.Form):
    """The questions others are crossed with."""

    profiles = forms.MultipleChoiceField(
        label=gettext_lazy("Cross every question with"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ten at most. Sensitive questions are never among them."),
    )

    def __init__(self, found: Consultation, *args: Any):
        super().__init__(*args, initial={"profiles": found.profiles})
        offered = tabulation.crossable(found)
        self.fields["profiles"].choices = [(each.name, text(each.label) or each.name) for each in offered]


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def tables(request: HttpRequest, edition: str) -> HttpResponse:
    """Which questions others are crossed with, for régions and France; said before the freeze."""
    found, act, by = own(request, edition), request.POST.get("act", ""), request.user
    if act == "forget":
        tabulation.forget_margins(found.pk, by=by)  # type: ignore[arg-type]
        messages.success(request, _("Every child counts once again."))
        return redirect("office:consultation_tables", edition)
    margins = MarginsForm(request.POST, request.FILES) if act == "margins" else MarginsForm()
    if done(margins, lambda data: _loaded(found, data, by)):
        messages.success(request, _("The margins are kept: answers will be weighted to them at the freeze."))
        return redirect("office:consultation_tables", edition)
    form = ProfilesForm(found, *([request.POST] if request.method == "POST" and act != "margins" else []))
    if done(form, lambda data: tabulation.choose_profiles(found.pk, data["profiles"], by=by)):  # type: ignore[arg-type]
        messages.success(request, _("It is kept: these tables will be drawn at the freeze."))
        return redirect("office:consultation_tables", edition)
    return page(request, "office/consultation_tables.html", _context(found) | {"form": form, "margins": margins})


def _loaded(found: Consultation, data: dict[str, Any], by: Any) -> Consultation:
    return tabulation.load_margins(found.pk, data["file"].read(), data["source"], by=by)


def _context(found: Consultation) -> dict[str, Any]:
    return {
        "consultation": found,
        "tab": "tables",
        "is_over": found.state in tabulation.OVER,
        "chosen": [text(each.label) for each in tabulation.crossable(found) if each.name in found.profiles],
        "source": found.margins.get("source", ""),
        "classes": len(found.margins.get("rows", [])),
    }
