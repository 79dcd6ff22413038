"""The lines of a network's workbook, organisation by organisation, and what the house already holds of each.

Nothing is written here: `judge` says the fate of every line, `operations.bringing_in` writes those to be added.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from marelle.accounts.models import Invitation, Membership, Organisation, Person
from marelle.base import clock
from marelle.base.errors import BadData
from marelle.base.text import fold
from marelle.base.workbooks.columns import Fault, Value, stored
from marelle.base.workbooks.reading import Book, ReadLine, ReadSheet
from marelle.framework.models import Framework, IndicatorDefinition, Track
from marelle.framework.queries import domains_of
from marelle.mandates import figures
from marelle.mandates.models import Mandate
from marelle.mandates.network_sheets import WORDS_OF_REPORT
from marelle.plans.fields import FIELDS
from marelle.plans.models import Action, Indicator, Objective, Reading, Report
from marelle.plans.operations import running
from marelle.plans.states import NEEDS_A_REASON, ActionState, ReportKind
from marelle.territories.models import Territory
from marelle.territories.queries import find

SHEETS = ("organisations", "mandates", "people", "objectives", "actions", "indicators", "readings", "reports")
KINDS = {"objectives": "objective", "actions": "action", "indicators": "indicator"}
NUMBERS = ("value", "numerator", "denominator")
LONGEST_NAME = 120  # characters of a person's name


@dataclass(frozen=True)
class Entry:
    """One line of the workbook: its sheet, where it is, what it says."""

    sheet: ReadSheet
    line: ReadLine

    def get(self, column: str) -> Value:
        """What a cell says."""
        return self.line.values.get(column)

    def words(self, column: str) -> str:
        """The same, as words."""
        return str(self.get(column) or "")

    def fault(self, column: str, sentence: str) -> Fault:
        """A fault of one of its cells."""
        return self.sheet.fault(self.line, column, sentence)


@dataclass
class Bundle:
    """All the lines of one organisation, by sheet; `merged`: the codes of before that led to it."""

    territory: Territory
    merged: dict[int, str] = field(default_factory=dict)  # by place in `entries` order: id of the entry
    entries: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Known:
    """What lines are judged by: the framework, its domains and library, the tracks, whoever brings the network in."""

    framework: Framework
    tracks: dict[str, Track]
    by: Person

    def __post_init__(self) -> None:
        self.domains = {domain.code: domain for domain in domains_of(self.framework)}
        rows = IndicatorDefinition.objects.filter(domain__framework=self.framework)
        self.library = {row.code: row for row in rows}


@dataclass
class Held:
    """What the house holds of one organisation, found by what a line says. Grows while its lines are judged."""

    organisation: Organisation | None = None
    mandates: dict[tuple[str, date], Mandate | None] = field(default_factory=dict)
    people: set[tuple[str, str]] = field(default_factory=set)
    objectives: dict[tuple, Objective | None] = field(default_factory=dict)
    actions: dict[tuple, Action | None] = field(default_factory=dict)
    indicators: dict[tuple, Indicator | None] = field(default_factory=dict)
    readings: dict[tuple, Reading | None] = field(default_factory=dict)
    reports: dict[tuple, Report | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """The fate of one line: "create", "there" or "differs"; `key` finds it again, `values` are what is written."""

    what: str
    sheet: str
    entry: Entry
    key: tuple
    values: dict[str, Any] = field(default_factory=dict)
    old: str = ""
    new: str = ""
    merged: str = ""


@dataclass
class Fates:
    """The steps of one organisation in the order they are written, and what cannot be taken."""

    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    marks: dict[tuple, tuple] = field(default_factory=dict)  # (sheet, mandate, mark) → key of the part


# Lines by organisation -----------------------------------------------------------------------------------------------
def bundles_of(book: Book) -> tuple[list[Bundle], list[Fault]]:
    """The lines of each organisation of today, in the order of the file; and those of no organisation."""
    found: dict[str, Bundle] = {}
    places: dict[str, Territory | None] = {}
    faults = list(book.faults)
    for name in SHEETS:
        sheet = book.sheets.get(name)
        for line in sheet.lines if sheet else ():
            entry = Entry(sheet, line)  # type: ignore[arg-type]
            code = _code(entry.words("organisation"))
            if code not in places:
                places[code] = find(code) if code else None
            place = places[code]
            if place is None or not place.is_current:
                faults.append(entry.fault("organisation", _("No municipality or intercommunality bears this code.")))
                continue
            bundle = found.setdefault(place.code, Bundle(place))
            bundle.entries[name].append(entry)
            if code not in (place.code, place.siren):
                bundle.merged[id(entry)] = code
    return list(found.values()), faults


def names_of(bundles: Sequence[Bundle]) -> dict[tuple[str, int], str]:
    """The name of the organisation of each line, by sheet and row."""
    entries = (
        (bundle.territory.name, entry) for bundle in bundles for held in bundle.entries.values() for entry in held
    )
    return {(entry.sheet.title, entry.line.row): name for name, entry in entries}


def is_called_otherwise(bundle: Bundle, entry: Entry) -> bool:
    """Whether a line of organisations gives a code under another's name."""
    typed = fold(entry.words("name")) if entry.sheet.sheet.name == "organisations" else ""
    return bool(typed) and typed != fold(bundle.territory.name)


