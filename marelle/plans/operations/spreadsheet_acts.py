"""What a plan's workbook does once it is confirmed: every act by the operation that the pages use."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from marelle.accounts.models import Person
from marelle.base.workbooks.columns import Value
from marelle.plans.fields import SPANS, in_order, typed
from marelle.plans.models import Indicator
from marelle.plans.operations import running, writing
from marelle.plans.sheets import Written
from marelle.plans.states import ACTION_STEPS


def typed_reading(values: Mapping[str, Value], *, period: str, breakdown: str) -> running.Typed:
    """A line of the sheet of readings, as somebody would type it on the page of its indicator."""
    parts: dict[str, Any] = {name: values[name] for name in ("value", "numerator", "denominator")}
    if parts["numerator"] is not None or parts["denominator"] is not None:
        parts["value"] = None  # counted from them
    words: dict[str, Any] = {
        name: str(values[name] or "") for name in ("missing_because", "source", "evidence_address")
    }
    return running.Typed(period=period, breakdown=breakdown, **parts, **words)


class Doing:
    """The effects chosen, in order: what is new first, then fields, states, readings, and what goes."""

    def __init__(self, found: Written, takes_all: bool, by: Person) -> None:
        self.found, self.takes_all, self.by, self.plan = found, takes_all, by, found.plan
        self.into = found.into if takes_all else found.plan
        self.made: dict[str, str] = {}  # codes of what was added, by its mark in the effects

    def do(self, acts: Sequence[tuple[Any, ...]]) -> None:
        """All of them."""
        for act in sorted((a for a in acts if a[0] == "new"), key=lambda a: a[1] != "objective"):
            self._add(*act[1:])
        for act in sorted((a for a in acts if a[0] == "field"), key=_ends_apart):
            self._save(*act[1:])
        for act in (a for a in acts if a[0] == "move"):
            self._move(*act[1:])
        self._record([a for a in acts if a[0] == "reading"])
        for act in (a for a in acts if a[0] == "remove"):
            writing.remove(self.into.pk, self._own(act[1]), by=self.by)

    def _add(self, kind: str, mark: str, owner: str, fields: dict[str, str]) -> None:
        add: Any = {
            "objective": writing.add_objective,
            "action": writing.add_action,
            "indicator": writing.add_indicator,
        }[kind]
        place = owner if kind == "objective" else self.made.get(f"objective{owner}", self.found.own.get(owner, owner))
        part = add(self.into.pk, place, by=self.by, name=fields["name"])
        self.made[f"{kind}{mark}"] = part.code
        for name, value in fields.items():
            if name != "name":
                self._save(f"{kind}.{part.code}.{name}", typed(kind, name, getattr(part, name)), value)

    def _save(self, place: str, was: str, value: str) -> None:
        if self.takes_all:
            writing.save_plan_field(self.into.pk, self._own(place), value, was=was, version=0, by=self.by)
        else:
            writing.save_light_field(self.plan.pk, place, value, was=was, by=self.by)

    def _own(self, place: str) -> str:
        """A place as the plan it is written in names it: a working copy has codes of its own."""
        return ".".join(self.found.own.get(piece, piece) for piece in place.split("."))

    def _move(self, code: str, was: str, steps: Sequence[str], reason: str) -> None:
        action = self.found.running[code]
        for n, step in enumerate(steps):
            needs = ACTION_STEPS[step].target in running.NEEDS_A_REASON
            why = reason if n == len(steps) - 1 else ""
            running.move_action(action.pk, step, by=self.by, reason=why if needs else "")

    def _record(self, acts: Sequence[tuple]) -> None:
        given = []
        for _what, code, period, breakdown, values in acts:
            indicator: Indicator = self.found.read[code]
            typed_in = typed_reading(_values(values), period=period, breakdown=breakdown)
            given.append((indicator.pk, typed_in))
        if given:
            running.record_readings(self.plan.pk, given, by=self.by)


def _values(kept: dict[str, str | None]) -> dict[str, Value]:
    numbers = ("value", "numerator", "denominator")
    return {name: Decimal(v) if v is not None and name in numbers else v for name, v in kept.items()}


def _ends_apart(act: tuple) -> bool:
    """Of an action whose two days or ages move, the one that leaves room for the other comes first."""
    name = act[1].rpartition(".")[2]
    was, new = (in_order(name, words) for words in act[2:4])
    if name in (last for _first, last in SPANS):
        return bool(was and new and new < was)
    return name in (first for first, _last in SPANS) and bool(new and not (was and new < was))
