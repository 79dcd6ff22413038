"""What somebody with the tables, their system columns, the files, the log and the counters may try. Rates are shares of children."""

import functools
import math
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

from marelle.consultations import sealing
from marelle.consultations.spool import PostgreSQL, SQLite
from tests.anonymity.children import PAIR, said_by
from tests.scale import SEED

BAR = 0.02  # above chance: specs/consultation.md, section 17
SURE = 5  # standard deviations: at a small scale, what chance alone may do


def bar(chance, tries):
    """The most that is allowed."""
    return chance + max(BAR, SURE * math.sqrt(chance * (1 - chance) / tries))


# What is seen --------------------------------------------------------------------------------------------------------
def boxes_seen(store, log=None):
    """Features of each box, by its key: all that the database, its files and its log say besides what is sealed."""
    with store.reading() as connection:
        if isinstance(store, SQLite):
            rows = connection.execute("SELECT id, length(box) FROM spool").fetchall()
            seen = {bytes(id): {"size": size} for id, size in rows}
            _add_places(seen, store.path.read_bytes(), BOX[SQLite], "the file")
        else:
            asked = "SELECT id, length(box), xmin::text::bigint, ctid::text FROM spool"
            rows = connection.execute(asked).fetchall()
            seen = {bytes(i): {"size": size, "xmin": xmin, "ctid": _ctid(ctid)} for i, size, xmin, ctid in rows}
    if log is not None:
        _add_places(seen, log.read(), BOX[type(store)], "the log")
    for id, features in seen.items():
        features["key"] = id
    return seen


def sheets_seen(store, log=None):
    """Features of each sheet, by what it says."""
    system = "0, 0" if isinstance(store, SQLite) else "xmin::text::bigint, ctid::text"
    with store.reading() as connection:
        rows = connection.execute(f"SELECT key, answers, zone, {system} FROM sheet").fetchall()
    seen, by_key = {}, {}
    for number, (key, answers, zone, xmin, ctid) in enumerate(rows):
        features = {"key": bytes(key), "as read": number, "size": len(answers), "zone": zone}
        if not isinstance(store, SQLite):
            features |= {"xmin": xmin, "ctid": _ctid(ctid)}
        seen[said_by(answers)] = by_key[bytes(key)] = features
    if isinstance(store, SQLite):
        _add_places(by_key, store.path.read_bytes(), SHEET[SQLite], "the file")
    if log is not None:
        _add_places(by_key, log.read(), SHEET[type(store)], "the log")
    return seen


# A key in the bytes of a file or of a log, by what stands beside it there.
BOX = {SQLite: b"(.{16})(?=\x01%s)" % re.escape(sealing.kid(PAIR.public)), PostgreSQL: b"\x23(?=(.{16}))"}
SHEET = {SQLite: b"(.{16})(?=2026{)", PostgreSQL: b"\x23(?=(.{16})\x0b2026)"}


def _add_places(seen, content, key, where):
    """Where each key stands first, and last."""
    for found in re.finditer(key, content, re.DOTALL):
        if features := seen.get(found[1]):
            features.setdefault(f"first place in {where}", found.start())
            features[f"last place in {where}"] = found.start()


