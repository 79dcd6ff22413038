"""The consultation in the office: protected counts of the whole edition, question by question."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.consultations.models import Consultation, Freeze
from marelle.consultations.queries.results import Result, latest_freeze, results
from marelle.consultations.questionnaires import DONT_KNOW
from marelle.consultations.tables import Shown
from marelle.framework.models import text
from marelle.web.office.consultations import own
from marelle.web.parts.tables import Column, Table
from marelle.web.templatetags.marelle import number

CODED_LOW, CODED_HIGH = "coded_low", "coded_high"  # of a share that is not told as a number


@dataclass(frozen=True)
class Line:
    """One line of the files: `shown` is None for a question nothing may be said of."""

    result: Result
    shown: Shown | None
    freeze: Freeze


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def result_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every question of the edition as it may be told, and what protects the children."""
    found = own(request, edition)
    freeze = latest_freeze(found)
    asked = results(found, freeze) if freeze else []
    if freeze:
        table = _table(request, found, freeze, asked)
        if table.wanted:
            return table.download()
    context = {"consultation": found, "freeze": freeze, "tab": "results", "table": table if freeze else None}
    return render(request, "office/consultation_results.html", context | {"results": [told(one) for one in asked]})


# Words of one question -----------------------------------------------------------------------------------------------
def told(result: Result) -> dict[str, Any]:
    """One question in words: its sentence, its bars, the lines of its table."""
    rows = [_line(result, row) for row in result.shown]
    return {
        "title": text(result.question.label) or result.question.name,
        "name": result.question.name,
        "part": result.part,
        "is_many": result.question.kind == "many",
        "is_sensitive": result.question.sensitive,
        "sentence": sentence(result),
        "rows": rows,
        "base": result.table.base,
        "refused": result.table.refused_percent,
        "is_hidden": bool(result.table.status),
        "status": result.table.status,
    }


def sentence(result: Result) -> str:
    """What one should remember."""
    if result.table.status == "not_asked":
        return _("This question was put to nobody.")
    if not result.shown:
        return _("Not enough answers to protect the children.")
    most = max(result.shown, key=height)
    words = {"answer": name(result, most), "share": share(most)}
    return _("The answer given most often: “%(answer)s”, %(share)s.") % words


def _line(result: Result, row: Shown) -> dict[str, Any]:
    return {
        "name": name(result, row),
        "value": height(row),
        "shown": share(row),
        "between": between(row),
        "children": row.children,
    }


def name(result: Result, row: Shown) -> str:
    """What an option is called."""
    return _("I don’t know") if row.option == DONT_KNOW else result.names.get(row.option, row.option)


def height(row: Shown) -> float:
    """How long its bar is: a coded share goes to its code."""
    return next(float(known) for known in (row.percent, row.at_most, row.at_least, 0) if known is not None)


def share(row: Shown) -> str:
    """A share in words; near 0 and 100 no number is told."""
    if row.at_least is not None:
        return _("%(percent)s or more") % {"percent": percent(row.at_least)}
    if row.at_most is not None:
        return _("%(percent)s or less") % {"percent": percent(row.at_most)}
    return percent(row.percent) if row.percent is not None else _("not told")


def between(row: Shown) -> str:
    """The indicative interval in words; of a share that is not told, the end that is not either says the same."""
    if row.low is None or row.high is None:
        return ""
    if row.at_most is not None:
        return _("%(percent)s or less") % {"percent": percent(row.high)}
    if row.at_least is not None:
        return _("%(percent)s or more") % {"percent": percent(row.low)}
    return _("%(low)s to %(high)s") % {"low": plain(row.low), "high": percent(row.high)}


def percent(value: float) -> str:
    return _("%(number)s%%") % {"number": plain(value)}


def plain(value: float) -> str:
    """A number as one says it: 6, and not 6.0."""
    return number(int(value) if value == int(value) else value)


# Files ---------------------------------------------------------------------------------------------------------------
def _table(request: HttpRequest, found: Consultation, freeze: Freeze, asked: list[Result]) -> Table:
    """The columns of a published table: specs/disclosure.md, section 12. A coded share is no number."""
    lines = [Line(result, row, freeze) for result in asked for row in (result.shown or [None])]
    columns = [
        Column("zone_level", _("Level"), lambda line: "country"),
        Column("zone", _("Zone"), lambda line: line.result.table.zone),
        Column("question", _("Question"), lambda line: line.result.question.name),
        Column("option", _("Answer"), lambda line: line.shown.option if line.shown else ""),
        Column("age", _("Age"), lambda line: "all"),
        Column("sex", _("Gender"), lambda line: "all"),
        Column("share", _("Share, %"), lambda line: line.shown.percent if line.shown else None, kind="number"),
        Column("low", _("From, %"), lambda line: _end(line, "low"), kind="number"),
        Column("high", _("To, %"), lambda line: _end(line, "high"), kind="number"),
        Column("base", _("Children, about"), lambda line: line.result.table.base, kind="number"),
        Column("count", _("Count, about"), lambda line: line.shown.children if line.shown else None, kind="number"),
        Column("weighted", _("Weighted"), lambda line: "no"),
        Column("status", _("Why nothing is told"), _status),
        Column("freeze", _("Freeze"), lambda line: line.freeze.code),
    ]
    return Table(request, name=f"consultation-{found.code}", caption=_("Protected counts"), columns=columns, rows=lines)


def _end(line: Line, which: str) -> float | None:
    """An end of the interval, where the share itself is told."""
    return getattr(line.shown, which) if line.shown and line.shown.percent is not None else None


def _status(line: Line) -> str:
    if line.shown is None:
        return line.result.table.status
    if line.shown.at_most is not None:
        return f"{CODED_LOW}_{line.shown.at_most}"
    return f"{CODED_HIGH}_{line.shown.at_least}" if line.shown.at_least is not None else ""