def _code(words: str) -> str:
    """A code as it is written: spreadsheets take the 0 before 1033 away."""
    plain = "".join(words.split()).upper()
    return plain.zfill(5) if re.fullmatch(r"\d{4}", plain) else plain


# What the house holds ------------------------------------------------------------------------------------------------
def held_by(codes: Collection[str]) -> dict[str, Held]:
    """What the house holds of these organisations: ten questions, whatever their number."""
    found: dict[str, Held] = {code: Held() for code in codes}
    for organisation in Organisation.objects.filter(code__in=codes):
        found[organisation.code].organisation = organisation
    rows = Mandate.rows.filter(organisation__code__in=codes).select_related("organisation", "track", "plan__framework")
    plans: dict[int, tuple[Held, tuple]] = {}
    for mandate in rows:
        place = (mandate.track.code, mandate.starts_on)
        found[mandate.organisation.code].mandates[place] = mandate
        plans[mandate.plan_id] = (found[mandate.organisation.code], place)
    _hold_people(found)
    _hold_parts(plans)
    return found


def _hold_people(found: dict[str, Held]) -> None:
    codes = list(found)
    members = Membership.objects.living().filter(organisation__code__in=codes)
    invited = Invitation.objects.filter(organisation__code__in=codes, withdrawn_at=None)
    for rows, address in ((members, "person__email"), (invited, "email")):
        for code, email, role in rows.values_list("organisation__code", address, "role"):
            found[code].people.add((email.lower(), role))


def _hold_parts(plans: dict[int, tuple[Held, tuple]]) -> None:
    for objective in Objective.objects.filter(plan__in=plans).select_related("domain"):
        held, place = plans[objective.plan_id]
        held.objectives[(place, objective.domain.code, fold(objective.name))] = objective
    for action in Action.objects.filter(objective__plan__in=plans).select_related("objective__domain"):
        held, place = plans[action.objective.plan_id]
        held.actions[(*_owner(place, action.objective), fold(action.name))] = action
    rows = Indicator.objects.filter(objective__plan__in=plans).select_related("objective__domain", "definition")
    by_pk = {}
    for indicator in rows:
        held, place = plans[indicator.objective.plan_id]
        by_pk[indicator.pk] = (held, key := (*_owner(place, indicator.objective), fold(indicator.name)))
        held.indicators[key] = indicator
    for reading in Reading.rows.filter(indicator__objective__plan__in=plans, replaced_at=None):
        held, key = by_pk[reading.indicator_id]
        held.readings[(*key, reading.period, reading.breakdown)] = reading
    for report in Report.rows.filter(plan__in=plans):
        held, place = plans[report.plan_id]
        held.reports[(place, report.kind, report.year)] = report


