"""What a thousand children brought along is nowhere: not in a table, a log, a mail, a backup, a cache, a file."""

import gzip
import logging
import os
import subprocess
import tarfile
import uuid

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.db import connection

from marelle.config.backup import write_backup
from marelle.consultations import codes, collect, directory, opening, passes, sealing, sheets, spool
from marelle.consultations.models import Consultation
from tests.anonymity.attacks import Log
from tests.anonymity.children import Areas
from tests.consultations import intake as house
from tests.factories.consultations import OPENS, QuestionnaireFactory, SittingFactory
from tests.postgresql import find_programs
from tests.scale import scaled

pytestmark = pytest.mark.django_db(transaction=True)
CHILDREN = scaled(1000, least=40)
KEYS = collect.Keys.of(settings.SECRET_KEY)
CODE = "KLMNPQRS"


class Canary:
    """What one child brings: nothing of it may be found again, but what they wrote, in `free_text`, after the freeze."""

    def __init__(self, number):
        self.address = f"198.51.{number // 250}.{number % 250 + 1}"
        self.agent, self.referrer = f"CanaryBrowser/{uuid.uuid4().hex}", f"https://canari{uuid.uuid4().hex}.example/"
        self.id, self.thread = str(uuid.uuid4()), uuid.uuid4().hex
        self.text = f"canari {uuid.uuid4().hex[:20]}"
        self.typed = codes.draw()

    @property
    def traces(self):
        """As they could be written: text, figures, bytes."""
        name = uuid.UUID(self.id)
        words = [self.agent, self.referrer, self.id, name.hex, self.thread, self.typed, codes.shown(self.typed)]
        raw = [name.bytes, bytes.fromhex(self.thread)]
        return (
            [word.encode() for word in words]
            + raw
            + [self.address.encode() + end for end in (b" ", b'"', b"'", b"\n", b",")]
        )

    @property
    def environ(self):
        return {
            "REMOTE_ADDR": self.address,
            "HTTP_X_FORWARDED_FOR": self.address,
            "HTTP_USER_AGENT": self.agent,
            "HTTP_REFERER": self.referrer,
        }


@pytest.fixture
def kept_logs():
    """Every line any logger would write, down to the least."""
    lines = []

    class Keeping(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record) + " ")

    handler, root = Keeping(level=0), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def class_of_today():
    """A sitting of Django's database, its consultation open, its key real."""
    sitting = SittingFactory(code_digest=codes.digest(CODE, KEYS.codes), head_count=None)
    Consultation.rows.filter(pk=sitting.consultation_id).update(public_key=house.PAIR.public)
    canonical = house.QUESTIONNAIRE.canonical
    hashed = house.QUESTIONNAIRE.content_hash
    QuestionnaireFactory(
        consultation=sitting.consultation, state="frozen", frozen_at=OPENS, canonical=canonical, content_hash=hashed
    )
    return sitting


def answer(store, sitting, canaries):
    """Each child types a wrong code, then answers, then sends the same again, then something that is refused."""
    intake = collect.Intake(
        directory.Directory(), spool.Writer(store, gathers=0.0), KEYS, house.Held(), collect.NoPages()
    )
    carried = passes.make(sitting.code, "sitting", house.CLOSES, KEYS.passes)
    for canary in canaries:
        house.ask(intake, "GET", f"/e/{canary.typed}", **canary.environ)
        part = house.part(t=canary.thread, a={"q010": 1, "q090": canary.text})
        sent = {"pass": carried, "id": canary.id, "part": part}
        assert house.ask(intake, said=sent, **canary.environ).status == 201
        assert house.ask(intake, said=sent, **canary.environ).status == 201
        wrong = sent | {"id": canary.id, "part": part | {"a": {canary.thread: 1}}}
        assert house.ask(intake, said=wrong, **canary.environ).status == 422
    intake.close()


