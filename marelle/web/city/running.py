"""A plan that runs: where each action stands, what each indicator was."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts import files
from marelle.accounts.doors import member
from marelle.base import clock, origins
from marelle.base.doors import door
from marelle.base.errors import BadData
from marelle.base.files import EXTENSIONS
from marelle.base.idempotency import once
from marelle.framework.models import text
from marelle.plans import following, notes, periods
from marelle.plans.holding import OVER
from marelle.plans.models import Action, Indicator, Note, Plan, Reading
from marelle.plans.operations import running, writing
from marelle.plans.queries import DomainOutline
from marelle.plans.states import ACTION_STEPS, FOLLOWED, NEEDS_A_REASON, ActionState, PlanState
from marelle.web.city.space import Space, enter
from marelle.web.parts import forms as parts

VERBS = {
    "begin": gettext_lazy("It has begun"),
    "finish": gettext_lazy("It is done"),
    "resume": gettext_lazy("It goes on"),
    "block": gettext_lazy("It is blocked"),
    "postpone": gettext_lazy("It is postponed"),
    "abandon": gettext_lazy("It is given up"),
}
YES_NO = [("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))]


# Actions -------------------------------------------------------------------------------------------------------------
def plans_of(space: Space) -> QuerySet:
    """The keys of the organisation's plans this person may read."""
    return Plan.objects.visible_to(space.person).filter(organisation=space.organisation).values("pk")


def action_or_404(space: Space, part: str) -> Action:
    """An action of the organisation's plans. Raises Http404."""
    rows = Action.objects.filter(objective__plan__in=plans_of(space))
    return get_object_or_404(rows.select_related("objective__domain", "objective__plan"), code=part)


def action_page(action: Action, space: Space) -> dict[str, Any]:
    """What the page of an action shows: its state, the steps this person may take, its thread."""
    followed = action.objective.plan.state in FOLLOWED
    steps = [s for s in ACTION_STEPS if s.name in VERBS and ACTION_STEPS.allows(action, s.name)]
    offered = steps if followed and space.may_write else []
    return {
        "action": action,
        "is_followed": followed,
        "plain_steps": [(s.name, VERBS[s.name]) for s in offered if s.target not in NEEDS_A_REASON],
        "held_steps": [(s.name, VERBS[s.name]) for s in offered if s.target in NEEDS_A_REASON],
        "may_name": action.objective.plan.state == PlanState.RUNNING and space.may_write and action.state not in OVER,
        "notes": notes.of_action(action) if followed else [],
        "strip": origins.strip_for(f"plans.action:{action.code}", space.person),
    }


