"""Reading a workbook that comes back, whatever program saved it: values and faults, by sheet and cell, never a trace.

Spreadsheets bring days as moments, whole numbers with a comma, texts shared or inline, lines of nothing at the end,
and forget what was protected. A file is first looked at from outside (`base.files`): its size, its parts, its entities.
"""

import base64
import hashlib
import json
import math
import re
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel

from marelle.base import files
from marelle.base.errors import BadData
from marelle.base.text import fold
from marelle.base.workbooks.columns import (
    FIRST_ROW,
    HEADINGS_ROW,
    MARK,
    MOST_LINES,
    Column,
    Fault,
    Identity,
    Sheet,
    Value,
    cell_name,
    plain,
    stored,
)
from marelle.base.workbooks.writing import SEAL_SHEET, SIGNER, tab_title

MOST_COLUMNS = 80  # of a sheet, those added by people among them
MOST_HELD = 64 * 2**20  # bytes of what the cells held, unpacked
LONGEST_SHOWN = 200  # characters of what a cell at fault says
GREATEST = Decimal("99999999999")
SMALLEST = Decimal("0.001")
AS_WRITTEN = re.compile(r'"[^"]*"|\\.')  # of a cell's looks: a sign that is shown and changes nothing
YEARS = range(1900, 2101)  # a year outside them is a slip of the finger
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
YES, NO = frozenset({"oui", "yes", "vrai", "true"}), frozenset({"non", "no", "faux", "false"})
TELL_EVERY = 500  # lines between two signs of progress

Held = dict[str, dict[str, list[str | None]]]
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class ReadLine:
    """One line that was read: its key (blank when new), its row, its values by name of column.

    A column that the file does not have, or whose cell is at fault, is not among `values`.
    """

    key: str
    row: int
    values: dict[str, Value]


@dataclass
class ReadSheet:
    """A sheet that was read: its title in the file, where its columns are, its lines."""

    sheet: Sheet
    title: str
    places: dict[str, int]
    lines: list[ReadLine] = field(default_factory=list)

    def cell(self, line: ReadLine, column: str = "") -> str:
        """The name of a cell of this line; of its first one when the column is not in the file."""
        return cell_name(self.places.get(column) or min(self.places.values()), line.row)

    def fault(self, line: ReadLine, column: str, sentence: str) -> Fault:
        """A fault of this line's cell."""
        return Fault(self.title, self.cell(line, column), sentence, stored(line.values.get(column)) or "")

    def lost(self, line: ReadLine, columns: Sequence[str]) -> str:
        """The first of these columns whose cell is at fault in this line; blank when none is."""
        return next((name for name in columns if name in self.places and name not in line.values), "")


@dataclass
class Book:
    """What a workbook says: whose it is, what its cells held when it left, its sheets by name, its faults."""

    identity: Identity | None
    held: Held
    sheets: dict[str, ReadSheet]
    faults: list[Fault]


def identify(path: Path) -> Identity:
    """Whose workbook this is. Raises BadData when it is none, or none of this house."""
    with opened(path) as book:
        identity, _held = _seal(book)
    if identity is None:
        raise BadData(_("This file does not come from here. Start from the one you download on this page."))
    return identity


def read(path: Path, sheets: Sequence[Sheet], *, tell: Tell | None = None, is_signed: bool = True) -> Book:
    """What the workbook says of these sheets. Raises BadData when it cannot be read as a whole."""
    with opened(path) as book:
        identity, held = _seal(book)
        if identity is None and is_signed:
            raise BadData(_("This file does not come from here. Start from the one you download on this page."))
        found = Book(identity, held, {}, [])
        for sheet in sheets:
            _read_sheet(path, book, sheet, found, tell)
    return found


