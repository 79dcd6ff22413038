"""A plan's workbook that comes back: what it would change, said first, then written by the operations of the plan.

A draft takes everything; a plan that runs takes readings, states of actions and what is not promised (`LIGHT`): the rest
goes through an amendment, into its working copy while one is being written, and the page says so. What nobody typed is
never erased: a line that is gone goes only if that was asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from marelle.accounts import files, imports
from marelle.accounts.imports import DryRun, Tell, Told
from marelle.accounts.models import Import, Person
from marelle.base.errors import BadData
from marelle.base.workbooks import comparing, reading
from marelle.base.workbooks.columns import Fault, Value, stored
from marelle.base.workbooks.reading import Book, ReadLine, ReadSheet
from marelle.plans import rules, sheets
from marelle.plans.fields import FIELDS, LIGHT, SPANS, cross, crossed, typed
from marelle.plans.models import Plan, Reading
from marelle.plans.operations import running, writing
from marelle.plans.operations.spreadsheet_acts import Doing, typed_reading
from marelle.plans.sheets import Written
from marelle.plans.states import ACTION_STEPS, ActionState

KIND_OF = {"objectives": "objective", "actions": "action", "indicators": "indicator"}
PARTS = ("numerator", "denominator")
NUMBERS = ("value", *PARTS)
READ_OF = (*NUMBERS, "missing_because", "source", "evidence_address")


@dataclass(frozen=True)
class Effect:
    """One thing the workbook would do: `act` as plain values, for its digest and to be done; `told` as it is shown."""

    act: tuple[Any, ...]
    told: Told


@dataclass
class Run:
    """What was understood so far: effects in the order they are done, faults, and what each mark of the file names."""

    found: Written
    book: Book
    takes_all: bool
    takes_light: bool
    effects: list[Effect] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def refuse(self, sheet: ReadSheet, line: ReadLine, column: str, sentence: str) -> None:
        """Say what cannot be taken, and where."""
        self.faults.append(sheet.fault(line, column, sentence))


# What is registered --------------------------------------------------------------------------------------------------
def check(path: Path, reference: str) -> None:
    """Raise BadData when the file is not this plan's workbook."""
    whose = reading.identify(path)
    if (whose.kind, whose.reference) != (sheets.KIND, reference):
        raise BadData(_("This is the workbook of “%(name)s”: it is not taken here.") % {"name": whose.name})


def may(person: Person, given: Import) -> bool:
    """Who writes the plan brings its workbook back."""
    return rules.may_write_plan(person, _plan(given))


def read(given: Import, path: Path, tell: Tell) -> DryRun:
    """What the workbook would do; nothing is written."""
    return _as_told(_understood(given, _plan(given), path, tell))


@transaction.atomic
def write(given: Import, path: Path, by: Person, tell: Tell) -> None:
    """Do what was confirmed, all of it or nothing; shown again when the plan has moved since it was read."""
    plan = Plan.rows.lock(_plan(given).pk)
    rules.require(rules.may_write_plan, by, plan)
    run = _understood(given, plan, path, tell)
    found = _as_told(run)
    if found.digest != given.digest:
        sentence = _("The plan changed while you were reading: this is what the file would do now.")
        imports.tell_again(given, found, note=sentence)
        return
    chosen = [e for n, e in enumerate(run.effects) if e.told.what != "clash" or given.choices.get(str(n)) == "file"]
    Doing(run.found, run.takes_all, by).do([effect.act for effect in chosen])
    imports.written(given, **_counts(chosen))
    files.forget(given.file, by=by)


def _plan(given: Import) -> Plan:
    return Plan.rows.select_related("organisation", "framework").get(code=given.reference.partition(":")[2])


def _counts(done: Sequence[Effect]) -> dict[str, int]:
    counts = {"create": 0, "change": 0, "remove": 0}
    for effect in done:
        counts["change" if effect.told.what == "clash" else effect.told.what] += 1
    return counts


def _as_told(run: Run) -> DryRun:
    """Faults last: the number of an effect among the lines is its number when it is chosen."""
    acts = [(effect.told.what, *effect.act) for effect in run.effects]
    copy = run.found.copy
    acts += [("into", copy.code)] if copy else []
    told = [e.told for e in run.effects] + imports.faults_told(run.faults, dict(_names(run)))
    return DryRun(told, imports.digest_of(acts), sheets.into_the_copy() if copy else "")


