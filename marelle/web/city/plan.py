"""The plan: written domain by domain in an application, read as an outline, as a table, or printed."""

from typing import Any

from django.contrib import messages
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.base import origins
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.idempotency import once
from marelle.framework.models import Domain
from marelle.framework.queries import domains_of, library_of
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from marelle.plans import figures
from marelle.plans.following import follow
from marelle.plans.models import Objective, Plan
from marelle.plans.operations import writing as operations
from marelle.plans.queries import DomainOutline, outline
from marelle.plans.states import FOLLOWED
from marelle.web.city.forms import action_form, indicator_form, objective_form
from marelle.web.city.running import action_or_404, action_page, board_of, plans_of, years_of
from marelle.web.city.saving import PLAN_PARTS
from marelle.web.city.space import Space, application_or_404, enter, page
from marelle.web.parts.saving import Outcome, save_typed

VIEWS = {"": "city/plan_edit.html", "tableau": "city/plan_table.html", "imprimer": "city/plan_print.html"}
ADDERS = {
    "objective": operations.add_objective,
    "action": operations.add_action,
    "indicator": operations.add_indicator,
}
READ = {
    "": "city/plan.html",
    "etats": "city/plan_board.html",
    "calendrier": "city/plan_calendar.html",
    "tableau": "city/plan_table.html",
    "imprimer": "city/plan_print.html",
}


@door(member)
@require_http_methods(["GET", "POST"])
def application_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of the application: written as an outline; read as a table or printed."""
    space = enter(request)
    application = application_or_404(space)
    may_write = space.may_write and application.is_being_written
    if request.method == "POST":
        return _save_part(request, space, application)
    view = request.GET.get("vue", "")
    if view or not may_write:
        return _read(request, space, application.plan, application=application, view=view)
    return _write(request, space, application, Outcome())


@door(member)
@require_GET
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """The plan in force: the newest one that is no longer being written, else the one being written."""
    space = enter(request)
    plans = Plan.objects.visible_to(space.person).filter(organisation=space.organisation)
    being_written = Case(When(state__in=operations.BEING_WRITTEN, then=1), default=0)
    found = plans.select_related("framework").order_by(being_written, "-created_at", "-pk").first()
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
    application, sent = application_or_404(space), request.POST
    given = {"by": space.person, "name": sent.get("name", ""), "library": sent.get("library", "")}
    if not given["name"].strip() and not given["library"]:
        raise BadData(_("Choose a line of the list, or write your own words."))
    if sent.get("what") not in ADDERS:
        raise BadData(_("This field does not exist."))
    part = ADDERS[sent["what"]](application.plan_id, sent.get("to", ""), **given)
    messages.success(request, _("“%(name)s” is in your plan.") % {"name": part.name})
    return _back(application, part.code)


@door(member)
@require_POST
@once
def cover(request: HttpRequest, code: str) -> HttpResponse:
    """Say which recommendations an objective answers."""
    space = enter(request)
    application, sent = application_or_404(space), request.POST
    operations.cover(application.plan_id, sent.get("to", ""), sent.getlist("recommendation"), by=space.person)
    messages.success(request, _("Saved."))
    return _back(application, sent.get("to", ""))


@door(member)
@require_POST
@once
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Move a part up or down, remove it, or put it back."""
    space = enter(request)
    application = application_or_404(space)
    name, act = request.POST.get("name", ""), request.POST.get("act", "")
    if act == "remove":
        operations.remove(application.plan_id, name, by=space.person)
        messages.success(request, _("Removed from your plan; it can be put back, at the foot of the page."))
        return _back(application, request.POST.get("to", ""))
    if act == "restore":
        part = operations.restore(application.plan_id, name, by=space.person)
        messages.success(request, _("“%(name)s” is in your plan.") % {"name": part.name})
        return _back(application, part.code)
    operations.move(application.plan_id, name, {"up": -1, "down": 1}.get(act, 0), by=space.person)
    return _back(application, name.partition(".")[2])


def _back(application: Application, anchor: str) -> HttpResponse:
    return HttpResponseRedirect(f"{queries.plan_address(application)}#{anchor}")


