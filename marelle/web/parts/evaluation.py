"""The end-of-mandate evaluation as both faces show it: sections, every number with its formula and its inputs, one file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from marelle.mandates.evaluation import Input, Line
from marelle.mandates.queries.evaluation import Evaluation
from marelle.plans.states import ActionState, ProofLevel, RatedBy, Verdict
from marelle.web.parts.tables import Column, Table
from marelle.web.templatetags.marelle import day, number

Leads = Callable[[str], str]  # from a number's key to its page
UNKNOWN = "–"
SECTIONS = {
    "mandates": gettext_lazy("Mandates"),
    "attainment": gettext_lazy("How far the targets are"),
    "ratings": gettext_lazy("How the objectives end"),
    "actions": gettext_lazy("What became of the actions"),
    "policies": gettext_lazy("Policies: yes or no"),
    "proposals": gettext_lazy("What children proposed"),
}
FORMULAS = {
    "count": gettext_lazy("Count of the lines below."),
    "mean_of_towns": gettext_lazy(
        "Way of an indicator: (newest reading − baseline) ÷ (target − baseline), between 0 and 100 %. In a town, the mean of "
        "its indicators of this domain at this level of proof; here, the mean of the towns that have one. Rounded down."
    ),
    "share_of_yes": gettext_lazy("Towns whose newest reading is a yes ÷ towns that say yes or no. Rounded down."),
    "in_time": gettext_lazy(
        "Proposals answered within three months ÷ proposals that can be judged: their day is known, and they were answered "
        "or their three months are over. Rounded down."
    ),
}
SINGLE = {
    "mandates.evaluated": gettext_lazy("Mandates evaluated"),
    "mandates.ended": gettext_lazy("Mandates that are over"),
    "mandates.final_report": gettext_lazy("Final reports accepted"),
    "proposals.received": gettext_lazy("Proposals published"),
    "proposals.answered": gettext_lazy("Proposals answered"),
    "proposals.in_time": gettext_lazy("Answered within three months"),
}
NOT_KNOWN = pgettext_lazy("progress", "not known")


@dataclass(frozen=True)
class Row:
    """A row of a section: what it is about, and the line of each column."""

    title: str
    lines: dict[str, Line]


def shown(evaluation: Evaluation, request: HttpRequest, leads: Leads) -> dict[str, Any]:
    """What `parts/evaluation.html` shows."""
    return {
        "evaluation": evaluation,
        "sections": sections(evaluation, request, leads),
        "table": everything(evaluation, request, leads),
        "command": command(evaluation),
        "told": state_sentence(evaluation),
    }


def title_of(evaluation: Evaluation, line: Line) -> str:
    """A number in words."""
    section, subject, group = line.parts
    if line.key in SINGLE:
        return str(SINGLE[line.key])
    if section == "policies":
        return _("%(policy)s: yes") % {"policy": evaluation.policies.get(subject, subject)}
    domain = str(evaluation.domains.get(subject, subject))
    if section == "ratings":
        by, _dash, verdict = group.partition("-")
        return f"{domain}, {RatedBy(by).label}, {Verdict(verdict).label}"
    return f"{domain}, {_group_word(section, group)}"


def _group_word(section: str, group: str) -> str:
    if section == "actions":
        return str(ActionState(group).label)
    return str(NOT_KNOWN) if group == "unknown" else str(ProofLevel(group).label)


def value_word(line: Line) -> str:
    """The number as one reads it; a dash when it is not known."""
    if line.value is None:
        return UNKNOWN
    return f"{number(line.value)}\u202f%" if line.unit == "%" else number(line.value)


# Sections ------------------------------------------------------------------------------------------------------------
def sections(evaluation: Evaluation, request: HttpRequest, leads: Leads) -> list[dict[str, Any]]:
    """Each section: its title, its tables."""
    by_rater = [(str(by.label), _ratings(evaluation, by)) for by in RatedBy]
    tables = {
        "mandates": [("", _plain(evaluation, "mandates"))],
        "attainment": [("", _by_domain(evaluation, "attainment"))],
        "ratings": by_rater,
        "actions": [("", _by_domain(evaluation, "actions"))],
        "policies": [("", _plain(evaluation, "policies"))],
        "proposals": [("", _plain(evaluation, "proposals"))],
    }
    return [
        {
            "name": name,
            "title": title,
            "tables": [_table(request, rows, str(of or title), leads) for of, rows in tables[name] if rows],
        }
        for name, title in SECTIONS.items()
    ]


def _by_domain(evaluation: Evaluation, section: str) -> list[Row]:
    """One row a domain, in the order of the framework."""
    lines = evaluation.section(section)
    return [
        Row(str(domain), {_group_word(section, ln.parts[2]): ln for ln in lines if ln.parts[1] == slug})
        for slug, domain in evaluation.domains.items()
    ]


def _ratings(evaluation: Evaluation, by: RatedBy) -> list[Row]:
    lines = [ln for ln in evaluation.section("ratings") if ln.parts[2].startswith(f"{by.value}-")]
    return [
        Row(str(d), {str(Verdict(ln.parts[2].partition("-")[2]).label): ln for ln in lines if ln.parts[1] == slug})
        for slug, d in evaluation.domains.items()
    ]


def _plain(evaluation: Evaluation, section: str) -> list[Row]:
    """One row a number."""
    return [
        Row(title_of(evaluation, line), {pgettext("evaluation", "Number"): line})
        for line in evaluation.section(section)
    ]


def _table(request: HttpRequest, rows: list[Row], caption: str, leads: Leads) -> Table:
    """The rows with a column a group, each number leading to its page; the last says how many are known."""

    def column(name: str) -> Column:
        return Column(
            name,
            name[:1].upper() + name[1:],
            lambda row: row.lines[name].value,
            "number",
            shown=lambda row: value_word(row.lines[name]),
            address=lambda row: leads(row.lines[name].key),
        )

    names = list(rows[0].lines)
    heads = [Column("title", pgettext("evaluation", "What"), lambda row: row.title), *map(column, names)]
    heads.append(Column("known", pgettext("evaluation", "Known"), lambda row: _known(row, names), "number"))
    return Table(request, name="", caption=caption, columns=heads, rows=rows, formats=(), per_page=1000)


def _known(row: Row, names: list[str]) -> str:
    """Of how many the numbers are made: the most that any of them has."""
    best = max((row.lines[name] for name in names), key=lambda line: line.known)
    return _("%(known)s of %(asked)s") % {"known": number(best.known), "asked": number(best.asked)}


# One number ----------------------------------------------------------------------------------------------------------
def opened(evaluation: Evaluation, line: Line, request: HttpRequest) -> dict[str, Any]:
    """A number with its formula, its inputs as a table, its date and how many are known."""
    return {
        "evaluation": evaluation,
        "line": line,
        "title": title_of(evaluation, line),
        "value": value_word(line),
        "formula": FORMULAS[line.formula],
        "table": inputs_of(evaluation, line, request),
    }


def inputs_of(evaluation: Evaluation, line: Line, request: HttpRequest) -> Table:
    """What it was made from, a line each, to take away too."""
    columns = [
        Column(
            "name",
            pgettext("evaluation", "Town"),
            lambda i: evaluation.towns.get(i.organisation, i.organisation),
            order="name",
        ),
        Column("organisation", _("Code of the town"), lambda i: i.organisation, only="files"),
        Column("code", _("Code in the open data"), lambda i: i.code),
        Column("value", _("Says"), lambda i: i.value, shown=lambda i: _says(line, i), order="value"),
        Column("detail", _("In detail"), lambda i: i.detail),
    ]
    return Table(
        request,
        name=f"evaluation-{evaluation.cohort.year}-{line.key}",
        caption=_("What this number was made from"),
        columns=columns,
        rows=line.inputs,
        empty=_("Nothing: no line of the open data counts here."),
        per_page=100,
    )


def _says(line: Line, given: Input) -> str:
    if given.value is None:
        return str(NOT_KNOWN)
    if line.formula == "mean_of_towns":
        return f"{number(int(given.value) / 10_000, 1)}\u202f%"
    return str(WORDS.get(str(given.value), given.value))


WORDS: dict[str, Any] = {
    **{str(state.value): state.label for state in [*ActionState, *Verdict]},
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "in_part": gettext_lazy("in part"),
    "active": gettext_lazy("running"),
    "prolonged": gettext_lazy("prolonged"),
    "ended": gettext_lazy("over"),
    "accepted": gettext_lazy("accepted"),
}


# The file ------------------------------------------------------------------------------------------------------------
def everything(evaluation: Evaluation, request: HttpRequest, leads: Leads) -> Table:
    """Every number as one table and one file: `docs/evaluation/recompute.py` prints the same."""
    columns = [
        Column("title", pgettext("evaluation", "What"), lambda ln: title_of(evaluation, ln), address=lambda ln: leads(ln.key)),
        Column("key", _("Key"), lambda ln: ln.key, only="files"),
        Column("value", pgettext("evaluation", "Number"), lambda ln: ln.value, "number", shown=value_word),
        Column("unit", _("Unit"), lambda ln: ln.unit, only="files"),
        Column("known", pgettext("evaluation", "Known"), lambda ln: ln.known, "number"),
        Column("asked", pgettext("evaluation", "Of"), lambda ln: ln.asked, "number"),
        Column("formula", _("Formula"), lambda ln: ln.formula, only="files"),
        Column("on", _("Day"), lambda ln: evaluation.on, only="files"),
    ]  # fmt: skip
    return Table(
        request,
        name=f"evaluation-{evaluation.cohort.year}-{evaluation.cohort.track.code}",
        caption=_("Every number"),
        columns=columns,
        rows=evaluation.lines,
        per_page=1000,
    )


def command(evaluation: Evaluation) -> str:
    """How anyone finds the same numbers."""
    cohort = evaluation.cohort
    options = f"--year {cohort.year} --track {cohort.track.code} --on {evaluation.on.isoformat()}"
    return f"python3 recompute.py {settings.SITE_ADDRESS} {options}"


def state_sentence(evaluation: Evaluation) -> str:
    """Of which day the numbers are, and whether they may still move."""
    if evaluation.cohort.is_provisional:
        return _("Provisional: some of these mandates still run. As known on %(day)s.") % {"day": day(evaluation.on)}
    return _("Every one of these mandates is over. As known on %(day)s.") % {"day": day(evaluation.on)}
