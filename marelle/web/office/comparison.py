"""A mandate's figures beside those of similar towns, for the programme team."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.web.office.following import mandate_or_404
from marelle.web.parts.comparison import beside


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """What a mandate measures, the middle of a group of similar towns, the whole network."""
    mandate = mandate_or_404(request, code)
    context = beside(request, mandate)
    if context["table"].wanted:
        return context["table"].download()
    context |= {"mandate": mandate, "address": reverse("office:compare", args=[code])}
    return render(request, "office/comparison.html", context)
