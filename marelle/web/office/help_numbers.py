"""Whom a child may call, in the office: the numbers that stand on every screen, booklet and sheet of the kit."""

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
from marelle.base.languages import language_name
from marelle.consultations.languages import NATIVE, direction, own_name
from marelle.consultations.models import Consultation
from marelle.consultations.operations import helping
from marelle.consultations.questionnaires import REFERENCE
from marelle.web.office.consultations import own
from marelle.web.parts.forms import done, page


class NumberForm(forms.Form):
    """A number and who answers it, in each language. `was`: the number that is changed."""

    use_required_attribute = False
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(label=gettext_lazy("Number to call"), max_length=20)
    place = forms.IntegerField(
        label=gettext_lazy("Rank"), min_value=1, max_value=helping.MOST, initial=helping.MOST,
        help_text=gettext_lazy("The first is the one to call when a child is in danger."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for code in NATIVE:
            self.fields[f"said_{code}"] = field = forms.CharField(
                label=_("Who answers, in %(language)s") % {"language": language_name(code)},
                max_length=helping.LONGEST,
                required=code == REFERENCE,
            )
            field.widget.attrs |= {"lang": code, "dir": direction(code)}

    @property
    def said(self) -> dict[str, str]:
        """Who answers, by language."""
        return {code: self.cleaned_data[f"said_{code}"] for code in NATIVE}


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def help_numbers(request: HttpRequest, edition: str) -> HttpResponse:
    """The numbers of the committee; add one, change one, take one away."""
    found = own(request, edition)
    if "remove" in request.POST:
        helping.remove_number(found.pk, request.POST["remove"], by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The number is taken away."))
        return redirect("office:help_numbers", edition)
    form = NumberForm(request.POST or None, initial=_of(found, request.GET.get("numero", "")))
    if done(form, lambda typed: _saved(request, found, form)):
        messages.success(request, _("The number is kept: children read it from now on."))
        return redirect("office:help_numbers", edition)
    context = {"consultation": found, "tab": "help", "form": form, "numbers": _told(found)}
    return page(request, "office/help_numbers.html", context)


def _saved(request: HttpRequest, found: Consultation, form: NumberForm) -> Consultation:
    typed = form.cleaned_data
    order = {"was": typed["was"], "place": typed["place"]}
    return helping.save_number(found.pk, typed["number"], form.said, **order, by=request.user)  # type: ignore[arg-type]


def _of(found: Consultation, number: str) -> dict[str, Any]:
    """What fills the form of a number that stands; nothing for a new one."""
    for place, each in enumerate(found.help_numbers, start=1):
        if each["number"] == number:
            said = {f"said_{code}": each.get(code, "") for code in NATIVE}
            return {"was": number, "number": number, "place": place, **said}
    return {}


def _told(found: Consultation) -> list[dict[str, Any]]:
    """Each number with who answers, and the languages it is said in."""
    return [
        {"number": each["number"], "who": each[REFERENCE], "languages": [own_name(c) for c in NATIVE if each.get(c)]}
        for each in found.help_numbers
    ]
