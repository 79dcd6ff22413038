"""What a workbook is made of: sheets, their columns, their lines, and whose it is. No file here, plain values only.

A value is a text, a number (`Decimal`), a day, or None for nothing. A choice is told in words and kept as its code.
"""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

Value = str | Decimal | date | None
KEY_ROW, HEADINGS_ROW, FIRST_ROW = 1, 2, 3  # names of columns (hidden), their titles, the first line
KEY_COLUMN = 1  # hidden: what each line is in the house, blank for a new one
MARK = "marelle:"  # before the name of a sheet, in its first cell
LETTERS = string.ascii_uppercase
MOST_LINES = 100_000  # of one sheet
NOT_IN_XLSX = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # nor in any XML: feeds too


@dataclass(frozen=True)
class Column:
    """One column. `name`: in the file's hidden row; `title`: what a person reads there.

    `kind`: "text", "number" (3 decimals), "whole", "day", "choice" (one of `choices`: code and words).
    `told`: shown, never read back. `is_mark`: names a line inside this file, compared with nothing in the house.
    `listed`: sheet and column whose cells are offered as a list; another may be typed. `width`: in characters.
    """

    name: str
    title: Any
    kind: str = "text"
    choices: Sequence[tuple[str, Any]] = ()
    told: bool = False
    is_mark: bool = False
    listed: tuple[str, str] | None = None
    width: int = 18

    @property
    def is_compared(self) -> bool:
        """Whether what is typed there may change something."""
        return not self.told and not self.is_mark


@dataclass(frozen=True)
class Sheet:
    """One level: `title` names its tab, `explained` is its sentence on the notice."""

    name: str
    title: Any
    columns: Sequence[Column]
    explained: Any = ""
    spare: int = 1000  # empty lines prepared under the others, with their lists

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Line:
    """One line to write: its key in the house and its values by name of column."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Identity:
    """Whose workbook it is: what reads it (`kind`), the thing it speaks of, in the house and in words, and when."""

    kind: str
    reference: str
    name: str
    made_at: datetime


@dataclass(frozen=True)
class Fault:
    """What cannot be taken, and where: « Actions!D12 »; `cell` is blank for a whole sheet. `typed`: what stands there."""

    sheet: str
    cell: str
    sentence: str
    typed: str = ""

    @property
    def place(self) -> str:
        """The sheet and the cell, as spreadsheets write them."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    @property
    def line(self) -> tuple[str, int]:
        """The sheet and the row, 0 for a whole sheet."""
        return self.sheet, int(self.cell.lstrip(LETTERS) or 0)

    def __str__(self) -> str:
        return f"{self.place}\u202f: {self.sentence}"


def once(faults: Iterable[Fault]) -> list[Fault]:
    """One fault a cell, the first that was said of it; of whole sheets, all that differ."""
    said: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        said.setdefault((fault.place, "" if fault.cell else fault.sentence), fault)
    return list(said.values())


def cell_name(column: int, row: int) -> str:
    """`cell_name(4, 12)` is "D12"."""
    return f"{get_column_letter(column)}{row}"


def plain(text: str) -> str:
    """A text as every spreadsheet gives it back: no control character, one way of ending lines, nothing around."""
    return NOT_IN_XLSX.sub("", text).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def stored(value: Value) -> str | None:
    """A value as it is kept beside the workbook, to be compared later: one way of writing each."""
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    if isinstance(value, date):
        return value.isoformat()
    return plain(value or "") or None
