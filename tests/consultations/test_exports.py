"""The open data of a published consultation: the same lines in every format, read back by others' programs."""

import csv
import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

import csvw
import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import system
from openpyxl import load_workbook
from pysdmx.io.csv.sdmx20 import reader as sdmx20
from pysdmx.model.dataset import ActionType

from marelle.base.models import Job
from marelle.consultations.drawing import Column, Row
from marelle.consultations.exports import spreadsheets
from marelle.consultations.operations import open_data as writing
from marelle.consultations.queries import open_data
from tests.consultations.published import edition_of, publish
from tests.factories.consultations import ZoneTablesFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_disk")]
TITLES = (
    "zone_level,zone,question,option,age,sex,share,low,high,effective,base,count,refused,design,weighted,status,freeze"
)
REZE = """
commune,44143,safe,oui,all,all,66,55,76,84,120,,10,1,no,,2027-01
commune,44143,safe,non,all,all,34,24,45,84,120,,10,1,no,,2027-01
commune,44143,safe,parfois,all,all,,,,,120,,10,1,no,coded_low_5,2027-01
commune,44143,safe,dk,all,all,,,,,120,,10,1,no,coded_low_5,2027-01
commune,44143,safe,oui,all,girl,,,,,60,,10,1,no,coded_high_95,2027-01
commune,44143,safe,non,all,girl,,,,,60,,10,1,no,coded_low_5,2027-01
commune,44143,safe,parfois,all,girl,,,,,60,,10,1,no,coded_low_5,2027-01
commune,44143,safe,dk,all,girl,,,,,60,,10,1,no,coded_low_5,2027-01
commune,44143,sad,,all,all,,,,,,,,,no,sensitive_level,2027-01
"""
COUNTRY = """
country,FR,safe,oui,all,all,62.4,58.9,65.8,760,1240,775,5,1.21,yes,,2027-01
country,FR,safe,non,all,all,36.1,32.7,39.6,745,1240,450,5,1.21,yes,,2027-01
country,FR,safe,parfois,all,all,,,,,1240,,5,1.21,yes,coded_low_1,2027-01
country,FR,safe,dk,all,all,1.5,1,2.6,710,1240,20,5,1.21,yes,,2027-01
"""
CROSSED = """
zone_level,zone,question,option,age,sex,crossed,among,share,low,high,effective,base,count,refused,design,weighted,status,freeze
country,FR,safe,oui,all,all,sport,oui,71,66,75,380,620,440,5,1,yes,,2027-01
country,FR,safe,non,all,all,sport,oui,29,25,34,380,620,180,5,1,yes,,2027-01
country,FR,safe,,all,all,sport,non,,,,,,,,,yes,below_floor,2027-01
"""
SDMX_TITLES = (
    "STRUCTURE,STRUCTURE_ID,ACTION,GEO,AGE,SEX,QUESTION,ANSWER,OBS_VALUE,LOWER,UPPER,EFFECTIVE,BASE,COUNT,REFUSED,DESIGN,"
    "WEIGHTED,UNIT_MEASURE,OBS_STATUS,CONF_STATUS,REASON,FREEZE"
)
SDMX = """
dataflow,MARELLE:CONSULTATION_2026(1.0),I,FR,_T,_T,safe,oui,62.4,58.9,65.8,760,1240,775,5,1.21,yes,PT,A,F,,2027-01
dataflow,MARELLE:CONSULTATION_2026(1.0),I,FR,_T,_T,safe,parfois,,,,,1240,,5,1.21,yes,PT,Q,C,coded_low_1,2027-01
dataflow,MARELLE:CONSULTATION_2026(1.0),I,FR,Y6T8,_T,safe,_T,,,,,,,,,yes,PT,Q,C,below_floor,2027-01
"""
DDI = "{ddi:codebook:2_5}"


@pytest.fixture
def place():
    """The folder of the files of a published edition with weights."""
    read = edition_of(publish(margins=True))
    writing.write(read)
    return open_data.folder(read.freeze)


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def test_files_of_an_edition_are_the_agreed_ones(place):
    agreed = (
        "country.csv country.parquet country.xlsx country-sdmx.csv country-crossed.csv country-crossed.parquet country-crossed.xlsx departement.csv departement.parquet departement.xlsx"
        " departement-sdmx.csv commune.csv commune.parquet commune.xlsx commune-sdmx.csv questions.csv zones.csv codebook.xml"
        " csv-metadata.json datapackage.json index.json"
    )

    assert sorted(path.name for path in place.iterdir()) == sorted(agreed.split())


def test_csv_holds_every_published_line_and_no_coded_number(place):
    towns = (place / "commune.csv").read_bytes().decode("utf-8")
    country = (place / "country.csv").read_text("utf-8")

    assert towns == "\r\n".join([TITLES, *lines(REZE)]) + "\r\n"
    assert lines(country)[1:5] == lines(COUNTRY)


