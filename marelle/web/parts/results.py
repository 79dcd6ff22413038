"""Published results of a consultation on a page: one question with its chart, its table and what is behind them; its file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from marelle.consultations import catalogue, telling
from marelle.consultations.catalogue import COLUMN_FLOOR, EVERYONE, SENSITIVE_FLOOR, ZONE_FLOOR, Group
from marelle.consultations.drawing import Column as Drawn
from marelle.consultations.drawing import Row
from marelle.consultations.models import Consultation
from marelle.consultations.telling import Result
from marelle.web.parts.tables import Column, Table

CODED_LOW, CODED_HIGH = "coded_low", "coded_high"  # of a share that is not told as a number


def told(result: Result, group: Group = EVERYONE) -> dict[str, Any]:
    """One question of one group for `parts/result.html`: its sentence, its bars, the lines of its table."""
    column = result.columns.get(group)
    return {
        "title": result.title,
        "name": result.question.name,
        "part": result.part,
        "who": telling.group(group),
        "is_many": result.question.kind == "many",
        "is_sensitive": result.question.sensitive,
        "sentence": result.sentence(group),
        "rows": [_line(result, row) for row in column.shares] if column else [],
        "base": column.base if column else None,
        "refused": column.refused if column else None,
        "is_hidden": column is None or bool(column.status),
        "status": column.status if column else catalogue.OUTSIDE,
    }


def _line(result: Result, row: Row) -> dict[str, Any]:
    return {
        "name": result.name(row.option),
        **bar(row),
        "between": telling.between(row),
        "children": row.count,
    }


def bar(row: Row) -> dict[str, Any]:
    """The bar of one share, of a hundred, with its interval: for `parts/chart.html`."""
    known = {"value": telling.height(row), "shown": telling.share(row)}
    return known | {"whole": 100, "low": row.low, "high": row.high}


def floors(consultation: Consultation) -> dict[str, int]:
    """Children below which nothing is told: of a town, a larger place, a group, of a sensitive question."""
    town = max(consultation.city_floor, ZONE_FLOOR)
    return {"town": town, "place": ZONE_FLOOR, "group": COLUMN_FLOOR, "sensitive": SENSITIVE_FLOOR}


# The file ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One line of the files: `row` is None where nothing may be said."""

    zone: str
    column: Drawn
    row: Row | None
    weighted: bool
    freeze: str


def lines(zone: str, results: Iterable[Result], freeze: str, *, weighted: bool) -> list[Line]:
    """Every option of every column, in the order children were asked."""
    return [
        Line(zone, column, row, weighted, freeze)
        for result in results
        for column in result.columns.values()
        for row in (column.shares or [None])
    ]


def file_table(request: HttpRequest, name: str, rows: Sequence[Line]) -> Table:
    """The columns of a published table: specs/disclosure.md, section 12. A coded share is no number."""
    columns = [
        Column("zone_level", _("Level"), lambda line: catalogue.level_of(line.zone)),
        Column("zone", _("Zone"), lambda line: line.zone.partition(":")[2] or line.zone),
        Column("question", _("Question"), lambda line: line.column.question),
        Column("option", _("Answer"), lambda line: line.row.option if line.row else ""),
        Column("age", _("Age"), lambda line: line.column.age),
        Column("sex", _("Gender"), lambda line: line.column.gender),
        Column("share", _("Share, %"), lambda line: line.row.share if line.row else None, kind="number"),
        Column("low", _("From, %"), lambda line: line.row.low if line.row else None, kind="number"),
        Column("high", _("To, %"), lambda line: line.row.high if line.row else None, kind="number"),
        Column("base", _("Children, about"), lambda line: line.column.base, kind="number"),
        Column("count", _("Count, about"), lambda line: line.row.count if line.row else None, kind="number"),
        Column("weighted", _("Weighted"), lambda line: "yes" if line.weighted else "no"),
        Column("status", _("Why nothing is told"), status),
        Column("freeze", _("Freeze"), lambda line: line.freeze),
    ]
    return Table(request, name=name, caption=_("Protected counts"), columns=columns, rows=list(rows))


def status(line: Line) -> str:
    """Why no number is told, or "": `below_floor`, `coded_low_5`, `coded_high_95`."""
    if line.row is None:
        return line.column.status
    if line.row.edge < 0:
        return f"{CODED_LOW}_{-line.row.edge}"
    return f"{CODED_HIGH}_{100 - line.row.edge}" if line.row.edge > 0 else ""
