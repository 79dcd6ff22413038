"""The crowds of the bench, small, before the real server: nobody lost, none beyond capacity, no question missed."""

import sys

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from tests.factories.accounts import PersonFactory
from tests.factories.events import EventFactory, OccurrenceFactory, RegistrationFactory
from tests.faults.living_server import ROOT, LivingServer

sys.path.append(str(ROOT / "tools"))
from benching import live  # noqa: E402

PEOPLE, READERS, SECONDS = 20, 10, 8.0


@pytest.fixture
def webinar():
    """As many places in French as two thirds of those who will want one."""
    event = EventFactory(registration_opens_at=None, registration_closes_at=None)
    for language, capacity in (("fr", 8), ("en", 10)):
        begins = clock.now() + live.timedelta(days=10)
        ends = begins + live.timedelta(hours=1)
        OccurrenceFactory(event=event, language=language, starts_at=begins, ends_at=ends, capacity=capacity)
    return event


@pytest.mark.django_db(transaction=True)
def test_a_crowd_registers_and_is_counted(tmp_path, monkeypatch, webinar):
    monkeypatch.setenv("MARELLE_PROXIES", "1")
    acts = [live.registering(webinar, number, at) for number, at in enumerate(live.moments(PEOPLE, 1))]

    with LivingServer(tmp_path) as server:
        met = live.crowd(server.port, {"over": 1, "acts": acts})

    assert (live.errors(met["reads"], 200), live.errors(met["sends"], 302)) == (0, 0), server.said.read_text()[-2000:]
    assert live.standing(webinar) == (PEOPLE, 0, 0)
    assert webinar.occurrences.get(language="fr").registrations.filter(state="waiting").count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_crowd_reads_every_question_let_in(tmp_path, webinar):
    officer = PersonFactory(roles=[(webinar.committee, Role.PROGRAMME_OFFICER)])
    french = webinar.occurrences.get(language="fr")
    acts = [live.proposing(RegistrationFactory(occurrence=french), at) for at in (0.5, 2.0, 3.5)]
    path = f"{webinar.address}/direct/questions"
    acts += [{"at": n / 10, "every": 1.0, "read": path, "from": live.address(n)} for n in range(READERS)]

    with LivingServer(tmp_path) as server, live.moderator(webinar, officer) as admitted:
        met = live.crowd(server.port, {"over": SECONDS, "acts": acts})

    assert (live.errors(met["sends"], 302), len(admitted)) == (0, 3), server.said.read_text()[-2000:]
    assert {status for _at, _spent, status, _seen in met["reads"]} <= {200, 304}
    assert live.missed(met["reads"], admitted) == 0
    assert max(seen for _at, _spent, _status, seen in met["reads"]) == 3


def test_a_reading_that_misses_a_question_is_counted():
    reads = [(10.0, 0.1, 200, 0), (20.0, 0.1, 304, 0), (20.0, 0.1, 200, 1), (20.0, 0.1, 0, 0)]

    assert live.missed(reads, [15.0]) == 1
