"""XLSForm workbooks as researchers write them, made in memory: sheets given as lists of lines."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

Lines = Sequence[Sequence[Any]]
COLUMNS = ("type", "name", "label::Français (fr)")
YES_NO = (("list_name", "name", "label::Français (fr)"), ("yes_no", "yes", "Oui"), ("yes_no", "no", "Non"))


def workbook(survey: Lines = (), choices: Lines = YES_NO, **others: Lines) -> bytes:
    """The bytes of an XLSX; a sheet given as () is not written."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in {"survey": survey, "choices": choices, **others}.items():
        if lines:
            sheet = book.create_sheet(name)
            for line in lines:
                sheet.append(list(line))
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def survey(*lines: Sequence[Any], more: Sequence[str] = ()) -> list[Sequence[Any]]:
    """Lines under the three usual columns, and some more."""
    return [(*COLUMNS, *more), *lines]
