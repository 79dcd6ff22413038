"""What differs between two contents of a plan, and how much that weighs: plain values in, plain values out.

A content is what `plans.queries.content` freezes. Both contents name their parts by the codes of the running plan (`traced`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marelle.plans.states import Direction

BUDGET_PERCENT = 10  # of the whole budget: beyond, the commission judges; tracks choose theirs (docs/decisions/0012)
PARTS = {"action": "actions", "indicator": "indicators"}
OWN = {  # what is compared of each kind of part, in the order it is shown
    "plan": ("vision",),
    "objective": ("name", "promise", "recommendations"),
    "action": (
        *("name", "lead_service", "partners", "involvement", "starts_on", "ends_on", "budget_eur", "funding"),
        *("target_children", "age_from", "age_to", "places", "output", "articles", "sdg"),
    ),
    "indicator": (
        *("name", "unit", "direction", "baseline", "baseline_year", "baseline_missing_because"),
        *("target", "yearly_targets", "source", "means_of_verification", "breakdowns", "owner"),
    ),
}
OTHER_END = {"starts_on": "ends_on", "ends_on": "starts_on", "age_from": "age_to", "age_to": "age_from"}
RULERS = ("unit", "direction")  # of an indicator: another ruler, and what was read no longer compares

Content = Mapping[str, Any]
Part = Mapping[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """One field of a part: what it said, what it is to say. None and "" when nothing was said."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Change:
    """A part added, removed or changed. `domain`: a code, blank for the plan itself; `under`: its objective's name."""

    what: str
    kind: str
    code: str
    domain: str
    name: str
    under: str = ""
    objective: str = ""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Held:
    """A part where it stands in a content."""

    kind: str
    part: Part
    domain: str
    under: str
    objective: str  # its code, its own for an objective


def traced(content: Content, stands_for: Mapping[str, str]) -> dict[str, Any]:
    """A working copy's content by the codes of the running plan; new parts keep their own."""

    def named(part: Part) -> dict[str, Any]:
        return {**part, "code": stands_for.get(part["code"], part["code"])}

    return {
        **content,
        "objectives": [
            {**named(o), **{plural: [named(part) for part in o[plural]] for plural in PARTS.values()}}
            for o in content["objectives"]
        ],
    }


def parts_of(content: Content) -> Iterator[Held]:
    """Every part of a content, each objective before what it holds."""
    for o in content["objectives"]:
        yield Held("objective", o, o["domain"], "", o["code"])
        for kind, plural in PARTS.items():
            for part in o[plural]:
                yield Held(kind, part, o["domain"], o["name"], o["code"])


def differences(before: Content, after: Content) -> list[Change]:
    """What one must do to `before` to get `after`, in the order of `after`, then what is gone. Order within lists is not one."""
    old = {(h.kind, h.part["code"]): h for h in parts_of(before)}
    new = {(h.kind, h.part["code"]): h for h in parts_of(after)}
    found = []
    if vision := _fields("plan", before, after):
        found.append(Change("changed", "plan", "", "", "", fields=vision))
    for key, held in new.items():
        was = old.get(key)
        fields = _fields(held.kind, was.part if was else {}, held.part)
        if was is None:
            found.append(_change("added", held, fields))
        elif fields:
            found.append(_change("changed", held, fields))
    found += [
        _change("removed", held, _fields(held.kind, held.part, {})) for key, held in old.items() if key not in new
    ]
    return found


def clashes(mine: Sequence[Change], meanwhile: Sequence[Change]) -> list[Change]:
    """Of what the running plan became meanwhile, that which this amendment would undo without having seen it."""
    gone = {(c.kind, c.code) for c in mine if c.what == "removed"}
    touched = {(c.code, f.field): f.new for c in mine if c.what == "changed" for f in c.fields}

    def undoes(change: Change, field: FieldChange) -> bool:
        held_by_other = (change.code, OTHER_END.get(field.field)) in touched and (
            change.code,
            field.field,
        ) not in touched
        return held_by_other or touched.get((change.code, field.field), field.new) != field.new

    return [
        c
        for c in meanwhile
        if (c.kind, c.code) in gone or ("objective", c.objective) in gone or any(undoes(c, field) for field in c.fields)
    ]


