"""Lines taken away as CSV or as one sheet of a workbook: no cell begins a formula, numbers and days stay what they are."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook

from marelle.base import clock
from marelle.base.text import neutral
from marelle.base.workbooks.writing import words_cell

BYTE_ORDER_MARK = "\ufeff"  # old spreadsheets read accents after it

Value = str | int | float | Decimal | bool | date | datetime | None
Line = Sequence[Value]


def csv_lines(lines: Iterable[Line], *, delimiter: str = ",", with_mark: bool = False) -> Iterator[str]:
    """UTF-8, line by line; `delimiter`: French spreadsheets expect a semicolon; `with_mark`: a byte-order mark first."""
    writer = csv.writer(Echo(), delimiter=delimiter, lineterminator="\r\n")
    for position, line in enumerate(lines):
        mark = BYTE_ORDER_MARK if with_mark and not position else ""
        yield mark + writer.writerow([_csv_cell(value) for value in line])


def write_sheet(lines: Iterable[Line], out: IO[bytes], title: str = "") -> None:
    """A workbook of one sheet; the lines are not kept in memory. Text is kept as text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(" ".join(re.sub(r"[\[\]:*?/\\]", " ", title).split())[:31] or "Marelle")
    for line in lines:
        sheet.append([_sheet_cell(sheet, value) for value in line])
    book.save(out)


class Echo:
    """A file that gives back what it is told to write."""

    def write(self, text: str) -> str:
        return text


def _csv_cell(value: Value) -> str | int | float | Decimal:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return neutral(str(value))


def _sheet_cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.PARIS).replace(tzinfo=None)  # the format has no zones
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    return words_cell(sheet, str(value))
