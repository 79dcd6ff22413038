"""What is written while a plan runs: where each action stands, and what each indicator was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import File, Person
from marelle.base import clock, origins, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Origin
from marelle.plans import attainment, periods, rules
from marelle.plans.fields import GREATEST
from marelle.plans.models import Action, Indicator, Plan, Reading
from marelle.plans.states import ACTION_STEPS, FOLLOWED, NEEDS_A_REASON, ActionState

PAGE = URLValidator(schemes=["http", "https"])
SAME = (
    *("value", "numerator", "denominator", "missing_because"),
    *("source", "evidence_id", "evidence_address"),
)  # what makes two readings of one period one and the same


@dataclass(frozen=True)
class Typed:
    """What somebody writes of a period: a value, the parts of a ratio, or why there is none. Numbers in the unit."""

    period: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    missing_because: str = ""
    breakdown: str = ""
    source: str = ""
    evidence: File | None = None
    evidence_address: str = ""


@transaction.atomic
def move_action(action_id: int, step: str, *, by: Person, reason: str = "") -> Action:
    """Take an action one step on: begin, finish, block, postpone, resume or abandon it.

    Raises NotAllowed, WrongState, BadData when the step needs a reason and has none.
    """
    action = Action.rows.lock(action_id)
    plan = _running(action.objective.plan_id, by)
    ACTION_STEPS.take(action, step)
    held_back = ActionState(action.state) in NEEDS_A_REASON
    if held_back and not reason.strip():
        raise BadData(_("Say why: it will be asked again at mid-mandate."))
    action.reason = reason.strip() if held_back else ""
    action.moved_on = clock.today()
    action.version += 1
    action.save(update_fields=["state", "reason", "moved_on", "version"])
    journal.record(
        action, "action_moved", by=by, organisation=plan.organisation, state=action.state, reason=action.reason
    )
    stamps.bump("public")
    return action


@transaction.atomic
def record_reading(indicator_id: int, typed: Typed, *, by: Person) -> Reading:
    """Write what an indicator was over a period. The same written twice is one; written otherwise, it corrects.

    Raises NotAllowed, WrongState, BadData.
    """
    indicator = _held().get(pk=indicator_id)  # two who write of one period meet here
    plan = _running(indicator.objective.plan_id, by)
    made = judge(indicator, typed, by)
    before = indicator.readings.filter(replaced_at=None, period=made.period, breakdown=made.breakdown).first()
    if before and all(getattr(before, name) == getattr(made, name) for name in SAME):
        return before
    if before:
        _replace(before)
    made.save()
    earlier = Q(read_at=None) | Q(read_at__lt=made.recorded_at)
    Plan.rows.filter(earlier, pk=plan.pk).update(read_at=made.recorded_at)
    if made.evidence and made.evidence.shared_at is None:  # the committee verifies it
        made.evidence.shared_at = made.recorded_at
        made.evidence.save(update_fields=["shared_at"])
    _link(indicator, made, by)
    verb = "reading_corrected" if before else "reading_recorded"
    journal.record(made, verb, by=by, organisation=plan.organisation, period=made.period)
    stamps.bump("public")
    return made


@transaction.atomic
def record_readings(plan_id: int, given: Sequence[tuple[int, Typed]], *, by: Person) -> list[Reading]:
    """Write many readings of a plan at once, each as `record_reading` would; those that changed nothing are left out.

    What corrects a reading without bringing a file keeps that reading's file. Raises NotAllowed, WrongState, BadData.
    """
    plan = _running(plan_id, by)
    indicators = _held().filter(objective__plan=plan).order_by("pk").in_bulk()
    rows = Reading.rows.filter(indicator__objective__plan=plan, replaced_at=None)
    living = {(row.indicator_id, row.period, row.breakdown): row for row in rows}
    made, before = [], {}
    for pk, typed in given:
        reading = judge(indicators[pk], typed, by)
        place = (pk, reading.period, reading.breakdown)
        found = living.get(place)
        if found and not typed.evidence:
            reading.evidence_id = found.evidence_id
        if found and all(getattr(found, name) == getattr(reading, name) for name in SAME):
            continue
        if place in before:
            raise BadData(_("The same period is written twice for one indicator."), period=reading.period)
        before[place] = found
        made.append(reading)
    keep_readings(plan, made, list(before.values()), by=by)
    return made


def keep_readings(plan: Plan, made: list[Reading], before: Sequence[Reading | None], *, by: Person) -> None:
    """Keep readings that were judged, each in the place of the one `before` it, if any. Asks no right: its caller did."""
    at, replaced = clock.now(), [found for found in before if found]
    Reading.rows.filter(pk__in=[row.pk for row in replaced]).update(replaced_at=at)
    references = [f"plans.reading:{row.code}" for row in replaced]
    Origin.objects.filter(offspring__in=references, withdrawn_at=None).update(withdrawn_at=at)
    Reading.rows.bulk_create(made, batch_size=500)
    origins.link_new(
        "objective",
        [
            (f"plans.objective:{objective.code}", f"plans.reading:{row.code}", objective.name, objective.promise)
            for row, objective in ((row, row.indicator.objective) for row in made if not row.breakdown)
        ],
        by=by,
    )
    if made:
        _tell_all(plan, made, [found is not None for found in before], by)


def _tell_all(plan: Plan, made: list[Reading], corrected: list[bool], by: Person) -> None:
    earlier = Q(read_at=None) | Q(read_at__lt=made[-1].recorded_at)
    Plan.rows.filter(earlier, pk=plan.pk).update(read_at=made[-1].recorded_at)
    verbs = ["reading_corrected" if was else "reading_recorded" for was in corrected]
    told = [(row, verb, {"period": row.period}) for row, verb in zip(made, verbs, strict=True)]
    journal.record_all(told, by=by, organisation=plan.organisation)
    stamps.bump("public")


def judge(indicator: Indicator, typed: Typed, by: Person) -> Reading:
    """The reading as it will be kept; nothing is. Raises BadData."""
    return Reading(indicator=indicator, recorded_by=by, recorded_at=clock.now(), **facts(indicator, typed))


def facts(indicator: Indicator, typed: Typed) -> dict[str, Any]:
    """What a reading will say, field by field. Raises BadData."""
    definition = indicator.definition
    value = typed.value
    if typed.numerator is not None or typed.denominator is not None:
        value = attainment.value_of(typed.numerator, typed.denominator, definition.factor if definition else None)
        if value is None:
            raise BadData(_("Give both parts of the ratio, and a whole above 0."))
    missing = typed.missing_because.strip()
    if (value is None) == (missing == ""):
        raise BadData(_("Give a value, or say why there is none: one of the two."))
    return {
        "period": typed.period,
        "until": _last_day(typed.period),
        "breakdown": _breakdown(indicator, typed.breakdown),
        "value": None if value is None else _judged(indicator, value),
        "numerator": typed.numerator,
        "denominator": typed.denominator,
        "missing_because": missing,
        "source": typed.source.strip(),
        "evidence": typed.evidence,
        "evidence_address": _address(typed.evidence_address),
    }


def _last_day(period: str) -> date:
    try:
        days = periods.days_of(period)
    except ValueError:
        raise BadData(_("Choose a period: a year, half a year, a quarter, a month or a day.")) from None
    if days[0] > clock.today():
        raise BadData(_("This period has not begun: a reading tells what was."))
    return days[1]


def _judged(indicator: Indicator, value: Decimal) -> Decimal:
    kind = indicator.definition.kind if indicator.definition else "number"
    if kind == "yes_no" and value not in (0, 1):
        raise BadData(_("Answer yes or no."))
    if value < 0 and kind in {"percent", "ratio", "duration", "milestone", "scale"}:
        raise BadData(_("Give 0 or more."))
    if abs(value) > GREATEST:
        raise BadData(_("This number is too great: look at it, or at the two parts of the ratio, again."))
    return value.quantize(Decimal("0.001"))


def _breakdown(indicator: Indicator, breakdown: str) -> str:
    dimension = breakdown.partition(":")[0]
    if breakdown and (indicator.definition is None or dimension not in indicator.definition.breakdowns):
        raise BadData(_("This indicator is not broken down that way."))
    return breakdown


def _address(typed: str) -> str:
    """Where evidence is read: a link that leads to a page, and nothing else a browser would do."""
    address = typed.strip()
    try:
        if address:
            PAGE(address)
    except ValidationError:
        raise BadData(_("Give the whole address of a page: it begins with https://")) from None
    return address


def _replace(before: Reading) -> None:
    before.replaced_at = clock.now()
    before.save(update_fields=["replaced_at"])
    reference = f"plans.reading:{before.code}"
    for link in Origin.objects.filter(offspring=reference, withdrawn_at=None):
        origins.withdraw(link.code)


def _link(indicator: Indicator, reading: Reading, by: Person) -> None:
    """A reading of everyone comes from its objective; those of a group are read beside it."""
    if not reading.breakdown:
        objective = indicator.objective
        origins.link(
            "objective",
            parent=f"plans.objective:{objective.code}",
            offspring=f"plans.reading:{reading.code}",
            label=objective.name,
            excerpt=objective.promise,
            by=by,
        )


def _held() -> QuerySet[Indicator]:
    """Indicators, locked, with what their readings are judged by."""
    rows = Indicator.rows.select_for_update(of=("self",), no_key=True)
    return rows.select_related("objective", "definition")


def _running(plan_id: int, by: Person) -> Plan:
    """The plan, by someone who may write in it, while it runs."""
    plan = Plan.rows.select_related("organisation").get(pk=plan_id)
    rules.require(rules.may_write_plan, by, plan)
    if plan.state not in FOLLOWED:
        raise WrongState(_("A plan is followed once its mandate has begun."), state=plan.state)
    return plan
