"""The API: what it says of itself is what it does, for anyone, without a cookie."""

from datetime import UTC, date, datetime

import hypothesis
import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from marelle.plans.models import Rating, Reading
from marelle.territories import queries
from marelle.web.parts import limits
from marelle.web.parts.open_data import DATASETS
from tests.factories.accounts import PersonFactory
from tests.factories.plans import IndicatorFactory, ObjectiveFactory, ReadingFactory, ReportFactory
from tests.factories.territories import TerritoryFactory
from tests.scale import scaled
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns():
    TerritoryFactory(code="67447", name="Schiltigheim", population=34000, population_year=2023)
    TerritoryFactory(code="67482", name="Strasbourg", population=291000, population_year=2023)
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def readings():
    """Three readings of one indicator of a member; the last verified."""
    indicator = IndicatorFactory(objective=promise(member("67218", "Illkirch")), baseline=20, target=80)
    given = {"verified_at": datetime(2028, 3, 1, tzinfo=UTC)}
    years = [("2025", {}), ("2026", {}), ("2027", given)]
    return [ReadingFactory(indicator=indicator, period=y, until=date(int(y), 12, 31), **g) for y, g in years]


def walked(client, address: str) -> list[str]:
    """The codes of a list, page after page."""
    found = []
    while address:
        page = client.get(address.removeprefix("http://127.0.0.1:8000")).json()
        found += [row["code"] for row in page["items"]]
        address = page["next"]
    return found


def test_territories_answer_what_was_promised(client, towns):
    answers = client.get("/api/v1/territories?q=schilti").json()

    assert [list(a) for a in answers] == [["code", "name", "kind", "departement", "population"]]
    assert (answers[0]["code"], answers[0]["name"], answers[0]["kind"]) == ("67447", "Schiltigheim", "commune")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=51", "limit"),
        ("limit=x", "limit"),
        ("kind=planet", "kind"),
        ("q=" + "a" * 81, "q"),
    ],
)
def test_wrong_parameter_gets_a_sentence(client, query, name):
    """trust W9."""
    response = client.get(f"/api/v1/territories?{query}")

    assert response.status_code == 422
    assert response.json()["error"] == "Un paramètre ne peut pas être lu. La liste dit lequel, et pourquoi."
    assert [fault.split(":")[0] for fault in response.json()["faults"]] == [name]
    assert len(response.json()["reference"]) >= 8


def test_api_has_no_cookie_and_no_page_of_others(client, towns):
    """trust A12, W3."""
    responses = [client.get(f"/api/v1/{name}") for name in ("territories?q=a", "members", "openapi.json", "docs", "")]

    assert [r.status_code for r in responses] == [200, 200, 200, 404, 404]
    assert [dict(r.cookies) for r in responses] == [{}] * 5


def test_api_describes_itself(client):
    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.")
    assert sorted(path.removeprefix("/api/v1/") for path in described["paths"]) == [
        *("actions", "indicators", "mandates", "members", "objectives", "organisations"),
        *("plans", "proposals", "ratings", "readings", "reports", "territories"),
    ]
    assert described["info"]["license"]["name"] == "Licence Ouverte 2.0"


def test_api_explains_every_list_every_filter_and_every_column(client):
    described = client.get("/api/v1/openapi.json").json()

    asked = [
        (path, given["name"]) for path, verbs in described["paths"].items()
        for given in verbs["get"].get("parameters", []) if not given["schema"].get("description", given.get("description"))
    ]  # fmt: skip
    rows = {name: schema for name, schema in described["components"]["schemas"].items() if name.endswith("Row")}
    told = [
        (name, column) for name, schema in rows.items() for column, about in schema["properties"].items()
        if not (about.get("description") and "examples" in about)
    ]  # fmt: skip
    silent = [path for path, verbs in described["paths"].items() if not verbs["get"].get("description")]
    assert (len(rows), asked, told, silent) == (10, [], [], [])


