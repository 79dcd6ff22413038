"""Lets the tests empty append-only tables on SQLite between two of them: triggers are put aside, then put back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@contextmanager
def opened() -> Iterator[None]:
    """Without the database's own refusals. On PostgreSQL a flush truncates, which no trigger of rows hears."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        triggers = cursor.execute(TRIGGERS).fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)
