"""A workbook leaves, is changed by whatever program, and comes back: what it says, what it cannot, whose it is."""

import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal as D
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from marelle.base.errors import BadData
from marelle.base.workbooks.columns import Column, Identity, Line, Sheet
from marelle.base.workbooks.comparing import compare
from marelle.base.workbooks.reading import identify, read
from marelle.base.workbooks.writing import write
from tests.scale import scaled

SAVED_BY_LIBREOFFICE = Path(__file__).parents[1] / "data" / "streets_saved_by_libreoffice.xlsx"
STREETS = Sheet(
    "streets",
    "Rues",
    [
        Column("mark", "Repère", is_mark=True),
        Column("name", "Nom"),
        Column("length", "Longueur", "number"),
        Column("houses", "Maisons", "whole"),
        Column("opened_on", "Ouverte le", "day"),
        Column("state", "État", "choice", choices=[("calm", "apaisée"), ("busy", "passante")]),
        Column("town", "Ville", told=True),
    ],
    "Une ligne par rue.",
)
LINES = [
    Line("k1", {"mark": "R1", "name": "Rue Haute", "length": D("120.5"), "houses": D(14), "town": "Ici"}),
    Line("k2", {"mark": "R2", "name": "=1+1", "opened_on": date(2027, 9, 1), "state": "calm", "town": "Ici"}),
]
HOUSE = {line.key: line.values for line in LINES}
OURS = Identity("streets", "demo.streets:abc", "Les rues d’ici", datetime(2028, 4, 3, 9, tzinfo=UTC))


@pytest.fixture
def path(tmp_path):
    """Where the workbook lies, as it left."""
    place = tmp_path / "rues.xlsx"
    place.write_bytes(write(OURS, [(STREETS, LINES)], ["Modifiez, puis redéposez."]))
    return place


def changed(path, change):
    """The same workbook, saved again by another program."""
    book = load_workbook(path)
    change(book["Rues"])
    book.save(path)
    return path


def told(book):
    lines = book.sheets["streets"].lines
    return [[line.key, *line.values.values()] for line in lines], [str(fault) for fault in book.faults]


def differences(path, house=HOUSE):
    book = read(path, [STREETS])
    found = compare(book.sheets["streets"], book.held["streets"], house)
    changes = [(d.line.key, d.column, d.old, d.new, d.clashes) for d in found.differences]
    return changes, [line.values["name"] for line in found.new], found.absent, [str(f) for f in found.faults]


AS_IT_LEFT = [
    ["k1", "R1", "Rue Haute", D("120.5"), D(14), None, None],
    ["k2", "R2", "=1+1", None, None, date(2027, 9, 1), "calm"],
]


def test_workbook_comes_back_as_it_left(path):
    assert told(read(path, [STREETS])) == (AS_IT_LEFT, [])
    assert identify(path) == OURS
    assert differences(path) == ([], [], [], [])


def test_workbook_is_readable_and_guarded(path):
    book = load_workbook(path)
    page = book["Rues"]
    rules = {str(rule.sqref): (rule.formula1, rule.showErrorMessage) for rule in page.data_validations.dataValidation}

    assert book.sheetnames == ["À lire", "Rues", "marelle-listes", "marelle"]
    assert [cell.value for cell in page[2]][1:] == [
        "Repère",
        "Nom",
        "Longueur",
        "Maisons",
        "Ouverte le",
        "État",
        "Ville",
    ]
    assert (page.row_dimensions[1].hidden, page.column_dimensions["A"].hidden, page.protection.sheet) == (True,) * 3
    assert (page["C4"].value, page["C4"].data_type) == ("=1+1", "s")
    assert (page["G4"].value, page["C4"].protection.locked, page["H4"].protection.locked) == ("apaisée", False, True)
    assert rules == {"G3:G1005": ("'marelle-listes'!$A$1:$A$2", True)}
    assert [row[0].value for row in book["À lire"]] == [
        "Les rues d’ici",
        "Modifiez, puis redéposez.",
        "Rues\u202f: Une ligne par rue.",
    ]


def as_libreoffice(path):
    """The shapes LibreOffice gives: moments for days, floats, shared texts, no protection, empty lines to the end."""
    book = load_workbook(path)
    page = book["Rues"]
    page.protection.sheet = False
    for row in page.iter_rows(min_row=3):
        for cell in row:
            if isinstance(cell.value, int):
                cell.value = float(cell.value)
            elif isinstance(cell.value, date):
                cell.value = datetime(cell.value.year, cell.value.month, cell.value.day)
    for row in range(5, 400):
        page.cell(row, 3).number_format = "@"
    page.cell(1_048_576, 2).number_format = "@"
    book.save(path)
    share_texts(path)
    return path


INLINE = re.compile(r't="inlineStr"><is><t[^>]*>([^<]*)</t></is>')


