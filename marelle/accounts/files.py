"""Files people give and files the house makes: checked, cleaned, kept under random names (trust U1-U8).

A file is written beside its place, then moved there in one step; its row is saved after. A row without
its file is a fault (`faults`); a file without its row is left by a crash, and swept after an hour.
"""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, rules
from marelle.accounts.models import File, Organisation, Person
from marelle.base import antivirus, clock, files
from marelle.base.errors import BadData, Unavailable
from marelle.base.text import random_id

SWEPT_AFTER = 3600  # seconds: longer than any transaction


def take(upload: UploadedFile, *, organisation: Organisation, by: Person, label: str | None = None) -> File:
    """Keep what a person sends, if it is on the list and is what it says.

    Raises NotAllowed, BadData, Unavailable when the antivirus is set and silent. `label` replaces the name the file came with.
    """
    rules.require(rules.may_add_file, by, organisation)
    kind = files.kind_from_name(upload.name or "")
    if (upload.size or 0) > files.MAX_BYTES:
        raise BadData(_("This file is too heavy: 20 MB at most."))
    incoming = _incoming()
    try:
        _write(upload.chunks(), incoming)
        files.check(incoming, kind)
        antivirus.check(incoming)
        if kind in files.PICTURES:
            drawn = _incoming()
            files.write_clean_picture(incoming, drawn, kind)
            drawn.replace(incoming)
        return _settle(incoming, label=label or upload.name or "", kind=kind, organisation=organisation, by=by)
    finally:
        incoming.unlink(missing_ok=True)


def keep(content: bytes, *, label: str, kind: str, organisation: Organisation, by: Person) -> File:
    """Keep a file made by the house: a receipt, an agreement."""
    incoming = _incoming()
    try:
        _write([content], incoming, limit=None)
        return _settle(incoming, label=label, kind=kind, organisation=organisation, by=by)
    finally:
        incoming.unlink(missing_ok=True)


@contextmanager
def being_made() -> Iterator[Path]:
    """A place on the disk where the house writes a file, however large: kept by `keep_made`, else gone."""
    incoming = _incoming()
    try:
        yield incoming
    finally:
        incoming.unlink(missing_ok=True)


def keep_made(place: Path, *, label: str, kind: str, organisation: Organisation, by: Person) -> File:
    """Keep what was written in such a place."""
    with place.open("rb+") as written:
        os.fsync(written.fileno())
    return _settle(place, label=label, kind=kind, organisation=organisation, by=by)


def opened(file: File) -> BinaryIO:
    """The bytes, to be read and closed. Raises Unavailable when the disk does not give them."""
    try:
        return _path(file.place).open("rb")
    except OSError as error:
        raise Unavailable(_("This file cannot be read at the moment."), file=file.pk, retry_after=60) from error


def placed(file: File) -> Path:
    """Where the bytes lie, for what must go back and forth in them. Raises Unavailable when the disk does not give them."""
    opened(file).close()
    return _path(file.place)


@transaction.atomic
def remove(file: File, *, by: Person) -> File:
    """Take a file away: its row says it was there, its bytes go once the transaction is over."""
    rules.require(rules.may_add_file, by, file.organisation)
    return forget(file, by=by)


@transaction.atomic
def forget(file: File, *, by: Person | None = None) -> File:
    """The same, by whatever keeps it only for a time."""
    file = File.rows.lock(file.pk)
    if file.removed_at is None:
        file.removed_at = clock.now()
        file.save(update_fields=["removed_at"])
        journal.record(file, "file_removed", by=by)
        transaction.on_commit(lambda: _path(file.place).unlink(missing_ok=True))
    return file


def faults() -> Iterator[str]:
    """One sentence for each row whose file is missing or has another size (trust D7)."""
    for pk, place, size in File.rows.filter(removed_at=None).order_by("pk").values_list("pk", "place", "size"):
        path = _path(place)
        if not path.is_file():
            yield f"file={pk} is missing on disk"
        elif path.stat().st_size != size:
            yield f"file={pk} has {path.stat().st_size} bytes instead of {size}"


def sweep(*, write: bool = True) -> int:
    """Delete what lies on disk without a row since more than an hour; how many."""
    limit, swept = time.time() - SWEPT_AFTER, 0
    for path in Path(settings.FILES_ROOT).glob("*/*"):
        place = f"{path.parent.name}/{path.name}"
        if path.stat().st_mtime > limit or File.rows.filter(place=place, removed_at=None).exists():
            continue
        swept += 1
        if write:
            path.unlink(missing_ok=True)
    return swept


def _incoming() -> Path:
    folder = Path(settings.FILES_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / random_id()


def _path(place: str) -> Path:
    return Path(settings.FILES_ROOT) / place


def _write(blocks: Iterable[bytes], path: Path, limit: int | None = files.MAX_BYTES) -> None:
    """Write block after block, stopping past `limit` whatever length was announced."""
    size = 0
    with path.open("xb") as target:
        for block in blocks:
            size += len(block)
            if limit is not None and size > limit:
                raise BadData(_("This file is too heavy: 20 MB at most."))
            target.write(block)
        target.flush()
        os.fsync(target.fileno())


@transaction.atomic
def _settle(incoming: Path, *, label: str, kind: str, organisation: Organisation, by: Person) -> File:
    with incoming.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    name = random_id()
    place = f"{name[:2]}/{name}"
    size = incoming.stat().st_size
    _path(place).parent.mkdir(exist_ok=True, mode=0o700)
    incoming.replace(_path(place))
    file = File.rows.create(
        organisation=organisation,
        label=files.clean_label(label),
        kind=kind,
        size=size,
        sha256=sha256,
        place=place,
        added_by=by,
        added_at=clock.now(),
    )
    journal.record(file, "file_added", by=by, kind=kind, size=size)
    return file
