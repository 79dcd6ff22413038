"""The lines of a file people already have: each stands in the file as it is; what is hostile is refused in a sentence."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from marelle.base.errors import BadData
from marelle.base.lines import MAX_BYTES, MOST_LINES, lines_in, lines_of

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