def share_texts(path):
    """Texts written once, beside the sheets, as most programs do."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    texts = []
    for name in (name for name in parts if name.startswith("xl/worksheets/")):

        def share(found):
            texts.append(found[1])
            return f't="s"><v>{len(texts) - 1}</v>'

        parts[name] = INLINE.sub(share, parts[name])
    held = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{space}" count="{len(texts)}">{held}</sst>'
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{types}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", override)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert len(texts) > 20


def test_workbook_saved_by_libreoffice_says_the_same(path):
    assert told(read(as_libreoffice(path), [STREETS])) == (AS_IT_LEFT, [])
    assert identify(path) == OURS


def test_workbook_libreoffice_really_saved_says_the_same():
    """The one above, opened and saved again by LibreOffice 7.4."""
    assert told(read(SAVED_BY_LIBREOFFICE, [STREETS])) == (AS_IT_LEFT, [])
    assert identify(SAVED_BY_LIBREOFFICE) == OURS


@pytest.mark.parametrize(
    ("cell", "typed", "column", "value"),
    [
        ("D3", "1 234,5", "length", D("1234.5")),
        ("D3", "12 %", "length", D(12)),
        ("D3", 0.1 + 0.2, "length", D("0.3")),
        ("D3", "oui", "length", D(1)),
        ("D3", True, "length", D(1)),
        ("E3", 15.0, "houses", D(15)),
        ("F3", "1/9/2027", "opened_on", date(2027, 9, 1)),
        ("F3", 46631, "opened_on", date(2027, 9, 1)),
        ("F3", datetime(2027, 9, 1, 14, 30), "opened_on", date(2027, 9, 1)),
        ("G3", "Apaisee", "state", "calm"),
        ("G3", "busy", "state", "busy"),
        ("C3", 2027.0, "name", "2027"),
        ("C3", None, "name", None),
    ],
)
def test_cell_is_understood_as_people_type_it(path, cell, typed, column, value):
    def change(page):
        page[cell].number_format = "General"
        page[cell].value = typed

    old = HOUSE["k1"].get(column)

    assert differences(changed(path, change))[0] == [("k1", column, old, value, False)]


def test_percentage_counts_in_hundredths(path):
    def change(page):
        page["D3"].value, page["D3"].number_format = 0.45, "0%"

    assert differences(changed(path, change))[0] == [("k1", "length", D("120.5"), D(45), False)]


NUMBER = "Indiquez un nombre, par exemple 12 ou 12,5. Laissez vide si vous ne le connaissez pas."


@pytest.mark.parametrize(
    ("cell", "typed", "fault"),
    [
        ("D3", "beaucoup", f"Rues!D3\u202f: {NUMBER}"),
        ("D3", "=D4*2", "Rues!D3\u202f: Cette formule n’a pas été calculée\u202f: tapez plutôt son résultat."),
        ("D3", "#REF!", "Rues!D3\u202f: Cette cellule est en erreur dans le tableur\u202f: #REF!."),
        ("E3", 3.5, "Rues!E3\u202f: Indiquez un nombre entier."),
        ("F3", "demain", "Rues!F3\u202f: Indiquez le jour sous la forme année-mois-jour, par exemple 2027-09-01."),
        ("G3", "calmée", "Rues!G3\u202f: Choisissez une des réponses proposées."),
    ],
)
def test_cell_at_fault_is_named_and_the_others_are_read(path, cell, typed, fault):
    def change(page):
        page[cell].number_format = "General"
        page[cell].value = typed
        page["C4"].value = "Rue Basse"

    book = read(changed(path, change), [STREETS])

    assert told(book)[1] == [fault]
    assert differences(path)[0] == [("k2", "name", "=1+1", "Rue Basse", False)]


def test_formula_that_was_counted_is_its_result(tmp_path, path):
    """What a spreadsheet saves: the formula, and the value it came to."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    page = parts["xl/worksheets/sheet2.xml"].decode()
    parts["xl/worksheets/sheet2.xml"] = page.replace("<v>120.5</v>", "<f>100+50</f><v>150</v>").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert differences(path)[0] == [("k1", "length", D("120.5"), D(150), False)]


def test_lines_added_emptied_copied_and_moved(path):
    def change(page):
        for at, value in enumerate([None, "R3", "Rue Neuve", 80], start=1):
            page.cell(9, at).value = value
        for at in range(1, 9):  # k2, with its hidden key, copied by hand
            page.cell(12, at).value = page.cell(4, at).value
        for at in range(2, 9):
            page.cell(3, at).value = None

    assert differences(changed(path, change)) == (
        [],
        ["Rue Neuve"],
        ["k1"],
        [
            "Rues!B12\u202f: Cette ligne a été copiée de la ligne 4 avec sa clé cachée\u202f: "
            "tapez-la plutôt dans une ligne vide."
        ],
    )


def test_columns_moved_and_added_are_followed_and_a_missing_one_changes_nothing(path):
    def change(page):
        page.delete_cols(4)  # the length
        page.insert_cols(3)
        page["C2"].value, page["C3"].value = "Remarque", "À revoir"
        page["D3"].value = "Grande rue"

    assert differences(changed(path, change))[0] == [("k1", "name", "Rue Haute", "Grande rue", False)]


