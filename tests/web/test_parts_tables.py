"""One table for every list: on screen and as files, by the same columns."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace as Row

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from marelle.accounts.models import Organisation
from marelle.base import clock
from marelle.base.text import neutral
from marelle.web.parts.tables import Column, Table, as_csv, as_json, as_xlsx
from tests.factories.accounts import OrganisationFactory

COLUMNS = [
    Column("name", "Nom", lambda row: row.name, order="name", address=lambda row: f"/villes/{row.name}"),
    Column("children", "Enfants", lambda row: row.children, kind="number", order="children"),
    Column("state", "État", lambda row: row.state, kind="state", shown=lambda row: {"active": "actif"}[row.state]),
    Column("since", "Depuis", lambda row: row.since),
]
ROWS = [
    Row(name="Évry", children=12345, state="active", since=date(2026, 3, 1)),
    Row(name="Albi", children=None, state="active", since=None),
    Row(name="Zonza", children=7, state="active", since=date(2026, 1, 9)),
]
HOSTILE = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "  =1+1", '=HYPERLINK("http://x.example")']


def table(query=None, rows=ROWS, **more):
    request = RequestFactory().get("/villes", query or {})
    return Table(request, name="Villes", caption="Les villes", columns=COLUMNS, rows=rows, **more)


def test_table_shows_rows_as_given_with_words_of_the_page():
    lines = [[cell.text for cell in line.cells] for line in table().rows]

    assert lines == [
        ["Évry", "12\u202f345", "actif", "1er mars 2026"],
        ["Albi", "", "actif", ""],
        ["Zonza", "7", "actif", "9 janvier 2026"],
    ]


def test_column_of_one_place_is_not_in_the_other():
    columns = [COLUMNS[0], Column("write", "Écrire", lambda row: "Écrire", only="screen")]
    columns.append(Column("code", "Code", lambda row: row.children, only="files"))
    request = RequestFactory().get("/villes", {"format": "csv"})
    made = Table(request, name="Villes", caption="Les villes", columns=columns, rows=ROWS[:1])

    shown, head = [heading.title for heading in made.columns], made.download().content.decode().splitlines()[0]

    assert (shown, [cell.text for cell in made.rows[0].cells]) == (["Nom", "Écrire"], ["Évry", "Écrire"])
    assert head == "name,code"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("name", ["Albi", "Évry", "Zonza"]),
        ("-name", ["Zonza", "Évry", "Albi"]),
        ("children", ["Zonza", "Évry", "Albi"]),
        ("-children", ["Évry", "Zonza", "Albi"]),
        ("since", ["Évry", "Albi", "Zonza"]),
        ("password", ["Évry", "Albi", "Zonza"]),
    ],
)
def test_table_sorts_by_agreed_columns_unknown_last(asked, names):
    assert [line.cells[0].text for line in table({"tri": asked}).rows] == names


@pytest.mark.django_db
def test_table_sorts_a_queryset_in_the_database(django_assert_num_queries):
    for name in ("Bray", "Albi", "Caen"):
        OrganisationFactory(name=name)
    columns = [Column("name", "Nom", lambda o: o.name, order="name")]
    request = RequestFactory().get("/", {"tri": "-name", "page": "2"})
    shown = Table(request, name="x", caption="x", columns=columns, rows=Organisation.objects.all(), per_page=2)

    with django_assert_num_queries(2):
        assert [line.cells[0].text for line in shown.rows] == ["Albi"]


def test_table_headings_lead_to_the_other_order_and_keep_the_filters():
    headings = table({"tri": "name", "departement": "67", "page": "2"}).columns

    assert [(h.sort_url, h.sorted) for h in headings] == [
        ("?tri=-name&departement=67", "ascending"),
        ("?tri=children&departement=67", ""),
        ("", ""),
        ("", ""),
    ]


def test_table_turns_pages_and_survives_a_wrong_one():
    assert [line.cells[0].text for line in table({"page": "2"}, per_page=2).rows] == ["Zonza"]
    assert table({"page": "zéro"}, per_page=2).page.number == 1
    assert table({"page": "99"}, per_page=2).page.number == 2


def test_table_is_drawn_by_its_part():
    html = render_to_string("parts/table.html", {"table": table({"tri": "name"}, totals={"children": "12 352"})})

    assert html.count("<tr>") == 5
    assert 'aria-sort="ascending"' in html
    assert "12 352" in html
    assert "?tri=name&amp;format=xlsx" in html


def test_empty_table_says_so():
    assert "Aucune ville." in render_to_string("parts/table.html", {"table": table(rows=[], empty="Aucune ville.")})


def test_download_has_a_name_with_its_day():
    with clock.at(datetime(2026, 5, 4, 23, tzinfo=UTC)):
        response = table({"format": "csv"}).download()

    assert response.headers["Content-Disposition"] == 'attachment; filename="villes-2026-05-05.csv"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(("asked", "wanted"), [("csv", "csv"), ("xlsx", "xlsx"), ("exe", ""), ("", "")])
def test_table_knows_the_file_asked_for(asked, wanted):
    assert table({"format": asked}).wanted == wanted


@pytest.mark.parametrize(("mark", "start"), [("1", b"\xef\xbb\xbfname"), ("", b"name")])
def test_csv_has_a_byte_order_mark_when_asked(mark, start):
    assert table({"format": "csv", "bom": mark}).download().content.startswith(start)


def test_files_hold_every_row_in_the_order_asked():
    read = list(
        csv.reader(io.StringIO(table({"tri": "-children", "format": "csv"}, per_page=1).download().content.decode()))
    )

    assert read == [
        ["name", "children", "state", "since"],
        ["Évry", "12345", "active", "2026-03-01"],
        ["Zonza", "7", "active", "2026-01-09"],
        ["Albi", "", "active", ""],
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_neutralises_what_a_spreadsheet_would_run(text):
    """trust E1."""
    columns = [Column("x", "x", lambda row: row)]

    assert next(iter(list(csv.reader(io.StringIO(as_csv(columns, [text]).decode(), newline="")))[1:])) == [f"'{text}"]


@given(st.text())
def test_neutral_text_never_starts_a_formula(text):
    """trust E1."""
    assert not neutral(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral(text).removeprefix("'") == text.removeprefix("'")


def test_numbers_stay_numbers_in_every_file():
    """trust E1."""
    columns = [Column("x", "x", lambda row: row)]
    numbers = [-5, 3.25, Decimal("-0.10"), None]

    sheet = load_workbook(io.BytesIO(as_xlsx(columns, numbers))).active

    assert as_csv(columns, numbers) == b"x\r\n-5\r\n3.25\r\n-0.10\r\n\r\n".replace(b"\r\n\r\n", b'\r\n""\r\n')
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == [-5, 3.25, -0.1, None]
    assert json.loads(as_json(columns, numbers)) == [{"x": -5}, {"x": 3.25}, {"x": -0.1}, {"x": None}]


@pytest.mark.parametrize("text", [*HOSTILE, "nul \x00 et \x0b"])
def test_xlsx_keeps_text_as_text(text):
    """trust E1."""
    sheet = load_workbook(io.BytesIO(as_xlsx([Column("x", "x", lambda row: row)], [text]))).active

    assert sheet.cell(2, 1).data_type == "s"
    assert sheet.cell(2, 1).value.split() == text.replace("\x00", "").replace("\x0b", "").split()


def test_xlsx_writes_days_and_moments_of_paris():
    columns = [Column("x", "x", lambda row: row)]
    moments = [date(2026, 3, 1), datetime(2026, 7, 1, 22, 30, tzinfo=UTC)]

    sheet = load_workbook(io.BytesIO(as_xlsx(columns, moments, "Dates [2026]"))).active

    assert [sheet.cell(row, 1).value for row in (2, 3)] == [datetime(2026, 3, 1), datetime(2026, 7, 2, 0, 30)]
    assert sheet.title == "Dates 2026"