@door(member)
@require_POST
@once
def move(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Take an action one step on."""
    space = enter(request)
    action, step = action_or_404(space, part), request.POST.get("step", "")
    if step not in VERBS:
        raise BadData(_("This page does not know that step. Open it again."))
    moved = running.move_action(action.pk, step, by=space.person, reason=request.POST.get("reason", ""))
    messages.success(request, _("“%(name)s”: %(state)s.") % {"name": moved, "state": moved.get_state_display()})
    return redirect("city:action", code, part)


@door(member)
@require_POST
@once
def name_service(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Say which service leads an action."""
    space = enter(request)
    action, sent = action_or_404(space, part), request.POST
    name = f"action.{action.code}.lead_service"
    writing.save_light_field(
        action.objective.plan_id, name, sent.get("service", ""), was=sent.get("was", ""), by=space.person
    )
    messages.success(request, _("Saved."))
    return redirect("city:action", code, part)


def board_of(outline: list[DomainOutline]) -> list[dict[str, Any]]:
    """The actions of a plan by their state, every state shown."""
    held: dict[str, list[Any]] = defaultdict(list)
    for part in outline:
        for objective in part.objectives:
            for action in objective.actions.all():
                held[action.state].append({"action": action, "domain": part.domain})
    return [{"state": s.value, "word": s.label, "actions": held[s]} for s in ActionState]


def years_of(outline: list[DomainOutline], noted: Mapping[int, list[Note]]) -> list[dict[str, Any]]:
    """What begins, what ends and what was noted, year by year; at last what has no date."""
    held: dict[int, list[dict[str, Any]]] = defaultdict(list)
    undated = []
    for part in outline:
        for action in (a for o in part.objectives for a in o.actions.all()):
            told = {"action": action, "domain": part.domain, "words": ""}
            for name, day in (("starts", action.starts_on), ("ends", action.ends_on)):
                if day:
                    held[day.year].append({**told, "on": day, "what": name})
            for note in noted.get(action.pk, ()):
                held[note.day.year].append({**told, "on": note.day, "what": "note", "words": note.words})
            if not action.starts_on and not action.ends_on:
                undated.append({**told, "on": None, "what": ""})
    years = [{"year": y, "lines": sorted(held[y], key=lambda line: (line["on"], line["what"]))} for y in sorted(held)]
    return [*years, *([{"year": None, "lines": undated}] if undated else [])]


# Indicators ----------------------------------------------------------------------------------------------------------
class ReadingForm(forms.Form):
    """What an indicator was over a period."""

    period = forms.CharField(label=gettext_lazy("Period"), max_length=10)
    value = forms.DecimalField(
        label=gettext_lazy("Value"), required=False, localize=True, max_digits=14, decimal_places=3
    )
    numerator = forms.DecimalField(required=False, localize=True, max_digits=14, decimal_places=3)
    denominator = forms.DecimalField(required=False, localize=True, max_digits=14, decimal_places=3)
    missing_because = forms.CharField(
        label=gettext_lazy("No value? Say why"), max_length=300, required=False,
        help_text=gettext_lazy("“Not counted this year”, say. What is unknown is shown as unknown, never as zero."),
    )  # fmt: skip
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200, required=False)
    evidence = forms.FileField(label=gettext_lazy("Evidence: a file"), required=False)
    evidence_address = forms.URLField(
        label=gettext_lazy("or its address"), max_length=500, required=False, assume_scheme="https"
    )

    def __init__(self, indicator: Indicator, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, auto_id="%s")
        definition = indicator.definition
        self.fields["period"].help_text = _("2027 for a year, 2027-S1 for half of it, 2027-Q3, 2027-09 or 2027-09-14.")
        self.fields["evidence"].widget.attrs["accept"] = ",".join(f".{e}" for e in sorted(EXTENSIONS))
        if definition and definition.numerator and definition.denominator:
            self.fields["numerator"].label = text(definition.numerator)
            self.fields["denominator"].label = text(definition.denominator)
            del self.fields["value"]
            return
        del self.fields["numerator"], self.fields["denominator"]
        if definition and definition.kind == "yes_no":
            self.fields["value"] = forms.TypedChoiceField(
                label=indicator.name, choices=YES_NO, coerce=int, empty_value=None, required=False,
                widget=forms.RadioSelect,
            )  # fmt: skip


@door(member)
@require_http_methods(["GET", "POST"])
def indicator(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One indicator: from where to where, what was read of it, and one more reading."""
    space = enter(request)
    found = _indicator_or_404(space, part)
    form = _form(request, found)
    if parts.done(form, lambda typed: _record(found, typed, space)):
        messages.success(request, _("Written down."))
        return redirect("city:indicator", code, part)
    return parts.page(request, "city/plan_indicator.html", _told(found, form, space))


def _told(indicator: Indicator, form: ReadingForm, space: Space) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "yearly": indicator.aims_in_order,
        "followed": following.followed([indicator])[0],
        "history": following.history(indicator),
        "form": form,
        "may_record": space.may_write and indicator.objective.plan.state in FOLLOWED,
        "space": space,
        "organisation": space.organisation,
    }


def _indicator_or_404(space: Space, part: str) -> Indicator:
    rows = Indicator.objects.filter(objective__plan__in=plans_of(space))
    return get_object_or_404(rows.select_related("objective__domain", "objective__plan", "definition"), code=part)


def _form(request: HttpRequest, indicator: Indicator) -> ReadingForm:
    if request.method == "POST":
        return ReadingForm(indicator, request.POST, request.FILES)
    period = periods.year_before(clock.today())
    return ReadingForm(indicator, initial={"period": period, "source": indicator.source})


def _record(indicator: Indicator, typed: dict[str, Any], space: Space) -> Reading:
    upload = typed.pop("evidence")
    value = typed.pop("value", None)
    kept = files.take(upload, organisation=space.organisation, by=space.person) if upload else None
    given = running.Typed(value=value, evidence=kept, **typed)
    return running.record_reading(indicator.pk, given, by=space.person)
