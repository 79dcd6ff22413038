"""Workbooks that come back: given, read without writing anything, shown, confirmed, then written once.

What a workbook would do is said by its reader, one for each kind: packages register theirs. A small file is read at once;
a long one is a job, whose progress its page shows. What is written is what was shown: its digest says so.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.accounts import files, journal, rules
from marelle.accounts.models import Import, Organisation, Person
from marelle.accounts.states import IMPORT_STEPS, ImportState
from marelle.base import clock, jobs
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Job
from marelle.base.workbooks.columns import Fault, once

SMALL = 60_000  # bytes: some hundreds of lines, read while one waits
KEPT = timedelta(days=30)  # of what was shown, and of a file nobody confirmed

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Told:
    """One line of what a workbook would do.

    `what`: "create", "change", "remove", "clash" (both sides changed), "fault", "there" (stands already), "differs" (left
    as it stands). `place`: sheet and cell. `name`: the thing; `field`: what of it, `old` and `new` in words.
    """

    what: str
    place: str
    name: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    note: str = ""


@dataclass(frozen=True)
class DryRun:
    """Everything a workbook would do, and the digest of it; `note`: what is said above the list."""

    lines: Sequence[Told]
    digest: str
    note: str = ""


@dataclass(frozen=True)
class Reader:
    """What a kind of workbook needs. Neither `check` nor `read` writes anything; `write` writes what was confirmed.

    `may`: the rule of who gives, confirms and drops one. `check` raises BadData when the file is another's. `write` ends with `written`, or `tell_again` when the world moved.
    """

    may: Callable[[Person, Import], bool]
    check: Callable[[Path, str], None]
    read: Callable[[Import, Path, Tell], DryRun]
    write: Callable[[Import, Path, Person, Tell], None]


_readers: dict[str, Reader] = {}


def register(kind: str, reader: Reader) -> None:
    """Say how a kind of workbook is read and written."""
    _readers[kind] = reader


def faults_told(faults: Iterable[Fault], names: Mapping[tuple[str, int], str]) -> list[Told]:
    """Faults, as lines of what is shown: one a cell, with what stands there. `names`: of lines, by sheet and row."""
    return [Told("fault", f.place, names.get(f.line, ""), new=f.typed, note=f.sentence) for f in once(faults)]


def digest_of(acts: Any) -> str:
    """SHA-256 of what would be done, as plain values."""
    return hashlib.sha256(json.dumps(acts, sort_keys=True, default=str).encode()).hexdigest()


# From a file to what is written --------------------------------------------------------------------------------------
def give(
    upload: UploadedFile, *, kind: str, reference: str, organisation: Organisation, by: Person, **options: Any
) -> Import:
    """Take a workbook and read what it would do. Raises NotAllowed, and BadData for another's file, kept nowhere."""
    whose = {"organisation": organisation, "kind": kind, "reference": reference}
    given = Import(**whose, options=options, given_by=by, given_at=clock.now())
    rules.require(_readers[kind].may, by, given)
    with transaction.atomic():
        given.file = files.take(upload, organisation=organisation, by=by)
        given.file.is_apart = True
        given.file.save(update_fields=["is_apart"])
        _readers[kind].check(files.placed(given.file), reference)
        given.save()
        journal.record(given, "workbook_given", by=by, kind=kind)
    return _soon(given, "read_workbook", read)


def read(import_id: int, tell: Tell) -> Import:
    """Read what a workbook would do, and keep it to be shown. Done twice, it is done once."""
    given = Import.rows.select_related("file", "organisation", "given_by").get(pk=import_id)
    if given.state != ImportState.READING:
        return given
    with override(given.given_by.language):
        try:
            found = _readers[given.kind].read(given, files.placed(given.file), tell)
        except BadData as error:
            return _refused(given, error.sentence)
        return tell_again(given, found)


def tell_again(given: Import, found: DryRun, *, note: str = "") -> Import:
    """Keep what a workbook would do, to be shown and confirmed; `note` says why it is shown once more."""
    IMPORT_STEPS.take(given, "tell")
    given.told, given.digest = [asdict(line) for line in found.lines], found.digest
    said = " ".join(filter(None, [note, found.note]))
    given.choices, given.outcome = {}, {"note": said} if said else {}
    given.save(update_fields=["state", "told", "digest", "choices", "outcome"])
    return given


