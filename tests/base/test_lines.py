"""The lines of a file people already have: each stands in the file as it is; what is hostile is refused in a sentence."""

import io
import random
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from marelle.base.errors import BadData
from marelle.base.lines import (
    MAX_BYTES,
    MOST_LINES,
    MOST_PARTS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_TAGS,
    kind_of,
    lines_in,
    lines_of,
)

pytestmark = pytest.mark.once
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"])
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=8)


def docx(paragraphs):
    document, out = Document(), io.BytesIO()
    for words in paragraphs:
        document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


def xlsx(cells):
    book, out = Workbook(), io.BytesIO()
    for row, words in enumerate(cells, start=1):
        cell = book.active.cell(row=row, column=1 + row % 3)
        cell.value, cell.data_type = words, "s"
    book.save(out)
    return out.getvalue()


def read(content, kind):
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return lines_of(Path(file.name), kind)


@given(WORDS)
def test_every_line_is_one_of_the_file(words):
    said = [piece.strip() for part in words for piece in part.splitlines()]
    expected = [piece for piece in said if any(c.isalpha() for c in piece)]
    if not expected:
        return

    assert [line.words for line in read(docx(words), "docx")] == expected
    assert [line.words for line in read(xlsx(words), "xlsx")] == expected
    assert [line.words for line in lines_in("\n".join(words))] == expected


def test_a_table_of_any_layout_says_where_each_cell_stands():
    found = read("Objectif;Action;Coût\nUne rue calme;Fermer la rue;12000\n".encode("cp1252"), "csv")

    assert [(line.words, line.place) for line in found] == [
        ("Objectif", "A1"),
        ("Action", "B1"),
        ("Coût", "C1"),
        ("Une rue calme", "A2"),
        ("Fermer la rue", "B2"),
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "docx"),
        (b"x" * (MAX_BYTES + 1), "csv"),
        (b"ligne\n" * (MOST_LINES + 1), "csv"),
        (b"12;13\n14;15\n", "csv"),
    ],
    ids=["another file", "too heavy", "too long", "no words"],
)
def test_lines_of_refuses(content, kind):
    with pytest.raises(BadData):
        read(content, kind)