def _names(run: Run) -> Iterator[tuple[tuple[str, int], str]]:
    """What the lines at fault are called."""
    wanted = {fault.line for fault in run.faults}
    parts: dict[str, Any] = {**run.found.objectives, **run.found.actions, **run.found.indicators}
    for sheet in run.book.sheets.values():
        for line in (line for line in sheet.lines if (sheet.title, line.row) in wanted):
            mark = str(line.values.get("indicator") or "")
            of = run.found.indicators.get(run.marks["indicators"].get(mark.casefold(), ""))
            held = parts.get(line.key)
            said = (of.name if of else mark, line.values.get("period"), held.name if held else line.values.get("name"))
            yield (sheet.title, line.row), ", ".join(str(words) for words in said if words)


# What the file would do ----------------------------------------------------------------------------------------------
def _understood(given: Import, plan: Plan, path: Path, tell: Tell) -> Run:
    found = sheets.whole(plan)
    book = reading.read(path, sheets.sheets_of(found), tell=tell)
    takes_all = plan.state in writing.BEING_WRITTEN or found.copy is not None
    run = Run(found, book, takes_all, found.is_followed and found.amendment is None)
    run.faults += book.faults
    run.marks = {name: dict(_marks(run, name)) for name in ("objectives", "indicators")}
    house = sheets.house_of(found)
    for name, sheet in book.sheets.items():
        compared = comparing.compare(sheet, book.held.get(name, {}), house.get(name, {}))
        run.faults += compared.faults
        if name == "readings":
            _readings(run, sheet, compared)
        else:
            _parts(run, sheet, compared)
        if given.options.get("removes") and name in KIND_OF:
            _removals(run, sheet, compared.absent)
    _check_spans(run)
    return run


def _marks(run: Run, name: str) -> Iterator[tuple[str, str]]:
    """What each mark of this file names: a key of the house, or "+row" for a line to be added."""
    codes = run.found.objectives if name == "objectives" else run.found.indicators
    yield from ((run.found.marks[code].casefold(), code) for code in codes)
    sheet = run.book.sheets.get(name)
    seen: set[str] = set()
    for line in sheet.lines if sheet else ():
        mark = str(line.values.get("mark") or "").casefold()
        if sheet and mark and mark in seen:
            run.refuse(sheet, line, "mark", _("This mark is already that of another line."))
        elif mark:
            seen.add(mark)
            yield mark, line.key or f"+{line.row}"


def _parts(run: Run, sheet: ReadSheet, compared: comparing.Compared) -> None:
    """Objectives, actions and indicators, and the vision."""
    kind = KIND_OF.get(sheet.sheet.name, "plan")
    for line in sheet.lines:
        if line.key and kind in ("action", "indicator"):
            _check_owner(run, sheet, line, kind)
    by_line: dict[int, list[comparing.Difference]] = {}
    for difference in compared.differences:
        by_line.setdefault(difference.line.row, []).append(difference)
    for differences in by_line.values():
        states = [d for d in differences if d.column in ("state", "reason")]
        if states:
            _state(run, sheet, states)
        for difference in (d for d in differences if d not in states):
            _field(run, sheet, kind, difference)
    for line in compared.new:
        _new_part(run, sheet, kind, line)


def _check_owner(run: Run, sheet: ReadSheet, line: ReadLine, kind: str) -> None:
    """A line stays under its objective."""
    part = (run.found.actions if kind == "action" else run.found.indicators).get(line.key)
    mark = str(line.values.get("objective") or "").casefold()
    if part and mark and run.marks["objectives"].get(mark) != part.objective.code:
        run.refuse(sheet, line, "objective", _("A line stays under its objective: add it under the other one instead."))


def _field(run: Run, sheet: ReadSheet, kind: str, d: comparing.Difference) -> None:
    name = run.found.plan.organisation.name if kind == "plan" else _name_of(run, kind, d.line.key)
    if kind == "objective" and d.column == "domain":
        return run.refuse(
            sheet, d.line, d.column, _("An objective stays in its domain: add it in the other one instead.")
        )
    new = _clean(run, sheet, d.line, d.column, kind=kind, value=d.new)
    if new is None or new == _typed(kind, d.column, d.old):
        return None
    if d.column == "name" and not new:
        return run.refuse(sheet, d.line, "name", _("Every line has a name. To take it away, erase the whole line."))
    if not (run.takes_all or (run.takes_light and d.column in LIGHT.get(kind, ()))):
        return run.refuse(sheet, d.line, d.column, _not_here(run))
    place = "vision" if kind == "plan" else f"{kind}.{d.line.key}.{d.column}"
    act = ("field", place, _typed(kind, d.column, d.old), new)
    _tell(run, sheet, d.line, act, "clash" if d.clashes else "change", name=name, column=d.column, old=d.old, new=d.new)
    return None


