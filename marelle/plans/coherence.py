"""A plan read over by the rules of its framework: what does not hold together, and in which field. Plain values in and out.

A content is what `plans.queries.content` gives, of a draft, or frozen when it was handed in. Remarks advise, they stop nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from marelle.base.clock import months_after
from marelle.plans.fields import yearly
from marelle.plans.states import Direction

Content = Mapping[str, Any]
Part = Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """What a plan is read against. `rules`: as the framework's file says them, with their words.

    `recommendations`: the domain of each, by code; `levels`: how children take part, from least to most. The mandate runs
    from `starts_on` to `ends_on`, excluded; None when unknown, and then no date is outside it.
    """

    rules: Sequence[Mapping[str, Any]]
    domains: Sequence[str]
    recommendations: Mapping[str, str] = field(default_factory=dict)
    levels: Sequence[str] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Spot:
    """A field of a plan, or a domain or recommendation that nothing answers. `values`: what is at odds there."""

    kind: str
    code: str
    field: str
    domain: str
    name: str = ""
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Remark:
    """One thing a rule notices. `said`: why the city chose so, blank while it has not said."""

    rule: Mapping[str, Any]
    spot: Spot
    said: str = ""

    @property
    def place(self) -> str:
        """The field it is about: "action.<code>.lead_service", or "domain.<code>" and "recommendation.<code>"."""
        return place_of(self.spot)

    @property
    def is_important(self) -> bool:
        """Whether its framework holds it for important."""
        return bool(self.rule["severity"] == "important")


Check = Callable[[Content, Frame, Mapping[str, Any]], Iterator[Spot]]


def remarks_of(content: Content, frame: Frame) -> list[Remark]:
    """Every remark, in the order of the domains, then of the framework's rules; those whose reason is told, with it."""
    said = {(reason["rule"], reason["place"]): reason["said"] for reason in content.get("reasons", [])}
    found = [
        Remark(rule, spot, said.get((rule["rule"], place_of(spot)), ""))
        for rule in frame.rules
        for spot in CHECKS[rule["rule"]](content, frame, rule.get("thresholds") or {})
    ]
    order = {code: place for place, code in enumerate(frame.domains)}
    return sorted(found, key=lambda remark: order.get(remark.spot.domain, len(order)))


def place_of(spot: Spot) -> str:
    """How a field is named, in forms and in the reasons kept."""
    return ".".join(part for part in (spot.kind, spot.code, spot.field) if part)


