"""Fault experiment F1: the server's processes die at random instants while cities hand in."""

import hashlib
import random
import threading
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marelle.accounts.files import opened
from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import registers
from marelle.base.models import Letter
from marelle.mandates.models import Application, HandIn
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import CallFactory, ReadyApplication
from tests.faults.living_server import LivingServer, kill
from tests.scale import SEED, scaled
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

HAND_INS = scaled(100, least=8)
AT_ONCE = 2  # cities pressing the button at the same time: few, so that more deaths fall among them
KEY = "k" * 32  # a form's key against forged requests: the cookie and the field say the same
MOST_KILLS = scaled(200, least=12)
GIVES_UP = 90.0  # seconds of trying again


class City:
    """Someone elected who presses the button until a receipt comes."""

    def __init__(self, application: Application):
        self.application, self.path = application, f"/espace/{application.organisation.code}/candidature"
        lead = PersonFactory(roles=[(application.organisation, Role.ELECTED_LEAD)], application=True)
        session = sign_in(Client(), lead).session.session_key
        self.lead, self.cookie = lead, f"marelle={session}; marelle-csrf={KEY}"
        self.cut = 0  # answers that never came
        self.answers: list[tuple[int, str]] = []
        self.receipt = ""

    def hand_in(self, server: LivingServer) -> None:
        """Press, and press again whenever the answer does not come. Then once more, for nothing."""
        until = time.monotonic() + GIVES_UP
        while not self.receipt and time.monotonic() < until:
            self.receipt = self.press(server)
            if not self.receipt:
                time.sleep(0.2)

    def press(self, server: LivingServer) -> str:
        """Where the receipt is; empty when no answer came, or an answer of a house in trouble."""
        body = {"csrfmiddlewaretoken": KEY, "exact": "on"}
        try:
            status, where = server.ask("POST", f"{self.path}/depot", body=body, cookie=self.cookie)
        except OSError:
            self.cut += 1
            return ""
        self.answers.append((status, where))
        return where if status == 302 else ""


@pytest.fixture
def cities():
    now = timezone.now()
    call = CallFactory(opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9))
    organisations = [OrganisationFactory() for _n in range(HAND_INS)]
    return [City(ReadyApplication(call=call, organisation=organisation)) for organisation in organisations]


def test_killing_the_server_loses_no_hand_in(cities, tmp_path):
    """trust F1. What was acknowledged is stored, nothing is half done, pressing again gives the same receipt."""
    with LivingServer(tmp_path) as server:
        killed = hand_in_while_it_dies(cities, server)
        server.wait()
        again = [city.press(server) for city in cities]
        time.sleep(5)
        pages = [server.ask("GET", city.path + "/recu", cookie=city.cookie)[0] for city in cities]

    assert killed >= HAND_INS // 2
    assert sum(city.cut for city in cities) >= 1  # else nothing was shown
    assert [city.receipt for city in cities] == [f"{city.path}/recu" for city in cities]
    assert again == [city.receipt for city in cities]
    assert pages == [200] * HAND_INS
    assert [fault for city in cities for fault in half_done(city)] == []
    assert {name: found for name, find in registers.invariants.items() if (found := list(find()))} == {}


def test_killing_every_process_again_and_again_does_not_end_the_server(tmp_path):
    """A process that dies soon after another took its place is replaced all the same."""
    with LivingServer(tmp_path) as server:
        first, killed = server.process, 0
        for _time in range(4):
            killed += sum(kill(pid) for pid in server.workers())
            time.sleep(2)
        server.wait()
        page = server.ask("GET", "/securite")[0]

        assert (killed >= 6, page, server.process is first, first.poll()) == (True, 200, True, None)


def hand_in_while_it_dies(cities: list[City], server: LivingServer) -> int:
    """Every city at its button, some at the same time; a process killed at random instants. How many died."""
    chance, waiting, killed = random.Random(SEED), list(cities), 0  # noqa: S311

    def keep_pressing() -> None:
        while waiting:
            try:
                city = waiting.pop()
            except IndexError:
                return
            city.hand_in(server)

    threads = [threading.Thread(target=keep_pressing) for _n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        server.wait()
        time.sleep(chance.uniform(0.05, 1.2))
        living = server.workers()
        doomed = living if chance.random() < 0.5 else living[:1]
        if killed < MOST_KILLS:
            killed += sum(kill(pid) for pid in doomed)
    return killed


def half_done(city: City) -> list[str]:
    """What is there without the rest: state, plan, hand-in, file, journal and letters go together."""
    application = Application.rows.select_related("plan", "receipt").get(pk=city.application.pk)
    hand_ins = list(HandIn.objects.filter(application=application).select_related("receipt"))
    facts = {
        "application": (application.state, "submitted"),
        "plan": (application.plan.state, "submitted"),
        "hand-ins": (len(hand_ins), 1),
        "journal": (JournalContent.objects.filter(verb="submitted", person=city.lead).count(), 1),
        "letters": (Letter.objects.filter(kind="receipt", address=city.lead.email).count(), 1),
        "fingerprint": (application.fingerprint, sha256(application.receipt)),
        "hand-in": ([h.fingerprint for h in hand_ins], [application.fingerprint]),
    }
    return [f"{application.code}: {name} {found}" for name, (found, expected) in facts.items() if found != expected]


def sha256(file) -> str:
    with opened(file) as stream:
        return hashlib.sha256(stream.read()).hexdigest()
