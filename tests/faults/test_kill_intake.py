"""Children's answers when the server, the database or the disk fails: what was told received is there, once."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from marelle.consultations import spool
from tests.consultations import intake as house
from tests.faults.lone_intake import Child, LoneIntake, children_sending, new_part, threads_kept
from tests.postgresql import Server
from tests.scale import SEED, scaled

KILLS = scaled(200, least=4)
DATABASE_KILLS = scaled(20, least=2)
REPLAYED = scaled(100, least=10)
BACK_WITHIN = 10.0  # seconds, specs/consultation.md, section 17


def lost_and_doubled(children: list[Child], store: spool.Store) -> tuple[set[str], int]:
    """Parts told received that are not there; how many are there more than once."""
    kept = threads_kept(store)
    return {part for child in children for part in child.received} - set(kept), len(kept) - len(set(kept))


def test_killing_the_server_under_load_loses_no_answer(answers, tmp_path):
    """Random instants, the whole server at once; what was sent again after the kill is there once."""
    chance, back = random.Random(SEED), []

    with LoneIntake(tmp_path, answers.address) as server, children_sending(server, 6) as children:
        for _kill in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.5))
            server.kill()
            server.start()
            back.append(server.wait())
        time.sleep(0.2)

    received = sum(len(child.received) for child in children)
    assert received > 2 * KILLS
    assert lost_and_doubled(children, answers) == (set(), 0)
    assert max(back) <= BACK_WITHIN
    assert {status for child in children for status in child.statuses} <= {201, 503}


def test_each_id_sent_by_eight_at_once_has_one_effect(answers, tmp_path):
    """And again after a restart: the same answer."""
    parts = [new_part() for _n in range(REPLAYED)]

    def eight_times(server, part):
        with ThreadPoolExecutor(8) as eight:
            return list(eight.map(lambda _n: Child(server).send(part), range(8)))

    with LoneIntake(tmp_path, answers.address) as server:
        first = [eight_times(server, part) for part in parts]
        kept = threads_kept(answers)
        server.kill()
        server.start()
        server.wait()
        again = [eight_times(server, part) for part in parts[:5]]

    assert first == [[201] * 8] * REPLAYED
    assert again == [[201] * 8] * len(parts[:5])
    assert kept == threads_kept(answers) == sorted(part["part"]["t"] for part in parts)


@pytest.mark.once
def test_a_full_disk_asks_to_come_back_and_takes_up_again(tmp_path):
    """Nothing told received is lost; parts go in again once there is room."""
    store = spool.store(f"sqlite:///{tmp_path / 'answers.sqlite3'}")
    store.create()

    with LoneIntake(tmp_path, store.address, workers=1) as server:
        before = [Child(server) for _n in range(3)]
        assert [child.send(new_part()) for child in before] == [201] * 3
        server.limit_files(4096)
        refused = Child(server)
        body = house.json.dumps(part := new_part()).encode()
        full = [refused.ask("POST", "/e/collect", body) for _n in range(5)]
        server.limit_files(-1)
        began = time.monotonic()
        after = refused.send(part)
        took = time.monotonic() - began

    assert full == [503] * 5
    assert (after, took < 10) == (201, True)
    assert lost_and_doubled([*before, refused], store) == (set(), 0)
    assert len(threads_kept(store)) == 4
    with contextlib.closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


MEGABYTE, FILLER = 2**20, bytes(1000)


@pytest.fixture
def own_cluster(on_postgresql):
    """A PostgreSQL that keeps its promises to the disk, to be ill-treated; its log in files of a megabyte."""
    if not on_postgresql:
        pytest.skip("PostgreSQL alone")
    cluster = Server(Path(mkdtemp(prefix="marelle-full-")), options="-c max_connections=40", segments=1)
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.place)


def test_a_full_disk_of_postgresql_asks_to_come_back_and_takes_up_again(own_cluster, tmp_path):
    """Its tables cannot grow: nothing told received is lost; parts go in again, by themselves, once there is room."""
    store = spool.store(own_cluster.address.replace("/postgres?", "/answers?"))
    store.create()
    fill(store, MEGABYTE)

    with LoneIntake(tmp_path, store.address, workers=1) as server, children_sending(server, 4) as children:
        own_cluster.limit_files(MEGABYTE)
        until(lambda: all(503 in child.statuses for child in children))
        full = [len(child.received) for child in children]
        time.sleep(0.5)
        while_full = [len(child.received) for child in children]
        own_cluster.limit_files(-1)
        began = time.monotonic()
        until(lambda: all(len(child.received) > before for child, before in zip(children, while_full, strict=True)))
        took = time.monotonic() - began

    with store.reading() as connection:
        connection.execute("DELETE FROM spool WHERE box = %s", (FILLER,))
    said = (own_cluster.place / "log").read_text()
    assert "could not extend file" in said and "PANIC" not in said
    assert sum(while_full) - sum(full) < 20  # a last place in a page
    assert took < 60
    assert {status for child in children for status in child.statuses} == {201, 503}
    assert lost_and_doubled(children, store) == (set(), 0)


def fill(store: spool.Store, size: int) -> None:
    """Boxes of nobody, until the table is nearly that long."""
    with store.reading() as connection:
        while connection.execute("SELECT pg_relation_size('spool')").fetchone()[0] < size - 8 * 8192:
            store.keep([spool.Waiting(spool.Row(os.urandom(16), FILLER)) for _n in range(20)])
    store.close()


def test_a_log_of_postgresql_that_cannot_be_written_stops_it_and_loses_nothing(own_cluster, tmp_path):
    """It falls, as it must; once there is room, somebody starts it again, and the intake goes on by itself."""
    store = spool.store(own_cluster.address.replace("/postgres?", "/answers?"))
    store.create()

    with LoneIntake(tmp_path, store.address, workers=1) as server, children_sending(server, 4) as children:
        time.sleep(0.3)
        own_cluster.limit_files(MEGABYTE // 8)
        until(lambda: "PANIC" in (own_cluster.place / "log").read_text())
        until(lambda: all(child.statuses[-1:] == [503] for child in children))
        own_cluster.limit_files(-1)
        start_again(own_cluster)
        began, before = time.monotonic(), [len(child.received) for child in children]
        until(lambda: all(len(child.received) > n for child, n in zip(children, before, strict=True)))
        took = time.monotonic() - began

    assert took < 60
    assert {status for child in children for status in child.statuses} == {201, 503}
    assert lost_and_doubled(children, store) == (set(), 0)


def until(happens: Callable[[], bool], within: float = 30.0) -> None:
    """Wait for something. Raises TimeoutError."""
    began = time.monotonic()
    while not happens():
        if time.monotonic() - began > within:
            raise TimeoutError
        time.sleep(0.02)


def test_killing_postgresql_under_load_loses_no_answer(on_postgresql, tmp_path):
    """A cluster that keeps its promises to the disk, killed and started again; the intake goes on by itself."""
    if not on_postgresql:
        pytest.skip("PostgreSQL alone")
    cluster = Server(Path(mkdtemp(prefix="marelle-killed-")), options="-c max_connections=40")
    cluster.start()
    store = spool.store(cluster.address.replace("/postgres?", "/answers?"))
    store.create()
    try:
        with LoneIntake(tmp_path, store.address) as server, children_sending(server, 6, pause=0.02) as children:
            for _kill in range(DATABASE_KILLS):
                time.sleep(0.7)
                os.kill(cluster.pid, signal.SIGKILL)
                start_again(cluster)
            enough = [len(child.received) for child in children]
            time.sleep(1.5)
        assert [len(child.received) > before for child, before in zip(children, enough, strict=True)] == [True] * 6
        assert lost_and_doubled(children, store) == (set(), 0)
    finally:
        cluster.stop()
        shutil.rmtree(cluster.place)


def start_again(cluster: Server) -> None:
    """Unless it came back by itself. Its orphans leave within a moment; until then it refuses to start."""
    for _try in range(100):
        try:
            if not cluster.is_there():
                cluster.start()
            with psycopg.connect(cluster.address):
                return
        except (RuntimeError, psycopg.OperationalError):
            time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not come back")


def test_a_clock_set_back_or_forward_doubles_nothing(answers):
    """Windows by one clock: what is told depends on it alone, what is kept does not."""
    intake, said = house.intake_over(answers), house.body()
    hours = []
    for hour in (9, 8, 9, 10, 7):
        intake.clock.now = house.NOW.replace(hour=hour)
        hours.append((house.ask(intake, said=said).status, house.ask(intake, "GET", "/e/ABCDEFGH").status))
    intake.writer.close()

    assert hours == [(201, 200), (201, 200), (201, 200), (201, 200), (201, 404)]  # at seven the window has not begun
    assert len(threads_kept(answers)) == 1


def test_an_answer_cut_after_the_commit_is_told_the_next_time(answers):
    """The reply never arrives: the same part, sent again, has one effect."""
    intake, said = house.intake_over(answers), house.body(id=str(uuid.uuid4()))
    waiting = intake.writer.put

    def cut(*row):
        waiting(*row).wait()
        raise spool.NotKept("cut")

    intake.writer.put = cut
    first = house.ask(intake, said=said).status
    intake.writer.put = waiting
    second = house.ask(intake, said=said).status
    intake.writer.close()

    assert (first, second, len(threads_kept(answers))) == (503, 201, 1)
