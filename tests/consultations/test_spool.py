import os
import secrets
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from marelle.consultations import sealing, spool
from marelle.consultations.spool import NotKept, Row, Waiting

BOX = sealing.seal(b"{}", sealing.Pair.draw().public)


def row(box=BOX):
    return Row(secrets.token_bytes(16), box)


def test_keep_is_done_once_for_each_id(answers):
    first, second = row(), row()
    batch = [Waiting(first), Waiting(second), Waiting(first)]

    answers.keep(batch)
    again = Waiting(Row(first.id, b"another box"))
    answers.keep([again])

    assert sorted(w.is_new for w in batch) == [False, True, True]
    assert again.is_new is False
    assert answers.counts() == {"spool": 2, "spool_refused": 0, "sheet": 0, "free_text": 0}
    assert (answers.holds(first.id), answers.holds(b"0" * 16)) == (True, False)


def test_free_texts_are_kept_with_a_part_that_is_new_alone(answers):
    part = row()

    answers.keep([Waiting(part, [row()])])
    answers.keep([Waiting(part, [row()]), Waiting(row(), [row(), row()])])

    assert answers.counts()["spool"] == 5


def test_rows_of_a_batch_lie_by_their_keys_not_as_they_came(answers):
    writer = spool.Writer(answers, gathers=0.2)

    waiting = [writer.put(row(), [row()]) for _n in range(20)]
    assert all(each.wait() for each in waiting)
    writer.close()

    with answers.reading() as connection:
        lie = [bytes(id) for (id,) in connection.execute("SELECT id FROM spool").fetchall()]
    for those in ({each.sheet.id for each in waiting}, {each.texts[0].id for each in waiting}):
        assert [id for id in lie if id in those] == sorted(those)


def test_kids_counts_boxes_of_each_key(answers):
    other = sealing.seal(b"{}", sealing.Pair.draw().public)

    answers.keep([Waiting(row()), Waiting(row()), Waiting(row(other))])

    assert answers.kids() == {sealing.kid_of(BOX): 2, sealing.kid_of(other): 1}
    assert answers.kids("spool_refused") == {}


