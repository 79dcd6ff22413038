"""A plan as a workbook: its sheets and columns, in the reader's language, and what each line of it holds today.

Objectives are named O1, O2… and indicators I1, I2… in their order: by these marks actions, indicators and readings say
what they belong to, in lines already there and in lines somebody adds.

While a change of the plan is being written, the workbook shows its working copy, each part under the code of the part it
stands for: parts go into the copy, states of actions and readings into the plan that runs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marelle.base import clock
from marelle.base.workbooks.columns import Column, Identity, Line, Sheet, Value
from marelle.base.workbooks.writing import write
from marelle.framework.models import text
from marelle.plans.fields import MORE
from marelle.plans.models import Action, Amendment, Indicator, Objective, Plan, Reading
from marelle.plans.queries import DomainOutline, outline
from marelle.plans.states import FOLLOWED, OPEN_AMENDMENTS, ActionState, Direction, PlanState
from marelle.plans.versions import differences_of

KIND = "plan"
WIDE, NARROW = 40, 12  # characters


@dataclass
class Written:
    """A plan read whole, for its workbook: its parts, their marks, its living readings by their place.

    `amendment`: the change that is open, None when none is. `running`, `read`: the actions one may move and the
    indicators one may read, those of the plan that runs. `own`: codes of the copy, by those of the parts they stand for.
    `change`: what each part of the copy is, "added" or "changed".
    """

    plan: Plan
    parts: list[DomainOutline]
    is_followed: bool
    amendment: Amendment | None = None
    running: dict[str, Action] = field(default_factory=dict)
    read: dict[str, Indicator] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    change: dict[str, str] = field(default_factory=dict)
    objectives: dict[str, Objective] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """As the thread names it."""
        return f"plans.plan:{self.plan.code}"

    @property
    def copy(self) -> Plan | None:
        """The working copy that is being written, if any."""
        return self.amendment.copy if self.amendment and self.amendment.is_being_written else None

    @property
    def into(self) -> Plan:
        """Where parts are written: the working copy, else the plan."""
        return self.copy or self.plan


def whole(plan: Plan) -> Written:
    """Read a plan for its workbook: nine questions, whatever its size, and as many again for a working copy."""
    found = Written(plan, outline(plan), plan.state in FOLLOWED)
    if found.is_followed:
        open_ones = Amendment.rows.filter(plan=plan, state__in=sorted(OPEN_AMENDMENTS))
        found.amendment = open_ones.select_related("plan", "copy").first()
    for objective in (o for part in found.parts for o in part.objectives):
        found.running |= {action.code: action for action in objective.actions.all()}
        found.read |= {indicator.code: indicator for indicator in objective.indicators.all()}
    if found.copy:
        _turn_to_copy(found, found.copy)
    for objective in (o for part in found.parts for o in part.objectives):
        found.objectives[objective.code] = objective
        found.marks[objective.code] = f"O{len(found.objectives)}"
        found.actions |= {action.code: action for action in objective.actions.all()}
        for indicator in objective.indicators.all():
            found.indicators[indicator.code] = indicator
            found.marks[indicator.code] = f"I{len(found.indicators)}"
    rows = Reading.rows.filter(indicator__objective__plan=plan, replaced_at=None).select_related("indicator")
    for row in rows.order_by("indicator", "until", "breakdown", "pk"):
        found.readings[place_of(row.indicator.code, row.period, row.breakdown)] = row
    return found


def _turn_to_copy(found: Written, copy: Plan) -> None:
    """Show the copy's parts under the codes they stand for, its actions where those that run stand."""
    stands_for = found.amendment.stands_for  # type: ignore[union-attr]
    found.own = {original: code for code, original in stands_for.items()}
    found.change = {c.code: c.what for c in differences_of(found.amendment)}  # type: ignore[arg-type]
    found.parts = outline(copy)
    for objective in (o for part in found.parts for o in part.objectives):
        objective.code = stands_for.get(objective.code, objective.code)
        for part in (*objective.actions.all(), *objective.indicators.all()):
            part.code = stands_for.get(part.code, part.code)
            if isinstance(part, Action):
                runs = found.running.get(part.code)
                part.state, part.reason = (runs.state, runs.reason) if runs else (ActionState.PLANNED, "")


