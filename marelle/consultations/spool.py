"""The answers' own database: sealed boxes as they come, sheets after the freeze. No Django, no foreign key, no code, no time.

`store(address)` gives the SQLite file or the PostgreSQL database; `Writer` puts what many requests bring into one
transaction. On SQLite whoever writes holds the lock beside the file: one process at a time (docs/decisions/0013).
"""

import fcntl
import os
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("spool", "spool_refused", "sheet", "free_text")
SCHEMA = """
CREATE TABLE IF NOT EXISTS spool (id {bytes} PRIMARY KEY, box {bytes} NOT NULL){by_key};
CREATE TABLE IF NOT EXISTS spool_refused (id {bytes} PRIMARY KEY, box {bytes} NOT NULL, why TEXT NOT NULL){by_key};
CREATE TABLE IF NOT EXISTS sheet (
    key {bytes} PRIMARY KEY, consultation TEXT NOT NULL, answers TEXT NOT NULL, zone TEXT NOT NULL,
    site_kind TEXT NOT NULL, age_band TEXT NOT NULL, gender TEXT NOT NULL, language TEXT NOT NULL, mode TEXT NOT NULL,
    set_aside TEXT NOT NULL DEFAULT ''){by_key};
CREATE TABLE IF NOT EXISTS free_text (
    key {bytes} PRIMARY KEY, consultation TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    age_band TEXT NOT NULL, department TEXT NOT NULL, state TEXT NOT NULL){by_key};
"""
MOST = 200  # parts in one transaction
GATHERS = 0.005  # seconds the first of them waits for others
DEEPEST, OLDEST = 2000, 2.0  # parts waiting; seconds the first of them waits: beyond, others are asked to come back
PAGE = 8192  # bytes of a SQLite page: in a smaller one each box of a kilobyte would spill into a page of its own
PATIENCE = 15.0  # seconds a request waits for the disk at most


class NotKept(Exception):
    """The disk, or the database, did not take it. Coming back with the same id is safe."""


class Busy(NotKept):
    """Too many wait already."""


class Row(NamedTuple):
    """A box under its key of sixteen random bytes."""

    id: bytes
    box: bytes


class Store(ABC):
    """One database of answers. A connection belongs to the thread that uses it. `mark`: of a value in its SQL."""

    mark = "?"

    def __init__(self, address: str):
        self.address = address
        self._connection: Any = None

    @abstractmethod
    def create(self) -> None:
        """Make the database and its tables, where they are missing. Raises NotKept."""

    @abstractmethod
    def connect(self) -> Any:
        """A new connection, its promises to the disk kept. The caller closes it."""

    @abstractmethod
    def owning(self) -> Any:
        """Hold the right to write: nobody else writes meanwhile. On PostgreSQL many may."""

    @abstractmethod
    def insert(self, batch: Sequence["Waiting"]) -> None:
        """Keep boxes in one transaction; each learns whether it `is_new`. An id known already changes nothing."""

    def keep(self, batch: Sequence["Waiting"]) -> None:
        """`insert` over one connection kept open. Raises NotKept, having kept nothing, or not knowing."""
        try:
            if self._connection is None:
                self._connection = self.connect()
            with self.owning():
                self.insert(batch)
        except (sqlite3.Error, psycopg.Error, OSError) as error:
            self.close()
            raise NotKept(type(error).__name__) from error

    def close(self) -> None:
        """Leave the connection kept open; the next `keep` makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (sqlite3.Error, psycopg.Error):
                return

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection of one's own for a while."""
        connection = self.connect()
        try:
            yield connection
        finally:
            connection.close()

    def holds(self, id: bytes) -> bool:
        """Whether a box of that id is here. Raises NotKept when the database does not say."""
        try:
            with self.reading() as connection:
                return connection.execute(f"SELECT 1 FROM spool WHERE id = {self.mark}", (id,)).fetchone() is not None  # noqa: S608
        except (sqlite3.Error, psycopg.Error) as error:
            raise NotKept(type(error).__name__) from error

    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        with self.reading() as connection:
            return {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in TABLES}  # noqa: S608

    def kids(self, table: str = "spool") -> Counter[bytes]:
        """How many boxes each key has, by its name; of `spool` or `spool_refused`. Raises NotKept."""
        question = f"SELECT substr(box, 2, 8), count(*) FROM {table} GROUP BY 1"  # noqa: S608
        try:
            with self.reading() as connection:
                return Counter({bytes(kid): count for kid, count in connection.execute(question).fetchall()})
        except (sqlite3.Error, psycopg.Error) as error:
            raise NotKept(type(error).__name__) from error