def test_api_delays_who_asks_too_often(client, settings, towns):
    """trust L3."""
    settings.API_PER_MINUTE = 2

    statuses = [client.get("/api/v1/members").status_code for _ in range(2)]
    late = client.get("/api/v1/members")
    typed = client.get("/api/v1/territories?q=a")

    assert (statuses, late.status_code, typed.status_code) == ([200, 200], 429, 200)
    assert 1 <= int(late.headers["Retry-After"]) <= limits.MINUTE
    assert late.json()["error"].endswith("rien n’est bloqué.")


def test_typing_a_name_may_ask_ten_times_as_much_whoever_says_what(client, settings, towns):
    """trust L3. One ask a letter; a header that names our own page lifts nothing, other processes' asks are counted too."""
    settings.API_PER_MINUTE = 2
    own = {"Sec-Fetch-Site": "same-origin"}

    first = [client.get("/api/v1/territories?q=a", headers=own).status_code for _ in range(19)]
    caches["local"].clear()  # another process
    others = [client.get("/api/v1/territories?q=a", headers=own).status_code for _ in range(20)]
    late = client.get("/api/v1/territories?q=a", headers=own)

    assert (set(first), others, late.status_code) == ({200}, [200] * 19 + [429], 429)
    assert 1 <= int(late.headers["Retry-After"]) <= limits.MINUTE


def test_forged_address_lifts_no_limit(client, settings, towns):
    """trust W7, V13."""
    settings.API_PER_MINUTE = 2

    statuses = [
        client.get("/api/v1/members", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)
    ]

    assert statuses == [200, 200, 429]


def test_api_takes_no_writing(client):
    statuses = [getattr(client, verb)("/api/v1/territories").status_code for verb in ("post", "put", "patch", "delete")]

    assert statuses == [405] * 4


def test_list_gives_rows_with_the_columns_of_the_files(client, readings):
    page = client.get("/api/v1/readings?since=2028-03-01").json()

    (row,) = page["items"]
    known = [row[name] for name in ("organisation", "period", "value", "proof", "verified_on")]
    assert (known, page["next"]) == (["67218", "2027", 40.0, "verified", "2028-03-01"], None)


@pytest.mark.parametrize("name", [dataset.name for dataset in DATASETS])
def test_every_list_answers(client, readings, name):
    assert set(client.get(f"/api/v1/{name}").json()) == {"items", "next"}


def test_pages_follow_one_another_whatever_is_added_meanwhile(client, readings):
    first = client.get("/api/v1/readings?limit=1&code=67218").json()
    before, after = "2" * 26, "z" * 26
    for code in (before, after):
        ReadingFactory(indicator=readings[0].indicator, code=code, period="2024" if code == before else "2023")

    rest = walked(client, first["next"])

    assert [first["items"][0]["code"], *rest] == [*sorted(r.code for r in readings), after]
    assert "code=67218" in first["next"]


def test_cursor_does_not_show_what_it_is_made_of(client, readings):
    page = client.get("/api/v1/readings?limit=2").json()

    assert [row["code"] for row in page["items"] if row["code"] in page["next"]] == []


@pytest.mark.parametrize("cursor", ["A", "gggg", "AAAA", "w6k", "Kioq"], ids=["cut", "bytes", "NUL", "accent", "stars"])
def test_cursor_nobody_gave_is_not_there(client, readings, cursor):
    response = client.get(f"/api/v1/readings?cursor={cursor}")

    assert (response.status_code, response.json()["error"]) == (404, "Il n’y a rien ici.")


@pytest.mark.parametrize(
    "query", ["code=67%25", "since=hier", "limit=1001", "region=x%00", "domain=" + "a" * 81, "cursor=a.b"]
)
def test_list_refuses_what_it_cannot_read(client, query):
    assert client.get(f"/api/v1/readings?{query}").status_code in (400, 422)


