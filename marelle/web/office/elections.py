"""The days on which towns elect their councils: from the day after, each is asked to hand its file over."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.models import Organisation
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Election
from marelle.mandates.operations import handovers as operations
from marelle.web.parts.forms import done, page


class ElectionForm(forms.Form):
    """A day, and whose towns vote."""

    on = forms.DateField(
        label=gettext_lazy("Last day of voting"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    committee = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Committee"), empty_label=None)

    def __init__(self, committees: list[Organisation], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs, auto_id="%s")  # type: ignore[arg-type]
        field = self.fields["committee"]
        field.queryset = Organisation.objects.filter(pk__in=[c.pk for c in committees])  # type: ignore[attr-defined]
        self.initial.setdefault("committee", committees[0].pk if committees else None)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(acting=SECOND)
@once
def elections(request: HttpRequest) -> HttpResponse:
    """The days that are written down, and one more."""
    committees = request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]
    form = ElectionForm(committees, request.POST or None)
    if done(form, lambda typed: operations.set_election(typed["committee"], typed["on"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("Written down: the day after, each town is asked to hand its file over."))
        return redirect("office:elections")
    rows = Election.objects.filter(committee__in=committees).select_related("committee").order_by("-on", "pk")
    return page(
        request, "office/elections.html", {"elections": list(rows), "form": form, "several": len(committees) > 1}
    )


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def forget(request: HttpRequest, code: str) -> HttpResponse:
    """Take a day back."""
    rows = Election.objects.filter(committee__in=request.user.committees_as(PROGRAMME_TEAM))  # type: ignore[union-attr]
    operations.forget_election(get_object_or_404(rows, code=code).pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The day is taken back."))
    return redirect("office:elections")
