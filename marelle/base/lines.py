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
from django.utils.translation import gettext as _

from marelle.base import files
from marelle.base.errors import BadData
from marelle.base.workbooks.columns import cell_name
from marelle.base.workbooks.reading import MOST_COLUMNS, opened

MAX_BYTES = 5 * 2**20  # a plan without pictures weighs far less
MAX_WORDS = 10 * 2**20  # bytes of a part, unpacked: it is read whole, whatever its name
MOST_TAGS = 500_000  # of a text: a word processor writes one every 25 bytes or so
MAX_BOOK = 2 * MAX_WORDS  # bytes of all the parts of a workbook, unpacked
MOST_PARTS = 500  # of a workbook: a sheet, its pictures, its remarks are one each
MOST_SHEETS = 20  # of a workbook: a plan has one a domain at most
MOST_LINES = 1_000  # a page one confirms by hand: a plan of 60 actions has some 300
MOST_ROWS = 5_000  # of a sheet, blank ones among them
LONGEST = 5_000  # characters of one line: beyond, this is not a plan
KINDS = ("docx", "odt", "xlsx", "ods", "csv")

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ANNOTATION = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"
UNREADABLE = (*files.BROKEN_ZIP, *files.BROKEN_XML)  # what a part that is not what it says raises
PARTS = {"docx": "word/document.xml", "odt": "content.xml", "ods": "content.xml"}


@dataclass(frozen=True)
class Line:
    """Some words, and where they stand: a cell of a sheet, blank in a text."""

    words: str
    place: str = ""


def kind_of(name: str) -> str:
    """The kind a name announces. Raises BadData for what holds no lines of words."""
    ending = name.lower().rpartition(".")[2]
    kind = "csv" if ending == "txt" else ending
    if "." not in name or kind not in KINDS:
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
            raise _too_long()
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
        sizes = [member.file_size for member in archive.infolist()]
        if max(sizes) > MAX_WORDS or sum(sizes) > MAX_BOOK or len(sizes) > MOST_PARTS:
            raise BadData(_("This file swells when it is opened: it is not taken."))
    with opened(path, counted=True) as book:
        if len(book.worksheets) > MOST_SHEETS:
            raise _too_long()
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
            content = archive.read(part)
        if content.count(b"<") > MOST_TAGS:
            raise BadData(_("This file swells when it is opened: it is not taken."))
        root = ElementTree.fromstring(content, forbid_dtd=True)
        for element in root.iter():
            if element.tag in paragraphs:
                yield from (line.words for line in _plain(_words(element, paragraphs)))
    except UNREADABLE as error:
        raise _unreadable() from error


def _words(paragraph: Any, paragraphs: set[str]) -> str:
    """The words of a paragraph, without those of the paragraphs it holds, of notes in its margin, or of what was crossed out.

    Walked without recursion: each element costs the same, however deep it stands.
    """
    found, within = [_own_words(paragraph)], [(paragraph, iter(paragraph))]
    while within:
        parent, children = within[-1]
        child = next(children, None)
        if child is None:
            within.pop()
            found.append(_words_after(parent, within[-1][0]) if within else "")
        elif child.tag in paragraphs or child.tag == ANNOTATION:
            found.append(_words_after(child, parent))
        else:
            found.append(_own_words(child))
            within.append((child, iter(child)))
    return "".join(found)


def _own_words(element: Any) -> str:
    if element.tag == f"{WORD}t":
        return element.text or ""
    if element.tag in (f"{WORD}br", f"{WORD}cr"):
        return "\n"
    if not element.tag.startswith(TEXT):
        return " " if element.tag == f"{WORD}tab" else ""
    before = {f"{TEXT}tab": " ", f"{TEXT}s": " ", f"{TEXT}line-break": "\n"}.get(element.tag, "")
    return before + (element.text or "")


def _words_after(element: Any, parent: Any) -> str:
    return element.tail or "" if parent.tag.startswith(TEXT) else ""


def _too_long() -> BadData:
    return BadData(_("This is too long: 1,000 lines at most. Keep the part that holds objectives and actions."))


def _unreadable() -> BadData:
    return BadData(_("This file cannot be read. Save it again from its program, or paste the text."))