def test_both_sides_changed_is_a_clash_and_one_side_is_not(path):
    house = {
        "k1": HOUSE["k1"] | {"name": "Rue du Haut", "length": D(130), "houses": D(15)},
        "k2": HOUSE["k2"],
    }

    def change(page):
        page["C3"].value, page["E3"].value = "Grande rue", 15

    assert differences(changed(path, change), house)[0] == [("k1", "name", "Rue du Haut", "Grande rue", True)]


def test_column_there_twice_is_told_and_the_first_is_read(path):
    def change(page):
        page["J1"].value, page["J3"].value = page["D1"].value, 99

    book = read(changed(path, change), [STREETS])

    assert told(book) == (AS_IT_LEFT, ["Rues!J2\u202f: Cette colonne s’y trouve deux fois\u202f: effacez-en une."])


@pytest.mark.parametrize("looks", ['0.0"%"', "0.0\\%", '"% "0'])
def test_percent_sign_that_is_only_shown_changes_nothing(path, looks):
    def change(page):
        page["D3"].value, page["D3"].number_format = 45, looks

    [first, *_others] = read(changed(path, change), [STREETS]).sheets["streets"].lines

    assert first.values["length"] == D(45)


@pytest.mark.parametrize("typed", [date(1899, 12, 31), date(2101, 1, 1), "9998-01-01", 90_000])
def test_day_of_a_far_year_is_a_slip_of_the_finger(path, typed):
    def change(page):
        page["F3"].value = typed

    book = read(changed(path, change), [STREETS])

    assert told(book)[1] == ["Rues!F3\u202f: Indiquez le jour sous la forme année-mois-jour, par exemple 2027-09-01."]


def test_line_gone_from_the_house_is_a_fault_only_if_it_was_changed(path):
    assert differences(path, {"k2": HOUSE["k2"]}) == ([], [], [], [])

    changed(path, lambda page: page.__setitem__("C3", "Grande rue"))

    assert differences(path, {"k2": HOUSE["k2"]})[3] == [
        "Rues!B3\u202f: Cette ligne n’est plus dans Marelle\u202f: elle ne peut pas être modifiée."
    ]


def with_part(name, content):
    """One part of the workbook replaced, or added."""

    def change(path):
        with zipfile.ZipFile(path) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()} | {name: content}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, held in parts.items():
                archive.writestr(part, held)

    return change


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet
xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>
marelle:streets&e;</t></is></c></row></sheetData></worksheet>"""
STRANGE = {
    "empty": lambda path: path.write_bytes(b""),
    "no archive": lambda path: path.write_bytes(b"PK\x03\x04 no"),
    "a CSV": lambda path: path.write_bytes(b"code;nom\r\n67447;Schiltigheim"),
    "another workbook": lambda path: Workbook().save(path),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-400]),
    "a sheet begun": with_part("xl/worksheets/sheet2.xml", b"<worksheet"),
    "entities": with_part("xl/worksheets/sheet2.xml", ENTITIES),
    "entities in its list of sheets": with_part("xl/workbook.xml", ENTITIES),
    "a bomb": with_part("xl/media/image1.png", b"\0" * 30_000_000),
    "macros": with_part("xl/vbaProject.bin", b"macro"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_file_is_refused_in_one_sentence(path, name):
    STRANGE[name](path)

    with pytest.raises(BadData):
        read(path, [STREETS])


def test_signature_covers_whose_it_is_and_what_cells_held(path):
    def forge(page):
        page.parent["marelle"]["A2"].value = page.parent["marelle"]["A2"].value[::-1]

    changed(path, forge)

    with pytest.raises(BadData):
        identify(path)


def test_sheet_without_its_hidden_line_is_told(path):
    changed(path, lambda page: page.delete_rows(1))

    assert told_faults(read(path, [STREETS])) == [
        "Rues\u202f: La première ligne, cachée, a disparu\u202f: repartez d’un nouvel export."
    ]


def told_faults(book):
    return [str(fault) for fault in book.faults]


WORDS = st.none() | st.text(st.characters(codec="utf-8"), max_size=80)
VALUES = st.tuples(
    WORDS,
    st.none() | st.decimals(-(10**9), 10**9, places=3),
    st.none() | st.integers(-(10**9), 10**9).map(D),
    st.none() | st.dates(date(1900, 3, 1)),
    st.none() | st.sampled_from(["calm", "busy"]),
)


@settings(max_examples=scaled(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, max_size=40))
def test_any_values_come_back_the_same(tmp_path, rows):
    names = ("name", "length", "houses", "opened_on", "state")
    lines = [Line(f"k{n}", {"mark": f"R{n}", **dict(zip(names, row, strict=True))}) for n, row in enumerate(rows)]
    place = tmp_path / "any.xlsx"
    place.write_bytes(write(OURS, [(STREETS, lines)], []))

    assert differences(place, {line.key: line.values for line in lines}) == ([], [], [], [])
