"""Fault experiment F10: a hand-in that begins before the deadline and whose last byte comes after it."""

import socket
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Application
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import CallFactory, ReadyApplication
from tests.faults.living_server import LivingServer
from tests.scale import scaled
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4  # as many as pages are drawn at once: each slow sender holds a place
ROUNDS = scaled(100, least=8) // AT_ONCE
SOON, LATE = timedelta(seconds=2), 0.3  # the deadline; how long after it the rest is sent
KEY = "k" * 32  # a form's key against forged requests: the cookie and the field say the same
TELLS = "Requesttime"


class Sending:
    """A hand-in on its way, in two pieces."""

    def __init__(self, call):
        self.application = ReadyApplication(call=call)
        self.lead = PersonFactory(roles=[(self.application.organisation, Role.ELECTED_LEAD)], application=True)
        session = sign_in(Client(), self.lead).session.session_key
        self.cookie = f"marelle={session}; marelle-csrf={KEY}"
        self.line: socket.socket

    def begin(self, server, **headers):
        """Everything but the last bytes."""
        body = urlencode({"csrfmiddlewaretoken": KEY, "exact": "on"})
        said = {
            "Host": f"127.0.0.1:{server.port}",
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": len(body),
            "Connection": "close",
            **headers,
        }
        path = f"/espace/{self.application.organisation.code}/candidature/depot"
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        words = f"POST {path} HTTP/1.1\r\n{head}\r\n{body}".encode()
        self.line, self.rest = socket.create_connection(("127.0.0.1", server.port), timeout=30), words[-9:]
        self.line.sendall(words[:-9])

    def end(self):
        self.line.sendall(self.rest)

    def outcome(self):
        """Whether a receipt was promised, and what stands."""
        with self.line, self.line.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
        return status == 302, Application.rows.get(pk=self.application.pk).state


def wait_for(call):
    time.sleep(max(0.0, (call.closes_at - clock.now()).total_seconds()) + LATE)


def test_hand_in_begun_before_the_deadline_and_ended_after_it_is_in_time(tmp_path):
    """trust F10. Before the real server, by senders who keep the last bytes until after the deadline."""
    outcomes = []
    with LivingServer(tmp_path) as server:
        for _round in range(ROUNDS):
            call = CallFactory()
            sendings = [Sending(call) for _n in range(AT_ONCE)]
            call.closes_at = clock.now() + SOON
            call.save()
            for sending in sendings:
                sending.begin(server)
            wait_for(call)
            for sending in sendings:
                sending.end()
            outcomes += [sending.outcome() for sending in sendings]

    assert outcomes == [(True, "submitted")] * (ROUNDS * AT_ONCE)


def test_hand_in_that_waited_for_its_turn_is_in_time(tmp_path):
    """Four slow senders hold the places of each process; who came before the deadline behind them is not late."""
    with LivingServer(tmp_path) as server:
        call = CallFactory()
        slow, quick = [Sending(call) for _n in range(AT_ONCE * 2)], Sending(call)
        call.closes_at = clock.now() + SOON
        call.save()
        for sending in slow:
            sending.begin(server)
        quick.begin(server)
        quick.end()
        wait_for(call)
        for sending in slow:
            sending.end()
        outcomes = [sending.outcome() for sending in [*slow, quick]]

    assert outcomes == [(True, "submitted")] * (AT_ONCE * 2 + 1)


@pytest.mark.parametrize(
    ("vouched", "said", "in_time"),
    [
        (True, "90.125", True),
        (True, "899", True),
        (True, "901", False),
        (True, "0.001", False),
        (True, "-90", False),
        (True, "nan", False),
        (True, "90, 90", False),
        (True, "tout à l’heure".encode().decode("latin-1"), False),
        (False, "90.125", False),
    ],
)
def test_proxy_that_waits_for_the_whole_says_how_long_it_took(client, settings, vouched, said, in_time):
    """trust F10, behind the proxy of docs/running: up to 15 minutes; a header nobody vouches for is not read."""
    settings.PROXIES, settings.TIME_HEADER = 1, TELLS if vouched else ""
    call = CallFactory()
    application = ReadyApplication(call=call)
    sign_in(client, PersonFactory(roles=[(application.organisation, Role.ELECTED_LEAD)], application=True))

    with clock.at(call.closes_at + timedelta(seconds=30 if said == "90.125" else 1)):
        path = f"/espace/{application.organisation.code}/candidature/depot"
        client.post(path, {"exact": "on"}, headers={TELLS: said})

    application.refresh_from_db()
    assert application.state == ("submitted" if in_time else "draft")


def test_every_header_the_house_believes_is_written_by_the_sample_proxy(settings):
    """A visitor's own would pass through, were it not written over."""
    sample = (settings.BASE / "docs" / "running" / "samples" / "nginx.conf").read_text()
    house = sample[sample.index("location / {") :]

    assert f"proxy_set_header {TELLS} $request_time;" in house
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in house
    assert f"MARELLE_TIME_HEADER={TELLS}\n" in (settings.BASE / "docs" / "running" / "install.md").read_text()