def place_of(indicator: str, period: str, breakdown: str) -> str:
    """The key of a reading in a workbook: a correction takes the same place."""
    return f"{indicator} {period} {breakdown}".strip()


def workbook(plan: Plan) -> bytes:
    """The plan and its readings, to be filled in and brought back."""
    found = whole(plan)
    name = _("Action plan, %(name)s") % {"name": plan.organisation.name}
    identity = Identity(KIND, found.reference, name, clock.now())
    lines = lines_of(found)
    if found.copy:  # what was read of an indicator the copy takes out has no line to belong to
        lines["readings"] = [line for line in lines["readings"] if line.values["indicator"]]
    return write(identity, [(sheet, lines[sheet.name]) for sheet in sheets_of(found)], list(_notice(found)))


def _notice(found: Written) -> Iterator[str]:
    yield _(
        "Fill this workbook in with your spreadsheet, save it as XLSX, then bring it back to the page it came from."
    )
    yield _("Nothing is written before you have read the list of what would change, and confirmed it.")
    yield _("To add a line, type it under the others. A line you erase stays in the plan, unless you ask otherwise.")
    yield _("Marks (O1, I1…) say what a line belongs to: give a new objective a mark of its own, O90 for example.")
    yield _("Tinted columns are there to be read: what is typed in them is not taken.")
    if found.is_followed:
        yield _(
            "The plan runs: states of actions, readings, services, partners and sources are taken. The rest is amended."
        )
    if found.copy:
        yield into_the_copy()


def into_the_copy() -> str:
    """Where what is typed goes while a change of the plan is being written."""
    return _(
        "A change of the plan is being written: the vision, objectives, actions and indicators go into its working copy;"
        " states of actions and readings go into the plan that runs."
    )


# Sheets --------------------------------------------------------------------------------------------------------------
def sheets_of(found: Written) -> list[Sheet]:
    """The sheets of this plan: readings and states once it is followed."""
    domains = [(part.domain.code, part.domain.short_name) for part in found.parts]
    vision = [
        Column("vision", _("Vision"), width=100),
        Column("stands", _("Where the plan stands"), told=True, width=40),
    ]
    made = [
        Sheet("plan", _("Plan"), vision, _("what the town wants for its children, in a few lines"), spare=0),
        Sheet("objectives", _("Objectives"), _objective_columns(found, domains), _("one line an objective")),
        Sheet("actions", _("Actions"), _action_columns(found), _("one line an action, under its objective")),
        Sheet(
            "indicators", _("Indicators"), _indicator_columns(found), _("one line an indicator, under its objective")
        ),
    ]
    if found.is_followed:
        told = _("one line an indicator and a period: a value, or why there is none")
        made.append(Sheet("readings", pgettext("plan", "Readings"), _reading_columns(), told, spare=5000))
    return made


def _objective_columns(found: Written, domains: list[tuple[str, Any]]) -> list[Column]:
    return [
        Column("mark", _("Mark"), is_mark=True, width=NARROW),
        *objective_fields(domains),
        Column("recommendations", _("Recommendations answered"), told=True, width=WIDE),
        *_change_column(found),
    ]


def _change_column(found: Written) -> list[Column]:
    """What a line of the working copy is beside the plan that runs."""
    return [Column("change", _("In the working copy"), told=True)] if found.copy else []


def _action_columns(found: Written) -> list[Column]:
    levels = [(level["code"], text(level["name"])) for level in found.plan.framework.involvement]
    return [
        *_owner("objective", _("Objective’s mark"), ("objectives", "mark"), _("Objective")),
        *action_fields(levels),
        *(state_fields() if found.is_followed else []),
        *_change_column(found),
        *_more_action_fields(),
    ]


