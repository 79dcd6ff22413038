"""`marelle serve`: reads names in advance, and does not give up when a process dies."""

import http.client
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management.base import CommandError

from marelle.config.management.commands.serve import MOST_FALLS, keep_serving
from tests.factories.territories import TerritoryFactory
from tests.faults.living_server import ROOT, LivingServer, address_of_database

WATCH = """
from marelle.config import wsgi
from marelle.territories import queries
queries.SMALL = 0
found = [queries._kept is not None, wsgi.warming.daemon]
wsgi.warming.join()
print(*found, queries._kept is not None)
"""


class Fallen:
    """A server that ends as it is told."""

    def __init__(self, code: int, *, interrupted: bool = False):
        self.code, self.interrupt_signal = code, interrupted

    def serve(self) -> None:
        if self.code:
            sys.exit(self.code)


def test_serve_begins_again_later_each_time_when_the_server_gives_up():
    servers, waits = iter([Fallen(1), Fallen(1), Fallen(1), Fallen(0)]), []

    keep_serving(lambda: next(servers), waits.append)

    assert (waits, list(servers)) == ([0.5, 1.0, 2.0], [])


def test_serve_obeys_an_order_to_stop():
    servers, waits = iter([Fallen(1, interrupted=True), Fallen(0)]), []

    keep_serving(lambda: next(servers), waits.append)

    assert (waits, len(list(servers))) == ([], 1)


def test_serve_says_when_it_cannot_stay_up():
    waits = []

    with pytest.raises(CommandError):
        keep_serving(lambda: Fallen(1), waits.append)

    assert len(waits) == MOST_FALLS


@pytest.mark.django_db(transaction=True)
def test_names_are_read_in_advance_after_the_first_page(settings):
    TerritoryFactory()
    environment = {**os.environ, "MARELLE_MODE": "test", "MARELLE_DATA": str(settings.DATA)}
    environment |= {"DJANGO_SETTINGS_MODULE": "marelle.config.settings", "DATABASE_URL": address_of_database()}

    done = subprocess.run(
        [sys.executable, "-c", WATCH], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )

    assert (done.stdout.split(), "not read" in done.stderr) == (["False", "True", "True"], False), done.stderr


@pytest.mark.django_db(transaction=True)
def test_sixteen_visitors_at_once_are_all_answered(tmp_path):
    """Two processes share one database: neither may speak through a connection the other has inherited."""
    with LivingServer(tmp_path) as server, ThreadPoolExecutor(16) as visitors:
        answers = list(visitors.map(lambda n: server.ask("GET", f"/villes?n={n}")[0], range(160)))

    assert Counter(answers) == {200: 160}, server.said.read_text()[-2000:]


@pytest.mark.django_db(transaction=True)
def test_browsers_that_hold_their_connections_keep_nobody_waiting(tmp_path):
    """A browser keeps its connections open after a page: sixty of them, silent, take nobody's turn."""
    with LivingServer(tmp_path) as server:
        browsers = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=30) for _n in range(60)]
        waits = [seconds_to_answer(browser) for browser in browsers]
        for browser in browsers:
            browser.close()

    assert [n for n, seconds in enumerate(waits) if seconds > 5] == []  # a silent one is closed after ten seconds


def seconds_to_answer(browser):
    started = time.monotonic()
    browser.request("GET", "/confidentialite")
    browser.getresponse().read()
    return time.monotonic() - started