# What each rule notices ----------------------------------------------------------------------------------------------
def _domain_missing(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    held = {o["domain"] for o in content["objectives"]}
    yield from (Spot("domain", code, "", code) for code in frame.domains if code not in held)


def _recommendation_not_covered(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    covered = {code for o in content["objectives"] for code in o["recommendations"]}
    for code, domain in frame.recommendations.items():
        if code not in covered:
            yield Spot("recommendation", code, "", domain)


def _objective_without_action(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    yield from (_of("objective", o, "", o) for o in content["objectives"] if not o["actions"])


def _objective_without_indicator(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    yield from (_of("objective", o, "", o) for o in content["objectives"] if not o["indicators"])


def _children_without_part(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    """Where something is to be done, and children are at the threshold in none of it: on the first action's field."""
    enough = set(frame.levels[frame.levels.index(thresholds["level"]) :])
    for actions in _by_domain(content).values():
        if not any(action["involvement"] in enough for _objective, action in actions):
            objective, action = actions[0]
            yield _of("action", action, "involvement", objective)


def _action_without_lead(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    yield from (_of("action", a, "lead_service", o) for o, a in _actions(content) if not a["lead_service"])


def _domain_without_budget(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    """0 is a budget, nothing written is none: on the first action's field."""
    for actions in _by_domain(content).values():
        if all(action["budget_eur"] is None for _objective, action in actions):
            objective, action = actions[0]
            yield _of("action", action, "budget_eur", objective)


def _dates_outside_mandate(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    """Before its first day or after its last one, by more than the months let pass."""
    if frame.starts_on is None or frame.ends_on is None:
        return
    first, end = months_after(frame.starts_on, -thresholds["months"]), months_after(frame.ends_on, thresholds["months"])
    for objective, action in _actions(content):
        for name in ("starts_on", "ends_on"):
            day = date.fromisoformat(action[name]) if action[name] else None
            if day and not first <= day < end:
                yield _of("action", action, name, objective, day)


def _baseline_unexplained(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    for objective, indicator in _indicators(content):
        if indicator["baseline"] is None and not indicator["baseline_missing_because"]:
            yield _of("indicator", indicator, "baseline", objective)


def _target_against_direction(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    for objective, indicator, baseline, target in _aimed(content):
        worse = target > baseline if indicator["direction"] == Direction.LOWER else target < baseline
        if worse and indicator["direction"] != Direction.NEUTRAL:
            yield _of("indicator", indicator, "target", objective, baseline, target)


def _target_equals_baseline(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    for objective, indicator, baseline, target in _aimed(content):
        if target == baseline and indicator["direction"] != Direction.NEUTRAL:
            yield _of("indicator", indicator, "target", objective, baseline, target)


def _yearly_targets_off_course(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    """From the value today to the target, year after year, each as good as the one before: the first that is not."""
    for objective, indicator in _indicators(content):
        ends = [None if indicator[name] is None else Decimal(indicator[name]) for name in ("baseline", "target")]
        way = [ends[0], *(value for _year, value in yearly(indicator.get("yearly_targets", ""))), ends[1]]
        known = [value for value in way if value is not None]
        steps = [] if len(known) == len(ends) - ends.count(None) else pairwise(known)
        for before, after in steps if indicator["direction"] != Direction.NEUTRAL else ():
            if after > before if indicator["direction"] == Direction.LOWER else after < before:
                yield _of("indicator", indicator, "yearly_targets", objective, before, after)
                break


def _yearly_targets_outside_mandate(content: Content, frame: Frame, thresholds: Mapping[str, Any]) -> Iterator[Spot]:
    if frame.starts_on is None or frame.ends_on is None:
        return
    first, last = frame.starts_on.year, (frame.ends_on - timedelta(days=1)).year
    for objective, indicator in _indicators(content):
        if any(not first <= year <= last for year, _value in yearly(indicator.get("yearly_targets", ""))):
            yield _of("indicator", indicator, "yearly_targets", objective)


CHECKS: dict[str, Check] = {
    "domain_missing": _domain_missing,
    "recommendation_not_covered": _recommendation_not_covered,
    "objective_without_action": _objective_without_action,
    "objective_without_indicator": _objective_without_indicator,
    "children_without_part": _children_without_part,
    "action_without_lead": _action_without_lead,
    "domain_without_budget": _domain_without_budget,
    "dates_outside_mandate": _dates_outside_mandate,
    "baseline_unexplained": _baseline_unexplained,
    "target_against_direction": _target_against_direction,
    "target_equals_baseline": _target_equals_baseline,
    "yearly_targets_off_course": _yearly_targets_off_course,
    "yearly_targets_outside_mandate": _yearly_targets_outside_mandate,
}


# What they look through ----------------------------------------------------------------------------------------------
def _of(kind: str, part: Part, name: str, objective: Part, *values: Any) -> Spot:
    return Spot(kind, part["code"], name, objective["domain"], part["name"], values)


def _actions(content: Content) -> Iterator[tuple[Part, Part]]:
    """Each action after its objective."""
    yield from ((o, action) for o in content["objectives"] for action in o["actions"])


def _indicators(content: Content) -> Iterator[tuple[Part, Part]]:
    """Each indicator after its objective."""
    yield from ((o, indicator) for o in content["objectives"] for indicator in o["indicators"])


def _aimed(content: Content) -> Iterator[tuple[Part, Part, Decimal, Decimal]]:
    """The indicators whose start and target are both known, with these two."""
    for objective, indicator in _indicators(content):
        if indicator["baseline"] is not None and indicator["target"] is not None:
            yield objective, indicator, Decimal(indicator["baseline"]), Decimal(indicator["target"])


def _by_domain(content: Content) -> dict[str, list[tuple[Part, Part]]]:
    """The actions of each domain that has any."""
    held: dict[str, list[tuple[Part, Part]]] = {}
    for objective, action in _actions(content):
        held.setdefault(objective["domain"], []).append((objective, action))
    return held
