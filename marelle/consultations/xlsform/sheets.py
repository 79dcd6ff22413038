"""The sheets of a workbook as cells that know their place, whatever the columns are called by whoever wrote it."""

import re
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

from marelle.base import files
from marelle.base.errors import BadData
from marelle.consultations.questionnaires import BANDS, REFERENCE
from marelle.consultations.xlsform.faults import CHOICES, PARTS, SCORES, SETTINGS, SURVEY, Faults

MOST_ROWS = 5_000
MOST_COLUMNS = 400
EMPTY_END = 60  # lines of nothing after which a sheet is over, as pyxform has it
SPOKEN = {"label", "hint", "audio", "image", "title", "form_title", "pictogram_alt"} | {
    f"{said}_{band}" for said in ("wording", "audio") for band in BANDS
}  # columns that may name a language
ALIASES = {
    "caption": "label",
    "relevance": "relevant",
    "skippattern": "relevant",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "bind::calculate": "calculation",
    "calculate": "calculation",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "readonly": "read_only",
    "bind::readonly": "read_only",
    "list name": "list_name",
    "command": "type",
    "tag": "name",
    "value": "name",
    "minutes": "minutes",
    "form title": "form_title",
}
REFUSED = {
    SURVEY: {
        "required": "required",
        "constraint": "constraint",
        "calculation": "calculation",
        "repeat_count": "repeat",
        "default": "default",
        "choice_filter": "choice_filter",
        "trigger": "column",
        "read_only": "column",
        "save_to": "column",
        "video": "column",
        "autoplay": "column",
    },
    CHOICES: {"video": "column"},
}  # columns nothing may be written in, and the fault it is
KNOWN = {
    SURVEY: {
        "type", "name", "label", "hint", "audio", "image", "relevant", "appearance", "parameters", "part", "age_min", "age_max",
        "pictogram", "pictogram_alt", "sensitive", "free_text", "key_in", "fallback_for", "dont_know", "rather_not", "disabled",
    },
    CHOICES: {"list_name", "name", "label", "audio", "image", "pictogram", "pictogram_alt", "key_in"},
    PARTS: {"name", "order", "title", "minutes", "icon"},
    SCORES: {"type", "name", "label", "points", "from", "to", "min_answered", "prorate", "cutoff", "sensitive"},
    SETTINGS: {"form_title", "form_id", "default_language", "version", "id_string", "style", "instance_name", "title"},
}  # fmt: skip
QUIET = {"required_message", "constraint_message", "guidance_hint", "notes", "note", "comment", "comments", "big-image"}
CODE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")
NAMED = re.compile(r"\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\s*\)\s*$")
NO = {"no", "false", "false()", "non", "faux", "0"}
YES = {"yes", "true", "true()", "oui", "vrai", "1"}

Key = tuple[str, str]  # a column and its language, "" for none


@dataclass(frozen=True)
class Cell:
    """What is written, and where."""

    text: str
    place: str


@dataclass
class Row:
    """A line: its number, its cells by column; `letters` says where an empty one would be."""

    number: int
    cells: dict[Key, Cell]
    letters: dict[Key, str]

    def text(self, column: str, language: str = "") -> str:
        cell = self.cells.get((column, language))
        return cell.text if cell else ""

    def place(self, column: str, language: str = "") -> str:
        """The name of the cell, of the line's first one when the sheet has no such column."""
        letter = self.letters.get((column, language)) or next(
            (letter for (name, _l), letter in self.letters.items() if name == column), "A"
        )
        return f"{letter}{self.number}"

    def spoken(self, column: str) -> dict[str, str]:
        """What is written in each language."""
        return {language: cell.text for (name, language), cell in self.cells.items() if name == column}


@dataclass
class Sheet:
    name: str
    letters: dict[Key, str] = field(default_factory=dict)
    headers: dict[Key, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)  # columns nobody reads, by their cell

    def has(self, column: str) -> bool:
        return any(name == column for name, _language in self.letters)

    def languages(self) -> Iterator[str]:
        """Those its wordings are in, in the order of the columns."""
        yield from dict.fromkeys(
            language for name, language in self.letters if language and (name == "label" or name.startswith("wording_"))
        )


@dataclass
class Book:
    """`others`: the sheets XLSForm knows and we do not read, those with something in them."""

    sheets: dict[str, Sheet]
    others: list[str]

    def __getitem__(self, name: str) -> Sheet:
        return self.sheets.get(name) or Sheet(name)

    def first(self, sheet: str, column: str) -> str:
        """What the first line of a sheet says, "" for nothing."""
        rows = self[sheet].rows
        return rows[0].text(column) if rows else ""


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are an XLSX workbook that is safe to open."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as held:
        held.write(content)
        held.flush()
        try:
            files.check(Path(held.name), "xlsx")
        except (BadData, OSError):
            return False
    return True


