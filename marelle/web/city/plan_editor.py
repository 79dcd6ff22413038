"""Writing a plan: what the editor shows, and what its forms do, whichever plan it is and wherever it stands."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from marelle.base.errors import BadData
from marelle.framework.models import Domain, Framework
from marelle.framework.queries import library_of
from marelle.plans import figures
from marelle.plans.models import Objective, Plan
from marelle.plans.operations import writing as operations
from marelle.plans.queries import DomainOutline, outline
from marelle.web.city.forms import action_form, indicator_form, objective_form
from marelle.web.city.saving import PLAN_PARTS
from marelle.web.city.space import Space
from marelle.web.parts.saving import Outcome, Save, save_typed

ADDERS = {
    "objective": operations.add_objective,
    "action": operations.add_action,
    "indicator": operations.add_indicator,
}


@dataclass(frozen=True)
class Ways:
    """Where the forms of the editor go: the page, one field alone, and what is added, covered, moved or removed."""

    page: str
    field: str
    add: str
    cover: str
    change: str


@dataclass(frozen=True)
class Editor:
    """A plan as this person writes it."""

    space: Space
    plan: Plan
    framework: Framework
    ways: Ways

    def back(self, anchor: str) -> HttpResponse:
        """To the page, where it was left."""
        return HttpResponseRedirect(f"{self.ways.page}#{anchor}")

    @property
    def save_field(self) -> Save:
        """How one field is saved."""

        def save(name: str, value: str, *, was: str, version: int) -> Any:
            name, by = name.removeprefix("plan."), self.space.person
            return operations.save_plan_field(self.plan.pk, name, value, was=was, version=version, by=by)

        return save


def add(request: HttpRequest, editor: Editor) -> HttpResponse:
    """Add an objective, an action or an indicator, from the library or in one's own words. Raises BadData."""
    sent = request.POST
    given = {"by": editor.space.person, "name": sent.get("name", ""), "library": sent.get("library", "")}
    if not given["name"].strip() and not given["library"]:
        raise BadData(_("Choose a line of the list, or write your own words."))
    if sent.get("what") not in ADDERS:
        raise BadData(_("This field does not exist."))
    part = ADDERS[sent["what"]](editor.plan.pk, sent.get("to", ""), **given)
    messages.success(request, _("“%(name)s” is in your plan.") % {"name": part.name})
    return editor.back(part.code)


def cover(request: HttpRequest, editor: Editor) -> HttpResponse:
    """Say which recommendations an objective answers."""
    sent = request.POST
    chosen = sent.getlist("recommendation")
    operations.cover(editor.plan.pk, sent.get("to", ""), chosen, by=editor.space.person)
    messages.success(request, _("Saved."))
    return editor.back(sent.get("to", ""))


def change(request: HttpRequest, editor: Editor) -> HttpResponse:
    """Move a part up or down, remove it, or put it back."""
    plan_id, by = editor.plan.pk, editor.space.person
    name, act = request.POST.get("name", ""), request.POST.get("act", "")
    if act == "remove":
        operations.remove(plan_id, name, by=by)
        messages.success(request, _("Removed from your plan; it can be put back, at the foot of the page."))
        return editor.back(request.POST.get("to", ""))
    if act == "restore":
        part = operations.restore(plan_id, name, by=by)
        messages.success(request, _("“%(name)s” is in your plan.") % {"name": part.name})
        return editor.back(part.code)
    operations.move(plan_id, name, {"up": -1, "down": 1}.get(act, 0), by=by)
    return editor.back(name.partition(".")[2])


def save(request: HttpRequest, editor: Editor) -> Outcome:
    """Without script: save every field of one part, or the vision."""
    names = [name for name in request.POST if name.partition(".")[0] in PLAN_PARTS]
    return save_typed(request, names, editor.save_field)


def saved(request: HttpRequest, editor: Editor) -> HttpResponse:
    """Back to the part that was saved."""
    messages.success(request, _("Saved."))
    return editor.back(request.POST.get("to", ""))


def status(outcome: Outcome) -> int:
    """Of the page that tells what became of a form."""
    return 409 if outcome.conflicts else 422 if outcome.faults else 200


def context(request: HttpRequest, editor: Editor, outcome: Outcome) -> dict[str, Any]:
    """What the page of the editor shows."""
    library = {domain.pk: domain for domain in library_of(editor.framework)}
    parts = outline(editor.plan, domains=list(library.values()))
    return {
        "plan": editor.plan,
        "ways": editor.ways,
        "parts": parts,
        "domains": [_domain(part, library[part.domain.pk], editor, outcome) for part in parts],
        "totals": figures.totals([part.counts for part in parts]),
        "to_remove": request.GET.get("retirer", ""),
        "removals": editor.plan.removals.select_related("removed_by").order_by("-removed_at", "-pk"),
        "conflicts": [(name, _("a field of the plan"), conflict) for name, conflict in outcome.conflicts],
        "faults": [(name, "", fault) for name, fault in outcome.faults.items()],
    }


def _domain(part: DomainOutline, library: Domain, editor: Editor, outcome: Outcome) -> dict[str, Any]:
    """A domain as it is written: its objectives, and what the library still offers."""
    taken = {objective.library_id for objective in part.objectives}
    return {
        "domain": part.domain,
        "counts": part.counts,
        "objectives": [_objective(objective, library, editor, outcome) for objective in part.objectives],
        "offered": [o for o in library.objectives.all() if o.pk not in taken],
    }


def _objective(objective: Objective, library: Domain, editor: Editor, outcome: Outcome) -> dict[str, Any]:
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
            {"part": action, "form": action_form(action, editor.framework, library, outcome.typed, outcome.faults)}
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
