"""Writing a workbook: titles in the reader's language, lists to choose from, text that no program takes for a formula.

What every cell held is kept in a sheet nobody sees, signed: on its way back the file says whose it is, and tells
what was changed in it from what was changed in the house meanwhile.
"""

import base64
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from marelle.base.workbooks.columns import (
    FIRST_ROW,
    KEY_COLUMN,
    MARK,
    NOT_IN_XLSX,
    Column,
    Identity,
    Line,
    Sheet,
    Value,
    cell_name,
    plain,
    stored,
)

SEAL_SHEET, LISTS_SHEET = "marelle", "marelle-listes"
SIGNER = signing.Signer(salt="workbook")
PIECE = 30_000  # characters of a cell: spreadsheets take 32,767
FORMATS = {"text": "@", "choice": "@", "number": "General", "whole": "0", "day": "dd/mm/yyyy"}
TINT = PatternFill("solid", fgColor="F4EDE0")  # `sable`, IDENTITY 3
INK = "1B2340"  # `encre`

Filled = tuple[Sheet, Sequence[Line]]


def write(identity: Identity, filled: Sequence[Filled], notice: Sequence[str]) -> bytes:
    """The workbook as bytes: a notice, one sheet a level, and what says whose it is."""
    book = Workbook(write_only=True)
    _write_notice(book, identity, [sheet for sheet, _lines in filled], notice)
    lists: list[list[str]] = []
    titles = {sheet.name: tab_title(sheet) for sheet, _lines in filled}
    for sheet, lines in filled:
        _write_sheet(book, sheet, lines, lists, {s.name: (s, titles[s.name]) for s, _lines in filled})
    _write_lists(book, lists)
    _write_seal(book, identity, filled)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tab_title(sheet: Sheet) -> str:
    """A sheet's title as a tab takes it."""
    return " ".join(re.sub(r"[\[\]:*?/\\]", " ", str(sheet.title)).split())[:31] or sheet.name


