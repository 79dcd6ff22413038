"""The lines of words of a file people already have, whatever program made it: read, never kept, nothing added.

A text gives its paragraphs, a table its cells. Words stand as the file says them, without the blanks around them.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from marelle.base import files
from marelle.base.errors import BadData
from marelle.base.workbooks.columns import cell_name
from marelle.base.workbooks.reading import MOST_COLUMNS, opened

MAX_BYTES = 5 * 2**20  # a plan without pictures weighs far less
MAX_WORDS = 10 * 2**20  # bytes of a part that holds words, unpacked: it is read whole
MOST_LINES = 1_000  # a page one confirms by hand: a plan of 60 actions has some 300
MOST_ROWS = 20_000  # of a sheet, blank ones among them
LONGEST = 5_000  # characters of one line: beyond, this is not a plan
KINDS = ("docx", "odt", "xlsx", "ods", "csv")

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ANNOTATION = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"
PARTS = {"docx": "word/document.xml", "odt": "content.xml", "ods": "content.xml"}


@dataclass(frozen=True)
class Line:
    """Some words, and where they stand: a cell of a sheet, blank in a text."""

    words: str
    place: str = ""


def kind_of(name: str) -> str:
    """The kind a name announces. Raises BadData for what holds no lines of words."""
    kind = "csv" if name.lower().endswith(".txt") else files.kind_from_name(name)
    if kind not in KINDS:
        raise BadData(_("Give a text (DOCX, ODT, TXT) or a table (XLSX, ODS, CSV)."))
    return kind


def lines_of(path: Path, kind: str) -> list[Line]:
    """Every line of a file, in its order. Raises BadData when it is not what it says, swells, holds macros, or is too long."""
    if path.stat().st_size > MAX_BYTES:
        raise BadData(_("This file is too heavy: 5 MB at most. Take the pictures out, or paste the text."))
    files.check(path, kind)
    if kind == "csv":
        return _few(_of_table(path.read_bytes()))
    if kind == "xlsx":
        return _few(_of_workbook(path))
    return _few(Line(words) for words in _of_document(path, kind))


def lines_in(text: str) -> list[Line]:
    """The lines of a text that was pasted. Raises BadData when there are too many."""
    return _few(_plain(text))


def _few(lines: Iterator[Line]) -> list[Line]:
    """Those that say something."""
    found: list[Line] = []
    for line in lines:
        if not any(c.isalpha() for c in line.words):
            continue
        if len(line.words) > LONGEST or len(found) == MOST_LINES:
            raise BadData(_("This is too long: 1,000 lines at most. Keep the part that holds objectives and actions."))
        found.append(line)
    if not found:
        raise BadData(_("No words were found there."))
    return found


def _plain(text: str, place: str = "") -> Iterator[Line]:
    yield from (Line(piece.strip(), place) for piece in text.replace("\x00", "").splitlines())


# Tables --------------------------------------------------------------------------------------------------------------
def _of_table(content: bytes) -> Iterator[Line]:
    """Cells of a table in text, or lines of a text that is no table."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what a French spreadsheet writes without being asked
    separator = max(";\t", key=text.count)
    if text.count(separator) < len(text.splitlines()) / 2:
        yield from _plain(text)
        return
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            for column, cell in enumerate(cells[:MOST_COLUMNS], start=1):
                yield from _plain(cell, cell_name(column, row))
    except csv.Error as error:
        raise _unreadable() from error


def _of_workbook(path: Path) -> Iterator[Line]:
    with zipfile.ZipFile(path) as archive:
        if any(m.file_size > MAX_WORDS for m in archive.infolist() if m.filename.endswith(".xml")):
            raise BadData(_("This file swells when it is opened: it is not taken."))
    with opened(path, counted=True) as book:
        for page in book.worksheets:
            page.reset_dimensions()  # what the file says of its size is often wrong
            for cells in page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
                for cell in cells:
                    if isinstance(cell.value, str):
                        yield from _plain(cell.value, f"{page.title} {cell_name(cell.column, cell.row)}")


# Texts ---------------------------------------------------------------------------------------------------------------
def _of_document(path: Path, kind: str) -> Iterator[str]:
    """Its paragraphs, those of its tables among them."""
    paragraphs = {f"{WORD}p"} if kind == "docx" else {f"{TEXT}p", f"{TEXT}h"}
    try:
        with zipfile.ZipFile(path) as archive:
            part = archive.getinfo(PARTS[kind])
            if part.file_size > MAX_WORDS:
                raise BadData(_("This file swells when it is opened: it is not taken."))
            root = ElementTree.fromstring(archive.read(part), forbid_dtd=True)
        for element in root.iter():
            if element.tag in paragraphs:
                yield from (line.words for line in _plain("".join(_words(element, paragraphs))))
    except (ElementTree.ParseError, DefusedXmlException, zipfile.BadZipFile, KeyError, RuntimeError, OSError) as error:
        raise _unreadable() from error


def _words(element: Any, paragraphs: set[str]) -> Iterator[str]:
    """The words of a paragraph, without those of the paragraphs it holds, of notes in its margin, or of what was crossed out."""
    if element.tag == f"{WORD}t":
        yield element.text or ""
    elif element.tag in (f"{WORD}tab", f"{TEXT}tab", f"{TEXT}s"):
        yield " "
    elif element.tag in (f"{WORD}br", f"{WORD}cr", f"{TEXT}line-break"):
        yield "\n"
    is_open = element.tag.startswith(TEXT)
    if is_open:
        yield element.text or ""
    for child in element:
        if child.tag not in paragraphs and child.tag != ANNOTATION:
            yield from _words(child, paragraphs)
        if is_open:
            yield child.tail or ""


def _unreadable() -> BadData:
    return BadData(_("This file cannot be read. Save it again from its program, or paste the text."))