def test_unchanged_answer_is_not_sent_again(client, readings):
    first = client.get("/api/v1/readings")
    again = client.get("/api/v1/readings", headers={"If-None-Match": first["ETag"]})
    Reading.objects.update(value=41)
    changed = client.get("/api/v1/readings", headers={"If-None-Match": first["ETag"]})

    assert [(r.status_code, len(r.content) > 0) for r in (first, again, changed)] == [
        (200, True),
        (304, False),
        (200, True),
    ]
    assert (again["ETag"] == first["ETag"], changed["ETag"] == first["ETag"]) == (True, False)


def test_head_says_what_get_would(client, readings):
    first, again = client.get("/api/v1/readings"), client.head("/api/v1/readings")

    assert (again.status_code, again["ETag"], again.content) == (200, first["ETag"], b"")
    assert client.head("/api/v1/readings?limit=0").status_code == 422


@pytest.mark.parametrize("known", ["*", "{etag}", "W/{etag}", '"other", {etag}'])
def test_who_has_the_answer_already_is_told_so_however_it_is_written(client, readings, known):
    etag = client.get("/api/v1/readings")["ETag"]

    answer = client.get("/api/v1/readings", headers={"if-none-match": known.format(etag=etag)})

    assert (answer.status_code, answer.content) == (304, b"")


def test_town_that_says_why_without_rating_gives_no_rating(client, readings):
    """A yearly sheet asks for no rating: a reason alone is none."""
    objective, by = readings[0].indicator.objective, PersonFactory()
    report = ReportFactory(plan=objective.plan, accepted=True)
    given = {"report": report, "by": "city", "rated_by": by, "rated_at": report.accepted_at}
    Rating.rows.create(objective=objective, verdict="", why="Trop tôt.", **given)
    kept = Rating.rows.create(objective=ObjectiveFactory(plan=objective.plan), verdict="on_track", **given)

    answer = client.get("/api/v1/ratings")

    assert (answer.status_code, [row["code"] for row in answer.json()["items"]]) == (200, [kept.code])


def test_pages_of_other_sites_may_read_and_nothing_else(client, readings, settings):
    """trust W3. Any origin, nobody's cookies; an error too may be read; other addresses stay closed."""
    ask = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    answers = [
        client.get("/api/v1/readings"),
        client.get("/api/v1/readings?limit=0"),
        client.get("/api/v1/openapi.json"),
    ]
    before = client.options("/api/v1/readings", headers=ask)

    assert [r.headers["Access-Control-Allow-Origin"] for r in [*answers, before]] == ["*"] * 4
    assert ["Access-Control-Allow-Credentials" in r.headers for r in [*answers, before]] == [False] * 4
    assert (before.status_code, before.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    assert "Access-Control-Allow-Origin" not in client.get("/compte/entrer").headers


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_once_whatever_its_length(client, readings, rows):
    Reading.objects.exclude(pk__in=[r.pk for r in readings[:rows]]).delete()

    with CaptureQueriesContext(connection) as asked:
        page = client.get("/api/v1/readings").json()

    counting = ("base_shared_cache", "SAVEPOINT")  # how often this address asks
    read = [q["sql"] for q in asked if not any(word in q["sql"] for word in counting)]
    assert (len(page["items"]), len(read)) == (rows, 1)


@pytest.fixture
def one_connection():
    """Requests through WSGI leave the test's connection open, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_answers_are_those_described_whatever_is_asked(towns, readings, settings, one_connection):
    """trust F26, V7. Every parameter, made up; answers are checked against the description."""
    settings.API_PER_MINUTE = 10**6
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())

    asked = []
    for operation in schema.get_all_operations():

        @hypothesis.settings(max_examples=scaled(100, least=5))
        @hypothesis.given(case=operation.ok().as_strategy())
        def ask(case):
            asked.append(case.call_and_validate().status_code)

        ask()

    assert set(asked) <= {200, 404, 405, 422}
    assert 200 in asked