def tables_of(store):
    """Every row of both databases, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = b"\n".join(as_bytes(value) for row in cursor.fetchall() for value in row)
    with store.reading() as answers:
        for table in spool.TABLES:
            rows = answers.execute(f"SELECT * FROM {table}").fetchall()
            found[table] = b"\n".join(as_bytes(value) for row in rows for value in row)
    return found


def as_bytes(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value) + bytes(value).hex().encode() + b" "
    return f"{value} ".encode()


@pytest.fixture
def log(answers, on_postgresql, tmp_path_factory, monkeypatch):
    """What the answers' database writes down before its files hold it; on PostgreSQL its own programs make the backup."""
    if on_postgresql:
        programs = find_programs(tmp_path_factory.mktemp("programs"))
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    with Log(answers) as log:
        yield log


def read_backup(content, tmp_path):
    """A file of a backup as somebody would read it: what is packed unpacked, what PostgreSQL packed by its own program."""
    if content[:5] == b"PGDMP":
        dump = tmp_path / "read.dump"
        dump.write_bytes(content)
        return subprocess.run(["pg_restore", "-f", "-", dump], check=True, capture_output=True).stdout
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def everywhere(store, lines, tmp_path, log):
    """All that is kept, by where: tables, logs, mails, caches, files, the backup opened, the log of the database."""
    found = tables_of(store) | {"logs": "\n".join(lines).encode()}
    found["mails"] = b"\n".join(letter.message().as_bytes() for letter in mail.outbox)
    found["cache"] = repr(getattr(caches["local"], "_cache", "")).encode()
    backup = tmp_path / "backup.tar.gz"
    write_backup(backup)
    with gzip.open(backup) as opened, tarfile.open(fileobj=opened) as members:
        for member in members:
            stream = members.extractfile(member)
            if stream is not None:
                found[f"backup {member.name}"] = read_backup(stream.read(), tmp_path)
    found["log of answers"] = log.read()
    for path in settings.DATA.rglob("*"):
        if path.is_file():
            found[f"file {path.name}"] = path.read_bytes()
    return found


def held(found, canaries):
    """Where a trace is found."""
    return {
        place for place, content in found.items() if any(t in content for canary in canaries for t in canary.traces)
    }


def texts_in(found, canaries):
    return {place for place, content in found.items() if any(canary.text.encode() in content for canary in canaries)}


def test_nothing_a_child_brought_along_is_kept(answers, log, kept_logs, tmp_path):
    """trust N1. Before the freeze not even an answer; after it texts in `free_text` alone."""
    sitting, canaries = class_of_today(), [Canary(number) for number in range(CHILDREN)]

    answer(answers, sitting, canaries)

    found = everywhere(answers, kept_logs, tmp_path, log)
    assert answers.counts()["spool"] == 2 * CHILDREN
    assert (held(found, canaries), texts_in(found, canaries)) == (set(), set())
    assert CODE.encode() not in b"".join(found.values())

    kid = sealing.kid(house.PAIR.public)
    known = {house.QUESTIONNAIRE.short_hash: house.QUESTIONNAIRE}
    sheets.rewrite(
        answers, kid, "2026", opening.open_all(sheets.boxes(answers, kid), house.PAIR.private, known, Areas())
    )
    found = everywhere(answers, kept_logs, tmp_path, log)
    assert answers.counts()["free_text"] == CHILDREN
    assert held(found, canaries) == set()
    places = texts_in(found, canaries)
    assert "free_text" in places
    assert {place for place in places if "answers" not in place and place != "free_text"} == set()


def test_trace_that_could_be_found_is_found(answers, log, kept_logs, tmp_path):
    """Planted: an address in a log, an identifier as a key, an agent in a table, a thread in a file."""
    canaries = [Canary(number) for number in range(4)]
    logging.getLogger("anything").debug("answered %s", canaries[0].address)
    with answers.reading() as opened:
        opened.execute(
            f"INSERT INTO spool VALUES ({answers.mark}, {answers.mark})", (uuid.UUID(canaries[1].id).bytes, b"box")
        )
    SittingFactory(name=canaries[2].agent[:80])
    settings.DATA.mkdir(parents=True, exist_ok=True)
    left = settings.DATA / "left.tmp"
    left.write_text(canaries[3].thread)

    found = everywhere(answers, kept_logs, tmp_path, log)
    left.unlink()

    places = held(found, canaries)
    assert {"logs", "spool", "consultations_sitting", "file left.tmp", "log of answers"} <= places
    assert len([place for place in places if place.startswith("backup")]) == 2  # of each database
