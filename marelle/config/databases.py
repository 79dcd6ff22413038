"""What differs between the two databases when a backup is made or put back."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings as configured
from psycopg import sql

from marelle.base.errors import Unavailable
from marelle.config.settings import database

Counts = dict[str, int]
Heads = dict[str, tuple[int, str]]  # of the journal: by chain, how many entries, the digest of the last
HEADS = """SELECT coalesce(o.code, 'house'), c.length, c.digest FROM accounts_journalchain c
    LEFT JOIN accounts_organisation o ON o.id = c.organisation_id WHERE c.length > 0 ORDER BY c.id"""


def engine_of(settings: dict[str, Any]) -> "SQLite | PostgreSQL":
    """The engine behind one entry of Django's DATABASES."""
    return PostgreSQL(settings) if "postgresql" in settings["ENGINE"] else SQLite(settings)


def answers_engine() -> "SQLite | PostgreSQL":
    """The engine of the answers' own database: its boxes stay sealed in a backup."""
    found = engine_of(database(configured.ANSWERS_URL))
    found.dump_name = f"answers.{found.dump_name.rpartition('.')[2]}"
    return found


def moment() -> str:
    """A date that makes a good name: `20260502T101500`."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S")


class SQLite:
    """One file, copied while it is in use."""

    name, dump_name = "sqlite", "database.sqlite3"

    def __init__(self, settings: dict[str, Any]):
        self.path = Path(settings["NAME"])

    def has_data(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    def dump(self, target: Path) -> tuple[Counts, list[str], Heads]:
        """Copy the database as it stands at one moment. Returns rows by table, migrations applied, heads of the journal."""
        self.copy(target)
        with closing(sqlite3.connect(target)) as copy:
            heads = {name: (length, digest) for name, length, digest in copy.execute(HEADS)}
            return self.counts(copy), self.migrations(copy), heads

    def copy(self, target: Path) -> Counts:
        """Copy whatever tables there are, as they stand at one moment. Returns their rows."""
        with closing(sqlite3.connect(self.path, timeout=20)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy, pages=4096)
            copy.execute("PRAGMA journal_mode=DELETE")
            return self.counts(copy)

    @staticmethod
    def counts(database: sqlite3.Connection) -> Counts:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
        names = sorted(name for (name,) in tables.fetchall())
        return {n: database.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}  # noqa: S608

    @staticmethod
    def migrations(database: sqlite3.Connection) -> list[str]:
        rows = database.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in rows.fetchall()]

    def load(self, dump: Path, place: Path) -> str:
        """Put a dump into `place`, beside the living database. Returns its address."""
        self.new = place / self.path.name
        shutil.copyfile(dump, self.new)
        return f"sqlite:///{self.new}"

    def counts_of_new(self) -> Counts:
        database = sqlite3.connect(self.new)
        try:
            return self.counts(database)
        finally:
            database.close()

    def switch(self, aside: Path) -> None:
        """Let the new database take the place of the living one, which goes to `aside`."""
        self._move_to(aside)
        self.new.rename(self.path)

    def switch_back(self, aside: Path) -> None:
        """Undo `switch`."""
        self.path.rename(self.new)
        for each in (aside / name for name in self._names()):
            if each.exists():
                each.rename(self.path.with_name(each.name))

    def _names(self) -> list[str]:
        return [self.path.name + ending for ending in ("", "-wal", "-shm")]

    def _move_to(self, aside: Path) -> None:
        for living in (self.path.with_name(name) for name in self._names()):
            if living.exists():
                living.rename(aside / living.name)

    def forget_new(self) -> None:
        """The folder of the new database is removed as a whole: nothing more to do."""


class PostgreSQL:
    """Uses PostgreSQL's own `pg_dump` and `pg_restore`."""

    name, dump_name = "postgresql", "database.dump"

    def __init__(self, settings: dict[str, Any]):
        self.settings = settings
        self.database = settings["NAME"]
        self.new = f"{self.database}_{moment().lower()}"

    def connect(self, database: str) -> psycopg.Connection:
        s = self.settings
        words = {"host": s["HOST"], "port": s["PORT"], "user": s["USER"], "password": s["PASSWORD"]}
        return psycopg.connect(dbname=database, autocommit=True, **{k: v for k, v in words.items() if v})

    def has_data(self) -> bool:
        with self.connect(self.database) as connection:
            return connection.execute("SELECT to_regclass('django_migrations')").fetchone() != (None,)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs. Raises Unavailable with a sentence saying what to do."""
        if shutil.which(program) is None:
            raise Unavailable(
                f"{program} is missing: install PostgreSQL's client (Debian: apt install postgresql-client)."
            )
        s = self.settings
        words = {"PGHOST": s["HOST"], "PGPORT": s["PORT"], "PGUSER": s["USER"], "PGPASSWORD": s["PASSWORD"]}
        environment = {**os.environ, **{name: str(value) for name, value in words.items() if value}}
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise Unavailable(f"{program} did not succeed: {done.stderr.strip() or 'it said nothing'}")

    def dump(self, target: Path) -> tuple[Counts, list[str], Heads]:
        """Copy the database as it stands at one moment, counted at that same moment."""
        with self.connect(self.database) as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for (snapshot,) in connection.execute("SELECT pg_export_snapshot()").fetchall():
                self.run("pg_dump", "-Fc", f"--snapshot={snapshot}", "-f", str(target), self.database)
            rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
            heads = {name: (length, digest) for name, length, digest in connection.execute(HEADS).fetchall()}
            return self.counts(connection), [f"{app}.{name}" for app, name in rows], heads

    def copy(self, target: Path) -> Counts:
        """Copy whatever tables there are, as they stand at one moment. Returns their rows."""
        with self.connect(self.database) as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for (snapshot,) in connection.execute("SELECT pg_export_snapshot()").fetchall():
                self.run("pg_dump", "-Fc", f"--snapshot={snapshot}", "-f", str(target), self.database)
            return self.counts(connection)

    @staticmethod
    def counts(connection: psycopg.Connection) -> Counts:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname='public' ORDER BY tablename")
        found: Counts = {}
        for (table,) in tables.fetchall():
            row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            found[table] = row[0] if row else 0
        return found

    def load(self, dump: Path, place: Path) -> str:
        """Put a dump into a database of its own, beside the living one. Returns its address."""
        with self.connect(self.database) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.new)))
        self.run("pg_restore", "--exit-on-error", "--no-owner", "-d", self.new, str(dump))
        s = self.settings
        password = f":{quote(s['PASSWORD'], safe='')}" if s["PASSWORD"] else ""
        port = f":{s['PORT']}" if s["PORT"] else ""
        return f"postgresql://{quote(s['USER'])}{password}@{port}/{self.new}?host={quote(s['HOST'])}"

    def counts_of_new(self) -> Counts:
        with self.connect(self.new) as connection:
            return self.counts(connection)

    def switch(self, aside: Path) -> None:
        """Let the new database take the name of the living one, which keeps its rows under another: both or neither."""
        self.kept = f"{self.database}_before_{moment().lower()}"
        self._rename((self.database, self.kept), (self.new, self.database))

    def switch_back(self, aside: Path) -> None:
        """Undo `switch`."""
        self._rename((self.database, self.new), (self.kept, self.database))

    def _rename(self, *names: tuple[str, str]) -> None:
        elsewhere = "template1" if self.database == "postgres" else "postgres"  # one's own cannot be renamed
        order = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        with self.connect(elsewhere) as connection, connection.transaction():
            try:
                for name, other in names:
                    connection.execute(order.format(sql.Identifier(name), sql.Identifier(other)))
            except psycopg.errors.ObjectInUse:
                raise Unavailable(
                    "The database is in use: stop Marelle's server and worker, then restore again."
                ) from None

    def forget_new(self) -> None:
        """Drop the database made beside the living one."""
        with self.connect(self.database) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.new)))
