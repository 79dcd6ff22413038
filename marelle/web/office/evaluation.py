"""The end-of-mandate evaluation, before anyone else reads it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.mandates.queries.evaluation import Evaluation, cohort_of, cohorts, evaluation
from marelle.web.parts import evaluation as parts


@door(programme_team)
@require_safe
def evaluations(request: HttpRequest) -> HttpResponse:
    """The cohorts there are, and whether anyone may read their evaluation yet."""
    today = clock.today()
    found = [{"cohort": cohort, "is_published": cohort.is_published(today)} for cohort in cohorts(request.user)]  # type: ignore[arg-type]
    return render(request, "office/evaluations.html", {"found": found})


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def year(request: HttpRequest, year: int, track: str) -> HttpResponse:
    """Every number of a cohort as it stands today, published or not."""
    found = _asked(request, year, track)
    leads = lambda key: reverse("office:evaluation_number", args=[year, track, key])  # noqa: E731  one expression
    context = parts.shown(found, request, leads)
    if context["table"].wanted:
        return context["table"].download()
    context |= {"data_url": reverse("public:open_data"), "is_published": found.cohort.is_published(clock.today())}
    return render(request, "office/evaluation.html", context)


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def one(request: HttpRequest, year: int, track: str, key: str) -> HttpResponse:
    """One number: its formula, what it was made from, its date."""
    found = _asked(request, year, track)
    line = found.line(key)
    if line is None:
        raise Http404
    context = parts.opened(found, line, request)
    if context["table"].wanted:
        return context["table"].download()
    return render(request, "office/evaluation_number.html", context)


def _asked(request: HttpRequest, year: int, track: str) -> Evaluation:
    cohort = cohort_of(year, track, person=request.user)  # type: ignore[arg-type]
    if cohort is None:
        raise Http404
    return evaluation(cohort)
