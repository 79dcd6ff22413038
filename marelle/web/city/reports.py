"""Reports of a town: each written in minutes from what is known, handed in, read afterwards."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.accounts.proof import require_second_proof
from marelle.base import clock, origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.models import Mandate
from marelle.mandates.operations import reports as operations
from marelle.mandates.queries import people
from marelle.mandates.queries import reports as queries
from marelle.mandates.queries.milestones import milestones_of
from marelle.plans import reporting
from marelle.plans.models import Report
from marelle.plans.operations.reports import LONGEST, LONGEST_WHY, save_report_field
from marelle.plans.states import ReportKind, Verdict
from marelle.web.city.space import Space, enter, page
from marelle.web.parts import reports as parts
from marelle.web.parts.forms import TypedForm, done
from marelle.web.parts.saving import Outcome, Save, answer_one, save_typed

HINTS = {
    "highlights": gettext_lazy("What would you tell a colleague of another town first?"),
    "difficulties": gettext_lazy("What holds you back, and what you tried."),
    "participation": gettext_lazy("Who was heard, how, and what it changed. Name no child."),
    "fairness": gettext_lazy("Which children were out of reach, and what was done for them."),
    "next_steps": gettext_lazy("Until the next report."),
    "help_wanted": gettext_lazy("From the committee, or from other towns."),
}


class Statement(forms.Form):
    """What whoever hands in states."""

    exact = forms.BooleanField(
        label=gettext_lazy("I have read this report over. What it says is exact, and I may hand it in."),
        error_messages={"required": gettext_lazy("Tick the box to state it.")},
    )


@door(member)
@require_GET
def reports(request: HttpRequest, code: str) -> HttpResponse:
    """Every report of the town's mandates: to come, to write, handed in, accepted."""
    space = enter(request)
    rows = Mandate.objects.visible_to(space.person).filter(organisation=space.organisation).select_related("track")
    mandates = list(rows.order_by("-starts_on", "pk"))
    held, today = milestones_of(mandates), clock.today()
    told = [(m, [(line, line.days_late(today)) for line in held[m.pk]]) for m in mandates if held[m.pk]]
    return page(request, "city/reports.html", space, mandates=told)


@door(member)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, code: str, report: str) -> HttpResponse:
    """One report: written while it may be, read afterwards."""
    space = enter(request)
    found = report_or_404(space, report)
    if request.method != "POST":
        may_write = found.is_open and space.may_write
        return write(request, space, found, Outcome()) if may_write else read(request, space, found)
    saved = save_typed(request, names_of(request), saver(found, space))
    if saved.conflicts or saved.faults:
        return write(request, space, report_or_404(space, report), saved)
    messages.success(request, _("Saved."))
    return redirect("city:report_submit" if "next" in request.POST else "city:report", code, report)


@door(member)
@require_POST
def field(request: HttpRequest, code: str, report: str) -> HttpResponse:
    """Save one field while its writer writes."""
    space = enter(request)
    found = report_or_404(space, report)
    back = reverse("city:report", args=[code, report])
    return answer_one(request, saver(found, space), title=_("a field of the report"), back=back)


