"""The list of members, its map and its files."""

import csv
import io
import json

import pytest

from marelle.base import clock
from tests.factories.accounts import PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import CallFactory
from tests.factories.territories import TerritoryFactory
from tests.web.crowd import make_members
from tests.web.public_town import FIRST_DAY, NOW, area, member

pytestmark = pytest.mark.django_db

CONTRACT = {
    "code": "67447",
    "name": "Schiltigheim",
    "kind": "commune",
    "departement": "67",
    "region": "44",
    "population": 34708,
    "lon": 7.7493,
    "lat": 48.6075,
    "track": "titre",
    "state": "active",
    "mandate_start": "2026-09-01",
    "mandate_end": "2032-09-01",
    "url": "http://127.0.0.1:8000/villes/67447",
}
CANARY = "<script>alert('é')</script>"


def body(response) -> str:
    return b"".join(response.streaming_content).decode()


def names(client, query: str) -> list[str]:
    return [row["name"] for row in json.loads(body(client.get(f"/villes.json?{query}")))]


def test_json_is_an_array_with_exactly_the_agreed_keys(client):
    member(track=TrackFactory(code="titre"))

    response = client.get("/villes.json")

    assert response["Content-Type"] == "application/json"
    assert json.loads(body(response)) == [CONTRACT]


def test_csv_has_the_same_columns_and_no_formula(client):
    member("67001", '=HYPERLINK("x")', lon=-1.5, lat=-20.25)

    text = body(client.get("/villes.csv"))
    marked = body(client.get("/villes.csv?bom=1"))

    heading, row = list(csv.reader(io.StringIO(text)))
    assert heading == list(CONTRACT)
    assert row[1] == '\'=HYPERLINK("x")'
    assert row[6:8] == ["-1.5", "-20.25"]
    assert marked == "\ufeff" + text


def test_geojson_puts_longitude_first_and_keeps_members_without_a_point(client):
    member()
    member("97701", "Saint-Barthélemy", lon=None, lat=None)

    found = json.loads(body(client.get("/villes.geojson")))

    assert found["type"] == "FeatureCollection"
    assert [f["geometry"] for f in found["features"]] == [None, {"type": "Point", "coordinates": [7.7493, 48.6075]}]
    assert set(found["features"][1]["properties"]) == set(CONTRACT) - {"lon", "lat"}


@pytest.mark.parametrize(
    ("state", "shown"),
    [("active", "active"), ("on_watch", "active"), ("prolonged", "prolonged")]
    + [(state, None) for state in ("planned", "suspended", "renounced", "withdrawn", "ended", "renewed", "closed")],
)
def test_only_members_are_listed_and_watch_is_not_told(client, state, shown):
    member(state=state)

    found = json.loads(body(client.get("/villes.json")))

    assert [row["state"] for row in found] == ([shown] if shown else [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Échirolles", "Grenoble-Alpes Métropole", "Saint-Étienne", "Schiltigheim"]),
        ("q=saint", ["Saint-Étienne"]),
        ("q=ST+ETIENNE", ["Saint-Étienne"]),
        ("q=echi", ["Échirolles"]),
        ("q=67447", ["Schiltigheim"]),
        ("q=%25", []),
        ("departement=38", ["Échirolles", "Grenoble-Alpes Métropole"]),
        ("region=84", ["Échirolles", "Grenoble-Alpes Métropole", "Saint-Étienne"]),
        ("kind=intercommunality", ["Grenoble-Alpes Métropole"]),
        ("state=prolonged", ["Saint-Étienne"]),
        ("track=reseau", ["Échirolles"]),
        ("track=nothing", []),
        ("state=draft", []),
        ("tri=population", ["Grenoble-Alpes Métropole", "Saint-Étienne", "Échirolles", "Schiltigheim"]),
    ],
)
def test_filters_are_those_of_the_page_and_of_the_files(client, query, expected):
    rhone, isere, loire = (
        area("region", "84", "Rhône"),
        area("departement", "38", "Isère"),
        area("departement", "42", "L"),
    )
    member(population=100)
    member("38151", "Échirolles", region=rhone, departement=isere, track=TrackFactory(code="reseau"), population=None)
    member("42218", "Saint-Étienne", region=rhone, departement=loire, state="prolonged", population=200)
    member(
        "200040715",
        "Grenoble-Alpes Métropole",
        kind="intercommunality",
        region=rhone,
        departement=isere,
        population=300,
    )
    if query == "tri=population":
        expected = ["Grenoble-Alpes Métropole", "Saint-Étienne", "Schiltigheim", "Échirolles"]

    page = client.get(f"/villes?{query}").content.decode()

    assert names(client, query) == expected
    assert [name for name in expected if f"<strong>{name}</strong>" not in page] == []
    assert page.count('<li><a href="/villes/') == len(expected)


