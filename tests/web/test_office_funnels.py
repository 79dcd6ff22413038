"""How far the applications of a call went: by track and by week, on screen and as files."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from marelle.accounts.states import Role
from tests import signing_in
from tests.factories.accounts import OrganisationFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, DecisionFactory, HandInFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
ADDRESS = "/bureau/appels/2026/parcours"
SUNDAY = datetime(2026, 3, 29, 21, 30, tzinfo=UTC)  # 23:30 in Paris, where the clocks have just changed


@pytest.fixture
def call(client):
    made = CallFactory(committee=OrganisationFactory(committee=True), code="2026")
    signing_in.sign_in(client, works_as(Role.PROGRAMME_OFFICER, made.committee))
    return made


def begun(call, state, at=SUNDAY, **more):
    return ApplicationFactory(
        call=call, state=state, created_at=at, submitted_at=more.pop("submitted_at", SUNDAY), **more
    )


def test_every_state_counts_in_the_steps_it_has_passed(client, call):
    light = TrackFactory(code="light", name={"fr": "Territoires", "en": "Territories"})
    call.tracks.add(light)
    full = call.tracks.exclude(pk=light.pk).get()
    states = [
        "intent",
        "draft",
        "submitted",
        "returned",
        "admissible",
        "heard",
        "declined",
        "signed",
        "withdrawn",
        "lapsed",
    ]
    for state in states:
        begun(call, state, track=full)
    begun(call, "draft", track=light)

    table = json.loads(client.get(f"{ADDRESS}?format=json").content)

    lines = table if isinstance(table, list) else table["rows"]
    assert [list(line.values()) for line in lines] == [
        [str(full), 10, 2, 6, 4, 3, 2, 1, 2],
        ["Territoires", 1, 1, 0, 0, 0, 0, 0, 0],
    ]
    page = client.get(ADDRESS).text
    assert "Toutes les voies" in page and f'href="{ADDRESS}"' in client.get("/bureau/appels/2026").text


def test_weeks_begin_on_monday_where_the_call_is(client, call):
    one = begun(call, "declined")
    begun(call, "draft", at=SUNDAY + timedelta(hours=1))  # Monday in Paris
    HandInFactory(application=one, handed_in_at=SUNDAY + timedelta(weeks=3))
    HandInFactory(application=one, number=2, handed_in_at=SUNDAY + timedelta(weeks=4))
    DecisionFactory(application=one, decided_at=SUNDAY + timedelta(weeks=3))

    said = client.get(f"{ADDRESS}?par=semaines&format=csv").content.decode("utf-8-sig").splitlines()

    assert said == [
        "semaine,intentions,deposees,decidees",
        "2026-03-23,1,0,0",
        "2026-03-30,1,0,0",
        "2026-04-06,0,0,0",
        "2026-04-13,0,1,1",
    ]


def test_call_without_applications_counts_none(client, call):
    assert "Rien n’est encore venu." in client.get(f"{ADDRESS}?par=semaines").text
    assert client.get(f"{ADDRESS}?format=xlsx").status_code == 200


def test_page_asks_few_questions(client, call, django_assert_max_num_queries):
    begun(call, "submitted")
    client.get(ADDRESS)
    with django_assert_max_num_queries(12):
        client.get(ADDRESS)
    with django_assert_max_num_queries(12):
        client.get(f"{ADDRESS}?par=semaines")
