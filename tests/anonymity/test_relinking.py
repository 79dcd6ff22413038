"""An attacker with every table, its system columns, the files and the counters ties no sheet to a child."""

import secrets
from dataclasses import replace

import pytest

from marelle.consultations import opening, sheets
from marelle.consultations.spool import Row, SQLite, Waiting
from tests.anonymity import attacks
from tests.anonymity.attacks import bar
from tests.anonymity.children import arrive, freeze, opened
from tests.scale import scaled

CHILDREN = scaled(10_000, least=400)
FEW = 300  # children of a planted fault


@pytest.fixture
def log(answers):
    """What the database writes down from the first child on, copied all along."""
    with attacks.Log(answers) as log:
        yield log


@pytest.fixture
def crowd(answers, log):
    children, field = arrive(answers, CHILDREN)
    return answers, children, field


@pytest.fixture
def few(answers, log):
    children, field = arrive(answers, FEW)
    return answers, children, field


def test_no_sheet_is_tied_to_its_arrival_sitting_or_device(crowd, log):
    """trust N5. By metadata, order, time, size and log, before and after the freeze, at most chance and two hundredths."""
    store, children, field = crowd
    boxes = attacks.boxes_seen(store, log)
    assert len(boxes) == len(children)
    assert all("first place in the log" in features for features in boxes.values())

    sealed_facts_say_nothing(children, boxes, field)
    freeze(store)

    seen = attacks.sheets_seen(store, log)
    assert len(seen) == len(children)
    assert all("first place in the log" in features for features in seen.values())
    rate, chance, how = attacks.best_link(children, boxes, seen)
    assert rate <= bar(chance, len(children)), how
    assert attacks.same_key(children, seen) == 0
    for feature in next(iter(seen.values())).keys() - {"zone", "size"}:
        rate, chance, pairs = attacks.neighbours(children, seen, feature)
        assert rate <= bar(chance, pairs), feature


def sealed_facts_say_nothing(children, boxes, field):
    """What lies beside a sealed box tells neither its sitting nor its answers; counts do not tell its sitting."""
    features = {
        "size": lambda child: boxes[child.row]["size"],
        "first byte": lambda child: child.row[0],
        "two first bytes": lambda child: child.row[:2],
        "transaction": lambda child: boxes[child.row].get("xmin"),
    }
    for name, feature in features.items():
        for label in (lambda child: child.sitting, lambda child: child.said[0], lambda child: child.commune):
            rate, base, tries = attacks.predicted(children, feature, label)
            assert rate <= bar(base, tries), name
    rate, base = attacks.told_by_counts(children, field.lots)
    assert rate <= bar(base, len(children))
    assert len({row["size"] for row in boxes.values()}) == 1


def test_boxes_leave_nothing_on_the_disk(crowd):
    """After the freeze neither a box nor its key is in the files of the database."""
    store, children, _field = crowd
    if not isinstance(store, SQLite):
        pytest.skip("the files of PostgreSQL are its server's")
    freeze(store)

    left = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))

    assert [child.number for child in children if child.row in left] == []


# Faults planted on purpose: each must be seen ------------------------------------------------------------------------
def rewritten(store, children, change):
    """The freeze, with what a fault changes in the sheets."""
    boxes, found = attacks.boxes_seen(store), opened(store)
    by_said = {child.said: child for child in children}
    rows = [(sheet, by_said[tuple(sheet.answers.values())]) for sheet in found.sheets]
    found.sheets = change(rows)
    freeze(store, found)
    return boxes, attacks.sheets_seen(store)


@pytest.mark.once
def test_key_of_the_box_used_again_is_seen(few):
    store, children, _field = few

    _boxes, seen = rewritten(store, children, lambda rows: [replace(sheet, key=child.row) for sheet, child in rows])

    assert attacks.same_key(children, seen) == 1


@pytest.mark.once
def test_order_of_the_boxes_kept_in_the_keys_is_seen(few):
    store, children, _field = few

    def in_order(rows):
        ordered = sorted(rows, key=lambda pair: pair[1].row)
        return [replace(sheet, key=number.to_bytes(16, "big")) for number, (sheet, _c) in enumerate(ordered)]

    boxes, seen = rewritten(store, children, in_order)

    rate, chance, _how = attacks.best_link(children, boxes, seen)
    assert rate > bar(chance, len(children))


@pytest.mark.once
def test_order_of_arrival_kept_in_the_keys_is_seen(few):
    store, children, _field = few

    def in_order(rows):
        ordered = sorted(rows, key=lambda pair: pair[1].number)
        return [replace(sheet, key=number.to_bytes(16, "big")) for number, (sheet, _c) in enumerate(ordered)]

    _boxes, seen = rewritten(store, children, in_order)

    rate, chance, pairs = attacks.neighbours(children, seen, "key")
    assert rate <= 1 and attacks.best_link(children, _boxes, seen)[0] > bar(chance, pairs)


def test_sheets_written_one_by_one_as_they_came_are_seen(few, log):
    """Not one transaction, not in the order of keys: the log tells all, and on PostgreSQL the system columns too."""
    store, children, _field = few
    boxes, found = attacks.boxes_seen(store, log), opened(store)
    by_said = {tuple(sheet.answers.values()): sheet for sheet in found.sheets}
    with store.reading() as connection:
        for child in sorted(children, key=lambda child: child.number):
            (row,) = sheets._sheet_rows("2026", opening.Opened([by_said[child.said]]))
            connection.execute("BEGIN")  # what the log of SQLite is copied at
            connection.execute(f"INSERT INTO sheet VALUES ({', '.join([store.mark] * len(row))})", row)
            connection.execute("COMMIT")

    seen = attacks.sheets_seen(store, log)
    rate, chance, how = attacks.best_link(children, boxes, seen)

    assert rate > bar(chance, len(children)), how
    by_log = {said: {"feature": row["first place in the log"], "zone": row["zone"]} for said, row in seen.items()}
    rate, chance = attacks.linked(children, {child: child.number for child in children}, by_log)
    assert rate > bar(chance, len(children))


@pytest.mark.once
def test_count_written_with_each_answer_is_seen(answers):
    """trust N3. Planted: then each box is told its sitting."""
    children, field = arrive(answers, 60, at_once=1, after_each=lambda intake: intake.counters.flush())

    rate, base = attacks.told_by_counts(children, field.lots)

    assert rate == 1 and rate > bar(base, len(children))


@pytest.mark.once
def test_code_in_the_key_of_a_box_is_seen(few):
    _store, children, _field = few
    told = [replace(child, row=child.sitting[-4:].encode()[-2:] + secrets.token_bytes(14)) for child in children]

    rate, base, tries = attacks.predicted(told, lambda child: child.row[:2], lambda child: child.sitting)

    assert rate > bar(base, tries)


@pytest.mark.once
def test_size_that_follows_the_answers_is_seen(few):
    _store, children, _field = few

    rate, base, tries = attacks.predicted(children, lambda child: 200 + child.said[0], lambda child: child.said[0])

    assert rate > bar(base, tries)


@pytest.mark.once
def test_one_writer_gives_boxes_no_column_but_key_and_box(answers):
    """trust N2. Nowhere to put a code, a time, a device."""
    answers.keep([Waiting(spool_row()) for _n in range(3)])

    with answers.reading() as connection:
        cursor = connection.execute("SELECT * FROM spool")
        assert [column[0] for column in cursor.description] == ["id", "box"]


def spool_row():
    return Row(secrets.token_bytes(16), secrets.token_bytes(100))
