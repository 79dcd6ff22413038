"""Backup and restore, as an administrator does them: with the command, in folders of their own (trust B1, B2)."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import pytest

from marelle.base.errors import BadData
from marelle.config.backup import add_bytes, unpack
from marelle.consultations.sealing import kid
from tests.postgresql import Server, find_programs

ROOT = Path(__file__).resolve().parents[2]


class House:
    """A Marelle of its own: a data folder and a database."""

    def __init__(self, place: Path, address: str, programs: Path | None):
        self.place = place
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("MARELLE_", "DATABASE_"))},
            "PATH": f"{programs}:{os.environ['PATH']}" if programs else os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "marelle.config.settings",
            "MARELLE_MODE": "test",
            "MARELLE_DATA": str(place),
            "DATABASE_URL": address,
        }

    def run(self, *words, **more):
        line = [sys.executable, "-m", "marelle.config.command", *map(str, words)]
        return subprocess.run(line, env=self.environment | more, cwd=ROOT, capture_output=True, text=True)

    def do(self, *words, **more):
        """Run what must succeed."""
        done = self.run(*words, **more)
        assert done.returncode == 0, done.stderr

    def ask(self, code: str) -> str:
        """What a line of Python prints inside this house."""
        setup = "import django; django.setup(); from django.db import connection; c = connection.cursor(); "
        line = [sys.executable, "-W", "error", "-c", setup + code]
        return subprocess.run(line, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    def fill(self):
        self.ask("c.execute(\"INSERT INTO base_stamp (name, value) VALUES ('drill', 7)\")")
        (self.place / "files" / "ab").mkdir(parents=True)
        (self.place / "files" / "ab" / "cdef").write_bytes(b"kept \x00 as it is")

        self.ask(CONSULTATION)
        self.ask(f"{ANSWERS} store.keep([spool.Waiting(spool.Row(bytes(16), bytes.fromhex('{BOX}')))])")

    def drill(self) -> tuple[str, bytes | None, str]:
        """What tells whether the house is whole: its row, its file, its sealed box."""
        row = self.ask("c.execute(\"SELECT value FROM base_stamp WHERE name='drill'\"); print(c.fetchall())")
        box = self.ask(f"{ANSWERS} print(*(bytes(b).hex() for b, in store.connect().execute('SELECT box FROM spool')))")
        file = self.place / "files" / "ab" / "cdef"
        return row.strip(), file.read_bytes() if file.exists() else None, box.strip()


ANSWERS = (
    "from django.conf import settings; from marelle.consultations import spool; "
    "store = spool.store(settings.ANSWERS_URL);"
)
KEY = bytes([4]) + bytes(64)
BOX = (b"\x01" + kid(KEY) + b"a box, sealed").hex()
CONSULTATION = (
    "from marelle.consultations.models import Consultation; from marelle.accounts.models import Organisation; "
    "committee = Organisation.objects.create(code='c', name='C', kind='committee', created_at='2026-01-01T00:00Z'); "
    "window = {'opens_at': '2026-10-01T06:00Z', 'closes_at': '2026-12-24T23:00Z'}; "
    f"Consultation.rows.create(code='2026', committee=committee, state='open', public_key=bytes.fromhex('{KEY.hex()}'), **window)"
)
WHOLE = ("[(7,)]", b"kept \x00 as it is", BOX)


@pytest.fixture(scope="module")
def make_house(tmp_path_factory):
    """Open a new house, on the database of this run unless told otherwise."""
    place = tmp_path_factory.mktemp("houses")
    this_run = os.environ.get("MARELLE_TEST_DATABASE") == "postgresql"
    programs = find_programs(place) if this_run else None

    def make(name: str, on_postgresql: bool = this_run) -> House:
        (place / name).mkdir()
        address = f"sqlite:///{place / name / 'marelle.sqlite3'}"
        if on_postgresql:
            address = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}_{os.getpid()}?")
            server = House(place, os.environ["DATABASE_URL"], programs)
            server.ask(f"c.execute('CREATE DATABASE {name}_{os.getpid()}')")
        return House(place / name, address, programs)

    return make


@pytest.fixture(scope="module")
def house(make_house):
    """A house with a row and a file in it, which no test changes."""
    made = make_house("first")
    made.do("migrate", "-v0")
    made.fill()
    return made


@pytest.fixture(scope="module")
def backup(house, tmp_path_factory):
    """Its backup."""
    path = tmp_path_factory.mktemp("backups") / "b.tar.gz"
    house.do("backup", path)
    return path


def test_backup_holds_a_manifest_and_no_secret(house, tmp_path):
    """trust B1. Versions, counts and fingerprints; settings without their secrets."""
    done = house.run(
        "backup", tmp_path / "b.tar.gz", MARELLE_SECRET_KEY="canary-secret", MARELLE_ADDRESS="http://x.example"
    )

    assert done.returncode == 0, done.stderr
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        names = archive.getnames()
        manifest = json.load(archive.extractfile("manifest.json"))
        settings = archive.extractfile("settings.json").read()
    assert names[:2] == ["manifest.json", "manifest.sha256"]
    assert sorted(manifest["members"]) == sorted(names[2:])
    assert "files/ab/cdef" in names
    assert manifest["rows"]["base_stamp"] >= 1
    assert sorted(manifest["versions"]) == ["django", "marelle"]
    assert b"http://x.example" in settings
    assert b"canary-secret" not in gzip.decompress((tmp_path / "b.tar.gz").read_bytes())


def test_restore_into_an_empty_house(backup, make_house):
    """trust B2. The same rows and the same files, elsewhere."""
    second = make_house("second")

    done = second.run("restore", backup)

    assert done.returncode == 0, done.stderr
    assert second.drill() == WHOLE
    assert list(second.place.glob(".restore-*")) == []


def test_restore_replaces_only_when_told(backup, make_house):
    """trust B2. What stood there is put aside, never erased."""
    house = make_house("third")
    house.do("restore", backup)
    house.ask("c.execute(\"UPDATE base_stamp SET value = 8 WHERE name = 'drill'\")")
    (house.place / "files" / "ab" / "cdef").write_bytes(b"later")
    house.ask(f"{ANSWERS} store.connect().execute('DELETE FROM spool')")

    refused = house.run("restore", backup)
    between = house.drill()
    accepted = house.run("restore", backup, "--replace")

    assert (refused.returncode, between) == (1, ("[(8,)]", b"later", ""))
    assert "--replace" in refused.stderr
    assert accepted.returncode == 0, accepted.stderr
    assert house.drill() == WHOLE
    (aside,) = house.place.glob("before-restore-*")
    assert (aside / "files" / "ab" / "cdef").read_bytes() == b"later"


def test_a_backup_of_before_answers_leaves_them_as_they_are(house, backup, make_house, tmp_path):
    """Made by a version that held none: what has come in since stays."""
    shutil.copy(backup, tmp_path / "old.tar.gz")
    forge(tmp_path / "old.tar.gz", "answers", lambda _held: None)
    fifth = make_house("fifth")
    fifth.do("restore", backup)

    fifth.do("restore", tmp_path / "old.tar.gz", "--replace")

    assert fifth.drill() == WHOLE


@pytest.mark.skipif(os.environ.get("MARELLE_TEST_DATABASE") != "postgresql", reason="names of PostgreSQL's databases")
def test_restore_over_the_database_every_server_begins_with(backup):
    """trust B2. A house in the database `postgres`; and both databases change names, or neither does."""
    place = Path(mkdtemp(prefix="marelle-postgres-"))
    server = Server(place)
    server.start()
    house = House(place / "house", server.address, server.programs)
    house.place.mkdir()

    try:
        house.do("restore", backup)
        failed = house.ask(
            "from marelle.config.databases import PostgreSQL; engine = PostgreSQL(c.db.settings_dict); engine.new = 'none';"
            "connection.close(); connection.close_pool();"
            "from contextlib import suppress; from psycopg.errors import InvalidCatalogName as Gone\n"
            "with suppress(Gone): engine.switch(None)\n"
            "print(engine.has_data())"
        )
        whole = house.drill()
    finally:
        server.stop()
        shutil.rmtree(place)

    assert (failed, whole) == ("True\n", WHOLE)


def test_an_erased_person_does_not_come_back(backup, make_house, tmp_path):
    """trust T8, F20. Backed up, then erased: what is put back is erased again, the journal still fits, the list stays."""
    house = make_house("erased")
    house.do("restore", backup)
    house.do("first-administrator", "--email", "a@x.example", "--name", "A", "--organisation-name", "C", "--write")
    people = "from marelle.accounts.models import Person; from marelle.accounts import erasing, erasures, journal, operations; "
    house.ask(people + "operations.make_person(email='camille@x.example', name='Camille Efface')")
    house.ask(people + "p = Person.objects.get(name='Camille Efface'); journal.record(p, 'joined', by=p)")
    house.do("backup", tmp_path / "b.tar.gz")
    house.ask(people + "erasing.erase_again(Person.objects.get(name='Camille Efface').code)")

    house.do("restore", tmp_path / "b.tar.gz", "--replace")

    left = house.ask(people + "print(list(Person.objects.filter(is_robot=False).values_list('name', 'is_active')))")
    words = house.ask(people + "print(len(erasures.listed()), list(journal.broken_chains()))")
    assert (left.strip(), words.strip()) == ("[('', False)]", "1 []")


def test_restore_compares_the_journal_with_the_heads_of_the_backup(backup, make_house, tmp_path):
    """trust J2. A chain cut short behind the backup's back is refused, and nothing has changed."""
    house = make_house("heads")
    house.do("restore", backup)
    house.do("first-administrator", "--email", "a@x.example", "--name", "A", "--organisation-name", "C", "--write")
    house.do("backup", tmp_path / "b.tar.gz")
    forge(
        tmp_path / "b.tar.gz",
        "journal",
        lambda heads: {name: [length + 1, digest] for name, (length, digest) in heads.items()},
    )

    done = house.run("restore", tmp_path / "b.tar.gz", "--replace")

    assert done.returncode == 1
    assert "nothing has been changed" in done.stderr