def _indicator_columns(found: Written) -> list[Column]:
    return [
        Column("mark", _("Mark"), is_mark=True, width=NARROW),
        *_owner("objective", _("Objective’s mark"), ("objectives", "mark"), _("Objective")),
        *indicator_fields(),
        *_change_column(found),
        *_more_indicator_fields(),
    ]


def _reading_columns() -> list[Column]:
    return [
        *_owner("indicator", _("Indicator’s mark"), ("indicators", "mark"), _("Indicator")),
        Column("period", _("Period"), is_mark=True, width=NARROW),
        Column("breakdown", _("Group"), is_mark=True),
        *measure_fields(),
        Column("proof", _("Proof level"), told=True),
    ]


# What each level says, in whichever workbook ------------------------------------------------------------------------
def objective_fields(domains: list[tuple[str, Any]]) -> list[Column]:
    """An objective: its domain, its name, what it promises."""
    return [
        Column("domain", _("Domain"), "choice", choices=domains, width=24),
        Column("name", _("Objective"), width=WIDE),
        Column("promise", _("Promise, in plain words"), width=WIDE),
    ]


def action_fields(levels: list[tuple[str, Any]]) -> list[Column]:
    """An action: who leads it, when, for how much. `levels`: how children may take part."""
    return [
        Column("name", _("Action"), width=WIDE),
        Column("lead_service", _("Lead service")),
        Column("partners", _("Partners")),
        Column("involvement", _("How children take part"), "choice", choices=levels),
        Column("starts_on", _("Starts on"), "day", width=NARROW),
        Column("ends_on", _("Ends on"), "day", width=NARROW),
        Column("budget_eur", _("Budget over the mandate, in euros"), "whole", width=NARROW),
    ]


def state_fields() -> list[Column]:
    """Where an action stands, and why when it is held back."""
    return [
        Column("state", _("State"), "choice", choices=[(s.value, s.label) for s in ActionState]),
        Column("reason", _("Why it is held back"), width=WIDE),
    ]


def indicator_fields() -> list[Column]:
    """An indicator: from where to where, in what."""
    return [
        Column("name", _("Indicator"), width=WIDE),
        Column("unit", _("Unit")),
        Column("direction", _("What is better"), "choice", choices=[(d.value, d.label) for d in Direction]),
        Column("baseline", _("Baseline"), "number", width=NARROW),
        Column("baseline_year", _("Year of the baseline"), "whole", width=NARROW),
        Column("baseline_missing_because", _("No baseline? Say why"), width=24),
        Column("target", _("Target"), "number", width=NARROW),
        Column("source", _("Source"), width=24),
    ]


def _more_action_fields() -> list[Column]:
    """Whom an action is for, who pays, what it delivers: to the right, as they are rarely written."""
    return [
        Column("funding", _("Who pays"), width=24),
        Column("target_children", _("Children it is for"), width=24),
        Column("age_from", _("From age"), "whole", width=NARROW),
        Column("age_to", _("To age"), "whole", width=NARROW),
        Column("places", _("Places"), width=24),
        Column("output", _("What it delivers"), width=24),
        Column("articles", _("Articles of the Convention"), width=NARROW),
        Column("sdg", _("Sustainable development goals and targets"), width=NARROW),
    ]


def _more_indicator_fields() -> list[Column]:
    """How an indicator is checked, by whom: to the right, as they are rarely written."""
    return [
        Column("yearly_targets", _("Yearly targets"), width=24),
        Column("means_of_verification", _("Means of verification"), width=24),
        Column("breakdowns", _("Read by which groups"), width=24),
        Column("owner", _("Service that answers for it"), width=24),
    ]


def measure_fields() -> list[Column]:
    """What a reading says of its period: a value or why there is none, from where."""
    return [
        Column("value", _("Value"), "number", width=NARROW),
        Column("numerator", _("Numerator"), "number", width=NARROW),
        Column("denominator", _("Denominator"), "number", width=NARROW),
        Column("missing_because", _("No value? Say why"), width=24),
        Column("source", _("Source"), width=24),
        Column("evidence_address", _("Address of the evidence"), width=24),
    ]


