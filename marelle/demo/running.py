"""The demonstration's plans as they run: where their actions stand, what was read each year. Written as officers write."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from marelle.accounts import files
from marelle.accounts.models import File, Person
from marelle.base import clock
from marelle.demo import network, papers
from marelle.demo.practices import administrator
from marelle.mandates.models import Mandate
from marelle.plans.models import Action, Indicator
from marelle.plans.operations.running import Typed, move_action, record_reading

STEPS = [["begin"], ["begin", "finish"], [], ["begin", "block"], ["begin"], ["begin", "postpone"]]  # by turns
REASON = {"block": "Le marché est à refaire.", "postpone": "Reportée à la rentrée suivante."}
EVERY = timedelta(days=95)  # between two steps of an action
Act = Callable[[], object]
SPAN = 6  # years in which a target is reached


def acts(mandate: Mandate) -> Iterator[tuple[datetime, Act]]:
    """What is done and read in a plan from its first day to its last, each with its moment, in no order."""
    author = administrator(mandate.organisation)
    begun = datetime.combine(mandate.starts_on, datetime.min.time(), clock.PARIS) + timedelta(hours=9)
    actions = Action.objects.filter(objective__plan=mandate.plan_id).order_by("pk")
    for number, action in enumerate(actions, start=mandate.pk):
        for place, step in enumerate(STEPS[number % len(STEPS)], start=1):
            yield begun + place * EVERY, partial(move_action, action.pk, step, by=author, reason=REASON.get(step, ""))
    indicators = Indicator.objects.filter(objective__plan=mandate.plan_id).select_related("definition", "objective")
    for number, indicator in enumerate(indicators.order_by("pk"), start=mandate.pk):
        for at, typed in _readings(indicator, mandate, number, author):
            yield at, partial(_record, indicator, typed, author)


def _record(indicator: Indicator, typed: Callable[[], Typed], author: Person) -> None:
    record_reading(indicator.pk, typed(), by=author)


def _readings(
    indicator: Indicator, mandate: Mandate, number: int, author: Person
) -> Iterator[tuple[datetime, Callable[[], Typed]]]:
    """A reading each January of the year before, one in five unknown; the story has two, each with its evidence."""
    is_story = indicator.objective.name == network.content()["story"]["objective"]
    if is_story:
        for month, period, place in ((2, "2025", 1), (8, "2026-S1", 2)):
            at = datetime(2026, month, 12, 10, tzinfo=clock.PARIS)
            yield at, partial(_shown, indicator, period, place, partial(_evidence, mandate, author, at))
    first = mandate.starts_on.year + (1 if is_story else 0)
    for place, year in enumerate(range(first, mandate.ends_on.year), start=2 if is_story else 1):
        at = datetime(year + 1, 1, 12 + number % 15, 10, tzinfo=clock.PARIS)
        if (number + place) % 5 == 0:
            yield at, partial(Typed, str(year), missing_because="Pas de comptage cette année.")
        else:
            yield at, partial(_typed, indicator, str(year), place)


def _shown(indicator: Indicator, period: str, place: int, evidence: Callable[[], File]) -> Typed:
    return _typed(indicator, period, place, evidence=evidence())


def _typed(indicator: Indicator, period: str, place: int, evidence: File | None = None) -> Typed:
    """A value on the way from the beginning to the target, `place` steps of `SPAN` along."""
    start = Decimal(10) if indicator.baseline is None else indicator.baseline
    goal = start if indicator.target is None else indicator.target
    value = (start + (goal - start) * min(place, SPAN) / SPAN).quantize(Decimal(1))
    definition = indicator.definition
    if definition and definition.kind == "yes_no":
        value = Decimal(place > 2)
    given: dict[str, Any] = {"source": indicator.source or "service enfance", "evidence": evidence}
    if definition and definition.numerator and definition.denominator:
        whole = Decimal(definition.factor or 1)
        return Typed(period, numerator=value, denominator=whole, **given)
    return Typed(period, value=value, **given)


def _evidence(mandate: Mandate, author: Person, at: datetime) -> File:
    """A page of findings, which says that it is a demonstration."""
    page = papers.paper("Relevé de terrain (démonstration)", subject="Relevé des rues d’école apaisées", at=at)
    label = f"releve-{at.date().isoformat()}.pdf"
    return files.keep(page, label=label, kind="pdf", organisation=mandate.organisation, by=author)