class opened:
    """A workbook opened for reading; whatever is wrong with it is said in one sentence."""

    def __init__(self, path: Path, *, counted: bool = False) -> None:
        self.path, self.counted = path, counted

    def __enter__(self) -> Any:
        if files.sniff(self.path) != "xlsx":
            raise BadData(_("This is not a workbook. Send the file as your spreadsheet saves it, in XLSX."))
        files.check_office(self.path)
        self.stream = self.path.open("rb")  # kept files have no extension, which openpyxl asks of a path
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.book = load_workbook(self.stream, read_only=True, data_only=self.counted, keep_links=False)
        except Exception as error:  # whatever a strange file raises, its sender reads one sentence
            self.stream.close()
            raise _unreadable() from error
        return self.book

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.book.close()
        self.stream.close()
        if isinstance(error, Exception) and not isinstance(error, BadData):
            raise _unreadable() from error


def _unreadable() -> BadData:
    return BadData(_("This workbook cannot be read. Open it in your spreadsheet, save it as XLSX, then send it again."))


# Whose it is ---------------------------------------------------------------------------------------------------------
def _seal(book: Any) -> tuple[Identity | None, Held]:
    """Whose workbook it is and what its cells held; None when nobody of this house signed it."""
    if SEAL_SHEET not in book.sheetnames:
        return None, {}
    rows = book[SEAL_SHEET].iter_rows(min_col=1, max_col=1, values_only=True)
    pieces = [str(row[0]) for row in rows if row and row[0]]
    try:
        told = json.loads(SIGNER.unsign(pieces[0])) if pieces else {}
    except signing.BadSignature:
        return None, {}
    packed = "".join(pieces[1:])
    if not told or hashlib.sha256(packed.encode()).hexdigest() != told["held"]:
        return None, {}
    unpacked = zlib.decompressobj().decompress(base64.b64decode(packed), MOST_HELD)
    made_at = datetime.fromisoformat(told["made_at"])
    return Identity(told["kind"], told["reference"], told["name"], made_at), json.loads(unpacked)


# Sheets --------------------------------------------------------------------------------------------------------------
def _read_sheet(path: Path, book: Any, sheet: Sheet, found: Book, tell: Tell | None) -> None:
    page = _page(book, sheet, found)
    if page is None:
        return
    total = min(page.max_row or 0, MOST_LINES)
    page.reset_dimensions()  # what the file says of its size is often wrong
    rows = page.iter_rows(min_row=1, max_col=MOST_COLUMNS)
    names = [str(cell.value or "").strip() for cell in next(rows, ())]
    known = {column.name for column in sheet.columns}
    places = _places(names, known, page.title, found)
    read = ReadSheet(sheet, page.title, places)
    if not places:
        found.faults.append(Fault(page.title, "", _lost_keys()))
        return
    found.sheets[sheet.name] = read
    next(rows, None)  # the titles
    counted = _Counted(path, page.title)
    for row, cells in enumerate(rows, start=FIRST_ROW):
        if row > MOST_LINES + FIRST_ROW:
            break
        line = _line(read, row, cells, counted, found.faults)
        if line is not None:
            read.lines.append(line)
        if tell and not row % TELL_EVERY:
            tell(row, max(total, row))


def _places(names: Sequence[str], known: set[str], title: str, found: Book) -> dict[str, int]:
    """Where each column is; of one that is there twice, the first."""
    places: dict[str, int] = {}
    for at, name in enumerate(names, start=1):
        if name in places:
            found.faults.append(Fault(title, cell_name(at, HEADINGS_ROW), _("This column is there twice: erase one.")))
        elif name in known:
            places[name] = at
    return places


def _page(book: Any, sheet: Sheet, found: Book) -> Any:
    """The tab that bears the sheet's name in its first cell, whatever it is called now."""
    for page in book.worksheets:
        first = next(page.iter_rows(min_row=1, max_row=1, max_col=1, values_only=True), None)
        if first and first[0] == f"{MARK}{sheet.name}":
            return page
    if tab_title(sheet) in book.sheetnames:
        found.faults.append(Fault(tab_title(sheet), "", _lost_keys()))
    return None


def _lost_keys() -> str:
    return _("The first line, hidden, is gone: start again from a new export.")


