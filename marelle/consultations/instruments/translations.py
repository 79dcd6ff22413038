"""Sheets for translators: one line a text, French beside the language asked for; what comes back is shown, then put in a copy.

The workbook as it was uploaded is never written over: its copy has the new texts in their cells, and is read as any other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import column_index_from_string, get_column_letter

from marelle.base.errors import BadData
from marelle.consultations.languages import column as header
from marelle.consultations.questionnaires import BANDS, REFERENCE
from marelle.consultations.xlsform.faults import CHOICES, PARTS, SCORES, SURVEY, Faults
from marelle.consultations.xlsform.sheets import MOST_ROWS, Book, Row, is_workbook, language_of, read_book

TEXTS = {
    SURVEY: ("label", "hint", *(f"wording_{band}" for band in BANDS), "pictogram_alt"),
    CHOICES: ("label", *(f"wording_{band}" for band in BANDS), "pictogram_alt"),
    PARTS: ("title",),
    SCORES: ("label",),
}
HEAD = ("sheet", "list", "name", "column")
Place = tuple[str, str, str, str]  # as HEAD


@dataclass(frozen=True)
class Change:
    """A text that comes back different: `place` as HEAD has it, `was` "" when there was none."""

    place: Place
    language: str
    was: str
    becomes: str


def sheet_for(content: bytes, languages: list[str]) -> bytes:
    """The texts of a workbook to be translated, French first. `languages`: those asked for, new ones too."""
    book = Workbook()
    page = book.active
    page.title = "translations"
    spoken = [REFERENCE, *(language for language in languages if language != REFERENCE)]
    page.append([*HEAD, *(header("text", language) for language in spoken)])
    for place, texts in _texts(_read(content)):
        page.append([*place, *(texts.get(language, "") for language in spoken)])
    for cells in page.iter_rows():
        for cell in cells:
            cell.data_type = "s"  # a text that begins with = is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in page[1]:
        cell.font = Font(bold=True)
    for at in range(1, page.max_column + 1):
        page.column_dimensions[get_column_letter(at)].width = 14 if at <= len(HEAD) else 60
    page.freeze_panes = "E2"
    return _saved(book)


def changes(content: bytes, sheet: bytes) -> list[Change]:
    """What a translator's sheet would change in a workbook; a text left empty changes nothing. Raises BadData."""
    known = dict(_texts(_read(content)))
    found = []
    for place, language, text in _translated(sheet):
        if place in known and text and text != known[place].get(language, ""):
            found.append(Change(place, language, known[place].get(language, ""), text))
    return found


def merged(content: bytes, changed: list[Change]) -> bytes:
    """A copy of the workbook with these texts in their cells; a language it had not gets its columns, at the end."""
    read = _read(content)
    rows = {(sheet, *_names(sheet, row)): row for sheet in TEXTS for row in read[sheet].rows}
    book = load_workbook(BytesIO(content))
    pages = {page.title.strip().lower(): page for page in book.worksheets}
    added: dict[tuple[str, str, str], int] = {}
    for change in changed:
        sheet, list_name, name, column = change.place
        page = pages[sheet]
        letter = read[sheet].letters.get((column, change.language))
        key = (sheet, column, change.language)
        if letter is None and key not in added:
            added[key] = page.max_column + 1
            page.cell(1, added[key], header(column, change.language))
        at = column_index_from_string(letter) if letter else added[key]
        cell = page.cell(rows[sheet, list_name, name].number, at, change.becomes)
        cell.data_type = "s"
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _read(content: bytes) -> Book:
    faults = Faults()
    book = read_book(content, faults)
    if book is None:
        raise BadData(next(iter(faults)).sentence)
    return book


def _texts(book: Book) -> Iterator[tuple[Place, dict[str, str]]]:
    """Each text of the workbook, by language."""
    for sheet, columns in TEXTS.items():
        for row in book[sheet].rows:
            list_name, name = _names(sheet, row)
            for column in columns:
                texts = row.spoken(column)
                if name and texts:
                    yield (sheet, list_name, name, column), texts


def _names(sheet: str, row: Row) -> tuple[str, str]:
    return (row.text("list_name") if sheet == CHOICES else "", row.text("name"))


def _translated(sheet: bytes) -> Iterator[tuple[Place, str, str]]:
    """Each text of a translator's sheet: its place, its language. Raises BadData."""
    if not is_workbook(sheet):
        raise BadData(_lost())
    book = load_workbook(BytesIO(sheet), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS, values_only=True)
    head = [str(value or "").strip() for value in next(rows, ())]
    if tuple(head[: len(HEAD)]) != HEAD:
        raise BadData(_lost())
    languages = [language_of(title.partition("::")[2]) for title in head]
    for values in rows:
        place: Any = tuple(str(value or "").strip() for value in values[: len(HEAD)])
        for language, value in zip(languages, values, strict=False):
            if language and value is not None:
                yield place, language, str(value).strip()


def _lost() -> str:
    return _("This is no sheet for translators. Start again from the one you download on this page.")
