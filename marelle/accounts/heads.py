"""Heads of the journal, written down outside the database: a chain cut short or made anew no longer fits (trust J2).

`journal-heads` in MARELLE_DATA holds a line for each head that moved: when, which chain, how many entries, the digest of the last.
Each act adds its own once it is committed; the worker, every ten minutes, those a fault left out. `docs/security.md` says what this shows, and what it does not.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from marelle.accounts.models import JournalChain, Organisation

FILE = "journal-heads"
HOUSE = "house"  # the chain of what belongs to no organisation

Head = tuple[int, str]  # how many entries, the digest of the last


def name_of(organisation: Organisation | None) -> str:
    """What a chain is called."""
    return organisation.code if organisation else HOUSE


def standing() -> dict[str, Head]:
    """The head of each chain, as the database says."""
    chains = JournalChain.objects.exclude(length=0).select_related("organisation").order_by("pk")
    return {name_of(chain.organisation): (chain.length, chain.digest) for chain in chains}


def written() -> dict[str, dict[int, str]]:
    """The digests once written down: by chain, by number of entry."""
    found: dict[str, dict[int, str]] = {}
    path = settings.DATA / FILE
    for line in path.read_text().splitlines() if path.exists() else []:
        words = line.split()
        if len(words) == 4 and words[2].isdecimal():  # a crash may have cut the last line
            found.setdefault(words[1], {})[int(words[2])] = words[3]
    return found


def write_down(at: datetime) -> int:
    """Append the heads that have moved since they were last written; how many."""
    before = written()
    moved = {name: head for name, head in standing().items() if before.get(name, {}).get(head[0]) != head[1]}
    write(settings.DATA, moved, at)
    return len(moved)


def note(name: str, length: int, digest: str, at: datetime) -> None:
    """Append one head, right after its act: not seen to the disk, so that an act costs no more for it."""
    append(settings.DATA / FILE, [_line(name, length, digest, at)], to_disk=False)


def write(folder: Path, heads: dict[str, Head], at: datetime) -> None:
    """Append these heads to the file of `folder`."""
    append(folder / FILE, (_line(name, length, digest, at) for name, (length, digest) in heads.items()))


def _line(name: str, length: int, digest: str, at: datetime) -> str:
    return f"{at.astimezone(UTC).isoformat()} {name} {length} {digest}"


def append(path: Path, lines: Iterable[str], *, to_disk: bool = True) -> None:
    """Add lines at the end of a file, in one piece; `to_disk`: wait until they are there."""
    text = "".join(f"{line}\n" for line in lines)
    if not text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            text = text if file.read(1) == b"\n" else f"\n{text}"  # a crash cut the last line
        file.write(text.encode())
        file.flush()
        if to_disk:
            os.fsync(file.fileno())
