"""The API: what it says of itself is what it does, for anyone, without a cookie."""

import hypothesis
import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from marelle.territories import queries
from marelle.web.parts import limits
from tests.factories.territories import TerritoryFactory
from tests.scale import scaled

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns():
    TerritoryFactory(code="67447", name="Schiltigheim", population=34000, population_year=2023)
    TerritoryFactory(code="67482", name="Strasbourg", population=291000, population_year=2023)
    queries.forget()
    yield
    queries.forget()


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
    assert sorted(described["paths"]) == ["/api/v1/members", "/api/v1/territories"]


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


@pytest.fixture
def one_connection():
    """Requests through WSGI leave the test's connection open, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_answers_are_those_described_whatever_is_asked(towns, settings, one_connection):
    """trust F26, V7. Every parameter, made up; answers are checked against the description."""
    settings.API_PER_MINUTE = 10**6
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())

    asked = []
    for operation in schema.get_all_operations():

        @hypothesis.settings(max_examples=scaled(400, least=20))
        @hypothesis.given(case=operation.ok().as_strategy())
        def ask(case):
            asked.append(case.call_and_validate().status_code)

        ask()

    assert set(asked) <= {200, 405, 422}
    assert 200 in asked
