"""Puts back what `marelle backup` wrote: verified first, restored aside, checked, then switched (trust B2)."""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from marelle.accounts import erasures, heads
from marelle.base.errors import BadData, Conflict
from marelle.config.backup import decrypt, unpack
from marelle.config.command import DEMO_MARK
from marelle.config.databases import PostgreSQL, SQLite, answers_engine, engine_of, moment
from marelle.consultations import spool

Engine = SQLite | PostgreSQL


def restore_backup(source: Path, *, replace: bool = False, key: str = "") -> dict[str, Any]:
    """Put everything back. What stood there before is kept aside, never erased. Raises BadData, Conflict."""
    if not source.is_file():
        raise BadData(f"There is no file {source}.")
    engine = engine_of(connection.settings_dict)
    if not replace and has_data(engine):
        raise Conflict("There are data already: add --replace to put them aside.", yours="", theirs="", version=0)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA, prefix=".restore-") as folder:
        place = Path(folder)
        if key:
            source = decrypt(source, place / "opened.tar.gz", key)
        manifest = unpack(source, place)
        answers = answers_engine() if "answers" in manifest else None  # a house of before it held answers
        check_manifest(manifest, engine, answers)
        connection.close()
        try:
            addresses = load(engine, manifest["rows"], place), load_answers(answers, manifest, place)
            put_beside(manifest, place)
            run_command("migrate", addresses, place)
            run_command("erasures", addresses, place, "--write")
            run_command("check", addresses, place)
            switch(engine, answers, place)
        except BaseException:
            engine.forget_new()
            if answers:
                answers.forget_new()
            raise
    if manifest["demonstration"]:
        (settings.DATA / DEMO_MARK).touch()
    return manifest


def load(engine: Engine, rows: dict[str, int], place: Path) -> str:
    """Put one database into `place`, beside the living one. Returns its address. Raises BadData."""
    address = engine.load(place / engine.dump_name, place)
    if engine.counts_of_new() != rows:
        raise BadData("The rows put back are not those of the backup: nothing has been changed.")
    return address


def load_answers(answers: Engine | None, manifest: dict[str, Any], place: Path) -> str:
    """The same for children's answers; what stands there stays when the backup holds none. Raises BadData."""
    if answers is None:
        return settings.ANSWERS_URL
    if isinstance(answers, PostgreSQL):
        spool.store(settings.ANSWERS_URL).create()  # one connects to it to make its neighbour
    return load(answers, manifest["answers"]["rows"], place)


def has_data(engine: Engine) -> bool:
    """Whether something would be written over."""
    return engine.has_data() or (settings.FILES_ROOT.exists() and any(settings.FILES_ROOT.iterdir()))


def check_manifest(manifest: dict[str, Any], engine: Engine, answers: Engine | None) -> None:
    """Refuse what this version cannot read. Raises BadData."""
    if manifest["database"] != engine.name:
        raise BadData(f"This backup holds a {manifest['database']} database; DATABASE_URL names a {engine.name} one.")
    if answers and (held := manifest["answers"]["database"]) != answers.name:
        raise BadData(f"This backup holds answers in {held}; MARELLE_ANSWERS_URL names a {answers.name} database.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    later = [name for name in manifest["migrations"] if name not in known]
    if later:
        raise BadData(
            f"This backup comes from another version of Marelle (it knows {later[0]}): install that one first."
        )


def put_beside(manifest: dict[str, Any], place: Path) -> None:
    """What stands beside the database: the journal's heads as the backup knew them, and who was erased, until today."""
    heads.write(place, manifest.get("journal", {}), datetime.fromisoformat(manifest["made_at"]))
    living = settings.DATA / erasures.FILE
    if living.exists():
        shutil.copyfile(living, place / erasures.FILE)


def run_command(word: str, addresses: tuple[str, str], place: Path, *more: str) -> None:
    """Run `marelle WORD` over what has just been put back, before anyone sees it. Raises BadData."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marelle.config.settings",
        "MARELLE_MODE": settings.MODE,
        "MARELLE_DATA": str(place),
        "DATABASE_URL": addresses[0],
        "MARELLE_ANSWERS_URL": addresses[1],
    }
    line = [sys.executable, "-m", "marelle.config.command", word, *more]
    done = subprocess.run(line, env=environment, cwd=settings.BASE, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise BadData(f"`marelle {word}` refuses what was put back: nothing has been changed.", faults=said[-20:])


def switch(engine: Engine, answers: Engine | None, place: Path) -> None:
    """Put what stood there aside, and what was restored in its place."""
    aside = settings.DATA / f"before-restore-{moment()}"
    aside.mkdir(parents=True)
    if settings.FILES_ROOT.exists():
        settings.FILES_ROOT.rename(aside / "files")
    try:
        switch_both(engine, answers, aside)
    except BaseException:
        if (aside / "files").exists():
            (aside / "files").rename(settings.FILES_ROOT)
        raise
    restored = place / "files"
    if restored.exists():
        shutil.move(restored, settings.FILES_ROOT)
    if (settings.DATA / heads.FILE).exists():
        (settings.DATA / heads.FILE).rename(aside / heads.FILE)
    for name in (heads.FILE, erasures.FILE):
        if (place / name).exists():
            (place / name).replace(settings.DATA / name)
    if not any(aside.iterdir()):
        aside.rmdir()


def switch_both(engine: Engine, answers: Engine | None, aside: Path) -> None:
    """Both databases or neither."""
    if answers:
        answers.switch(aside)
    try:
        engine.switch(aside)
    except BaseException:
        if answers:
            answers.switch_back(aside)
        raise
