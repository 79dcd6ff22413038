"""The plan: written domain by domain in an application, read as an outline, as a table, or printed."""

from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.base import origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.framework.queries import domains_of
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import taken_up as takings
from marelle.mandates.queries.places import may_change_plan
from marelle.plans import figures, notes
from marelle.plans.following import follow
from marelle.plans.models import Objective, Plan
from marelle.plans.operations import writing as operations
from marelle.plans.queries import outline
from marelle.plans.states import FOLLOWED
from marelle.web.city import plan_editor, taken_up
from marelle.web.city.coherence import remarks_on
from marelle.web.city.plan_editor import Editor, Ways
from marelle.web.city.running import action_or_404, action_page, board_of, plans_of, years_of
from marelle.web.city.space import Space, application_or_404, enter, page
from marelle.web.parts import evolutions
from marelle.web.parts.saving import Outcome

VIEWS = {"": "city/plan_edit.html", "tableau": "city/plan_table.html", "imprimer": "city/plan_print.html"}
READ = {
    "": "city/plan.html",
    "etats": "city/plan_board.html",
    "calendrier": "city/plan_calendar.html",
    "evolution": "city/plan_evolution.html",
    "tableau": "city/plan_table.html",
    "imprimer": "city/plan_print.html",
}


@door(member)
@require_http_methods(["GET", "POST"])
def application_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of the application: written as an outline; read as a table or printed."""
    space = enter(request)
    application = application_or_404(space)
    may_write = space.may_write and may_change_plan(application)
    if request.method == "POST":
        return _save(request, space, application)
    view = request.GET.get("vue", "")
    if view or not may_write:
        return _read(request, space, application.plan, application=application, view=view)
    return _write(request, space, application, Outcome())


def newest(space: Space) -> Plan | None:
    """The newest plan that is no longer being written, else the one being written."""
    being_written = Case(When(state__in=operations.BEING_WRITTEN, then=1), default=0)
    return visible(space).order_by(being_written, "-created_at", "-pk").first()


def visible(space: Space) -> QuerySet[Plan]:
    """The plans of the organisation this person reads, without working copies."""
    plans = Plan.objects.visible_to(space.person).filter(organisation=space.organisation, amendment=None)
    return plans.select_related("framework", "organisation")


@door(member)
@require_GET
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """The plan in force, else the one being written."""
    space = enter(request)
    found = newest(space)
    if found is None:
        return page(request, "city/plan_none.html", space)
    written = found.state in operations.BEING_WRITTEN
    application = queries.current(space.organisation, space.person) if written else None
    return _read(request, space, found, application=application, view=request.GET.get("vue", ""))


@door(member)
@require_GET
def objective(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One objective: its promise, its actions, where it comes from and what becomes of it."""
    space = enter(request)
    rows = Objective.objects.filter(plan__in=plans_of(space)).select_related("plan", "domain")
    found = get_object_or_404(rows.prefetch_related("actions", "indicators", "recommendations"), code=part)
    strip = origins.strip_for(f"plans.objective:{found.code}", space.person)
    return page(request, "city/plan_objective.html", space, objective=found, strip=strip)


@door(member)
@require_GET
def action(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One action: who leads it, when, for how much, where it comes from and what becomes of it."""
    space = enter(request)
    found = action_or_404(space, part)
    return page(request, "city/plan_action.html", space, **action_page(found, space))


@door(member)
@require_POST
@once
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add an objective, an action or an indicator, from the library or in one's own words."""
    space = enter(request)
    return plan_editor.add(request, _editor(space, application_or_404(space)))


@door(member)
@require_POST
@once
def cover(request: HttpRequest, code: str) -> HttpResponse:
    """Say which recommendations an objective answers."""
    space = enter(request)
    return plan_editor.cover(request, _editor(space, application_or_404(space)))


@door(member)
@require_POST
@once
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Move a part up or down, remove it, or put it back."""
    space = enter(request)
    return plan_editor.change(request, _editor(space, application_or_404(space)))


def _editor(space: Space, application: Application) -> Editor:
    """The editor of the plan of an application."""
    names = {"page": "", "add": "_add", "cover": "_cover", "change": "_change"}
    ways = {way: reverse(f"city:application_plan{name}", args=[space.code]) for way, name in names.items()}
    ways["field"] = reverse("city:application_field", args=[space.code])
    return Editor(space, application.plan, application.call.framework, Ways(**ways))


def _save(request: HttpRequest, space: Space, application: Application) -> HttpResponse:
    """Without script: save one part, or say what stops it."""
    editor = _editor(space, application)
    outcome = plan_editor.save(request, editor)
    if plan_editor.status(outcome) != 200:
        return _write(request, space, application, outcome)
    return plan_editor.saved(request, editor)


def _write(request: HttpRequest, space: Space, application: Application, outcome: Outcome) -> HttpResponse:
    context = plan_editor.context(request, _editor(space, application), outcome)
    context |= {"application": application, "closes_at": queries.closes_at(application)}
    begun = any(line["objectives"] for line in context["domains"])  # of an empty plan every rule has something to say
    context["remarks"] = remarks_on(application, context["parts"]) if begun else None
    taken_up.mark_plan(context["domains"], takings.of(application), application.plan)
    return page(request, VIEWS[""], space, status=plan_editor.status(outcome), **context)


def _read(
    request: HttpRequest, space: Space, plan: Plan, *, application: Application | None, view: str
) -> HttpResponse:
    if view not in READ:
        raise Http404
    domains = domains_of(plan.framework)
    parts = outline(plan, domains=domains)
    is_followed = plan.state in FOLLOWED
    context = {
        "followed": follow(parts) if is_followed else [],
        "evolution": evolutions.of_plan(plan, domains) if is_followed and view == "evolution" else [],
        "is_followed": is_followed,
        "columns": board_of(parts) if view == "etats" else [],
        "years": years_of(parts, notes.of_plan(plan)) if view == "calendrier" else [],
        "application": application,
        "plan": plan,
        "parts": parts,
        "totals": figures.totals([part.counts for part in parts]),
        "view": view,
        "address": request.path,
        "being_written": application is not None and application.plan_id == plan.pk and may_change_plan(application),
    }
    return page(request, READ[view], space, **context)