def _not_here(run: Run) -> str:
    if run.found.amendment:
        return _("A change of this plan has been handed in: nothing else changes before it is answered.")
    if run.found.is_followed:
        return _("The plan runs: this goes through an amendment.")
    return _("This plan has been handed in: it no longer changes here.")


def _not_yet() -> str:
    return _("This is new in the working copy: it is followed once the change of the plan is accepted.")


def _clean(run: Run, sheet: ReadSheet, line: ReadLine, column: str, *, kind: str, value: Value) -> str | None:
    """What would be typed in the page, if the page would take it; None, and a fault, otherwise."""
    words = stored(value) or ""
    try:
        clean = FIELDS[kind][column].parse(words, run.found.plan.framework)
    except BadData as error:
        run.refuse(sheet, line, column, error.sentence)
        return None
    return typed(kind, column, clean)


def _typed(kind: str, column: str, value: Value) -> str:
    """What the house holds, as it would be typed in its field."""
    return "" if value is None else typed(kind, column, value)


def _new_part(run: Run, sheet: ReadSheet, kind: str, line: ReadLine) -> None:
    if kind == "plan":
        return run.refuse(sheet, line, "", _("This sheet has one line: it takes no other."))
    if not run.takes_all:
        return run.refuse(sheet, line, "", _not_here(run))
    asked = "domain" if kind == "objective" else "objective"
    owner = str(line.values.get(asked) or "")
    if kind != "objective":
        owner = run.marks["objectives"].get(owner.casefold(), "")
    if not owner:
        sentence = (
            _("Choose a domain.") if kind == "objective" else _("Give the mark of its objective: O1, for example.")
        )
        return run.refuse(sheet, line, asked, sentence)
    if not line.values.get("name"):
        return run.refuse(sheet, line, "name", _("Give it a name."))
    names = [name for name in FIELDS[kind] if line.values.get(name) is not None]
    cleaned = {name: _clean(run, sheet, line, name, kind=kind, value=line.values[name]) for name in names}
    if None in cleaned.values():
        return None
    act = ("new", kind, f"+{line.row}", owner, cleaned)
    return _tell(run, sheet, line, act, "create", name=str(line.values["name"]))


def _state(run: Run, sheet: ReadSheet, differences: Sequence[comparing.Difference]) -> None:
    """Where an action stands: as many steps as lead there, with why it is held back."""
    line, action = differences[0].line, run.found.actions[differences[0].line.key]
    moved = next((d for d in differences if d.column == "state"), None)
    if moved is None or not moved.new:
        column = "reason" if moved is None else "state"
        return run.refuse(
            sheet, line, column, _("Say where the action stands: why it is held back goes with its state.")
        )
    target, reason = str(moved.new), str(line.values.get("reason") or "")
    steps = _steps(action.state, target)
    if not steps:
        sentence = _("An action that is “%(old)s” does not become “%(new)s”.")
        words = {"old": ActionState(action.state).label, "new": ActionState(target).label}
        return run.refuse(sheet, line, "state", sentence % words)
    if target in running.NEEDS_A_REASON and not reason.strip():
        return run.refuse(sheet, line, "reason", _("Say why: it will be asked again at mid-mandate."))
    if not run.found.is_followed:
        return run.refuse(sheet, line, "state", _not_here(run))
    if line.key not in run.found.running:
        return run.refuse(sheet, line, "state", _not_yet())
    if len(reason.strip()) > LONGEST_REASON:
        return run.refuse(
            sheet, line, "reason", _("This text is too long: %(limit)s characters at most.") % {"limit": 300}
        )
    what = "clash" if any(d.clashes for d in differences) else "change"
    act = ("move", line.key, action.state, steps, reason.strip())
    return _tell(
        run, sheet, line, act, what, name=action.name, column="state", old=action.state, new=target, note=reason.strip()
    )


LONGEST_REASON = 300  # characters, the column's width


def _steps(state: str, target: str) -> list[str]:
    """The fewest steps from a state to another, none when nothing leads there."""
    reached: dict[str, list[str]] = {state: []}
    waiting = [state]
    while waiting:
        here = waiting.pop(0)
        for step in ACTION_STEPS:
            if here in step.sources and step.target not in reached:
                reached[step.target] = [*reached[here], step.name]
                waiting.append(step.target)
    return reached.get(target, [])


