"""Reports that were accepted: anyone reads them, with what the town, children and the committee say, side by side."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from marelle.base.origins import reference, strip_for
from marelle.mandates.queries import reports as queries
from marelle.plans.models import Report
from marelle.web.parts import reports as parts
from marelle.web.parts.files import attachment
from marelle.web.public.show import public, show
from marelle.web.public.voices import sentences_of


@public
def report(request: HttpRequest, code: str, report: str) -> HttpResponse:
    """One accepted report."""
    found = report_or_404(code, report)
    context = {
        "report": found,
        "organisation": found.organisation,
        "told": parts.told(found),
        "language": found.plan.framework.towns_language,
        "sentences": sentences_of(found),
        "strip": strip_for(reference("plans.report", found.code), None),
    }
    return show(request, "public/report.html", context)


@public
def paper(request: HttpRequest, code: str, report: str) -> FileResponse:
    """The same on paper, as it was kept the day it was accepted."""
    found = report_or_404(code, report)
    if found.document is None:
        raise Http404
    return attachment(found.document)


@public
def words(request: HttpRequest, code: str, report: str) -> HttpResponse:
    """The same as an editable text."""
    return parts.paper(report_or_404(code, report), "docx")


def report_or_404(code: str, report: str) -> Report:
    """An accepted report of that town. Raises Http404."""
    rows = queries.public_of(code).select_related("plan__organisation", "plan__framework", "document")
    return get_object_or_404(rows, code=report)
