"""Everything the house holds, in one file that can be put back (trust B1).

The file is a compressed tar: `manifest.json` first (versions, rows by table, size and SHA-256 of every member), its own
SHA-256, then the database, the one of children's answers (sealed until their freeze), the files, and the settings without
their secrets.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection

from marelle.base import clock
from marelle.base.errors import BadData, Unavailable
from marelle.base.progress import track
from marelle.config.databases import answers_engine, engine_of
from marelle.consultations import spool

FORMAT = 1
SECRET = re.compile(r"SECRET|KEY|PASSWORD|TOKEN|DATABASE_URL|ANSWERS_URL")


def version() -> str:
    """This release's number."""
    return tomllib.loads((settings.BASE / "pyproject.toml").read_text())["project"]["version"]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_backup(target: Path) -> dict[str, Any]:
    """Write everything into `target`, in one move at the end. Returns the manifest."""
    certificate = os.environ.get("MARELLE_BACKUP_CERTIFICATE", "")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        place = Path(folder)
        engine = engine_of(connection.settings_dict)
        spool.store(settings.ANSWERS_URL).create()  # a house of before it held answers
        answers = answers_engine()
        answered = answers.copy(place / answers.dump_name)  # first: each of its boxes has its sitting in the other
        counts, migrations, heads = engine.dump(place / engine.dump_name)
        (place / "settings.json").write_text(json.dumps(plain_settings(), indent=1))
        members = {name: place / name for name in (engine.dump_name, answers.dump_name, "settings.json")}
        members |= {f"files/{name}": settings.FILES_ROOT / name for name in file_names(settings.FILES_ROOT)}
        manifest = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(),
            "demonstration": settings.DEMO,
            "database": engine.name,
            "versions": {"marelle": version(), "django": django.get_version()},
            "migrations": migrations,
            "rows": counts,
            "answers": {"database": answers.name, "rows": answered},
            "journal": heads,
            "members": {},
        }
        written = place / "backup.tar.gz"
        write_archive(written, manifest, members)
        if certificate:
            written = encrypt(written, place / "backup.cms", certificate)
        written.replace(target)
    return manifest


def file_names(folder: Path) -> list[str]:
    """Every file under `folder`, by its path inside it."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) if folder.exists() else []


def plain_settings() -> dict[str, str]:
    """What the environment sets, without what must stay secret."""
    return {k: v for k, v in sorted(os.environ.items()) if k.startswith("MARELLE_") and not SECRET.search(k)}


def write_archive(path: Path, manifest: dict[str, Any], members: dict[str, Path]) -> None:
    """Fingerprint every member, then write the manifest and all of them."""
    for name, member in track(members.items(), total=len(members), label="fingerprints"):
        manifest["members"][name] = {"size": member.stat().st_size, "sha256": sha256(member)}
    heading = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        add_bytes(archive, "manifest.json", heading)
        add_bytes(archive, "manifest.sha256", hashlib.sha256(heading).hexdigest().encode())
        for name, member in track(members.items(), total=len(members), label="backup"):
            archive.add(member, name, recursive=False, filter=without_owner)


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def without_owner(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Names of this machine's users stay on this machine."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def encrypt(source: Path, target: Path, certificate: str) -> Path:
    """Close the backup to everyone but the holder of the certificate's private key."""
    openssl(
        "cms",
        "-encrypt",
        "-binary",
        "-stream",
        "-aes256",
        "-outform",
        "DER",
        "-in",
        source,
        "-out",
        target,
        certificate,
    )
    return target


def decrypt(source: Path, target: Path, key: str) -> Path:
    """Open a closed backup. Raises BadData when the key is not the right one."""
    try:
        openssl("cms", "-decrypt", "-binary", "-inform", "DER", "-in", source, "-inkey", key, "-out", target)
    except BadData:
        raise BadData("This key does not open this backup: nothing has been changed.") from None
    return target


def openssl(*arguments: str | Path) -> None:
    if shutil.which("openssl") is None:
        raise Unavailable("openssl is missing: install it (Debian: apt install openssl).")
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)  # noqa: S603, S607
    if done.returncode:
        raise BadData(f"openssl did not succeed: {done.stderr.strip().splitlines()[-1] if done.stderr else ''}")


def read_manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    """The heading of a backup, once its own fingerprint is verified. Raises BadData."""
    heading = member_bytes(archive, "manifest.json")
    if hashlib.sha256(heading).hexdigest().encode() != member_bytes(archive, "manifest.sha256"):
        raise BadData("The heading of this backup is damaged: nothing has been changed.")
    manifest = json.loads(heading)
    if manifest["format"] > FORMAT:
        raise BadData("This backup was made by a later version of Marelle: install that version first.")
    return manifest


def member_bytes(archive: tarfile.TarFile, name: str) -> bytes:
    entry = archive.next()
    file = archive.extractfile(entry) if entry is not None and entry.name == name and entry.isfile() else None
    if file is None:
        raise BadData("This file is not a backup of Marelle: nothing has been changed.")
    return file.read()


def unpack(source: Path, place: Path) -> dict[str, Any]:
    """Unpack a backup into `place`, verifying the fingerprint of every member. Raises BadData."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = read_manifest(archive)
            for name in unpacked_members(archive, place, manifest["members"]):
                wanted = manifest["members"][name]["sha256"]
                if sha256(place / name) != wanted:
                    raise BadData(f"{name} is damaged in this backup: nothing has been changed.")
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise BadData(f"This backup is damaged or cut short ({error}): nothing has been changed.") from error
    return manifest


def unpacked_members(archive: tarfile.TarFile, place: Path, wanted: dict[str, Any]) -> Iterator[str]:
    """Each member, once written under `place`. Raises BadData when one is missing, or stands there unannounced."""
    left = dict(wanted)
    for entry in track(iter(archive.next, None), total=len(wanted), label="restore"):
        if left.pop(entry.name, None) is None or not entry.isfile():
            raise BadData(f"{entry.name} is not announced by this backup: nothing has been changed.")
        write_member(archive, entry, place)
        yield entry.name
    if left:
        raise BadData(f"{next(iter(left))} is missing from this backup: nothing has been changed.")


def write_member(archive: tarfile.TarFile, entry: tarfile.TarInfo, place: Path) -> None:
    """Write one member under `place`, and nowhere else. Raises BadData. Debian 12's tarfile has no filter yet."""
    target = (place / entry.name).resolve()
    content = archive.extractfile(entry)
    if content is None or not target.is_relative_to(place.resolve()):
        raise BadData(f"{entry.name} leads out of this backup: nothing has been changed.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