def _removals(run: Run, sheet: ReadSheet, absent: Sequence[str]) -> None:
    """The lines that are gone from the file, if one asked that they go from the plan."""
    kind = KIND_OF[sheet.sheet.name]
    for code in absent:
        name = _name_of(run, kind, code)
        if kind != "objective" and _owner_of(run, kind, code) in run.gone:
            continue  # it goes with its objective
        run.gone.add(code)
        if not run.takes_all:
            run.faults.append(Fault(sheet.title, "", f"{name}\u202f: {_not_here(run)}"))
            continue
        run.effects.append(Effect(("remove", f"{kind}.{code}"), Told("remove", sheet.title, name)))


def _owner_of(run: Run, kind: str, code: str) -> str:
    return (run.found.actions if kind == "action" else run.found.indicators)[code].objective.code


def _name_of(run: Run, kind: str, code: str) -> str:
    held: Any = {"objective": run.found.objectives, "action": run.found.actions, "indicator": run.found.indicators}[
        kind
    ]
    return held[code].name


def _check_spans(run: Run) -> None:
    """An action whose two days, or two ages, would cross is refused, whichever was typed."""
    for first, effect in [(span[0], effect) for span in SPANS for effect in _crossing(run, span)]:
        run.effects = [other for other in run.effects if other is not effect]
        sheet, _sep, cell = effect.told.place.partition("!")
        run.faults.append(Fault(sheet, cell, crossed(first), effect.told.new))


def _crossing(run: Run, span: tuple[str, str]) -> list[Any]:
    """The effects that would make the ends of a span cross."""
    moved: dict[str, dict[str, Any]] = {}
    found = []
    for effect in run.effects:
        if effect.act[0] == "field" and effect.act[1].rpartition(".")[2] in span:
            moved.setdefault(effect.act[1].split(".")[1], {})[effect.act[1].rpartition(".")[2]] = effect
        if effect.act[:2] == ("new", "action") and cross(span, effect.act[4]):
            found.append(effect)
    for code, changed in moved.items():
        action = run.found.actions[code]
        ends = {name: _typed("action", name, getattr(action, name)) for name in span}
        ends |= {name: effect.act[3] for name, effect in changed.items()}
        if cross(span, ends):
            found += changed.values()
    return found


def _tell(
    run: Run, sheet: ReadSheet, line: ReadLine, act: tuple, what: str,
    *, name: str, column: str = "", old: Value = None, new: Value = None, note: str = "",
) -> None:  # fmt: skip
    title = str(sheet.sheet.column(column).title) if column else ""
    place = Fault(sheet.title, sheet.cell(line, column), "").place
    told = Told(what, place, name, title, _words(sheet, column, old), _words(sheet, column, new), note)
    run.effects.append(Effect(act, told))


