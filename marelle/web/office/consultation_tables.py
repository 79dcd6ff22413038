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
    found = own(request, edition)
    form = ProfilesForm(found, *([request.POST] if request.method == "POST" else []))
    by: Any = request.user
    if done(form, lambda data: tabulation.choose_profiles(found.pk, data["profiles"], by=by)):
        messages.success(request, _("It is kept: these tables will be drawn at the freeze."))
        return redirect("office:consultation_tables", edition)
    is_over = found.state in tabulation.OVER
    chosen = [text(each.label) for each in tabulation.crossable(found) if each.name in found.profiles]
    context = {"consultation": found, "tab": "tables", "form": form, "is_over": is_over, "chosen": chosen}
    return page(request, "office/consultation_tables.html", context)
