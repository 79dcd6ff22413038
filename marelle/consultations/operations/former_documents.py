"""What was written of freezes nobody reads any more leaves the disk: the same tables would give the same files again."""

import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from marelle.consultations.models import Freeze
from marelle.consultations.queries import open_data, published, result_files

OLD = 3600  # seconds after which files still being written were left by a process that died
MAKING = ".making-"


def forget_what_nobody_reads(at: datetime) -> None:
    """A round of the worker: reports, press kits and open data go, save those of the freeze each published edition is read from.

    Those of an older freeze, of an edition that is no longer public, of another layout; what a killed writer left. Who is
    taking a file away meanwhile has the whole of it.
    """
    read = {freeze for edition in published.editions() if (freeze := _read_of(edition.code))}
    kept = {folder(freeze) for freeze in read for folder in (open_data.folder, result_files.folder)}
    for root in (open_data.root(), result_files.root()):
        for place in _forgotten(root, kept):
            shutil.rmtree(place, ignore_errors=True)


def _read_of(code: str) -> Freeze | None:
    read = published.edition(code)
    return read.freeze if read else None


def _forgotten(root: Path, kept: set[Path]) -> Iterator[Path]:
    for place in sorted(root.iterdir()) if root.is_dir() else ():
        if place.name.startswith(MAKING):
            if place.stat().st_mtime < time.time() - OLD:
                yield place
        elif place not in kept:
            yield place
