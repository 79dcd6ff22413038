"""Open data: what anyone takes away, under names that stay; and what stays inside."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from marelle.base import clock
from marelle.mandates.queries.open_data import Asked
from marelle.web.parts.open_data import DATASETS
from marelle.web.public import open_data
from tests.factories.accounts import FileFactory, PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ReadingFactory
from tests.web.public_town import NOW, member, promise

pytestmark = pytest.mark.django_db

COLUMNS = {  # read by other programs: a change here is a decision
    "organisations": "code name kind country departement departement_name region region_name population population_year lon lat url",
    "mandates": "code organisation plan track state starts_on ends_on",
    "plans": "code organisation mandate framework framework_version adopted_on",
    "objectives": "code organisation plan domain domain_name promise",
    "actions": "code organisation objective domain name lead_service starts_on ends_on state state_since reason",
    "indicators": (
        "code organisation objective domain definition name kind unit direction rollup factor baseline baseline_year"
        " baseline_missing_because target source"
    ),
    "readings": (
        "code organisation indicator domain period until value numerator denominator missing_because proof source"
        " recorded_on verified_on"
    ),
    "reports": "code organisation plan kind year covers_from covers_until due_on handed_in_on accepted_on",
    "ratings": "code organisation report objective domain by group verdict rated_on",
    "proposals": "code organisation received_on answer answered_on",
}


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(NOW):
        yield


@pytest.fixture
def town():
    """A member with one promise, one action, one indicator read twice."""
    mandate = member(track=TrackFactory(code="titre"))
    objective = promise(mandate)
    ActionFactory(objective=objective, state="in_progress", moved_on=date(2027, 2, 1))
    indicator = IndicatorFactory(objective=objective, baseline=20, baseline_year=2025, target="80.5")
    ReadingFactory(
        indicator=indicator, period="2026", until=date(2026, 12, 31), recorded_at=datetime(2027, 1, 5, tzinfo=UTC)
    )
    return mandate


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def rows(client, name: str, query: str = "") -> list[dict]:
    return json.loads(body(client.get(f"/donnees/{name}.json{query}")))


def test_columns_are_the_agreed_ones(client, town):
    headings = {d.name: body(client.get(f"/donnees/{d.name}.csv")).decode().split("\r\n")[0] for d in DATASETS}

    assert headings == {name: ",".join(names.split()) for name, names in COLUMNS.items()}


def test_what_one_town_types_breaks_no_file(client, town):
    objective = town.plan.objectives.get()
    objective.actions.update(name="a\x0bb\x1fc\ufffed\uffff", lead_service="=HYPERLINK(1)", reason="@SUM(1)")

    page = load_workbook(io.BytesIO(body(client.get("/donnees/actions.xlsx")))).active

    cells = {heading.value: cell for heading, cell in zip(page[1], page[2], strict=True)}
    said = [(cells[name].value, cells[name].data_type) for name in ("name", "lead_service", "reason")]
    assert said == [("abcd", "s"), ("=HYPERLINK(1)", "s"), ("@SUM(1)", "s")]


def test_readings_say_what_was_read_and_how_sure_it_is(client, town):
    (found,) = rows(client, "readings")

    known = {name: found[name] for name in ("organisation", "period", "until", "value", "proof", "recorded_on")}
    assert known == {
        "organisation": "67447",
        "period": "2026",
        "until": "2026-12-31",
        "value": 40.0,
        "proof": "declared",
        "recorded_on": "2027-01-05",
    }


@pytest.mark.parametrize(
    ("given", "proof"),
    [
        ({"evidence_address": "https://ville.example/comptage"}, "evidenced"),
        ({"verified_at": datetime(2027, 2, 1, tzinfo=UTC)}, "verified"),
    ],
)
def test_readings_are_evidenced_or_verified(client, town, given, proof):
    indicator = town.plan.objectives.get().indicators.get()
    ReadingFactory(indicator=indicator, period="2025", until=date(2025, 12, 31), **given)

    assert [row["proof"] for row in rows(client, "readings")] == ["declared", proof]


def test_indicators_keep_what_is_unknown_unknown(client, town):
    IndicatorFactory(objective=town.plan.objectives.get(), baseline_missing_because="Pas encore compté.")

    known, unknown = rows(client, "indicators")

    assert [known[n] for n in ("baseline", "target", "kind", "rollup")] == [20.0, 80.5, "number", "none"]
    assert [unknown[n] for n in ("baseline", "target", "baseline_missing_because")] == [
        None,
        None,
        "Pas encore compté.",
    ]


def test_numbers_of_a_csv_have_no_idle_zeros(client, town):
    found = next(csv.DictReader(io.StringIO(body(client.get("/donnees/indicators.csv")).decode())))

    assert (found["baseline"], found["target"], found["definition"]) == ("20", "80.5", "")


def test_spreadsheet_holds_the_same_and_no_formula(client, town):
    ActionFactory(objective=town.plan.objectives.get(), name='=HYPERLINK("x")')

    sheet = load_workbook(io.BytesIO(body(client.get("/donnees/actions.xlsx")))).active

    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert lines[0] == COLUMNS["actions"].split()
    assert [line[4] for line in lines[1:]] == ["Fermer la rue de l’école aux voitures", '=HYPERLINK("x")']
    assert sheet.cell(row=3, column=5).data_type == "s"


def test_spreadsheet_too_long_is_refused_with_what_to_do(client, town, monkeypatch):
    monkeypatch.setattr(open_data, "MOST_LINES", 0)

    response = client.get("/donnees/readings.xlsx")

    assert (response.status_code, "fichier CSV" in response.content.decode()) == (422, True)


def test_nothing_leaves_but_what_is_public(client, town):
    """A dossier, a suspended mandate, a reading replaced, of a group, and its evidence stay inside."""
    indicator = town.plan.objectives.get().indicators.get()
    secret = FileFactory(organisation=town.organisation, label="secret.pdf")
    officer = PersonFactory(name="Camille Secret", email="camille@ville.example")
    ReadingFactory(indicator=indicator, period="2025", value=41, evidence=secret, recorded_by=officer)
    ReadingFactory(indicator=indicator, period="2024", value=42, replaced_at=NOW)
    ReadingFactory(indicator=indicator, period="2023", value=43, breakdown="district:Marais")
    for code, state in (("67001", "planned"), ("67002", "suspended"), ("67003", "withdrawn")):
        hidden = member(code, f"Secret {state}", state=state)
        ReadingFactory(indicator=IndicatorFactory(objective=promise(hidden, "Secret")), value=44)

    everything = {d.name: body(client.get(f"/donnees/{d.name}.csv")).decode() for d in DATASETS}

    assert [row["value"] for row in rows(client, "readings")] == [40.0, 41.0]
    assert [name for name, text in everything.items() if "ecret" in text or "camille" in text] == []


def test_an_ended_mandate_is_still_open(client):
    ended = member(state="ended")
    promise(ended)

    assert [(row["state"], row["organisation"]) for row in rows(client, "mandates")] == [("ended", "67447")]
    assert [row["promise"] for row in rows(client, "objectives")] == ["Chaque enfant va à l’école sans danger"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?code=67447", ["67447"]),
        ("?code=67999", []),
        ("?departement=67", ["67447", "67482"]),
        ("?region=99", []),
        ("?track=titre", ["67447"]),
        ("?since=2027-01-05", ["67447"]),
        ("?since=2027-01-06", []),
        ("?unknown=1", ["67447", "67482"]),
    ],
)
def test_filters_narrow(client, town, query, found):
    other = member("67482", "Strasbourg")
    indicator = IndicatorFactory(objective=promise(other))
    ReadingFactory(indicator=indicator, recorded_at=datetime(2026, 12, 31, 12, tzinfo=UTC))

    assert [row["organisation"] for row in rows(client, "readings", query)] == found


def test_domain_narrows(client, town):
    slug = town.plan.framework.domains.get().slug

    assert len(rows(client, "readings", f"?domain={slug}")) == 1
    assert rows(client, "readings", "?domain=ailleurs") == []


@pytest.mark.parametrize("query", ["?since=hier", "?since=2027-02-30"])
def test_a_day_that_is_none_is_refused(client, query):
    assert client.get(f"/donnees/readings.csv{query}").status_code == 422


@pytest.mark.parametrize("path", ["people.csv", "readings.pdf", "readings"])
def test_unknown_file_is_not_there(client, path):
    assert client.get(f"/donnees/{path}").status_code == 404


@pytest.mark.parametrize("more", [0, 2])
def test_a_list_asks_the_database_once_whatever_its_length(town, more, django_assert_num_queries):
    indicator = town.plan.objectives.get().indicators.get()
    for year in range(2027, 2027 + more):
        ReadingFactory(indicator=indicator, period=str(year), until=date(year, 12, 31))

    with django_assert_num_queries(len(DATASETS)):
        found = {dataset.name: len(list(dataset.every_one(Asked()))) for dataset in DATASETS}

    assert found["readings"] == 1 + more


def test_long_lists_are_read_by_pieces(client, town, monkeypatch):
    monkeypatch.setattr("marelle.mandates.queries.open_data.CHUNK", 2)
    indicator = town.plan.objectives.get().indicators.get()
    for year in range(2027, 2031):
        ReadingFactory(indicator=indicator, period=str(year), until=date(year, 12, 31))

    periods = [row["period"] for row in rows(client, "readings")]

    assert periods == ["2026", "2027", "2028", "2029", "2030"]


def test_page_says_what_is_open_how_to_cite_and_what_columns_mean(client):
    text = client.get("/donnees").content.decode()

    offered = [f'href="/donnees/{d.name}.{kind}"' in text for d in DATASETS for kind in ("csv", "xlsx", "json")]
    explained = [name in text for names in COLUMNS.values() for name in names.split()]
    assert (set(offered), set(explained)) == ({True}, {True})
    assert "Licence Ouverte 2.0" in text
    assert "données ouvertes du 10 mars 2027" in text.replace("\xa0", " ")


def test_files_may_be_read_by_pages_of_other_sites_and_set_no_cookie(client, town):
    response = client.get("/donnees/plans.json")

    assert (response.headers["Access-Control-Allow-Origin"], dict(response.cookies)) == ("*", {})
