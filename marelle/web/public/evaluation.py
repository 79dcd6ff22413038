"""What a whole cohort of mandates reached, once they are over or write their final report."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from marelle.mandates.queries.evaluation import Evaluation, cohort_of, evaluation, published
from marelle.web.parts import evaluation as parts
from marelle.web.public.show import public, show

LONGEST = 40  # characters read of a track's code: trust W9


@public
def evaluations(request: HttpRequest) -> HttpResponse:
    """The cohorts whose evaluation anyone may read, the latest first."""
    return show(request, "public/evaluations.html", {"cohorts": published()})


@public
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Every number of the mandates that end in a year, in one page and one file."""
    found = asked(request, year)
    query = f"?{request.GET.urlencode()}" if request.GET.get("voie") else ""
    context = parts.shown(found, request, lambda key: reverse("public:evaluation_number", args=[year, key]) + query)
    if context["table"].wanted:
        return context["table"].download()
    context |= {"data_url": reverse("public:open_data"), "noindex": bool(request.GET)}
    return show(request, "public/evaluation.html", context)


@public
def one(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """One number: its formula, what it was made from, its date."""
    found = asked(request, year)
    line = found.line(key)
    if line is None:
        raise Http404
    context = parts.opened(found, line, request)
    if context["table"].wanted:
        return context["table"].download()
    return show(request, "public/evaluation_number.html", context | {"noindex": bool(request.GET)})


def asked(request: HttpRequest, year: int) -> Evaluation:
    """The published evaluation of a year, of the track asked for. Raises Http404."""
    cohort = cohort_of(year, request.GET.get("voie", "")[:LONGEST])
    if cohort is None:
        raise Http404
    return evaluation(cohort)
