"""Sharing out the readings of a call: a balanced proposal, looked over and changed by hand, then given."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Person
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Application, Call
from marelle.mandates.operations.assigning import assign_all
from marelle.mandates.queries import assigning as queries
from marelle.mandates.queries.assigning import Load, Wanted
from marelle.web.parts.forms import page


class SharingForm(forms.Form):
    """Readers for each dossier, as many choices as it lacks readers, those proposed to begin with."""

    def __init__(self, wanted: Sequence[Wanted], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.wanted = list(wanted)
        for line in self.wanted:
            choices = [("", _("Nobody for now")), *((reader.code, reader.name) for reader in line.allowed)]
            for number, name in enumerate(self._names(line)):
                proposed = line.proposed[number].code if number < len(line.proposed) else ""
                label = _("%(city)s, reader %(number)s") % {
                    "city": line.application.organisation.name,
                    "number": number + 1,
                }
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False, initial=proposed)

    @staticmethod
    def _names(line: Wanted) -> list[str]:
        return [f"{line.application.code}_{number}" for number in range(line.missing)]

    @property
    def groups(self) -> list[tuple[Wanted, list[forms.BoundField]]]:
        """The fields of each dossier."""
        return [(line, [self[name] for name in self._names(line)]) for line in self.wanted]

    def clean(self) -> dict[str, Any]:
        """The same reader is not chosen twice for one dossier."""
        data = super().clean() or self.cleaned_data
        for line in self.wanted:
            chosen = [data.get(name) for name in self._names(line) if data.get(name)]
            if len(set(chosen)) < len(chosen):
                self.add_error(self._names(line)[-1], _("This reader is chosen already: choose another one."))
        return data

    @property
    def chosen(self) -> dict[Application, list[Person]]:
        """Who is given what, once the form is clean."""
        found = {}
        for line in self.wanted:
            codes = {self.cleaned_data[name] for name in self._names(line)}
            if readers := [reader for reader in line.allowed if reader.code in codes]:
                found[line.application] = readers
        return found


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def assigning(request: HttpRequest, code: str) -> HttpResponse:
    """What each reader has, who is proposed for what; give it, once looked over."""
    person: Any = request.user
    found = get_object_or_404(Call.objects.visible_to(person).select_related("committee"), code=code)
    rules.require(rules.may_share_out, person, found)
    place, only = request.GET.get("departement", ""), request.GET.getlist("lecteur")
    wanted, loads = queries.shared_out(found, person, departement=place, only=only)
    form = SharingForm(wanted, request.POST or None)
    if form.is_bound and form.is_valid():
        _say(request, assign_all(form.chosen, by=person))
        return redirect("office:assigning", code)
    context = {"call": found, "form": form, "loads": _after(loads, wanted), "place": place, "most": queries.MOST}
    offered = {"departements": queries.departements_of(found, person), "readers": queries.loads_of(found), "only": only}
    return page(request, "office/assigning.html", context | offered)


def _after(loads: Sequence[Load], wanted: Sequence[Wanted]) -> list[dict[str, Any]]:
    """What each reader has, and would have with what is proposed."""
    more = [reader.pk for line in wanted for reader in line.proposed]
    return [{"load": load, "after": load.readings + more.count(load.reader.pk)} for load in loads]


def _say(request: HttpRequest, told: Sequence[Any]) -> None:
    given = sum(not one.refused for one in told)
    sentence = ngettext(
        "%(count)s dossier is given to its readers: they are told.",
        "%(count)s dossiers are given to their readers: they are told.",
        given,
    )
    if given:
        messages.success(request, sentence % {"count": given})
    for one in (one for one in told if one.refused):
        words = {"city": one.application.organisation, "words": one.refused}
        messages.error(request, _("%(city)s: %(words)s") % words)