def forge(path: Path, name: str, change):
    """Write one thing in a backup's manifest otherwise; None takes it out."""
    with tarfile.open(path) as old:
        members = {entry.name: old.extractfile(entry).read() for entry in old}
    manifest = json.loads(members["manifest.json"])
    if name == "answers":
        held = next(member for member in members if member.startswith("answers."))
        del members[held], manifest["members"][held]
    assert manifest[name]
    manifest[name] = change(manifest[name])
    if manifest[name] is None:
        del manifest[name]
    members["manifest.json"] = json.dumps(manifest).encode()
    members["manifest.sha256"] = sha256(members["manifest.json"]).hexdigest().encode()
    with tarfile.open(path, "w:gz") as new:
        for name, content in members.items():
            add_bytes(new, name, content)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [cut, flip, lambda content: b"", lambda content: b"not a backup"],
    ids=["cut", "flipped", "empty", "other"],
)
def test_restore_refuses_a_damaged_backup(house, backup, tmp_path, damage):
    """trust B2. Refused before anything is touched."""
    (tmp_path / "damaged").write_bytes(damage(backup.read_bytes()))

    done = house.run("restore", tmp_path / "damaged", "--replace")

    assert (done.returncode, house.drill()) == (1, WHOLE)
    assert "nothing has been changed" in done.stderr
    assert list(house.place.glob("before-restore-*")) == []


