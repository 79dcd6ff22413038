"""The plan a city already has, pasted or given as a file: its lines become objectives and actions, once confirmed.

Nothing is invented: what is written is a line of the text, or the shorter name somebody typed for it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import antivirus, clock
from marelle.base.errors import BadData, Conflict, WrongState
from marelle.base.lines import Line, kind_of, lines_in, lines_of
from marelle.framework.models import Framework
from marelle.plans import rules
from marelle.plans.fields import FIELDS
from marelle.plans.headings import domains_above
from marelle.plans.models import BroughtText, Plan
from marelle.plans.operations import writing

LONGEST_TEXT = 500_000  # characters pasted: some 150 pages
LONGEST_NAME = 300  # characters of an objective or of an action
BULLET = re.compile(r"[-–—•·‣▪◦*o→✓➢]\s+")  # what a pasted list begins its lines with
OBJECTIVE, ACTION, SKIP = "objective", "action", "skip"


def bring_file(plan_id: int, path: Path | str, name: str, *, by: Person, at: datetime | None = None) -> BroughtText:
    """Read a file, whose lines wait to be confirmed; the file is not kept. Raises NotAllowed, WrongState, BadData, Unavailable."""
    kind = kind_of(name)
    _require(Plan.rows.get(pk=plan_id), by)
    antivirus.check(Path(path))
    return _keep(plan_id, lines_of(Path(path), kind), name, by=by, at=at)


def bring_text(plan_id: int, text: str, *, by: Person, at: datetime | None = None) -> BroughtText:
    """The same, of a text that was pasted."""
    if len(text) > LONGEST_TEXT:
        raise BadData(_("This is too long: 1,000 lines at most. Keep the part that holds objectives and actions."))
    return _keep(plan_id, lines_in(text), "", by=by, at=at)


@transaction.atomic
def choose(brought_id: int, name: str, value: str, *, was: str, version: int, by: Person) -> BroughtText:
    """Say what a line becomes ("line.<number>"), or its shorter name ("name.<number>"): nothing is written yet.

    Raises NotAllowed, WrongState, BadData, Conflict.
    """
    brought, _plan = _locked(brought_id, by)
    what, _dot, number = name.partition(".")
    kept = {"line": brought.choices, "name": brought.names}.get(what)
    if kept is None or not number.isdecimal() or int(number) >= len(brought.lines) or number in brought.written:
        raise BadData(_("This field does not exist."), name=name)
    theirs, value = kept.get(number, ""), value.strip()
    if theirs not in (was, value):
        sentence = _(
            "This text was changed elsewhere while you were writing. Both are kept below: choose, or join them."
        )
        raise Conflict(sentence, yours=value, theirs=theirs, version=brought.version, field=name)
    if len(value) > LONGEST_NAME:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST_NAME})
    kept[number] = value
    brought.version += 1
    brought.save(update_fields=["choices", "names", "version"])
    return brought


@transaction.atomic
def write_chosen(brought_id: int, *, by: Person) -> int:
    """Put into the plan what was confirmed and is not there yet, in the order of the text; how many parts.

    All of it or nothing. Raises NotAllowed, WrongState, and BadData with a sentence for each line that cannot be taken.
    """
    brought, plan = _locked(brought_id, by)
    before = len(brought.written)
    above, faults = "", []
    for n, (words, _place, _domain) in enumerate(brought.lines):
        number = str(n)
        kind, _colon, to = brought.choices.get(number, "").partition(":")
        above = brought.written.get(number, above) if kind == OBJECTIVE else above
        if kind not in (OBJECTIVE, ACTION) or number in brought.written:
            continue
        try:
            code = _write(plan, kind, to or above, brought.names.get(number) or _without_bullet(words), by)
        except BadData as error:
            faults.append(_("Line %(number)s: %(sentence)s") % {"number": n + 1, "sentence": error.sentence})
            continue
        brought.written[number] = code
        above = code if kind == OBJECTIVE else above
    if faults:
        raise BadData(_("Nothing was written: some lines cannot be taken."), faults)
    brought.version += 1
    brought.save(update_fields=["written", "version"])
    return len(brought.written) - before


@transaction.atomic
def forget(brought_id: int, *, by: Person) -> None:
    """Let the lines go; what was written of them stays in the plan."""
    brought, _plan = _locked(brought_id, by)
    brought.delete()


def _without_bullet(words: str) -> str:
    """The words of a line of a list, without the mark before them."""
    return BULLET.sub("", words) or words


def _write(plan: Plan, kind: str, to: str, name: str, by: Person) -> str:
    if not to:
        raise BadData(_("no objective is kept above this action: choose the one it stands under."))
    FIELDS[kind]["name"].parse(name, plan.framework)
    add = writing.add_objective if kind == OBJECTIVE else writing.add_action
    return add(plan.pk, to, by=by, name=name).code


@transaction.atomic
def _keep(plan_id: int, lines: Sequence[Line], label: str, *, by: Person, at: datetime | None) -> BroughtText:
    plan = Plan.rows.lock(plan_id)
    _require(plan, by)
    domains = domains_above([line.words for line in lines], _names(plan.framework))
    return BroughtText.objects.create(
        plan=plan,
        label=label[-200:],
        lines=[[line.words, line.place, domain] for line, domain in zip(lines, domains, strict=True)],
        given_by=by,
        given_at=at or clock.now(),
    )


def _names(framework: Framework) -> dict[str, list[str]]:
    """The names each domain bears, long and short, in every language."""
    return {d.code: [*d.name.values(), *d.short.values()] for d in framework.domains.order_by("position", "pk")}


def _locked(brought_id: int, by: Person) -> tuple[BroughtText, Plan]:
    brought = BroughtText.rows.get(pk=brought_id)
    plan = Plan.rows.lock(brought.plan_id)
    _require(plan, by)
    return BroughtText.rows.select_for_update(of=("self",)).get(pk=brought_id), plan


def _require(plan: Plan, by: Person) -> None:
    rules.require(rules.may_write_plan, by, plan)
    if plan.state not in writing.BEING_WRITTEN:
        raise WrongState(_("This plan has been handed in: it no longer changes here."), state=plan.state)
