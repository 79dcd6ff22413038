"""Children's answers at rest: boxes until the freeze, sheets after it. Imported by operations alone.

The freeze rewrites everything in one transaction, in the order of random keys: neither the place of a row on the disk nor
the number of the transaction that wrote it says when its child answered (specs/consultation.md, section 12).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from marelle.consultations.opening import (
    OTHER,
    QUASI,
    VALUE_HOLDS,
    ZONE_HOLDS,
    Areas,
    Frozen,
    Opened,
    rare_values,
    whole,
)
from marelle.consultations.spool import TABLES, SQLite, Store

COLUMNS = "key, consultation, answers, zone, site_kind, age_band, gender, language, mode, set_aside"
LOT = 1000  # rows read or written at once


def boxes(store: Store, kid: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every box sealed to one key, in the order of random identifiers."""
    with store.reading() as connection:
        asked = f"SELECT id, box FROM spool WHERE substr(box, 2, 8) = {store.mark} ORDER BY id"  # noqa: S608
        cursor = connection.execute(asked, (kid,))
        while lot := cursor.fetchmany(LOT):
            yield from ((bytes(identifier), bytes(box)) for identifier, box in lot)


class Moved(Exception):
    """Boxes came, or went, since they were read. Nothing was written: read them again."""


def waiting(store: Store, kid: bytes) -> int:
    """How many boxes are sealed to one key."""
    return store.kids()[kid]


def rewrite(store: Store, kid: bytes, consultation: str, opened: Opened) -> None:
    """Sheets in, boxes out, in one transaction: all or nothing. Raises Moved when they are not the boxes that were read."""
    with store.owning(), store.reading() as connection:
        _patiently(connection, store)
        connection.execute("BEGIN")
        _set_apart(connection, store, opened)
        gone = connection.execute(f"DELETE FROM spool WHERE substr(box, 2, 8) = {store.mark}", (kid,))  # noqa: S608
        if gone.rowcount != opened.boxes:
            connection.execute("ROLLBACK")
            raise Moved
        _insert(connection, store, "sheet", _sheet_rows(consultation, opened))
        _insert(connection, store, "free_text", _text_rows(consultation, opened))
        connection.execute("COMMIT")
    tidy(store)


def _patiently(connection: Any, store: Store) -> None:
    """What is done once may take its time; on PostgreSQL a statement would else be cut short."""
    if not isinstance(store, SQLite):
        connection.execute("SET statement_timeout = 0")


def tidy(store: Store) -> None:
    """Leave nothing of the boxes on the disk, nor of the order they came in."""
    with store.owning(), store.reading() as connection:
        _patiently(connection, store)
        if isinstance(store, SQLite):
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in TABLES:
                connection.execute(f"VACUUM (FULL, ANALYZE) {table}")


def frozen(store: Store, consultation: str) -> Iterator[Frozen]:
    """The sheets of one consultation, in the order of their keys."""
    with store.reading() as connection:
        asked = f"SELECT {COLUMNS} FROM sheet WHERE consultation = {store.mark} ORDER BY key"  # noqa: S608
        cursor = connection.execute(asked, (consultation,))
        while lot := cursor.fetchmany(LOT):
            for key, _consultation, answers, *known in lot:
                yield Frozen(bytes(key), json.loads(answers), *known)


def faults(store: Store, consultation: str, areas: Areas) -> list[str]:
    """What breaks the promise of the freeze: a small zone, a value or a whole that few share. Counts name nobody."""
    sheets = list(frozen(store, consultation))
    found = []
    zones = Counter(sheet.zone for sheet in sheets)
    small = [zone for zone, count in zones.items() if count < ZONE_HOLDS and zone.partition(":")[1]]
    found += [f"{zone} holds too few sheets" for zone in sorted(small)]
    found += [f"{zone}: {column} {value} is held by too few" for column, zone, value in sorted(rare_values(sheets))]
    wholes = Counter(whole(sheet, areas) for sheet in sheets)
    told = {whole(sheet, areas) for sheet in sheets if any(getattr(sheet, name) != OTHER for name in QUASI)}
    return found + [f"{known[0]}: a whole is held by too few" for known in sorted(told) if wholes[known] < VALUE_HOLDS]


def purge(store: Store, consultation: str, kid: bytes = b"") -> None:
    """Destroy the sheets and the texts of a consultation, and the boxes of its key that never opened."""
    with store.owning(), store.reading() as connection:
        _patiently(connection, store)
        connection.execute("BEGIN")
        for table in ("spool", "spool_refused"):
            connection.execute(f"DELETE FROM {table} WHERE substr(box, 2, 8) = {store.mark}", (kid,))  # noqa: S608
        for table in ("sheet", "free_text"):
            connection.execute(f"DELETE FROM {table} WHERE consultation = {store.mark}", (consultation,))  # noqa: S608
        connection.execute("COMMIT")
    tidy(store)


def forget_texts(store: Store, consultation: str) -> bool:
    """Destroy what the children of a consultation wrote; whether anything was left to destroy."""
    asked = f"FROM free_text WHERE consultation = {store.mark}"
    with store.reading() as connection:
        if connection.execute(f"SELECT 1 {asked} LIMIT 1", (consultation,)).fetchone() is None:
            return False
    with store.owning(), store.reading() as connection:
        connection.execute(f"DELETE {asked}", (consultation,))
    tidy(store)
    return True


def set_aside(store: Store, consultation: str) -> Counter[str]:
    """How many sheets were set aside, by the reason."""
    asked = f"SELECT set_aside, count(*) FROM sheet WHERE consultation = {store.mark} AND set_aside <> '' GROUP BY 1"  # noqa: S608
    with store.reading() as connection:
        return Counter(dict(connection.execute(asked, (consultation,)).fetchall()))


def restore(store: Store, consultation: str, why: str) -> int:
    """Take back among the others the sheets set aside for one reason; how many."""
    asked = f"UPDATE sheet SET set_aside = '' WHERE consultation = {store.mark} AND set_aside = {store.mark}"  # noqa: S608
    with store.owning(), store.reading() as connection:
        return connection.execute(asked, (consultation, why)).rowcount


def _sheet_rows(consultation: str, opened: Opened) -> list[tuple[Any, ...]]:
    rows = [
        (s.key, consultation, s.written, s.zone, s.site_kind, s.age_band, s.gender, s.language, s.mode, s.set_aside)
        for s in opened.sheets
    ]
    return sorted(rows, key=lambda row: row[0])


def _text_rows(consultation: str, opened: Opened) -> list[tuple[Any, ...]]:
    rows = [(t.key, consultation, t.question, t.text, t.age_band, t.department, t.state) for t in opened.texts]
    return sorted(rows, key=lambda row: row[0])


def _insert(connection: Any, store: Store, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join([store.mark] * len(rows[0]))
        _many(connection, f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _set_apart(connection: Any, store: Store, opened: Opened) -> None:
    """Boxes that did not open or say nothing we know stay as they came, counted, out of the way."""
    moved = f"INSERT INTO spool_refused SELECT id, box, {store.mark} FROM spool WHERE id = {store.mark}"  # noqa: S608
    _many(connection, moved, [(why, identifier) for identifier, why in sorted(opened.refused.items())])


def _many(connection: Any, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    cursor = connection.cursor()
    cursor.executemany(statement, list(rows))
    cursor.close()