class Log:
    """What the database writes down before its files hold it, kept for as long as the block lasts.

    PostgreSQL: the pages of the folder `pg_wal`, in the order they were written. SQLite: the file `-wal`, copied at each
    transaction, and before it is emptied.
    """

    def __init__(self, store):
        self.store, self.states = store, {}

    def __enter__(self):
        if isinstance(self.store, SQLite):
            self.path = self.store.path.with_name(f"{self.store.path.name}-wal")
            self.held = self.store.connect()  # while somebody is there, the file stays
            self.held.execute("SELECT count(*) FROM spool").fetchone()
            self.store.connect = functools.partial(self._watched, self.store.connect)
        else:
            self.starts = self._asked("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
            self.folder = Path(self._asked("SELECT current_setting('data_directory')")) / "pg_wal"
        return self

    def __exit__(self, *error):
        if isinstance(self.store, SQLite):
            del self.store.connect
            self.held.close()

    def read(self):
        """All of it, one after the other."""
        if isinstance(self.store, SQLite):
            self._copy("VACUUM")
            return b"".join(self.states.values())
        pages = {}
        for segment in self.folder.glob("[0-9A-F]" * 24):
            try:
                content = segment.read_bytes()
            except FileNotFoundError:  # renamed meanwhile, to serve again: its pages are found under the new name
                return self.read()
            for place in range(0, len(content), 8192):
                written = int.from_bytes(content[place + 8 : place + 16], "little")  # where the page belongs in the log
                if written + 8192 > self.starts:
                    pages[written] = content[place + (24 if place else 40) : place + 8192]
        return b"".join(content for _written, content in sorted(pages.items()))

    def _asked(self, question):
        with self.store.reading() as connection:
            return connection.execute(question).fetchone()[0]

    def _watched(self, connect):
        connection = connect()
        connection.set_trace_callback(self._copy)
        return connection

    def _copy(self, statement):
        if statement.startswith(("BEGIN", "VACUUM", "PRAGMA wal_checkpoint")):
            content = self.path.read_bytes()
            self.states[content[16:24]] = content  # two numbers, drawn each time the file begins anew


def _ctid(text):
    page, line = text.strip("()").split(",")
    return int(page), int(line)


# What is tried -------------------------------------------------------------------------------------------------------
def linked(children, before, after):
    """Put both in order, zone by zone, and tie first to first: the share of children found again, best of both ways.

    `before`: a feature of each child; `after`: a feature and the zone of each sheet, by what it says.
    """
    chance, hits = random.Random(SEED), Counter()
    zones = defaultdict(list)
    for child in children:
        zones[after[child.said]["zone"]].append(child)
    for inside in zones.values():
        known = sorted(inside, key=lambda child: (before[child], chance.random()))
        seen = sorted(inside, key=lambda child: (after[child.said]["feature"], chance.random()))
        hits["same"] += sum(one is other for one, other in zip(known, seen, strict=True))
        hits["turned"] += sum(one is other for one, other in zip(known, reversed(seen), strict=True))
    return max(hits.values()) / len(children), len(zones) / len(children)


def best_link(children, boxes, seen):
    """The best tie between any feature of before and any of after: (rate, chance, which)."""
    befores = {"order of arrival": {child: child.number for child in children}}
    for name in set.intersection(*(set(boxes[child.row]) for child in children)):
        befores[name] = {child: boxes[child.row][name] for child in children}
    afters = set.intersection(*(set(features) for features in seen.values())) - {"zone"}
    tried = []
    for was, before in befores.items():
        for name in afters:
            after = {said: {"feature": row[name], "zone": row["zone"]} for said, row in seen.items()}
            tried.append((*linked(children, before, after), f"{was} > {name}"))
    return max(tried)


def same_key(children, seen):
    """Children whose sheet carries the key of their box."""
    return sum(seen[child.said]["key"] == child.row for child in children) / len(children)


def neighbours(children, seen, feature):
    """How often two sheets that lie side by side come from one sitting, and how often chance alone would have it."""
    sitting = {child.said: child.sitting for child in children}
    side_by_side = by_chance = pairs = 0
    for zone in {row["zone"] for row in seen.values()}:
        inside = sorted((row[feature], said) for said, row in seen.items() if row["zone"] == zone)
        order = [sitting[said] for _place, said in inside]
        counts = Counter(order)
        pairs += len(order) - 1
        side_by_side += sum(one == other for one, other in zip(order, order[1:], strict=False))
        by_chance += sum(n * (n - 1) for n in counts.values()) / len(order)
    return side_by_side / pairs, by_chance / pairs, pairs


def predicted(children, feature, label):
    """Learn on every other child what a feature says of a label, guess the others: the rate, and that of the commonest."""
    learnt = defaultdict(Counter)
    for child in children[::2]:
        learnt[feature(child)][label(child)] += 1
    commonest = Counter(label(child) for child in children[::2]).most_common(1)[0][0]
    others = children[1::2]
    guesses = [(learnt[feature(c)].most_common(1) or [(commonest, 0)])[0][0] for c in others]
    right = sum(guess == label(child) for guess, child in zip(guesses, others, strict=True)) / len(others)
    base = max(Counter(label(child) for child in others).values()) / len(others)
    return right, base, len(others)


def told_by_counts(children, lots):
    """Boxes in the order they came, counts in the order they were written: the sitting of each is the commonest of its lot."""
    order, right = sorted(children, key=lambda child: child.number), 0
    for lot in lots:
        size = sum(lot.values())
        told = max(lot, key=lot.get)[0]
        right += sum(child.sitting == told for child in order[:size])
        order = order[size:]
    base = max(Counter(child.sitting for child in children).values()) / len(children)
    return right / len(children), base