def test_create_may_be_asked_again_by_several_at_once(answers):
    answers.keep([Waiting(row())])
    faults = []

    def create():
        try:
            spool.store(answers.address).create()
        except NotKept as error:
            faults.append(error)

    threads = [threading.Thread(target=create) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert answers.counts()["spool"] == 1


def test_the_schema_holds_no_code_no_time_no_order(answers):
    """What the specification agrees on, written out (section 12)."""
    with answers.reading() as connection:
        columns = {
            table: [d[0] for d in connection.execute(f"SELECT * FROM {table}").description] for table in spool.TABLES
        }

    assert columns == {
        "spool": ["id", "box"],
        "spool_refused": ["id", "box", "why"],
        "sheet": [
            "key", "consultation", "answers", "zone", "site_kind", "age_band", "gender", "language", "mode", "set_aside",
        ],
        "free_text": ["key", "consultation", "question", "text", "age_band", "department", "state"],
    }  # fmt: skip


def test_the_database_keeps_its_promises(answers, on_postgresql):
    with answers.reading() as connection:
        if on_postgresql:
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
            return
        words = ("journal_mode", "synchronous", "secure_delete")
        assert [connection.execute(f"PRAGMA {word}").fetchone()[0] for word in words] == ["wal", 2, 1]
        tables = [text for (text,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")]

    assert [text.rstrip().endswith("WITHOUT ROWID") for text in tables] == [True] * 4
    assert answers.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.once
def test_rows_lie_by_their_key_not_as_they_came(tmp_path):
    store = spool.store(f"sqlite:///{tmp_path / 'answers.sqlite3'}")
    store.create()
    rows = [row() for _n in range(50)]

    for each in rows:
        store.keep([Waiting(each)])
    store.close()

    with store.reading() as connection:
        assert [id for (id,) in connection.execute("SELECT id FROM spool")] == sorted(each.id for each in rows)


@pytest.mark.once
def test_what_is_deleted_is_gone_from_the_file(tmp_path):
    store = spool.store(f"sqlite:///{tmp_path / 'answers.sqlite3'}")
    store.create()
    marked = row(b"\x01" + b"CANARY-OF-A-BOX" * 40)

    store.keep([Waiting(marked)])
    with store.reading() as connection:
        connection.execute("DELETE FROM spool")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()

    assert b"CANARY" not in store.path.read_bytes()


@pytest.mark.once
def test_a_missing_file_is_not_made_by_who_writes(tmp_path):
    store = spool.store(f"sqlite:///{tmp_path / 'answers.sqlite3'}")

    with pytest.raises(NotKept):
        store.keep([Waiting(row())])

    assert list(tmp_path.glob("answers.sqlite3")) == []


# The writer ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def writer(answers):
    made = spool.Writer(answers)
    yield made
    made.close()


def test_the_writer_frees_requests_once_it_is_kept(writer, answers):
    parts = [row() for _n in range(30)]

    waiting = [writer.put(part) for part in parts]
    kept = [each.wait() for each in waiting]

    assert kept == [True] * 30
    assert answers.counts()["spool"] == 30
    assert writer.put(parts[0]).wait() is False


def test_many_requests_share_a_transaction(answers):
    batches = []
    writer = spool.Writer(answers, gathers=0.05)
    keep, answers.keep = answers.keep, lambda batch: (batches.append(len(batch)), keep(batch))[1]

    for each in [writer.put(row()) for _n in range(450)]:
        each.wait()
    writer.close()

    assert sum(batches) == 450
    assert max(batches) == 200
    assert len(batches) <= 5


class Stuck(spool.SQLite):
    """A disk that answers when the test lets it."""

    def __init__(self):
        super().__init__("sqlite:////nowhere")
        self.let, self.fault = threading.Event(), None

    def keep(self, batch):
        self.let.wait(10)
        if self.fault:
            raise self.fault


@pytest.mark.once
def test_put_refuses_when_the_first_has_waited_two_seconds():
    writer = spool.Writer(store := Stuck())
    first = writer.put(row())
    time.sleep(0.02)
    assert writer.oldest < 1
    first.came = writer._oldest = time.monotonic() - 2.1

    with pytest.raises(spool.Busy):
        writer.put(row())

    store.let.set()
    assert first.wait() is False  # this store keeps nothing
    writer.close()


@pytest.mark.once
def test_put_refuses_when_two_thousand_wait():
    writer = spool.Writer(store := Stuck())
    taken = []

    with pytest.raises(spool.Busy):
        for _n in range(3000):
            taken.append(writer.put(row()))

    assert writer.depth == 2001
    assert len(taken) <= 2001 + spool.MOST
    store.let.set()
    for each in taken:
        each.wait()
    writer.close()


@pytest.mark.once
@pytest.mark.parametrize("fault", [NotKept("disk full"), ZeroDivisionError()], ids=["known", "unknown"])
def test_a_fault_is_told_to_those_who_wait_and_the_writer_lives(fault):
    writer = spool.Writer(store := Stuck())
    store.fault = fault
    store.let.set()

    with pytest.raises(NotKept):
        writer.put(row()).wait()
    store.fault = None

    assert writer.put(row()).wait() is False
    writer.close()


@pytest.mark.once
def test_a_request_does_not_wait_for_ever():
    writer = spool.Writer(store := Stuck())

    with pytest.raises(spool.Busy):
        writer.put(row()).wait(0.05)

    store.let.set()
    writer.close()


def test_a_broken_connection_is_made_again(writer, answers, on_postgresql):
    writer.put(row()).wait()
    if on_postgresql:
        pid = answers._connection.info.backend_pid
        with answers.reading() as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    else:
        answers._connection.close()
    later = row()

    with pytest.raises(NotKept):
        writer.put(later).wait()

    assert writer.put(later).wait() is True
    assert answers.counts()["spool"] == 2


@pytest.mark.once
def test_one_process_writes_at_a_time(tmp_path):
    """Another process that holds the lock is waited for, however long SQLite itself would."""
    address = f"sqlite:///{tmp_path / 'answers.sqlite3'}"
    mine, theirs = spool.store(address), spool.store(address)
    mine.create()
    waiting = Waiting(row())
    thread = threading.Thread(target=mine.keep, args=([waiting],))

    with theirs.owning():
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
    thread.join(5)

    assert (thread.is_alive(), waiting.is_new) == (False, True)
    assert Path(f"{mine.path}.lock").stat().st_mode & 0o777 == 0o600


@pytest.mark.once
def test_a_full_disk_is_a_fault_then_nothing_was_kept(tmp_path):
    store = spool.store(f"sqlite:///{tmp_path / 'answers.sqlite3'}")
    store.create()
    store.keep([Waiting(row())])
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count={pages}")  # as a disk that has no room for one more

    with pytest.raises(NotKept):
        store.keep([Waiting(row(os.urandom(8000))) for _n in range(5)])
    assert store.counts()["spool"] == 1

    store.keep([Waiting(row())])  # over a new connection, which finds room
    store.close()
    assert store.counts()["spool"] == 2
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