def test_crossed_tables_stand_apart_with_what_they_are_crossed_with(place):
    found = (place / "country-crossed.csv").read_text("utf-8")

    assert lines(found) == lines(CROSSED)
    assert "sport" not in (place / "country.csv").read_text("utf-8") + (place / "country-sdmx.csv").read_text("utf-8")
    assert pq.read_table(place / "country-crossed.parquet").column("among").to_pylist() == ["oui", "oui", "non"]
    assert "620" not in (place / "codebook.xml").read_text("utf-8")


def test_place_without_a_page_is_in_no_file(place):
    assert [path.name for path in place.iterdir() if b"44215" in path.read_bytes()] == []
    assert (place / "zones.csv").read_text("utf-8").split() == [
        "zone_level,zone,name",
        "country,FR,France",
        "departement,01,01",
        "commune,44143,Rezé",
    ]


def test_parquet_reads_back_as_the_csv_with_types(place):
    table = pq.read_table(place / "commune.parquet")

    assert [str(table.schema.field(n).type) for n in ("zone", "share", "base", "weighted")] == ["string", "double", "int32", "bool"]  # fmt: skip
    with (place / "commune.csv").open(newline="", encoding="utf-8") as file:
        typed = [_typed(row, table.schema) for row in csv.DictReader(file)]
    assert table.to_pylist() == typed


def _typed(row: dict[str, str], schema: pa.Schema) -> dict:
    return {name: _cell(text, schema.field(name).type) for name, text in row.items()}


def _cell(text: str, kind: pa.DataType) -> object:
    if pa.types.is_string(kind):
        return text
    if pa.types.is_boolean(kind):
        return text == "yes"
    return float(text) if text else None


def test_spreadsheet_keeps_the_zero_of_a_code(place):
    sheet = load_workbook(place / "departement.xlsx").active

    found = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert found[0] == TITLES.split(",")
    assert found[1][:3] == ["departement", "01", "sad"]
    assert sheet["B2"].data_type == "s"


