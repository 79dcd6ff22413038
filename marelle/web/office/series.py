"""Series of webinars in the office: made, changed, and what each holds."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Series
from marelle.events.operations import series as operations
from marelle.events.queries import meetings as queries
from marelle.web.office.gathering_forms import AREA, InLanguages
from marelle.web.parts.forms import done, page


class SeriesForm(InLanguages):
    """Its name, its project, what it is about."""

    committee = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Committee"), to_field_name="code"
    )
    name_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120, required=False)
    project_fr = forms.CharField(
        label=gettext_lazy("Project, in French"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The project that carries the series, if there is one."),
    )
    project_en = forms.CharField(label=gettext_lazy("Project, in English"), max_length=200, required=False)
    summary_fr = forms.CharField(
        label=gettext_lazy("What it is about, in French"), widget=AREA, max_length=2000, required=False
    )
    summary_en = forms.CharField(
        label=gettext_lazy("What it is about, in English"), widget=AREA, max_length=2000, required=False
    )

    def __init__(self, committees: list[Organisation], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if len(committees) == 1:
            del self.fields["committee"]
        else:
            self.fields["committee"].queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])  # type: ignore[attr-defined]

    def words(self) -> dict[str, dict[str, str]]:
        """What the operations take."""
        return {field: self.said(field) for field in operations.WORDS}

    @classmethod
    def of(cls, series: Series) -> dict[str, str]:
        """What the form shows of a series there is."""
        words = [cls.shown(field, getattr(series, field)) for field in operations.WORDS]
        return {name: said for field in words for name, said in field.items()}


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(acting=SECOND)
@once
def all_series(request: HttpRequest) -> HttpResponse:
    """The series of one's committees, and a form to make one."""
    committees, made = _committees(request), []
    form = SeriesForm(committees, request.POST or None)

    def make(typed: dict[str, Any]) -> None:
        house = typed.get("committee") or committees[0]
        made.append(operations.make_series(house, by=request.user, **form.words()))  # type: ignore[arg-type]

    if done(form, make):
        messages.success(request, _("The series is made: choose it in the concept note of its webinars."))
        return redirect("office:series", made[0].code)
    return page(request, "office/all_series.html", {"form": form, "rows": queries.series_of(committees)})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(acting=SECOND)
@once
def series(request: HttpRequest, code: str) -> HttpResponse:
    """One series: its words, to be changed, and its webinars."""
    found = get_object_or_404(queries.series_of(_committees(request)), code=code)
    form = SeriesForm([found.committee], request.POST or None, initial=SeriesForm.of(found))
    if done(form, lambda typed: operations.change_series(found.pk, by=request.user, **form.words())):  # type: ignore[arg-type]
        messages.success(request, _("The series is saved."))
        return redirect("office:series", code)
    events = queries.prepared_in(found, request.user)  # type: ignore[arg-type]
    is_public = queries.public_series().filter(pk=found.pk).exists()
    context = {"series": found, "form": form, "events": events, "is_public": is_public}
    return page(request, "office/series.html", context)


def _committees(request: HttpRequest) -> list[Organisation]:
    return request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]