def test_the_number_found_is_announced(client):
    member()

    page = client.get("/villes").content.decode()

    assert '<div role="status"><h2 id="list">1 membre</h2></div>' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_questions_whatever_its_length(client, django_assert_num_queries, count):
    for number in range(count):
        member(f"{67001 + number}", f"Bourg {number}")

    with django_assert_num_queries(6), clock.at(NOW):
        response = client.get("/villes")

    assert response.status_code == 200


def test_above_a_thousand_members_the_map_counts_by_departement(client, django_assert_num_queries):
    departement = area("departement", "67", "Bas-Rhin")
    places = [TerritoryFactory(code=f"{67000 + n}", name=f"Bourg {n}", departement=departement) for n in range(1001)]
    make_members(places, call=CallFactory(), track=TrackFactory(), by=PersonFactory())

    with django_assert_num_queries(6):
        page = client.get("/villes?page=21").content.decode()

    assert page.count('<li><a href="/villes/') == 1
    assert "<title>Bas-Rhin, 1001</title>" in page
    assert '<circle class="member"' not in page
    assert "Page 21 sur 21" in page


def test_the_map_links_are_out_of_the_tab_order_and_the_list_is_their_twin(client):
    member()

    page = client.get("/villes").content.decode()

    assert '<a href="/villes/67447" tabindex="-1"><circle class="member" cx="' in page
    assert '<li><a href="/villes/67447"><strong>Schiltigheim</strong></a>' in page


def test_a_name_is_never_taken_for_markup(client):
    member("67001", CANARY)

    pages = [client.get(path).content.decode() for path in ("/villes", "/villes/67001", "/nouvelles.atom")]
    searched = client.get("/villes", {"q": CANARY}).content.decode()

    assert [CANARY in page for page in [*pages, searched]] == [False] * 4
    assert "&lt;script&gt;" in pages[0]


@pytest.mark.parametrize("query", ["page=0", "page=99", "page=x", "q=" + "a+" * 500, "departement='"])
def test_odd_parameters_give_a_page(client, query):
    member()

    response = client.get(f"/villes?{query}")

    assert response.status_code == 200


def test_home_counts_members_inhabitants_once_and_promises(client):
    body_ = TerritoryFactory(intercommunality=True, population=500_000)
    member("67482", "Strasbourg", population=290_000, intercommunality=body_)
    member(intercommunality=body_)
    make_members([body_], call=CallFactory(), track=TrackFactory(), by=PersonFactory())

    with clock.at(NOW):
        page = client.get("/").content.decode()

    assert "<dd>3</dd>" in page
    assert "<dd>324\u202f708</dd>" in page
    assert "au 10 mars 2027" in page


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_the_same_questions_whatever_the_network(client, django_assert_num_queries, count):
    for number in range(count):
        member(f"{67001 + number}", f"Bourg {number}", starts_on=FIRST_DAY)

    with django_assert_num_queries(9), clock.at(NOW):
        response = client.get("/")

    assert response.status_code == 200