def _save_part(request: HttpRequest, space: Space, application: Application) -> HttpResponse:
    """Without script: save every field of one part, or the vision."""

    def save(name: str, value: str, *, was: str, version: int) -> Any:
        name = name.removeprefix("plan.")
        return operations.save_plan_field(application.plan_id, name, value, was=was, version=version, by=space.person)

    names = [name for name in request.POST if name.partition(".")[0] in PLAN_PARTS]
    outcome = save_typed(request, names, save)
    if outcome.conflicts or outcome.faults:
        return _write(request, space, application, outcome)
    messages.success(request, _("Saved."))
    return _back(application, request.POST.get("to", ""))


def _write(request: HttpRequest, space: Space, application: Application, outcome: Outcome) -> HttpResponse:
    plan = application.plan
    library = {domain.pk: domain for domain in library_of(application.call.framework)}
    parts = outline(plan, domains=list(library.values()))
    context = {
        "application": application,
        "closes_at": queries.closes_at(application),
        "plan": plan,
        "domains": [_domain(part, library[part.domain.pk], application, outcome) for part in parts],
        "totals": figures.totals([part.counts for part in parts]),
        "to_remove": request.GET.get("retirer", ""),
        "removals": plan.removals.select_related("removed_by").order_by("-removed_at", "-pk"),
        "conflicts": [(name, _("a field of the plan"), conflict) for name, conflict in outcome.conflicts],
        "faults": [(name, "", fault) for name, fault in outcome.faults.items()],
    }
    status = 409 if outcome.conflicts else 422 if outcome.faults else 200
    return page(request, VIEWS[""], space, status=status, **context)


def _read(
    request: HttpRequest, space: Space, plan: Plan, *, application: Application | None, view: str
) -> HttpResponse:
    if view not in READ:
        raise Http404
    parts = outline(plan, domains=domains_of(plan.framework))
    is_followed = plan.state in FOLLOWED
    context = {
        "followed": follow(parts) if is_followed else [],
        "is_followed": is_followed,
        "columns": board_of(parts) if view == "etats" else [],
        "years": years_of(parts) if view == "calendrier" else [],
        "application": application,
        "plan": plan,
        "parts": parts,
        "totals": figures.totals([part.counts for part in parts]),
        "view": view,
        "address": request.path,
        "being_written": application is not None and application.plan_id == plan.pk and application.is_being_written,
    }
    return page(request, READ[view], space, **context)


def _domain(part: DomainOutline, library: Domain, application: Application, outcome: Outcome) -> dict[str, Any]:
    """A domain as it is written: its objectives, and what the library still offers."""
    taken = {objective.library_id for objective in part.objectives}
    return {
        "domain": part.domain,
        "counts": part.counts,
        "objectives": [_objective(objective, library, application, outcome) for objective in part.objectives],
        "offered": [o for o in library.objectives.all() if o.pk not in taken],
    }


def _objective(objective: Objective, library: Domain, application: Application, outcome: Outcome) -> dict[str, Any]:
    framework = application.call.framework
    offered = [o for o in library.objectives.all() if o.pk == objective.library_id] or list(library.objectives.all())
    offered_ids = {o.pk for o in offered}
    used_actions = {action.library_id for action in objective.actions.all()}
    used_indicators = {indicator.definition_id for indicator in objective.indicators.all()}
    covered = list(objective.recommendations.all())
    return {
        "objective": objective,
        "covered": {r.pk for r in covered},
        "recommendations": list(dict.fromkeys([*library.recommendations.all(), *covered])),
        "form": objective_form(objective, outcome.typed, outcome.faults),
        "actions": [
            {"part": action, "form": action_form(action, framework, outcome.typed, outcome.faults)}
            for action in objective.actions.all()
        ],
        "indicators": [
            {"part": indicator, "form": indicator_form(indicator, outcome.typed, outcome.faults)}
            for indicator in objective.indicators.all()
        ],
        "examples": [e for o in offered for e in o.actions.all() if e.pk not in used_actions],
        "definitions": [
            d for d in library.indicators.all() if d.pk not in used_indicators and d.objective_id in offered_ids
        ],
    }
