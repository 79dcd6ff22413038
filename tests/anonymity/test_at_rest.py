"""What is frozen: each child is one of ten, whatever is known of them besides their answers; killed or not."""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from marelle.consultations import boxes, opening, sealing, sheets
from marelle.consultations.boxes import Place, Sheet
from marelle.consultations.spool import TABLES, Row, SQLite, Waiting
from tests.anonymity.children import ASKED, NUMBERS, PAIR, Areas, freeze
from tests.scale import SEED, scaled

CHILDREN = scaled(10_000, least=400)
KILLS = scaled(50, least=2)
FEW = 300
KID = sealing.kid(PAIR.public)
ODD = (0.9, 0.07, 0.02, 0.01)  # some kinds are rare: they are who could be found


def rare(chance, *values):
    return chance.choices(values, weights=ODD[: len(values)])[0]


def children(count):
    """A crowd with its rare ones: small communes, a shelter, a language, paper."""
    chance = random.Random(SEED)
    for number in range(count):
        place = Place(
            rare(chance, "44143", "44109", "44001", "44002"),
            "44",
            rare(chance, "school", "leisure", "shelter", "health"),
            f"site{number % 50}",
            f"2026-W{40 + number % 8}",
        )
        yield Sheet(
            version=ASKED.short_hash,
            part="rights",
            thread=f"{number:032x}",
            age_band=rare(chance, "9_11", "12_14", "15_18", "6_8"),
            gender=rare(chance, "girl", "boy", "other"),
            language=rare(chance, "fr", "ar", "uk"),
            mode=rare(chance, "screen", "paper"),
            rendering="text",
            place=place,
            answers=dict(
                zip(NUMBERS, (number % 20, number // 20 % 20, number // 400 % 20, number // 8000), strict=True)
            ),
        )


def sealed(store, contents):
    rows = [Row(secrets.token_bytes(16), sealing.seal(boxes.written(content), PAIR.public)) for content in contents]
    for start in range(0, len(rows), 500):
        store.keep([Waiting(row) for row in rows[start : start + 500]])
    return rows


def too_few(store):
    """Counted by hand from the table: zones under fifty, values and wholes under ten."""
    with store.reading() as connection:
        rows = connection.execute("SELECT zone, site_kind, language, mode, age_band, gender FROM sheet").fetchall()
    zones = Counter(row[0] for row in rows)
    values = Counter((place, row[0], row[place]) for row in rows for place in (1, 2, 3) if row[place] != "other")
    wholes = Counter(row[1:] for row in rows)
    told = {row[1:] for row in rows if row[1:4] != ("other",) * 3}
    small = [zone for zone, count in zones.items() if count < 50 and zone != "FR"]
    return small, [v for v, count in values.items() if count < 10], [w for w in told if wholes[w] < 10]


def test_each_child_is_one_of_ten(answers):
    sealed(answers, children(CHILDREN))

    freeze(answers)

    assert answers.counts()["sheet"] == CHILDREN
    assert too_few(answers) == ([], [], [])
    assert sheets.faults(answers, "2026", Areas()) == []


def test_freeze_that_coarsens_nothing_is_seen(answers, monkeypatch):
    """Planted: every sheet keeps its commune and all that is known of it."""

    def kept(found, areas):
        return [
            opening.replace(sheet, zone=areas.zones(place.territory, place.department)[0]) for sheet, place in found
        ]

    monkeypatch.setattr(opening, "coarsened", kept)
    sealed(answers, children(CHILDREN))

    freeze(answers)

    small, values, wholes = too_few(answers)
    assert values and wholes and (small or CHILDREN > 2000)
    assert sheets.faults(answers, "2026", Areas()) != []


def test_neither_site_nor_week_is_kept(answers):
    sealed(answers, children(400))

    freeze(answers)

    with answers.reading() as connection:
        said = json.dumps([[str(value) for value in row[1:]] for row in connection.execute("SELECT * FROM sheet")])
    assert "site1" not in said and "2026-W4" not in said


# Killed --------------------------------------------------------------------------------------------------------------
OPENS = """
import sys
from marelle.consultations import spool
from tests.anonymity import children
print("begins", flush=True)
children.freeze(spool.store(sys.argv[1]))
"""


def test_opening_killed_at_any_moment_loses_and_doubles_nothing(answers):
    """Each kill leaves every box or every sheet, never half; the next opening ends it."""
    chance = random.Random(SEED)
    expected = sorted(number for number in range(FEW))

    for _kill in range(KILLS):
        empty(answers)
        sealed(answers, children(FEW))
        for _again in range(2):
            killed_after(answers, chance.uniform(0.0, 0.15))
            counts = answers.counts()
            assert (counts["spool"], counts["sheet"]) in ((FEW, 0), (0, FEW))
        if answers.counts()["spool"]:
            freeze(answers)

        said = [sheet.answers["n1"] + 20 * sheet.answers["n2"] for sheet in sheets.frozen(answers, "2026")]
        assert sorted(said) == expected


def empty(store):
    with store.reading() as connection:
        for table in TABLES:
            connection.execute(f"DELETE FROM {table}")


def killed_after(store, seconds):
    """Begin an opening in a process of its own and kill it."""
    command = [sys.executable, "-c", OPENS, store.address]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."})
    try:
        assert process.stdout.readline() == "begins\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_sealed_boxes_are_all_an_operator_finds_before_the_freeze(answers):
    """No plain answer anywhere in the database before both shares come back."""
    sealed(answers, children(100))
    if not isinstance(answers, SQLite):
        pytest.skip("the files of PostgreSQL are its server's")

    content = b"".join(path.read_bytes() for path in answers.path.parent.glob(f"{answers.path.name}*"))

    for word in (b"9_11", b"girl", b"school", b'"n1"', b"2026-W4"):
        assert word not in content