def _owner(name: str, title: str, listed: tuple[str, str], told: str) -> list[Column]:
    """The mark of what a line belongs to, and its name beside it."""
    return [
        Column(name, title, is_mark=True, listed=listed, width=NARROW),
        Column(f"{name}_name", told, told=True, width=24),
    ]


# Lines ---------------------------------------------------------------------------------------------------------------
def lines_of(found: Written) -> dict[str, list[Line]]:
    """What each line holds today, by sheet."""
    return {
        "plan": [Line(found.plan.code, {"vision": found.into.vision, "stands": _stands(found)})],
        "objectives": [Line(code, _objective(found, o)) for code, o in found.objectives.items()],
        "actions": [Line(code, _action(found, a)) for code, a in found.actions.items()],
        "indicators": [Line(code, _indicator(found, i)) for code, i in found.indicators.items()],
        "readings": [Line(place, _reading(found, r)) for place, r in found.readings.items()],
    }


def house_of(found: Written) -> dict[str, Mapping[str, Mapping[str, Value]]]:
    """The same, by key: what a workbook is compared with."""
    return {name: {line.key: line.values for line in lines} for name, lines in lines_of(found).items()}


def _stands(found: Written) -> str:
    """The plan's state, and that of its open change."""
    state = PlanState(found.plan.state).label
    if found.amendment is None:
        return str(state)
    words = {"plan": state, "change": found.amendment.get_state_display()}  # type: ignore[attr-defined]
    return _("%(plan)s; change of the plan: %(change)s") % words


def _objective(found: Written, objective: Objective) -> dict[str, Value]:
    codes = {part.domain.pk: part.domain.code for part in found.parts}
    answered = sorted(objective.recommendations.all(), key=lambda r: (r.position, r.pk))
    return {
        "mark": found.marks[objective.code],
        "domain": codes[objective.domain_id],
        **_of(objective, "name", "promise"),
        "recommendations": "\n".join(f"{r.code} {r}" for r in answered) or None,
        "change": _change(found, objective.code),
    }


def _change(found: Written, code: str) -> str | None:
    words = {"added": pgettext("part of a plan", "added"), "changed": pgettext("part of a plan", "changed")}
    return words.get(found.change.get(code, ""))


def _action(found: Written, action: Action) -> dict[str, Value]:
    words = _of(action, "name", "lead_service", "partners", "involvement", "starts_on", "ends_on", "state", "reason")
    more = _of(action, "funding", "target_children", "places", "output", "articles", "sdg")
    numbers = {name: _number(getattr(action, name)) for name in ("budget_eur", "age_from", "age_to")}
    told = {"change": _change(found, action.code)}
    return _belongs(found, "objective", action.objective) | words | more | numbers | told


def _indicator(found: Written, indicator: Indicator) -> dict[str, Value]:
    words = _of(indicator, "name", "unit", "direction", "baseline_missing_because", "source")
    words |= _of(indicator, "yearly_targets", *MORE["indicator"])
    numbers = {n: _number(getattr(indicator, n)) for n in ("baseline", "baseline_year", "target")}
    mark = {"mark": found.marks[indicator.code], "change": _change(found, indicator.code)}
    return mark | _belongs(found, "objective", indicator.objective) | words | numbers


def _reading(found: Written, reading: Reading) -> dict[str, Value]:
    words = _of(reading, "period", "breakdown", "missing_because", "source", "evidence_address")
    numbers = {n: _number(getattr(reading, n)) for n in ("value", "numerator", "denominator")}
    indicator = found.read[reading.indicator.code]
    return _belongs(found, "indicator", indicator) | words | numbers | {"proof": reading.proof_level_word}


def _belongs(found: Written, name: str, owner: Objective | Indicator) -> dict[str, Value]:
    return {name: found.marks.get(owner.code), f"{name}_name": owner.name}


def _of(thing: Any, *names: str) -> dict[str, Value]:
    return {name: getattr(thing, name) or None for name in names}


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