def words_cell(sheet: Any, text: str) -> WriteOnlyCell:
    """A cell of text that stays text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, NOT_IN_XLSX.sub("", text))
    cell.data_type = "s"
    return cell


def _write_notice(book: Workbook, identity: Identity, sheets: Iterable[Sheet], notice: Sequence[str]) -> None:
    page = book.create_sheet(_("Read me"))
    page.column_dimensions["A"].width = 100
    page.protection.sheet = True
    title = words_cell(page, identity.name)
    title.font = Font(bold=True, size=14, color=INK)
    page.append([title])
    for sentence in [*notice, *(f"{tab_title(s)}\u202f: {s.explained}" for s in sheets if s.explained)]:
        cell = words_cell(page, sentence)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.append([cell])


def _write_sheet(
    book: Workbook, sheet: Sheet, lines: Sequence[Line], lists: list[list[str]], known: dict[str, tuple[Sheet, str]]
) -> None:
    page = book.create_sheet(tab_title(sheet))
    page.freeze_panes = cell_name(KEY_COLUMN + 2, FIRST_ROW)
    page.protection.sheet = True  # without a password: against a slip of the hand
    page.protection.formatColumns = page.protection.formatRows = page.protection.sort = False
    last = FIRST_ROW + len(lines) + sheet.spare
    page.column_dimensions[get_column_letter(KEY_COLUMN)].hidden = True
    for at, column in enumerate(sheet.columns, start=KEY_COLUMN + 1):
        letter = get_column_letter(at)
        shape = page.column_dimensions[letter]
        shape.width, shape.number_format = column.width, FORMATS[column.kind]
        shape.protection = Protection(locked=column.told)
        if area := _offered(column, lists, known):
            rule = DataValidation(type="list", formula1=area, allow_blank=True, showErrorMessage=column.listed is None)
            rule.error = _("Choose one of the answers offered.")
            rule.add(f"{letter}{FIRST_ROW}:{letter}{last}")
            page.data_validations.append(rule)
    page.row_dimensions[1].hidden = True
    area = f"A1:{cell_name(KEY_COLUMN + len(sheet.columns), FIRST_ROW + len(lines) - 1)}"
    page.calculate_dimension = lambda: area  # said first: whoever reads it need not go through the sheet to know
    page.append([f"{MARK}{sheet.name}", *(column.name for column in sheet.columns)])
    page.append([None, *(_heading(page, column) for column in sheet.columns)])
    models = [(column, _words_of(column), _model(page, column)) for column in sheet.columns]
    for line in lines:
        cells = [_cell(page, column, words, model, line.values.get(column.name)) for column, words, model in models]
        page.append([words_cell(page, line.key) if line.key else None, *cells])


def _heading(page: Any, column: Column) -> WriteOnlyCell:
    cell = words_cell(page, str(column.title))
    cell.font, cell.fill = Font(bold=True, color=INK), TINT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _model(page: Any, column: Column) -> WriteOnlyCell:
    """A cell whose looks the others of its column take: drawn once, not once a line."""
    cell = WriteOnlyCell(page)
    cell.number_format, cell.protection = FORMATS[column.kind], Protection(locked=column.told)
    cell.alignment = Alignment(wrap_text=column.kind == "text", vertical="top")
    if column.told:
        cell.fill = TINT
    return cell


def _words_of(column: Column) -> dict[str, str]:
    return {code: str(words) for code, words in column.choices}


def _cell(page: Any, column: Column, words: dict[str, str], model: WriteOnlyCell, value: Value) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = words_cell(page, words.get(value) or plain(value))
    else:
        whole = isinstance(value, Decimal) and value == value.to_integral_value()
        cell = WriteOnlyCell(page, int(value) if whole else value)  # type: ignore[arg-type]
    cell._style = copy(model._style)
    return cell


def _offered(column: Column, lists: list[list[str]], known: dict[str, tuple[Sheet, str]]) -> str:
    """The area of the workbook whose cells a column offers; blank when it offers none."""
    if column.listed and column.listed[0] in known:
        sheet, title = known[column.listed[0]]
        at = 1 + KEY_COLUMN + [c.name for c in sheet.columns].index(column.listed[1])
        letter = get_column_letter(at)
        return f"{quote_sheetname(title)}!${letter}${FIRST_ROW}:${letter}${FIRST_ROW + sheet.spare}"
    if not column.choices:
        return ""
    offered = [str(words) for _code, words in column.choices]
    if offered not in lists:
        lists.append(offered)
    letter = get_column_letter(1 + lists.index(offered))
    return f"{quote_sheetname(LISTS_SHEET)}!${letter}$1:${letter}${len(offered)}"


def _write_lists(book: Workbook, lists: list[list[str]]) -> None:
    page = book.create_sheet(LISTS_SHEET)
    page.sheet_state = "hidden"
    for at in range(max(map(len, lists), default=0)):
        page.append([words_cell(page, offered[at]) if at < len(offered) else None for offered in lists])


def _write_seal(book: Workbook, identity: Identity, filled: Sequence[Filled]) -> None:
    page = book.create_sheet(SEAL_SHEET)
    page.sheet_state = "veryHidden"
    held = {sheet.name: {line.key: _held(sheet, line) for line in lines if line.key} for sheet, lines in filled}
    packed = base64.b64encode(zlib.compress(json.dumps(held).encode())).decode()
    told = {
        "kind": identity.kind,
        "reference": identity.reference,
        "name": identity.name,
        "made_at": identity.made_at.isoformat(),
        "held": hashlib.sha256(packed.encode()).hexdigest(),
    }
    page.append([words_cell(page, SIGNER.sign(json.dumps(told)))])
    for start in range(0, len(packed), PIECE):
        page.append([words_cell(page, packed[start : start + PIECE])])


def _held(sheet: Sheet, line: Line) -> list[str | None]:
    return [stored(line.values.get(column.name)) for column in sheet.columns if column.is_compared]
