"""What every test stands on: a database, no network, the French catalogue, a fixed seed."""

import hashlib
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.postgresql import Server
from tests.scale import SCALE

ROOT = Path(__file__).resolve().parents[1]
CONNECT = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

hypothesis_settings.register_profile(
    "marelle",
    max_examples=max(10, int(200 * SCALE)),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("marelle")

LONG = (  # files past half a minute: begun first, so that no process is left alone with one of them at the end
    "isolation/test_canaries.py",
    "isolation/test_permissions.py",
    "isolation/test_committees.py",
    "demo/test_building.py",
    "config/test_backup.py",
    "journeys/test_second_programme.py",
    "journeys/test_road.py",
    "browser/test_looks.py",
    "browser/test_looks_meetings.py",
    "browser/test_budgets.py",
    "browser/test_kids.py",
    "faults/test_kill_server.py",
    "faults/test_kill_worker.py",
    "web/test_api.py",
)


class NoNetwork(RuntimeError):
    """A test tried to reach another machine."""


def pytest_addoption(parser):
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="what the tests run on")


def is_worker(config) -> bool:
    """Whether this is one of several processes of pytest-xdist; the first process prepares for all."""
    return hasattr(config, "workerinput")


def pytest_configure(config):
    close_network()
    if is_worker(config):
        return
    subprocess.run([sys.executable, ROOT / "tools" / "messages.py", "compile", "--quiet"], check=True, cwd=ROOT)
    config.own_postgresql = None
    if (
        os.environ.get("MARELLE_TEST_DATABASE") == "postgresql"
        and os.environ["MARELLE_TEST_PLACE"] in os.environ["DATABASE_URL"]
    ):
        config.own_postgresql = Server(Path(os.environ["MARELLE_TEST_PLACE"]))
        config.own_postgresql.start()


def pytest_unconfigure(config):
    if is_worker(config):
        return
    if getattr(config, "own_postgresql", None):
        config.own_postgresql.stop()
    shutil.rmtree(os.environ["MARELLE_TEST_PLACE"], ignore_errors=True)


def pytest_itemcollected(item):
    """What asks nothing of a database runs on SQLite alone; tests of the set-up start processes that do."""
    asks = item.get_closest_marker("django_db") or {"django_db_setup", "on_postgresql"} & {*item.fixturenames}
    if not asks and not item.path.is_relative_to(ROOT / "tests" / "config"):
        item.add_marker(pytest.mark.once)


@pytest.hookimpl(trylast=True)  # once the order is drawn
def pytest_collection_modifyitems(items):
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_report_header(config):
    return f"database: {os.environ.get('MARELLE_TEST_DATABASE', 'sqlite')}, MARELLE_SCALE={SCALE}"


def close_network():
    """Let tests reach this machine only."""

    def guarded(name):
        def connect(self, address):
            if self.family != socket.AF_UNIX and not is_this_machine(address[0]):
                raise NoNetwork(f"tests have no network: {address}")
            return CONNECT[name](self, address)

        return connect

    for name in CONNECT:
        setattr(socket.socket, name, guarded(name))


def is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings) -> bool:
    """On SQLite, begin from the tables as the last run's migrations left them, as long as no migration has changed."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        return False
    laid = laid_tables(settings)
    place = Path(connection.creation._get_test_db_name())
    if laid.exists():
        shutil.copyfile(laid, place)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """As the library does it; on SQLite the tables are then kept aside for the next run."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with django_db_blocker.unblock():
        assert connection.features.supports_json_field  # asked of SQLite once, by the first migration or here
        if not (laid := laid_tables(settings)).exists():
            keep_tables(connection, laid)


def laid_tables(settings) -> Path:
    """Where the migrated tables are kept: by what every migration says, and the libraries' versions."""
    said = hashlib.sha256((ROOT / "requirements" / "test.txt").read_bytes())
    for path in sorted(ROOT.glob("marelle/*/migrations/*.py")):
        said.update(path.read_bytes())
    return ROOT / ".pytest_cache" / f"tables-{said.hexdigest()[:16]}.sqlite3"


def keep_tables(connection, laid: Path) -> None:
    """A copy of the empty tables, in one move: two processes may do it at once."""
    laid.parent.mkdir(exist_ok=True)
    fresh = laid.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(fresh)])
    fresh.replace(laid)


@pytest.fixture
def on_postgresql() -> bool:
    """For what can only be shown on one of the two databases."""
    return os.environ.get("MARELLE_TEST_DATABASE") == "postgresql"


@pytest.fixture
def answers():
    """The database of children's answers, on the database of this run, empty before and after: a `spool.Store`."""
    from django.conf import settings

    from marelle.consultations import spool

    store = spool.store(settings.ANSWERS_URL)
    store.create()
    empty(store)
    yield store
    store.close()
    empty(store)  # else another test finds boxes of a key no consultation has


def empty(store) -> None:
    from marelle.consultations import spool

    with store.reading() as connection:
        for table in spool.TABLES:
            connection.execute(f"DELETE FROM {table}")


@pytest.fixture
def its_own_disk(settings, tmp_path):
    """Documents and files lie in a folder of the test, at an address that is the same on every machine."""
    settings.DATA = tmp_path
    settings.SITE_ADDRESS = "https://marelle.example"


@pytest.fixture(autouse=True)
def empty_caches():
    """Nothing kept from one test to the next: pages, language, what stands beside the database. The shared cache goes with the test's own database rows."""
    from django.conf import settings
    from django.core.cache import caches
    from django.utils import translation

    from marelle.framework.queries import forget

    translation.activate("fr")
    caches["local"].clear()
    forget()
    yield
    caches["local"].clear()
    for name in ("journal-heads", "erasures"):
        (settings.DATA / name).unlink(missing_ok=True)


@pytest.fixture(autouse=True, scope="session")
def append_only_tables_can_be_emptied():
    """Between two tests that commit, Django empties every table: the database's own refusals stand aside.

    The shared cache, whose table belongs to no model, is emptied with them.
    """
    from django.core.cache import cache
    from django.test import TransactionTestCase

    from tests.append_only import opened

    plain = TransactionTestCase._fixture_teardown

    def emptied(self):
        with opened():
            plain(self)
        cache.clear()

    TransactionTestCase._fixture_teardown = emptied
    yield
    TransactionTestCase._fixture_teardown = plain