def _line(read: ReadSheet, row: int, cells: Sequence[Any], counted: "_Counted", faults: list[Fault]) -> ReadLine | None:
    """The line, None when nothing is written in it."""
    key = str(cells[0].value or "").strip() if cells else ""
    values: dict[str, Value] = {}
    said = False
    for column in read.sheet.columns:
        at = read.places.get(column.name)
        if at is None or column.told:
            continue
        cell = cells[at - 1] if at <= len(cells) else None
        said = said or (cell is not None and cell.value not in (None, ""))
        try:
            values[column.name] = _value(column, cell, counted)
        except BadData as error:
            faults.append(Fault(read.title, cell_name(at, row), error.sentence, _shown(cell)))
    return ReadLine(key, row, values) if said else None


class _Counted:
    """What formulas came to when the file was saved: read only if there is one."""

    def __init__(self, path: Path, title: str) -> None:
        self.path, self.title = path, title
        self.values: dict[tuple[int, int], Any] | None = None

    def of(self, cell: Any) -> Any:
        """The value, None when no program counted it."""
        if self.values is None:
            with opened(self.path, counted=True) as book:
                page = book[self.title]
                page.reset_dimensions()
                self.values = {(c.row, c.column): c for c in _filled(page)}
        return self.values.get((cell.row, cell.column))


def _filled(page: Any) -> Iterator[Any]:
    for cells in page.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_LINES):
        yield from (cell for cell in cells if cell.value is not None)


# Cells ---------------------------------------------------------------------------------------------------------------
def _value(column: Column, cell: Any, counted: _Counted) -> Value:
    """What a cell says, as its column understands it. Raises BadData."""
    if cell is None or cell.value is None:
        return None
    if cell.data_type == "f":
        cell = counted.of(cell)
        if cell is None:
            raise BadData(_("This formula was not counted: type its result instead."))
    if cell.data_type == "e":
        raise BadData(_("This cell is in error in the spreadsheet: %(error)s.") % {"error": cell.value})
    value = cell.value
    if isinstance(value, str) and not value.strip():
        return None
    if column.kind in ("number", "whole"):
        looks = AS_WRITTEN.sub("", str(getattr(cell, "number_format", "")))
        is_percent = "%" in looks and not isinstance(value, str)
        return _number(column, value * 100 if is_percent and not isinstance(value, bool) else value)
    if column.kind == "day":
        return _day(value)
    text = _text(value)
    return _choice(column, text) if column.kind == "choice" else text


def _shown(cell: Any) -> str:
    """What a cell at fault says, as far as one line shows it."""
    return _text(cell.value)[:LONGEST_SHOWN]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return plain(str(value))


def _number(column: Column, value: Any) -> Decimal:
    if isinstance(value, str) and fold(value.strip()) in YES | NO:
        value = fold(value.strip()) in YES
    try:
        if isinstance(value, bool | int):
            number = Decimal(int(value))
        elif isinstance(value, float):
            number = Decimal(repr(value)) if math.isfinite(value) else Decimal("NaN")
        else:
            number = Decimal("".join(str(value).split()).rstrip("%€").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > GREATEST:
        raise BadData(_("Give a number, for example 12 or 12.5. Leave blank if unknown."))
    if column.kind == "whole" and number != number.to_integral_value():
        raise BadData(_("Give a whole number."))
    return number.quantize(SMALLEST).normalize() + 0


def _day(value: Any) -> date:
    found = _day_said(value)
    if found is None or found.year not in YEARS:
        raise BadData(_("Give the day as year-month-day, for example 2027-09-01."))
    return found


def _day_said(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 100_000:
        found = from_excel(value)  # a day whose looks were lost
        if isinstance(found, datetime):
            return found.date()
    for shape in DAYS:
        try:
            return datetime.strptime(str(value).strip(), shape).date()
        except ValueError:
            continue
    return None


def _choice(column: Column, text: str) -> str:
    for code, words in column.choices:
        if text == code or fold(text) == fold(str(words)):
            return code
    raise BadData(_("Choose one of the answers offered."))