def test_spreadsheet_that_would_be_too_long_is_not_made(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_LINES", 8)  # Rezé has nine

    files = writing.write(edition_of(publish()))

    assert [file.path for file in files if file.kind == "xlsx"] == ["country-crossed.xlsx", "departement.xlsx"]


def test_sdmx_csv_says_what_is_suppressed(place):
    found = lines((place / "country-sdmx.csv").read_text("utf-8"))

    assert found[0] == SDMX_TITLES
    assert [found[1], found[3], found[-1]] == lines(SDMX)


def test_sdmx_csv_is_read_by_the_library_of_statistical_offices(place):
    """pysdmx knows nothing of us: version 2.0 by its columns, one dataset, its dataflow, its action, every line."""
    written = (place / "country-sdmx.csv").read_text("utf-8")

    (dataset,) = sdmx20.read(written)

    assert dataset.short_urn == "Dataflow=MARELLE:CONSULTATION_2026(1.0)"
    assert dataset.action == ActionType.Information
    rows = dataset.data.to_dict("records")
    titles = [title for title in SDMX_TITLES.split(",") if title not in ("STRUCTURE", "STRUCTURE_ID", "ACTION")]
    told = {(row["AGE"], row["QUESTION"], row["ANSWER"]): row["OBS_VALUE"] for row in rows}
    assert (list(rows[0]), len(rows)) == (titles, len(lines(written)) - 1)
    assert (told["_T", "safe", "oui"], told["Y6T8", "safe", "_T"]) == ("62.4", "")  # what is kept back has no number


def test_sdmx_csv_has_one_line_an_observation(place):
    with (place / "commune-sdmx.csv").open(newline="", encoding="utf-8") as file:
        keys = [tuple(row[n] for n in ("GEO", "AGE", "SEX", "QUESTION", "ANSWER")) for row in csv.DictReader(file)]

    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert keys[0] == ("commune_44143", "_T", "_T", "safe", "oui")


def test_csv_on_the_web_reads_values_by_their_type(place):
    group = csvw.CSVW(str(place / "csv-metadata.json"), validate=True)

    assert (group.is_valid, group.warnings) == (True, [])
    towns = next(table for table in group.tables if str(table.url) == "commune.csv")
    first, third = [row for n, row in enumerate(towns) if n in (0, 2)]
    assert (first["zone"], float(first["share"]), first["base"], first["weighted"]) == ("44143", 66.0, 120, False)
    assert (third["share"], third["status"]) == (None, "coded_low_5")
    department = next(table for table in group.tables if str(table.url) == "departement.csv")
    assert [row["zone"] for row in department] == ["01"]


def test_data_package_is_valid_and_its_digests_are_those_of_the_files(place):
    said = json.loads((place / "datapackage.json").read_text("utf-8"))
    with system.use_context(trusted=True):
        report = frictionless.Package(str(place / "datapackage.json")).validate()

    checked = [task for task in report.tasks if not task.name.endswith("-parquet")]  # whose null it reads as nan
    assert [error.message for task in checked for error in task.errors] == []
    assert report.stats["tasks"] == len(said["resources"])
    assert {each["path"]: each["hash"] for each in said["resources"]} == {
        path.name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in place.iterdir()
        if path.name not in ("datapackage.json", "index.json")
    }
    assert said["licenses"][0]["name"] == "etalab-2.0"


def test_data_package_says_what_numbers_are_worth(place):
    said = json.loads((place / "datapackage.json").read_text("utf-8"))["description"].split("\n\n")

    assert said == [
        "Des enfants ont répondu de leur plein gré du 1er octobre 2026 au 24 décembre 2026\u202f: ce n’est pas un échantillon tiré au"
        " sort de tous les enfants, et les intervalles sont indicatifs.",
        "La question qui a reçu le plus de réponses\u202f: environ 1\u202f240 enfants.",
        "Chaque effectif a été un peu changé au hasard, exprès, pour qu’aucun enfant ne puisse être retrouvé, pas même en"
        " soustrayant des tableaux\u202f: des totaux peuvent différer de quelques unités.",
        "Puis tout est arrondi\u202f: les enfants à la dizaine, les effectifs à cinq, les parts au point, ou au dixième à partir de"
        " 1\u202f000 enfants\u202f; près de 0 et de 100, une part est dite 5 pour cent ou moins, 95 pour cent ou plus, et n’est pas un"
        " nombre dans les fichiers.",
        "Les parts des départements, des régions et de la France sont redressées pour ressembler à tous les enfants\u202f; celles"
        " des villes ne le sont pas.",
    ]


def test_codebook_tells_published_frequencies_alone(place):
    root = Xml.parse(place / "codebook.xml").getroot()
    safe = next(each for each in root.iter(f"{DDI}var") if each.get("name") == "safe")

    assert safe.findtext(f"{DDI}sumStat") == "1240"
    assert [_said(each) for each in safe.iter(f"{DDI}catgry")] == [
        ("1", "62.4", None),
        ("2", "36.1", None),
        ("3", None, "1\u202f% ou moins"),
        ("-8", "1.5", None),
        ("-9", None, None),
    ]


def test_codebook_tells_numbers_and_several_answers(place):
    root = Xml.parse(place / "codebook.xml").getroot()
    found = {each.get("name"): [_said(one) for one in each.iter(f"{DDI}catgry")] for each in root.iter(f"{DDI}var")}

    assert found["where.1"][:2] == [("0", None, None), ("1", "50.2", None)]
    assert found["where.2"][1] == ("1", None, "99\u202f% ou plus")
    assert [one[:2] for one in found["hours"] if one[1]] == [("0", "99"), ("19", "1")]
    assert "sad" in found
    assert "1240" in [each.text for each in root.iter(f"{DDI}sumStat")]


def test_codebook_keeps_the_order_of_its_schema(place):
    order = ["labl", "qstn", "valrng", "universe", "sumStat", "catgry", "varFormat", "notes"]

    for variable in Xml.parse(place / "codebook.xml").getroot().iter(f"{DDI}var"):
        places = [order.index(child.tag.removeprefix(DDI)) for child in variable]
        assert places == sorted(places)


def _said(category: Xml.Element) -> tuple[str | None, str | None, str | None]:
    return tuple(category.findtext(f"{DDI}{name}") for name in ("catValu", "catStat", "txt"))


def test_questions_are_told_in_words(place):
    found = lines((place / "questions.csv").read_text("utf-8"))

    assert found[:2] == [
        "part,question,kind,sensitive,option,question_text,option_text",
        "rights,safe,one,no,oui,Te sens-tu en sécurité ?,Oui",
    ]
    assert "rights,safe,one,no,dk,Te sens-tu en sécurité ?,Je ne sais pas" in found
    assert "rights,hours,integer,no,19,Combien d’heures ?,19" in found


def test_zones_are_read_one_after_the_other(django_assert_max_num_queries):
    edition = publish()
    freeze = edition.freezes.get()
    shares = (Row("oui", 66, 55, 76, 0, 84), Row("non", 34, 24, 45, 0, 84))
    for n in range(30):
        ZoneTablesFactory(freeze=freeze, zone=f"commune:67{n:03}", columns=[Column("safe", base=120, shares=shares)])
    read = edition_of(edition)

    with django_assert_max_num_queries(40):
        files = writing.write(read)

    assert next(file.lines for file in files if file.path == "commune.csv") == 9 + 30 * 2


@pytest.mark.parametrize(("state", "asked"), [("published", 1), ("purged", 1), ("embargoed", 0), ("frozen", 0)])
def test_worker_is_asked_for_files_once_an_edition_is_published(state, asked):
    publish(state)

    for _twice in range(2):
        writing.prepare_what_is_published(datetime(2027, 1, 20, 9, tzinfo=UTC))

    assert Job.objects.filter(task=writing.TASK).count() == asked


def test_files_that_are_there_stay(place):
    before = (place / "datapackage.json").stat().st_mtime_ns

    job = Job(task=writing.TASK)
    writing.write_when_asked(job, "2026")

    assert (place / "datapackage.json").stat().st_mtime_ns == before
    assert [path.name for path in place.parent.iterdir()] == [place.name]