def _owner(place: tuple, objective: Objective) -> tuple:
    return place, objective.domain.code, fold(objective.name)


# The fate of each line -----------------------------------------------------------------------------------------------
def judge(bundle: Bundle, held: Held, known: Known) -> Fates:
    """The fate of every line of one organisation."""
    fates = Fates()
    judges: dict[str, Any] = {
        "organisations": _organisation,
        "mandates": _mandate,
        "people": _person,
        "objectives": _part,
        "actions": _part,
        "indicators": _part,
        "readings": _reading,
        "reports": _report,
    }
    for name in SHEETS:
        for entry in bundle.entries[name]:
            try:
                step = judges[name](name, entry, bundle, held, known, fates=fates)
            except _NotTaken as refusal:
                fates.faults.append(entry.fault(refusal.column, refusal.sentence))
            else:
                fates.steps.append(step)
    return fates


class _NotTaken(Exception):
    """A line that cannot be taken: the column at fault, and why."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


def _organisation(name: str, entry: Entry, bundle: Bundle, held: Held, known: Known, *, fates: Fates) -> Step:
    is_known = held.organisation or any(step.sheet == name for step in fates.steps)  # of two that merged, the second
    what = "there" if is_known else "create"
    return Step(what, name, entry, (bundle.territory.code,), merged=bundle.merged.get(id(entry), ""))


def _mandate(name: str, entry: Entry, bundle: Bundle, held: Held, known: Known, *, fates: Fates) -> Step:
    track = known.tracks.get(entry.words("track"))
    starts_on, ends_on, signed_on = (entry.get(column) for column in ("starts_on", "ends_on", "signed_on"))
    if track is None:
        raise _NotTaken("track", _("Choose its track."))
    if not isinstance(starts_on, date):
        raise _NotTaken("starts_on", _("Give the first day of the mandate."))
    if not isinstance(signed_on, date) or signed_on > clock.today():
        raise _NotTaken("signed_on", _("Give the day the agreement was signed: a mandate comes from an agreement."))
    last = ends_on if isinstance(ends_on, date) else figures.mandate_end(starts_on, track.years)
    if last <= starts_on:
        raise _NotTaken("ends_on", _("A mandate ends after its first day."))
    key = (track.code, starts_on)
    merged = bundle.merged.get(id(entry), "")
    if (found := held.mandates.get(key)) is not None:
        if found.ends_on != last:
            return Step("differs", name, entry, key, old=found.ends_on.isoformat(), new=last.isoformat(), merged=merged)
        return Step("there", name, entry, key, merged=merged)
    for (code, begins), other in held.mandates.items():
        ends = other.ends_on if other else _ends(fates, (code, begins))
        if code == track.code and begins < last and starts_on < ends:
            raise _NotTaken(
                "starts_on", _("Another mandate of this organisation, on the same track, covers these years.")
            )
    held.mandates[key] = None
    voted_on = entry.get("voted_on")
    values = {
        "track": track,
        "starts_on": starts_on,
        "ends_on": last,
        "signed_on": signed_on,
        "voted_on": voted_on if isinstance(voted_on, date) else None,
        "vote_number": entry.words("vote_number")[:60],
        "vision": _clean("plan", "vision", entry, known),
    }
    return Step("create", name, entry, key, values, new=str(track), merged=merged)


def _ends(fates: Fates, key: tuple) -> date:
    return next(step.values["ends_on"] for step in fates.steps if step.sheet == "mandates" and step.key == key)


def _person(name: str, entry: Entry, bundle: Bundle, held: Held, known: Known, *, fates: Fates) -> Step:
    _check_space(bundle, held)
    email, role = entry.words("email").strip().lower(), entry.words("role")
    try:
        validate_email(email)
    except ValidationError:
        raise _NotTaken("email", _("Give an e-mail address.")) from None
    if not role:
        raise _NotTaken("role", _("Choose a role."))
    key = (email, role)
    if key in held.people:
        return Step("there", name, entry, key)
    held.people.add(key)
    values = {"email": email, "role": role, "name": entry.words("name")[:LONGEST_NAME]}
    return Step("create", name, entry, key, values, new=email)


def _check_space(bundle: Bundle, held: Held) -> None:
    if held.organisation is None and not bundle.entries["organisations"] and not held.mandates:
        raise _NotTaken("organisation", _("This organisation has no line of its own: add it, or its mandate."))


def _place(entry: Entry, held: Held) -> tuple:
    """The mandate a line is of: the only one, or that of the year it says."""
    since = entry.get("since")
    found = [k for k in held.mandates if not isinstance(since, Decimal) or k[1].year == int(since)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise _NotTaken("since", _("No mandate of this organisation is known, or taken from this file, for this line."))
    raise _NotTaken("since", _("Say the year the mandate began: this organisation has several."))


def _part(name: str, entry: Entry, bundle: Bundle, held: Held, known: Known, *, fates: Fates) -> Step:
    """An objective, an action or an indicator."""
    kind, place = KINDS[name], _place(entry, held)
    values = {column: _clean(kind, column, entry, known) for column in _columns(kind, entry)}
    if not values.get("name"):
        raise _NotTaken("name", _("Give it a name."))
    if kind == "objective":
        domain = known.domains.get(entry.words("domain"))
        if domain is None:
            raise _NotTaken("domain", _("Choose a domain."))
        owner, values = (place, domain.code), values | {"domain": domain}
    else:
        owner = _owner_of(entry, place, "objectives", "objective", fates)
        values |= _state(entry) if kind == "action" else _definition(entry, known)
    key = (*owner, fold(values["name"]))
    if entry.words("mark"):
        mark = (name, place, entry.words("mark").casefold())
        if fates.marks.setdefault(mark, key) != key:
            raise _NotTaken("mark", _("This mark is already that of another line."))
    rows: dict[tuple, Any] = getattr(held, name)
    if key not in rows:
        rows[key] = None
        return Step("create", name, entry, key, values, new=values["name"])
    return _compared(name, entry, key, rows[key], values)


def _compared(name: str, entry: Entry, key: tuple, found: Any, values: dict[str, Any]) -> Step:
    """What stands already stays as it is; where it says otherwise, that is told."""
    if found is None:
        raise _NotTaken("name", _("This line is in the file twice."))
    for column, value in values.items():
        here = getattr(found, column)
        if value not in ("", None) and here != value:
            title = str(entry.sheet.sheet.column(column).title)
            return Step("differs", name, entry, key, old=f"{title}\u202f: {here or '–'}", new=str(value))
    return Step("there", name, entry, key)


def _owner_of(entry: Entry, place: tuple, sheet: str, column: str, fates: Fates) -> tuple:
    key = fates.marks.get((sheet, place, entry.words(column).casefold()))
    if key is None:
        raise _NotTaken(column, _("No line that is taken bears this mark, for this organisation and mandate."))
    return key


def _columns(kind: str, entry: Entry) -> Iterator[str]:
    return (column for column in FIELDS[kind] if entry.get(column) is not None)


def _clean(kind: str, column: str, entry: Entry, known: Known) -> Any:
    try:
        return FIELDS[kind][column].parse(stored(entry.get(column)) or "", known.framework)
    except BadData as error:
        raise _NotTaken(column, error.sentence) from None


def _state(entry: Entry) -> dict[str, Any]:
    state, reason = entry.words("state") or ActionState.PLANNED, entry.words("reason")[:300]
    starts_on, ends_on = entry.get("starts_on"), entry.get("ends_on")
    if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on < starts_on:
        raise _NotTaken("ends_on", _("An action ends on or after the day it starts."))
    if state not in NEEDS_A_REASON:
        return {"state": state}
    if not reason:
        raise _NotTaken("reason", _("Say why: it will be asked again at mid-mandate."))
    return {"state": state, "reason": reason}


def _definition(entry: Entry, known: Known) -> dict[str, Any]:
    code = entry.words("definition")
    if not code:
        return {}
    if code not in known.library:
        raise _NotTaken("definition", _("The library has no indicator of this code."))
    return {"definition": known.library[code]}


def _reading(name: str, entry: Entry, bundle: Bundle, held: Held, known: Known, *, fates: Fates) -> Step:
    place = _place(entry, held)
    owner = _owner_of(entry, place, "indicators", "indicator", fates)
    indicator = held.indicators.get(owner) or _to_come(fates, owner)
    typed = _typed(entry)
    try:
        said = running.facts(indicator, typed)
    except BadData as error:
        raise _NotTaken(entry.sheet.lost(entry.line, NUMBERS) or "value", error.sentence) from None
    key = (*owner, said["period"], said["breakdown"])
    if key not in held.readings:
        held.readings[key] = None
        return Step("create", name, entry, key, {"typed": typed, "owner": owner}, new=stored(said["value"]) or "")
    found = held.readings[key]
    if found is None:
        raise _NotTaken("period", _("The same period is written twice for one indicator."))
    if found.value != said["value"]:
        return Step("differs", name, entry, key, old=stored(found.value) or "–", new=stored(said["value"]) or "–")
    return Step("there", name, entry, key)


def _to_come(fates: Fates, owner: tuple) -> Indicator:
    """The indicator a line of the same file will make."""
    values = next(s.values for s in fates.steps if s.sheet == "indicators" and s.key == owner and s.what == "create")
    return Indicator(**values)


def _typed(entry: Entry) -> running.Typed:
    parts: dict[str, Any] = {name: entry.get(name) for name in NUMBERS}
    if parts["numerator"] is not None or parts["denominator"] is not None:
        parts["value"] = None  # counted from them
    limits = {"missing_because": 300, "source": 200, "evidence_address": 500}
    for name, limit in limits.items():
        if len(entry.words(name)) > limit:
            raise _NotTaken(name, _("This text is too long: %(limit)s characters at most.") % {"limit": limit})
    words: dict[str, Any] = {name: entry.words(name) for name in (*limits, "period", "breakdown")}
    return running.Typed(**parts, **words)


def _report(name: str, entry: Entry, bundle: Bundle, held: Held, known: Known, *, fates: Fates) -> Step:
    place = _place(entry, held)
    kind, year, handed = entry.words("kind"), entry.get("year"), entry.get("handed_in_on")
    if not kind:
        raise _NotTaken("kind", _("Choose which report it is."))
    if not isinstance(year, Decimal) or not 1900 <= int(year) <= 2100:
        raise _NotTaken("year", _("Give the year in four digits, for example 2025."))
    if not isinstance(handed, date) or not place[1] < handed <= clock.today():
        raise _NotTaken("handed_in_on", _("Give the day it was handed in, after the mandate began."))
    if kind == ReportKind.YEARLY and not place[1].year <= int(year) <= handed.year:
        raise _NotTaken("year", _("A yearly sheet tells of a year of the mandate that has begun."))
    key = (place, kind, int(year))
    if key in held.reports:
        return Step("there", name, entry, key)
    held.reports[key] = None
    words = {column: entry.words(column) for column in WORDS_OF_REPORT}
    return Step("create", name, entry, key, {"handed_in_on": handed, "words": words}, new=f"{int(year)}")


def codes_of(bundles: Sequence[Bundle]) -> list[str]:
    """The codes of today of these organisations."""
    return [bundle.territory.code for bundle in bundles]
