"""Published results side by side on a page: groups of one place, a place and the larger ones; what children read of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from marelle.consultations import catalogue, telling
from marelle.consultations.catalogue import Group
from marelle.consultations.drawing import Column, Row
from marelle.consultations.printing import drawings
from marelle.consultations.queries.contrasts import rows_of
from marelle.consultations.queries.published import Told
from marelle.consultations.questionnaires import PICTURES, Option, Question, wording
from marelle.consultations.telling import Result
from marelle.web.parts.results import bar

CHILDREN_QUESTIONS = 8  # on the children's page
CHILDREN_A_PART = 2  # of them, in one part
READERS = "9_11"  # whose words the children's page speaks


# Groups of one place -------------------------------------------------------------------------------------------------
def by_groups(result: Result, groups: Sequence[Group]) -> dict[str, Any]:
    """One question told by groups, for `parts/result_groups.html`: a line a group, a column an answer; bars an answer."""
    return side_by_side(result, [(telling.group(group), result.columns.get(group)) for group in groups])


def side_by_side(result: Result, columns: Iterable[tuple[str, Column | None]]) -> dict[str, Any]:
    """The same of any columns of one question, each with who is meant; a column nobody drew has too few children."""
    options = [row.option for row in result.everyone.shares]
    lines = [_line(result, who, column) for who, column in columns]
    charts = [
        {"title": result.name(option), "values": [_bar(line, number) for line in lines if line["shares"]]}
        for number, option in enumerate(options)
    ]
    return {"answers": [result.name(option) for option in options], "lines": lines, "charts": charts}


def _line(result: Result, who: str, column: Column | None) -> dict[str, Any]:
    if column is None or column.status:
        why = telling.why_not(column.status if column else catalogue.BELOW_FLOOR)
        return {"who": who, "base": None, "why": why, "shares": (), "cells": []}
    cells = [cell(result.name(row.option), row) for row in column.shares]
    return {"who": who, "base": column.base, "why": "", "shares": column.shares, "cells": cells}


def cell(title: str, row: Row | None) -> dict[str, str]:
    """One share under its title, which a narrow screen says beside it."""
    shown, between = (telling.share(row), telling.between(row)) if row else (_("not told"), "")
    return {"title": title, "shown": shown, "between": between}


def _bar(line: dict[str, Any], number: int) -> dict[str, Any]:
    return {"name": line["who"], **bar(line["shares"][number])}


# A place and the larger ones -----------------------------------------------------------------------------------------
def beside(here: Told, larger: Iterable[Told], question: str, ages: Sequence[Group] = ()) -> dict[str, Any] | None:
    """One question in a place, by age when asked, and in larger ones; None when it is not told here.

    A word stands only where the place and the larger one differ beyond noise.
    """
    result = here.result(question)
    if result is None or not result.is_told:
        return None
    others = [(told.place.name, rows_of(told.result(question))) for told in larger if rows_of(told.result(question))]
    groups = [(group, column) for group in ages if (column := result.columns.get(group))]
    return {
        "here": here.place.name,
        "base": result.everyone.base,
        "ages": [telling.group(group) for group, _column in groups],
        "others": [name for name, _rows in others],
        "lines": [
            {
                "name": result.name(row.option),
                "shown": telling.share(row),
                "between": telling.between(row),
                "ages": [cell(telling.group(group), column.row(row.option)) for group, column in groups],
                "others": [_compared(name, row, rows.get(row.option)) for name, rows in others],
            }
            for row in result.everyone.shares
        ],
    }


def _compared(name: str, row: Row, other: Row | None) -> dict[str, Any]:
    sign = telling.differ(row, other) if other else 0
    return cell(name, other) | {"sign": sign, "word": telling.differs(sign)}


# Children ------------------------------------------------------------------------------------------------------------
def for_children(results: Iterable[Result], language: str) -> list[dict[str, Any]]:
    """A few questions for nine-year-olds: put to the youngest, not sensitive, those with a picture first in each part."""
    parts: dict[str, list[Result]] = {}
    for result in results:
        if result.is_told and _is_for_children(result.question):
            parts.setdefault(result.part, []).append(result)
    kept = {
        result.question.name
        for found in parts.values()
        for result in sorted(found, key=lambda one: not _has_pictures(one.question))[:CHILDREN_A_PART]
    }
    chosen = [result for found in parts.values() for result in found if result.question.name in kept]
    return [_to_children(result, language) for result in chosen[:CHILDREN_QUESTIONS]]


def _is_for_children(question: Question) -> bool:
    return question.kind in ("one", "many") and not question.sensitive and bool(PICTURES.intersection(question.bands))


def _has_pictures(question: Question) -> bool:
    return bool(question.pictogram) or any(option.pictogram for option in question.options)


def _to_children(result: Result, language: str) -> dict[str, Any]:
    most = max(result.everyone.shares, key=telling.height)
    option = next((each for each in result.question.options if each.name == most.option), None)
    answer = wording(option, READERS, language)[0] if option else result.name(most.option)
    title, spoken = wording(result.question, READERS, language)
    ten = telling.out_of_ten(most)
    return {
        "name": result.question.name,
        "title": title,
        "language": spoken,
        "sentence": telling.to_children(most, answer),
        "squares": [number < ten for number in range(10)],
        "picture": _picture(option, result.question),
    }


def _picture(option: Option | None, question: Question) -> str:
    """The pictogram of the house for an answer, else for its question; "" for none, or for one of a workbook."""
    names = (option.pictogram if option else "", question.pictogram)
    return next((name for name in names if name in drawings()), "")