@door(member)
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, code: str, report: str) -> HttpResponse:
    """Read the report over, see what is missing, hand it in."""
    space = enter(request)
    found = report_or_404(space, report)
    if not found.is_open:
        return redirect("city:report", code, report)
    form = Statement(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require_second_proof(request)
        if done(form, lambda given: operations.submit_report(found.pk, by=space.person)):
            return redirect("city:report", code, report)
    context = {"report": found, "form": form, **to_read(found, space)}
    return page(request, "city/report_submit.html", space, status=422 if form.errors else 200, **context)


@door(member)
@require_POST
@once
def tell(request: HttpRequest, code: str, report: str) -> HttpResponse:
    """Tell who hands in that the report is ready."""
    space = enter(request)
    operations.ask_to_hand_in(report_or_404(space, report).pk, by=space.person)
    messages.success(request, _("They have been told."))
    return redirect("city:report_submit", code, report)


@door(member)
@require_GET
def paper(request: HttpRequest, code: str, report: str, kind: str) -> HttpResponse:
    """The report to take away, for the council: a PDF, or a text that can be edited."""
    return parts.paper(report_or_404(enter(request), report), kind)


def report_or_404(space: Space, code: str) -> Report:
    """A report of the organisation. Raises Http404."""
    rows = queries.of_town(space.organisation, space.person)
    return get_object_or_404(rows.select_related("plan__organisation", "plan__framework", "document"), code=code)


def read(request: HttpRequest, space: Space, found: Report) -> HttpResponse:
    """What was handed in, its receipt; for who may not write, where the draft stands."""
    if found.is_open:
        known = reporting.situation(found)
        return page(request, "city/report_draft.html", space, report=found, parts=known)
    strip = origins.strip_for(f"plans.report:{found.code}", space.person)
    return page(request, "city/report_read.html", space, report=found, told=parts.told(found), strip=strip)


def write(request: HttpRequest, space: Space, found: Report, saved: Outcome) -> HttpResponse:
    """The report being written: what is known of each objective, what its town says of it."""
    known = reporting.situation(found)
    titles = reporting.titles()
    context = {
        "report": found,
        "parts": [(p.domain, [(line, rating_form(line, found, saved)) for line in p.objectives]) for p in known],
        "words": words_form(found, titles, saved),
        "missing": reporting.missing(found, known),
        "since": reporting.told_until(found),
        "faults": [(name, titles.get(name, ""), fault) for name, fault in saved.faults.items()],
        "conflicts": [(name, titles.get(name, _("a field of the report")), c) for name, c in saved.conflicts],
    }
    status = 409 if saved.conflicts else 422 if saved.faults else 200
    return page(request, "city/report_write.html", space, status=status, **context)


def saver(found: Report, space: Space) -> Save:
    """How a field of this report is saved."""

    def save(name: str, value: str, *, was: str, version: int) -> Any:
        return save_report_field(found.pk, name, value, was=was, version=version, by=space.person)

    return save


def names_of(request: HttpRequest) -> list[str]:
    """The fields the page held."""
    return [name for name in request.POST if f"was:{name}" in request.POST]


def rating_form(known: reporting.Known, found: Report, saved: Outcome) -> TypedForm:
    """How far an objective is, and why. Nothing is chosen beforehand."""
    code, city = known.objective.code, known.city
    stored = {f"verdict.{code}": city.verdict if city else "", f"why.{code}": city.why if city else ""}
    needed = found.kind != ReportKind.YEARLY
    area = forms.Textarea({"rows": 2, "maxlength": LONGEST_WHY})
    fields: dict[str, forms.Field] = {
        f"verdict.{code}": forms.ChoiceField(
            label=_("How far is it?"), choices=Verdict.choices, required=needed, widget=forms.RadioSelect
        ),
        f"why.{code}": forms.CharField(label=_("Why?"), required=needed, widget=area),
    }
    return typed_form(fields, stored, saved)


def words_form(found: Report, titles: dict[str, str], saved: Outcome) -> TypedForm:
    """The texts of the report."""
    kind = ReportKind(found.kind)
    stored = {name: getattr(found, name) for name in reporting.WORDS[kind]}
    fields: dict[str, forms.Field] = {
        name: forms.CharField(
            label=titles[name],
            help_text=HINTS[name],
            required=name in reporting.ASKED[kind],
            widget=forms.Textarea({"rows": 3, "maxlength": LONGEST}),
        )
        for name in stored
    }
    return typed_form(fields, stored, saved)


def typed_form(fields: dict[str, forms.Field], stored: dict[str, str], saved: Outcome) -> TypedForm:
    """A form that shows what was typed, and what was said of it."""
    mine = {name: words for name, words in saved.typed.items() if name in stored}
    return TypedForm(fields, {**stored, **mine}, saved.faults, was=stored)


def to_read(found: Report, space: Space) -> dict[str, Any]:
    """What will be handed in, what is missing, and who hands in when the reader does not."""
    known = reporting.situation(found)
    missing = reporting.missing(found, known)
    others = [] if missing or space.may_hand_in else people.who_hand_in(space.organisation)
    return {"parts": known, "missing": missing, "who_hand_in": others}