def test_restore_refuses_a_member_changed_with_its_heading_kept(house, backup, tmp_path):
    """trust B2. Every fingerprint is verified, not only the envelope."""
    with tarfile.open(backup) as old, tarfile.open(tmp_path / "forged", "w:gz") as new:
        for entry in old:
            content = old.extractfile(entry).read()
            if entry.name == "files/ab/cdef":
                content = content.upper()
            (tmp_path / "member").write_bytes(content)
            new.add(tmp_path / "member", entry.name)

    done = house.run("restore", tmp_path / "forged", "--replace")

    assert (done.returncode, house.drill()) == (1, WHOLE)
    assert "files/ab/cdef is damaged" in done.stderr


@pytest.mark.once
@pytest.mark.parametrize("name", ["../outside", "/tmp/outside-of-marelle", "files/../../outside"])
def test_unpack_writes_nowhere_else(tmp_path, name):
    """trust B2. A backup made by someone else cannot reach out of its folder."""
    content = b"a trap"
    member = {"size": len(content), "sha256": sha256(content).hexdigest()}
    heading = json.dumps({"format": 1, "members": {name: member}}).encode()
    with tarfile.open(tmp_path / "forged", "w:gz") as archive:
        add_bytes(archive, "manifest.json", heading)
        add_bytes(archive, "manifest.sha256", sha256(heading).hexdigest().encode())
        add_bytes(archive, name, content)
    (tmp_path / "place").mkdir()

    with pytest.raises(BadData):
        unpack(tmp_path / "forged", tmp_path / "place")

    assert list((tmp_path / "place").iterdir()) == []
    assert not (tmp_path / "outside").exists()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is missing")
def test_backup_closed_by_a_certificate_opens_with_its_key_alone(house, make_house, tmp_path):
    """trust B1. Encrypted to a public key when one is set."""
    for name in ("right", "wrong"):
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"]
        subprocess.run(
            [*request, "-keyout", tmp_path / f"{name}.key", "-out", tmp_path / f"{name}.crt"],
            check=True,
            capture_output=True,
        )
    closed = tmp_path / "b.cms"
    house.do("backup", closed, MARELLE_BACKUP_CERTIFICATE=str(tmp_path / "right.crt"))
    second = make_house("fourth")

    without = second.run("restore", closed)
    wrong = second.run("restore", closed, "--key", tmp_path / "wrong.key")
    right = second.run("restore", closed, "--key", tmp_path / "right.key")

    assert (without.returncode, wrong.returncode, right.returncode) == (1, 1, 0), right.stderr
    assert second.drill() == WHOLE


@pytest.mark.once
def test_backup_is_taken_while_someone_writes(make_house, tmp_path):
    """trust B1. SQLite's own copy: a transaction that is open meanwhile is not half in it."""
    house = make_house("busy", on_postgresql=False)
    house.do("migrate", "-v0")
    house.fill()
    writer = sqlite3.connect(house.place / "marelle.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE base_stamp SET value = 9 WHERE name = 'drill'")

    done = house.run("backup", tmp_path / "b.tar.gz")
    writer.execute("ROLLBACK")
    writer.close()

    assert done.returncode == 0, done.stderr
    second = make_house("quiet", on_postgresql=False)
    second.do("restore", tmp_path / "b.tar.gz")
    assert second.drill() == WHOLE
