"""Published results of a consultation on a page: one question with its chart, its table and what is behind them; its file."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from marelle.consultations import catalogue, scores, telling
from marelle.consultations.catalogue import EVERYONE, Group
from marelle.consultations.drawing import Row
from marelle.consultations.exports.lines import CROSSED, Line, lines_of
from marelle.consultations.telling import Result
from marelle.web.parts.tables import Column, Table

KINDS = {
    "text": "text",
    "flag": "text",
    "number": "number",
    "whole": "number",
}  # of a column of the files, as pages have it


def told(result: Result, group: Group = EVERYONE) -> dict[str, Any]:
    """One question of one group for `parts/result.html`: its sentence, its bars, the lines of its table."""
    column = result.columns.get(group)
    return {
        "title": result.title,
        "name": result.question.name,
        "part": result.part,
        "who": telling.group(group),
        "is_many": result.question.kind == "many",
        "is_score": result.question.kind == scores.SCORE,
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


# The file ------------------------------------------------------------------------------------------------------------
def lines(zone: str, results: Iterable[Result], freeze: str, *, weighted: bool) -> list[Line]:
    """Every option of every column, in the order children were asked."""
    columns = (column for result in results for column in result.columns.values())
    return list(lines_of(zone, columns, freeze, weighted=weighted))


def file_table(request: HttpRequest, name: str, rows: Sequence[Line]) -> Table:
    """The columns of the open data, as `exports.lines` tells them. A coded share is no number."""
    columns = [Column(field.name, field.title, field.value, kind=KINDS[field.kind]) for field in CROSSED]
    return Table(request, name=name, caption=_("Protected counts"), columns=columns, rows=list(rows))