def confirm(import_id: int, *, seen: str, choices: dict[str, str] | None = None, by: Person) -> Import:
    """Write what was shown, its clashes settled by `choices`. Raises NotAllowed, WrongState (something else was seen)."""
    with transaction.atomic():
        given = Import.rows.select_for_update(of=("self",)).get(pk=import_id)
        rules.require(_readers[given.kind].may, by, given)
        if given.state == ImportState.READ and seen != given.digest:
            raise WrongState(_("What this file would do has changed since you read it. Read it again."))
        IMPORT_STEPS.take(given, "confirm")
        given.choices, given.confirmed_by, given.confirmed_at = choices or {}, by, clock.now()
        given.save(update_fields=["state", "choices", "confirmed_by", "confirmed_at"])
    return _soon(given, "write_workbook", write)


def write(import_id: int, tell: Tell) -> Import:
    """Write what was confirmed. Killed half-way and begun again, each effect is there once."""
    given = Import.rows.select_related("file", "organisation", "given_by", "confirmed_by").get(pk=import_id)
    if given.state == ImportState.WRITING and given.confirmed_by:
        with override(given.given_by.language):  # as it was read: decimals are typed otherwise elsewhere
            _readers[given.kind].write(given, files.placed(given.file), given.confirmed_by, tell)
        given.refresh_from_db()
    return given


def written(given: Import, **outcome: Any) -> Import:
    """Say that all of it stands. Called by the reader, in the transaction of its last effect."""
    IMPORT_STEPS.take(given, "write")
    given.outcome, given.ended_at = outcome, clock.now()
    given.save(update_fields=["state", "outcome", "ended_at"])
    journal.record(given, "workbook_written", by=given.confirmed_by, **outcome)
    return given


@transaction.atomic
def drop(import_id: int, *, by: Person) -> Import:
    """Forget a workbook that was not written. Raises NotAllowed, WrongState."""
    given = Import.rows.select_for_update(of=("self",)).get(pk=import_id)
    rules.require(_readers[given.kind].may, by, given)
    IMPORT_STEPS.take(given, "drop")
    given.told, given.ended_at = [], clock.now()
    given.save(update_fields=["state", "told", "ended_at"])
    files.forget(given.file, by=by)
    return given


def forget_old(at: datetime) -> None:
    """A round: what was shown a month ago goes, and the file with it; who gave it and what came of it stay."""
    old = Import.rows.filter(given_at__lt=at - KEPT, file__removed_at=None).exclude(state=ImportState.WRITING)
    for given in old.select_related("file").order_by("pk"):
        with transaction.atomic():
            Import.rows.filter(pk=given.pk).update(told=[])
            files.forget(given.file)


def job_of(given: Import) -> Job | None:
    """The job that reads or writes it now, None when nothing is under way."""
    names = {ImportState.READING: "read_workbook", ImportState.WRITING: "write_workbook"}
    name = names.get(ImportState(given.state))
    return Job.objects.filter(key=f"{name}:{_key(given)}").first() if name else None


# Jobs ----------------------------------------------------------------------------------------------------------------
@jobs.task("read_workbook")
def read_workbook(job: Job, *, code: str) -> None:
    """Read a long workbook, telling how far one is."""
    read(Import.rows.get(code=code).pk, lambda done, total: jobs.tell_progress(job, done, total))


@jobs.task("write_workbook")
def write_workbook(job: Job, *, code: str) -> None:
    """Write a long workbook, telling how far one is."""
    write(Import.rows.get(code=code).pk, lambda done, total: jobs.tell_progress(job, done, total))


def _soon(given: Import, task: str, act: Callable[[int, Tell], Import]) -> Import:
    """At once when it is short, else by the worker."""
    if given.file.size <= SMALL:
        return act(given.pk, lambda done, total: None)
    jobs.enqueue(task, _key(given), code=given.code)
    return given


def _key(given: Import) -> str:
    """Confirmed again after it was shown again, it is another job."""
    return f"{given.code}:{given.confirmed_at.isoformat() if given.confirmed_at else 'given'}"


def _refused(given: Import, sentence: str) -> Import:
    IMPORT_STEPS.take(given, "refuse")
    given.outcome, given.ended_at = {"refused": sentence}, clock.now()
    given.save(update_fields=["state", "outcome", "ended_at"])
    return given