def _words(sheet: ReadSheet, column: str, value: Value) -> str:
    """A value as one reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return number_format(value.normalize() + 0, use_l10n=True, force_grouping=True).replace("\xa0", "\u202f")
    if isinstance(value, date):
        return date_format(value)
    return str(dict(sheet.sheet.column(column).choices).get(value, value)) if column else value


# Readings ------------------------------------------------------------------------------------------------------------
def _readings(run: Run, sheet: ReadSheet, compared: comparing.Compared) -> None:
    changed: dict[int, list[comparing.Difference]] = {}
    for difference in compared.differences:
        changed.setdefault(difference.line.row, []).append(difference)
    taken = {line.key for line in sheet.lines if line.key}
    for line in sheet.lines:
        key = _place(run, sheet, line)
        if key is None or (line.key and key != line.key):
            if key is not None:
                sentence = _("A reading keeps its indicator, period and group: type another one in an empty line.")
                run.refuse(sheet, line, "period", sentence)
        elif not line.key and key in taken:
            run.refuse(sheet, line, "period", _("The same period is written twice for one indicator."))
        elif not line.key or line.row in changed:
            taken.add(key)
            _reading(run, sheet, line, key, changed.get(line.row, []), moved=compared.moved.get(line.key, set()))


def _place(run: Run, sheet: ReadSheet, line: ReadLine) -> str | None:
    """The key of a reading, from what is typed; None, and a fault, when it names no indicator."""
    mark, period = str(line.values.get("indicator") or ""), str(line.values.get("period") or "")
    code = run.marks["indicators"].get(mark.casefold(), "")
    if code not in run.found.read:
        is_new = code in run.found.indicators
        sentence = _not_yet() if is_new else _("Give the mark of its indicator: I1, for example.")
        run.refuse(sheet, line, "indicator", sentence)
        return None
    return sheets.place_of(code, period, str(line.values.get("breakdown") or ""))


def _reading(
    run: Run,
    sheet: ReadSheet,
    line: ReadLine,
    key: str,
    differences: Sequence[comparing.Difference],
    *,
    moved: set[str],
) -> None:
    """A line added or changed, as the page of its indicator would take it. `moved`: what the house changed meanwhile."""
    indicator, before = run.found.read[key.split()[0]], run.found.readings.get(key)
    clashes = not moved.isdisjoint(NUMBERS) and any(d.column in NUMBERS for d in differences)
    values = _brought(line, before, differences, is_whole=clashes)
    if before and not differences and all(_same(values[n], getattr(before, n)) for n in READ_OF):
        return None
    if values["numerator"] is not None and any(d.column == "value" for d in differences):
        return run.refuse(sheet, line, "value", _("This value is counted from its two parts: change them instead."))
    place = {name: str(line.values.get(name) or "") for name in ("period", "breakdown")}
    given = typed_reading(values, **place)
    try:
        running.facts(indicator, given)
    except BadData as error:
        column = differences[0].column if differences else sheet.lost(line, NUMBERS) or "value"
        return run.refuse(sheet, line, column, error.sentence)
    if len(given.missing_because) > 300 or len(given.source) > 200 or len(given.evidence_address) > 500:
        return run.refuse(sheet, line, "source", _("This text is too long."))
    if not run.found.is_followed:
        return run.refuse(sheet, line, "", _not_here(run))
    what = "create"
    if before:
        what = "clash" if clashes or not differences or any(d.clashes for d in differences) else "change"
    note = _("It was verified: corrected, it is to be verified again.") if before and before.verified_at else ""
    act = ("reading", indicator.code, given.period, given.breakdown, {n: stored(v) for n, v in values.items()})
    first = differences[0] if differences else None
    column = first.column if first else "value"
    old, new = (first.old, first.new) if first else (before.value if before else None, values["value"])
    if what == "create":
        new = values["value"] if values["value"] is not None else str(values["missing_because"] or "")
    elif clashes and before:
        old = _with_parts(sheet, column, old, {n: getattr(before, n) for n in PARTS})
        new = _with_parts(sheet, column, new, values)
    name = f"{indicator.name}, {key.partition(' ')[2]}"
    note = note or _others(sheet, differences[1:])
    return _tell(run, sheet, line, act, what, name=name, column=column, old=old, new=new, note=note)


def _brought(
    line: ReadLine, before: Reading | None, differences: Sequence[comparing.Difference], *, is_whole: bool
) -> dict[str, Value]:
    """What a line says of a reading: of one that stands, what the file changed; the rest as the house has it now.

    `is_whole`: numbers were changed on both sides, they are those of the file together or none of them.
    """
    brought = {name: line.values.get(name) for name in READ_OF}
    if before is None:
        return brought
    changed = {d.column for d in differences} if line.key else set(line.values)
    changed.update(set(NUMBERS).intersection(line.values) if is_whole else ())
    if any(brought[name] is not None for name in changed.intersection(NUMBERS)):
        changed.add("missing_because")
    elif "missing_because" in changed:
        changed.update(NUMBERS)  # a value, or why there is none
    return {name: brought[name] if name in changed else getattr(before, name) for name in READ_OF}


def _with_parts(sheet: ReadSheet, column: str, value: Value, values: Mapping[str, Value]) -> str:
    """A number, with the other of the two parts it goes with."""
    others = [n for n in PARTS if n != column and values[n] is not None]
    told = [f"{sheet.sheet.column(name).title}\u202f: {_words(sheet, name, values[name])}" for name in others]
    words = _words(sheet, column, value)
    return f"{words} ({', '.join(told)})" if told else words


def _others(sheet: ReadSheet, differences: Sequence[comparing.Difference]) -> str:
    """The other cells of the line that change with the first."""
    told = [f"{sheet.sheet.column(d.column).title}\u202f: {_words(sheet, d.column, d.new)}" for d in differences]
    return ", ".join(told)


def _same(typed_in: Value, held: Any) -> bool:
    return stored(typed_in) == stored(Decimal(held) if isinstance(held, int) else held)
