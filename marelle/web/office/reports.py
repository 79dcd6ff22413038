"""Reports in the office: who handed in, who is late; one read beside the plan, verified, sent back or accepted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.operations import reports as operations
from marelle.mandates.queries import reports as queries
from marelle.plans import reporting
from marelle.plans.models import Report
from marelle.plans.states import RatedBy, ReportState, Verdict
from marelle.web.office.forms import DAY
from marelle.web.parts import reports as parts
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import Column, Table, answer

PARTS = {  # of the list, by what stands in its address
    "": pgettext_lazy("reports", "All"),
    "handed_in": gettext_lazy("To read"),
    "overdue": gettext_lazy("Late"),
    "due": gettext_lazy("To come"),
    "accepted": pgettext_lazy("reports", "Accepted"),
}


class SendBackForm(forms.Form):
    """What is missing."""

    reasons = forms.CharField(
        label=gettext_lazy("What is to be completed?"),
        max_length=3000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The town reads it as you write it."),
    )


class PutOffForm(forms.Form):
    """Until when, and why."""

    due_on = forms.DateField(label=gettext_lazy("It is now due by"), widget=DAY)
    because = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("The town reads it as you write it."),
    )


@door(programme_team)
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report of the mandates one follows: those handed in first, then the late ones."""
    counted, only = queries.counts(request.user), request.GET.get("etat", "")  # type: ignore[arg-type]
    tabs = [
        (f"?etat={name}" if name else request.path, word, counted.get(name, sum(counted.values())), name == only)
        for name, word in PARTS.items()
    ]
    return answer(request, "office/reports.html", table(request, only), {"tabs": tabs})


def table(request: HttpRequest, only: str) -> Table:
    """The list, on screen and as files."""
    today = clock.today()
    return Table(
        request,
        name="bilans",
        caption=_("Reports"),
        columns=[
            Column(
                "ville",
                _("City"),
                lambda row: row.organisation.name,
                order="plan__organisation__name",
                address=lambda row: reverse("office:report", args=[row.code]),
            ),
            Column("bilan", _("Report"), str, order="kind"),
            Column("attendu", _("Due on"), lambda row: row.due_on, order="due_on"),
            Column(
                "retard",
                _("Days late"),
                lambda row: (today - row.due_on).days if row.is_overdue(today) else None,
                kind="number",
            ),
            Column("remis", _("Handed in"), lambda row: row.submitted_at, order="submitted_at"),
            Column(
                "etat",
                _("State"),
                lambda row: row.state,
                kind="state",
                order="state",
                shown=lambda row: row.get_state_display(),
            ),
            Column("code", _("Code"), lambda row: row.organisation.code, only="files"),
        ],
        rows=queries.listed(request.user, only=only),  # type: ignore[arg-type]
        empty=_("No report here."),
    )


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report: what the town says, beside what is read of its plan; what the committee finds."""
    return show(request, report_or_404(request, code))


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the committee found of each objective."""
    _write_down(request, report_or_404(request, code))
    messages.success(request, _("What you found is written down."))
    return redirect("office:report", code)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    """Give it back to its town, with reasons; what was found is written down first."""
    found, form = report_or_404(request, code), SendBackForm(request.POST)
    _write_down(request, found)
    if done(form, lambda given: operations.send_back_report(found.pk, by=request.user, **given)):  # type: ignore[arg-type]
        messages.success(request, _("The report is back with its town."))
        return redirect("office:report", code)
    return show(request, found, form)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def put_off(request: HttpRequest, code: str) -> HttpResponse:
    """Give its town more time."""
    found, form = report_or_404(request, code), PutOffForm(request.POST)
    if done(form, lambda given: operations.put_off_report(found.pk, by=request.user, **given)):  # type: ignore[arg-type]
        messages.success(request, _("The report is put off: its town is told."))
        return redirect("office:report", code)
    return show(request, found, put_off_form=form)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """Take it as done, what was found written down first: anyone may read it."""
    found = report_or_404(request, code)
    _write_down(request, found)
    operations.accept_report(found.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The report is accepted: it is public."))
    return redirect("office:report", code)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def paper(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The report to take away, once handed in: a draft is its town's own."""
    found = report_or_404(request, code)
    if found.is_open:
        raise Http404
    return parts.paper(found, kind)


def _write_down(request: HttpRequest, found: Report) -> None:
    """What the page says of each objective, whole or not at all."""
    codes = found.plan.objectives.order_by("position", "pk").values_list("code", flat=True)
    given = {code: (request.POST.get(f"verdict.{code}", ""), request.POST.get(f"why.{code}", "")) for code in codes}
    said = {code: (verdict, why) for code, (verdict, why) in given.items() if verdict}
    operations.verify_objectives(found.pk, said, by=request.user)  # type: ignore[arg-type]


def report_or_404(request: HttpRequest, code: str) -> Report:
    """A report of the mandates one follows. Raises Http404."""
    rows = queries.in_office(request.user).select_related("plan__framework", "document", "submitted_by")  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("plan__organisation", "plan__mandate__agreement"), code=code)


def show(
    request: HttpRequest, found: Report, form: SendBackForm | None = None, *, put_off_form: PutOffForm | None = None
) -> HttpResponse:
    """Handed in: objective by objective, to verify. Before: where it stands. After: as everyone reads it."""
    context: dict[str, Any] = {"report": found, "mandate": found.plan.mandate, "form": form or SendBackForm()}
    if found.state == ReportState.SUBMITTED:
        said = {o["code"]: o for domain in found.content["domains"] for o in domain["objectives"]}
        lines = [(p.domain, [line(known, said) for known in p.objectives]) for p in reporting.situation(found)]
        context |= {"parts": lines, "told": parts.told(found), "verdicts": Verdict.choices}
        return page(request, "office/report_verify.html", context)
    context["told"] = parts.told(found) if found.state == ReportState.ACCEPTED else None
    context["put_off_form"] = put_off_form or PutOffForm()
    return page(request, "office/report.html", context)


def line(known: reporting.Known, said: dict[str, Any]) -> dict[str, Any]:
    """One objective: what is known of it, what its town and children say, what the committee found."""
    handed_in, found = said.get(known.objective.code), known.ratings.get(RatedBy.COMMITTEE)
    return {
        "known": known,
        "city": Verdict(handed_in["verdict"]) if handed_in else Verdict.NOT_RATED,
        "why": handed_in["why"] if handed_in else "",
        "children": known.children,
        "verdict": found.verdict if found else "",
        "because": found.why if found else "",
    }