def read_book(content: bytes, faults: Faults) -> Book | None:
    """The sheets we read; None when it is no workbook."""
    if not is_workbook(content):
        faults.add(SURVEY, "A1", "not_a_workbook")
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            return _book(book, faults)
    except Exception:  # whatever a strange file raises, its sender reads one sentence
        faults.add(SURVEY, "A1", "not_a_workbook")
        return None


def _book(book: Any, faults: Faults) -> Book:
    pages = {page.title.strip().lower(): page for page in book.worksheets}
    settings = _sheet(pages[SETTINGS], SETTINGS, REFERENCE, faults) if SETTINGS in pages else Sheet(SETTINGS)
    said = settings.rows[0].text("default_language") if settings.rows else ""
    default = language_of(said) or REFERENCE
    sheets = {SETTINGS: settings}
    for name in (SURVEY, CHOICES, PARTS, SCORES):
        if name in pages:
            sheets[name] = _sheet(pages[name], name, default, faults)
    others = [
        pages[name].title for name in ("external_choices", "entities", "osm") if name in pages and _filled(pages[name])
    ]
    return Book(sheets, others)


def _filled(page: Any) -> bool:
    return any(cell for row in page.iter_rows(min_row=2, max_row=20, values_only=True) for cell in row)


def _sheet(page: Any, name: str, default: str, faults: Faults) -> Sheet:
    page.reset_dimensions()  # what a file says of its size is often wrong
    rows = page.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    sheet = Sheet(name)
    _read_columns(sheet, next(rows, ()), default, faults)
    empty = 0
    for number, values in enumerate(rows, start=2):
        row = _row(sheet, number, values, faults)
        empty = 0 if row.cells else empty + 1
        if empty > EMPTY_END:
            break
        if number > MOST_ROWS:
            faults.add(name, f"A{number}", "too_long", most=MOST_ROWS)
            break
        if row.cells:
            sheet.rows.append(row)
    return sheet


def _read_columns(sheet: Sheet, headers: tuple[Any, ...], default: str, faults: Faults) -> None:
    for at, header in enumerate(headers, start=1):
        text = _text(header)
        if not text:
            continue
        letter = get_column_letter(at)
        column, spoken = _column(text)
        if column not in KNOWN[sheet.name] | SPOKEN and column not in REFUSED.get(sheet.name, {}):
            if column not in QUIET:
                sheet.unread[f"{letter}1"] = text
            if sheet.name == SURVEY and text.lower().startswith(("bind", "body", "instance")):
                sheet.letters[("column", text)] = letter
                sheet.headers[("column", text)] = text
            continue
        key = (column, _language(column, spoken, default))
        if spoken and column in SPOKEN and not key[1]:
            faults.add(sheet.name, f"{letter}1", "language", column=text)
            key = (column, spoken)
        if key in sheet.letters:
            faults.add(sheet.name, f"{letter}1", "double_column", column=text)
            continue
        sheet.letters[key], sheet.headers[key] = letter, text


def _column(header: str) -> tuple[str, str]:
    """The column a header names, and the language as it is written."""
    tokens = [token.strip() for token in header.split("::" if "::" in header else ":")]
    first = " ".join(tokens[0].lower().split())
    if first in ("bind", "body", "control", "instance") and len(tokens) > 1:
        whole = f"bind::{tokens[1].lower()}" if first == "bind" else first
        return ALIASES.get(whole, whole), ""
    if first == "media" and len(tokens) > 1:
        first, tokens = tokens[1].lower(), tokens[1:]
    if ALIASES.get(header.strip().lower()):
        return ALIASES[header.strip().lower()], ""
    return ALIASES.get(first, first.replace(" ", "_")), tokens[1] if len(tokens) > 1 else ""


def _language(column: str, spoken: str, default: str) -> str:
    if column not in SPOKEN:
        return ""
    return language_of(spoken) if spoken else default


def language_of(text: str) -> str:
    """The code in “Français facile (fr-x-simple)”, or the text itself when it is a code; "" when it is none."""
    found = NAMED.search(text)
    code = found.group(1) if found else text.strip()
    if not CODE.match(code):
        return ""
    first, dash, rest = code.partition("-")
    return first.lower() + dash + rest


def _row(sheet: Sheet, number: int, values: tuple[Any, ...], faults: Faults) -> Row:
    cells: dict[Key, Cell] = {}
    for key, letter in sheet.letters.items():
        at = column_index_from_string(letter)
        text = _text(values[at - 1]) if at <= len(values) else ""
        if not text:
            continue
        place = f"{letter}{number}"
        if text.startswith("#") and text.endswith(("!", "?", "A")) and text.upper() == text:
            faults.add(sheet.name, place, "cell_error", value=text)
            continue
        cells[key] = Cell(text, place)
    return Row(number, cells, sheet.letters)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "\n".join(line.rstrip() for line in str(value).replace("\r\n", "\n").strip().split("\n"))