def of_word(document, **more):
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", document)
        for name, content in more.items():
            archive.writestr(name.replace("_", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        of_word(b"<a>" + b" " * 30_000_000 + b"</a>"),
        of_word(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        of_word(b"<a>not closed"),
        of_word(b"<a/>", **{"word_vbaProject.bin": b"macro"}),
        of_word(b"<w:p xmlns:w='x'>" + b"<b>" * 5000 + b"</b>" * 5000 + b"</w:p>"),
    ],
    ids=["bomb", "entities", "broken", "macros", "deep"],
)
def test_lines_of_refuses_a_hostile_text(content):
    with pytest.raises(BadData):
        read(content, "docx")


OPEN = 'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def zipped(parts, *, weight=0):
    """An archive; `weight`: bytes that do not shrink, so that the rest may swell a hundred times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
        archive.writestr("ballast", random.Random(1).randbytes(weight), zipfile.ZIP_STORED)
    return out.getvalue()


def odt(content, **weight):
    kind = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content}, **weight)


def ods(*rows):
    """A spreadsheet as office suites write it: a value of its own beside the words, a wide empty cell at the end."""
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    cells = ["".join(f"<table:table-cell><t:p>{words}</t:p></table:table-cell>" for words in row) for row in rows]
    lines = "".join(f"<table:table-row>{row}{blank}</table:table-row>" for row in cells)
    sheet = f'<table:table table:name="Plan">{lines}</table:table>'
    body = f"<o:document-content {OPEN} xmlns:o='{office}' xmlns:table='{table}'><o:body>{sheet}</o:body></o:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": body})


def with_parts(content, parts):
    """A workbook, some of its parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    return zipped(kept | parts, weight=MAX_BYTES // 2)


def many_sheets(number):
    book, out = Workbook(), io.BytesIO()
    for _sheet in range(number - 1):
        book.create_sheet().cell(row=MOST_ROWS, column=1).value = "Une rue calme"
    book.active.cell(row=1, column=1).value = "Une cour ouverte"
    book.save(out)
    return out.getvalue()


def with_broken_part():
    """A text whose words are packed as nothing can unpack them."""
    content = odt(f"<t:p {OPEN}>Une rue calme</t:p>")
    at = content.index(b"content.xml") + len(b"content.xml")
    return content[:at] + b"\xff" * 12 + content[at + 12 :]


HOSTILE = {
    "many elements": lambda: ("odt", odt(f"<t:p {OPEN}>" + "<a/>" * MOST_TAGS + "</t:p>", weight=2**18)),
    "unknown encoding": lambda: ("odt", odt(f'<?xml version="1.0" encoding="x-nowhere"?><t:p {OPEN}>Une rue</t:p>')),
    "entity": lambda: ("odt", odt(f'<!DOCTYPE a [<!ENTITY b "rue">]><t:p {OPEN}>Une &b; calme</t:p>')),
    "file of the server": lambda: (
        "odt",
        odt(f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><t:p {OPEN}>Une &b; calme</t:p>'),
    ),
    "words that cannot be unpacked": lambda: ("odt", with_broken_part()),
    "list of parts of an unknown encoding": lambda: (
        "xlsx",
        zipped({"[Content_Types].xml": '<?xml version="1.0" encoding="x-nowhere"?><Types/>'}),
    ),
    "a huge part under another name": lambda: (
        "xlsx",
        with_parts(xlsx(["Une rue"]), {"xl/words.bin": b"<si/>" * 2_500_000}),
    ),
    "many parts": lambda: ("xlsx", with_parts(xlsx(["Une rue"]), {f"xl/p{n}": b"" for n in range(MOST_PARTS)})),
    "many sheets": lambda: ("xlsx", many_sheets(MOST_SHEETS + 1)),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_file_made_to_hurt_is_refused_in_a_sentence_and_soon(how):
    """trust U5. Never a trace, never a minute of a server."""
    kind, content = HOSTILE[how]()

    began = time.process_time()
    with pytest.raises(BadData):
        read(content, kind)

    assert time.process_time() - began < 5


def test_words_however_deep_are_read_at_once():
    """trust U5. A thousand marks one in another, four thousand blanks at the bottom: each costs the same."""
    deep = 1_000
    content = (
        f"<t:p {OPEN}>" + "<t:span>" * deep + "Une rue" + "<t:s/>" * 4_000 + "calme" + "</t:span>" * deep + "</t:p>"
    )

    found = read(odt(content, weight=2**16), "odt")

    assert [line.words.split() for line in found] == [["Une", "rue", "calme"]]


def test_open_document_spreadsheet_gives_its_cells_row_by_row():
    """From the upload to the lines: the kind its name announces, then what its cells say, blanks left out."""
    found = read(ods(["Rues calmes", "Fermer une rue"], ["", "Ouvrir une cour &amp; son préau"]), kind_of("Plan.ODS"))

    assert [line.words for line in found] == ["Rues calmes", "Fermer une rue", "Ouvrir une cour & son préau"]


def test_open_document_gives_its_words_without_its_margin():
    """Words around marks, blanks and breaks; notes of the margin left out; paragraphs within paragraphs apart."""
    office = 'xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    content = (
        f"<o:text {OPEN} {office}><t:h>Une <t:span>ville</t:span> calme</t:h><t:p>Fermer<t:s/>la rue<t:line-break/>le soir"
        "<o:annotation><t:p>Une note</t:p></o:annotation>, puis<t:note><t:p>Un renvoi</t:p> rouvrir</t:note></t:p></o:text>"
    )

    found = [line.words for line in read(odt(content), "odt")]

    assert found == ["Une ville calme", "Fermer la rue", "le soir, puis rouvrir", "Une note", "Un renvoi"]