class SQLite(Store):
    """A file. Rows lie by their random key, what is deleted is overwritten, each commit waits for the disk."""

    def __init__(self, address: str):
        super().__init__(address)
        path = urlsplit(address).path
        self.path = Path(path[1:]) if path.startswith("//") else ROOT / path[1:]

    def create(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            with self.reading() as connection:
                connection.executescript(SCHEMA.format(bytes="BLOB", by_key=" WITHOUT ROWID"))
        except (sqlite3.Error, OSError) as error:
            raise NotKept(f"{self.path}: {error}") from error

    def connect(self) -> sqlite3.Connection:
        if not self.path.exists():
            raise sqlite3.OperationalError("no database of answers: run `marelle migrate`")
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        for word in (f"page_size={PAGE}", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {word}")
        return connection

    @contextmanager
    def owning(self) -> Iterator[None]:
        lock = os.open(f"{self.path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)  # left by the system itself when the process dies
            yield
        finally:
            os.close(lock)

    def insert(self, batch: Sequence["Waiting"]) -> None:
        keep = self._connection.execute
        keep("BEGIN IMMEDIATE")
        for part in batch:
            part.is_new = keep("INSERT INTO spool VALUES (?, ?) ON CONFLICT DO NOTHING", part.sheet).rowcount == 1
            if part.is_new:
                for text in part.texts:
                    keep("INSERT INTO spool VALUES (?, ?)", text)
        keep("COMMIT")


class PostgreSQL(Store):
    """A database of its own."""

    mark = "%s"
    KEEP = "INSERT INTO spool SELECT * FROM unnest(%b::bytea[], %b::bytea[]) ON CONFLICT DO NOTHING RETURNING id"

    def __init__(self, address: str):
        super().__init__(address)
        self.name = unquote(urlsplit(address).path[1:])

    def create(self) -> None:
        try:
            if not self._exists():
                self._make()
            with self.reading() as connection:
                connection.execute("SELECT pg_advisory_lock(20261122)")  # two that begin at once
                connection.execute(SCHEMA.format(bytes="BYTEA", by_key=""))
        except psycopg.Error as error:
            raise NotKept(f"{self.name}: {error}".strip()) from error

    def _exists(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError as error:
            if "does not exist" not in str(error):
                raise
            return False
        return True

    def _make(self) -> None:
        """Ask the server for the database, from the one every server has."""
        with psycopg.connect(self.address, dbname="postgres", autocommit=True) as connection:
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                return

    def connect(self) -> psycopg.Connection:
        options = "-c synchronous_commit=on -c statement_timeout=15s -c lock_timeout=10s"
        return psycopg.connect(self.address, autocommit=True, options=options, connect_timeout=10)

    @contextmanager
    def owning(self) -> Iterator[None]:
        yield

    def insert(self, batch: Sequence["Waiting"]) -> None:
        if any(part.texts for part in batch):
            with self._connection.transaction():
                new = self._keep([part.sheet for part in batch])
                self._keep(sorted(text for part in batch if part.sheet.id in new for text in part.texts))
        else:
            new = self._keep([part.sheet for part in batch])
        for part in batch:
            part.is_new = part.sheet.id in new
            new.discard(part.sheet.id)

    def _keep(self, rows: Sequence[Row]) -> set[bytes]:
        """Insert; returns the ids that were not here."""
        if not rows:
            return set()
        once = dict(rows)  # one statement: an id twice in it is one
        return {
            bytes(id) for (id,) in self._connection.execute(self.KEEP, (list(once), list(once.values()))).fetchall()
        }


def store(address: str) -> SQLite | PostgreSQL:
    """The database behind settings.ANSWERS_URL."""
    return SQLite(address) if address.startswith("sqlite:") else PostgreSQL(address)


class Waiting:
    """A part a request waits for. `texts`: its free texts, boxes of their own, kept if the part was not here yet."""

    __slots__ = ("_kept", "came", "fault", "is_new", "sheet", "texts")

    def __init__(self, sheet: Row, texts: Sequence[Row] = ()):
        self.sheet, self.texts, self.is_new = sheet, tuple(texts), False
        self.came, self.fault = time.monotonic(), None
        self._kept = threading.Lock()  # held until it is on the disk: cheaper than an Event, and made for each part
        self._kept.acquire()

    fault: NotKept | None

    def done(self, fault: NotKept | None = None) -> None:
        """Let the request go on."""
        self.fault = fault
        self._kept.release()

    def wait(self, seconds: float = PATIENCE) -> bool:
        """Until it is on the disk; whether it was not here yet. Raises NotKept."""
        if not self._kept.acquire(timeout=seconds):
            raise Busy
        if self.fault is not None:
            raise self.fault
        return self.is_new


class Writer:
    """One thread of this process that keeps what is queued: at most MOST parts, or five milliseconds' worth, a transaction."""

    def __init__(self, store: Store, *, gathers: float = GATHERS):
        self.store, self.gathers = store, gathers
        self._queue: deque[Waiting] = deque()
        self._some, self._start = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._oldest = float("inf")  # when the first of the parts being written came
        self._ends = False

    def put(self, sheet: Row, texts: Sequence[Row] = ()) -> Waiting:
        """Queue a part. Raises Busy when too many wait, or wait too long."""
        if self.depth > DEEPEST or self.oldest > OLDEST:
            raise Busy
        waiting = Waiting(sheet, texts)
        self._queue.append(waiting)
        self._some.set()
        if self._thread is None or not self._thread.is_alive():
            self._begin()
        return waiting

    @property
    def depth(self) -> int:
        """Parts waiting."""
        return len(self._queue)

    @property
    def oldest(self) -> float:
        """Seconds the first of those that wait has waited."""
        try:
            came = min(self._oldest, self._queue[0].came)
        except IndexError:
            came = self._oldest
        return max(0.0, time.monotonic() - came)

    def close(self) -> None:
        """Keep what is queued, then end."""
        self._ends = True
        self._some.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)
        self.store.close()

    def _begin(self) -> None:
        """Start the thread on the first part: a process made by forking has none."""
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write, name="spool", daemon=True)
                self._thread.start()

    def _write(self) -> None:
        while not (self._ends and not self._queue):
            self._some.wait()
            self._some.clear()
            while self._queue:
                if len(self._queue) < MOST and not self._ends:
                    time.sleep(self.gathers)
                taken = [self._queue.popleft() for _n in range(min(MOST, len(self._queue)))]
                self._keep(sorted(taken, key=lambda waiting: waiting.sheet.id))  # not in the order they came

    def _keep(self, batch: list[Waiting]) -> None:
        self._oldest = min(waiting.came for waiting in batch)
        fault: NotKept | None = None
        try:
            self.store.keep(batch)
        except NotKept as error:
            fault = error
        except Exception as error:  # whatever it is, nobody waits for ever, and the thread lives
            self.store.close()
            fault = NotKept(type(error).__name__)
        self._oldest = float("inf")
        for waiting in batch:
            waiting.done(fault)
