"""A report as several faces show it: read on a page, taken away as a PDF or as an editable text."""

from typing import Any

from django.http import Http404, HttpResponse

from marelle.accounts import files
from marelle.base import clock
from marelle.framework.queries import domains_of
from marelle.mandates import report_documents
from marelle.plans import reporting
from marelle.plans.models import Report
from marelle.plans.states import ReportState
from marelle.web.parts.files import KINDS, given


def told(report: Report) -> dict[str, Any]:
    """What was handed in, as words, with what children and the committee say of each objective."""
    printed = report_documents.printed(report.content, report_documents.sides(report))
    names = {domain.code: str(domain) for domain in domains_of(report.plan.framework, covered=False)}
    for domain, handed_in in zip(printed["domains"], report.content["domains"], strict=True):
        domain["name"] = names.get(handed_in["code"], domain["name"])  # in the reader's language
    for objective in (o for domain in printed["domains"] for o in domain["objectives"]):
        objective["said"] = [(v, *side) for v, side in zip(objective["verdicts"], objective["sides"], strict=True)]
    return printed


def paper(report: Report, kind: str) -> HttpResponse:
    """The report to take away: as it was handed in, or as it stands, marked as a draft. Raises Http404 for another kind."""
    if kind not in KINDS:
        raise Http404
    handed_in = report.state in {ReportState.SUBMITTED, ReportState.ACCEPTED}
    if kind == "pdf" and handed_in and report.document:
        with files.opened(report.document) as stream:
            return _answer(stream.read(), report, kind)
    content = report.content if handed_in else reporting.content(report, reporting.situation(report))
    sides = report_documents.sides(report)
    if kind == "docx":
        return _answer(report_documents.report_docx(content, sides, draft=not handed_in), report, kind)
    return _answer(report_documents.report_pdf(content, sides, at=clock.now(), draft=not handed_in), report, kind)


def _answer(content: bytes, report: Report, kind: str) -> HttpResponse:
    return given(content, kind, name=f"bilan {report.organisation.name} {report.kind} {report.year}")
