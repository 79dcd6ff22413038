"""Lets the tests empty append-only tables between two of them, or tamper with them: triggers stand aside."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@contextmanager
def opened() -> Iterator[None]:
    """Without the database's own refusals: to empty the tables, or to tamper with a row."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = origin")
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
