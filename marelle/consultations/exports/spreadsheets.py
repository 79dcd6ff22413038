"""Published tables as a spreadsheet: codes stay text, whatever they look like."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from marelle.base.workbooks.writing import words_cell
from marelle.consultations.exports.lines import FIELDS, Field, Line, values

MOST_LINES = 100_000  # beyond, CSV and Parquet alone: as the other open data of the house


def write(lines: Iterable[Line], place: Path, title: str, fields: Sequence[Field] = FIELDS) -> None:
    """One sheet, its lines written as they come."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append([words_cell(sheet, name) for name in (field.name for field in fields)])
    for line in lines:
        sheet.append([words_cell(sheet, cell) if isinstance(cell, str) else cell for cell in values(line, fields)])
    book.save(place)