def heavy_because(
    before: Content, after: Content, *, levels: Sequence[str] = (), budget_percent: int = BUDGET_PERCENT
) -> list[str]:
    """Why the commission must judge, in order of gravity; empty when a programme officer may accept.

    `levels`: how children take part, from least to most. Words of the reasons: `web.parts.amendments`.
    """
    changes = differences(before, after)
    tests = {
        "objective_removed": any(c.kind == "objective" and c.what == "removed" for c in changes),
        "objective_added": any(c.kind == "objective" and c.what == "added" for c in changes),
        "domain_emptied": bool(_filled(before) - _filled(after)),
        "action_removed": any(c.kind == "action" and c.what == "removed" for c in changes),
        "indicator_removed": any(c.kind == "indicator" and c.what == "removed" for c in changes),
        "indicator_added": any(c.kind == "indicator" and c.what == "added" for c in changes),
        "target_lowered": any(_is_lowered(part, fields) for part, fields in _changed(changes, after, "indicator")),
        "measured_otherwise": any(_is_other(fields) for _part, fields in _changed(changes, after, "indicator")),
        "recommendation_dropped": bool(_covered(before) - _covered(after)),
        "children_less_involved": any(_is_less(f, levels) for _part, f in _changed(changes, after, "action")),
        "budget_moved": _is_moved(before, after, budget_percent),
    }
    return [name for name, holds in tests.items() if holds]


def budget_of(content: Content) -> int:
    """Whole euros of the actions whose budget is known."""
    return sum(h.part["budget_eur"] or 0 for h in parts_of(content) if h.kind == "action")


def _change(what: str, held: Held, fields: tuple[FieldChange, ...]) -> Change:
    return Change(
        what, held.kind, held.part["code"], held.domain, held.part["name"], held.under, held.objective, fields
    )


def _fields(kind: str, old: Part, new: Part) -> tuple[FieldChange, ...]:
    told = ((field, _said(old.get(field)), _said(new.get(field))) for field in OWN[kind])
    return tuple(FieldChange(field, was, now) for field, was, now in told if was != now)


def _said(value: Any) -> Any:
    """A value to compare: nothing said is one thing, however it is written."""
    return "" if value is None or value == [] else value


def _changed(changes: Sequence[Change], after: Content, kind: str) -> list[tuple[Part, dict[str, FieldChange]]]:
    parts = {h.part["code"]: h.part for h in parts_of(after) if h.kind == kind}
    return [(parts[c.code], {f.field: f for f in c.fields}) for c in changes if c.kind == kind and c.what == "changed"]


def _is_lowered(part: Part, fields: Mapping[str, FieldChange]) -> bool:
    """Less is asked than was promised, in the direction that is better; no target at all is less."""
    change = fields.get("target")
    if change is None or change.old == "":
        return False
    if change.new == "" or part["direction"] == Direction.NEUTRAL:
        return True
    old, new = Decimal(change.old), Decimal(change.new)
    return new > old if part["direction"] == Direction.LOWER else new < old


def _is_other(fields: Mapping[str, FieldChange]) -> bool:
    """What was read no longer compares: another unit or direction, or another start."""
    moved = fields.get("baseline")
    return any(name in fields for name in RULERS) or (moved is not None and moved.old != "")


def _is_less(fields: Mapping[str, FieldChange], levels: Sequence[str]) -> bool:
    change = fields.get("involvement")
    if change is None or change.old == "":
        return False
    known = {level: place for place, level in enumerate(levels)}
    return known.get(change.new, -1) < known.get(change.old, -1)


def _is_moved(before: Content, after: Content, percent: int) -> bool:
    """The whole budget moves by more than that percent; one that was unknown until now may be told."""
    old, new = budget_of(before), budget_of(after)
    return old > 0 and abs(new - old) * 100 > old * percent


def _filled(content: Content) -> set[str]:
    """Domains where something is to be done."""
    return {o["domain"] for o in content["objectives"] if o["actions"]}


def _covered(content: Content) -> set[str]:
    return {r for o in content["objectives"] for r in o["recommendations"]}
