"""What one file holds of the dossiers of a call: a folder a dossier, the list, and a manifest that says what is where.

One dossier is read at a time, and a file of a city block by block: the size of the whole weighs nothing in memory.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marelle.accounts import files
from marelle.accounts.models import File, Person
from marelle.base.errors import Unavailable
from marelle.base.tabular import Value, csv_lines, write_sheet
from marelle.mandates.models import Application, Call
from marelle.mandates.queries import office
from marelle.mandates.queries.bundles import gathered
from marelle.mandates.queries.office import Reading

BLOCK = 1 << 20  # bytes of a city's file read at once
WHEN = (1980, 1, 1, 0, 0, 0)  # of every file inside: the manifest says when the whole was made
LONGEST = 60  # characters of a name of a city or of a file: some systems hold no more than 260 of a whole path

Tell = Callable[[int, int], None]
Row = list[Value]


@dataclass(frozen=True)
class Entry:
    """One file inside. `missing`: why it is not there, in words; its digest and its size are then those it had."""

    path: str
    size: int
    sha256: str
    missing: str = ""


def write(place: BinaryIO, call: Call, person: Person, *, tell: Tell) -> list[int]:
    """Write what a person may read of a call; the keys of what is written. `place`: a file open for writing."""
    found, written = gathered(call, person), []
    numbers = list(found.values_list("pk", flat=True))
    with zipfile.ZipFile(place, "w", allowZip64=True) as archive:
        held = _Writing(archive, [], [])
        for done, pk in enumerate(numbers):
            tell(done, len(numbers))
            if application := found.filter(pk=pk).first():  # one may have stepped aside meanwhile
                written.append(pk)
                held.dossier(len(written), application, person)
        held.lists(call)
    tell(len(numbers), len(numbers))
    return written


@dataclass(frozen=True)
class _Writing:
    """The archive in the making: what it holds so far, and a line of the list for each dossier."""

    archive: zipfile.ZipFile
    entries: list[Entry]
    rows: list[Row]

    def dossier(self, number: int, application: Application, person: Person) -> None:
        """The folder of one dossier."""
        folder = f"{number:03}-{_named(application.organisation.name)}-{application.organisation.code}"
        last = application.hand_ins.select_related("receipt").order_by("-number").first()
        readings = office.readings_of(application, person)
        if last is not None:
            self._file(f"{folder}/dossier.pdf", last.receipt)
            self._text(f"{folder}/dossier.json", json.dumps(last.content, ensure_ascii=False, indent=1))
            joined = pgettext("name of a folder", "files")
            for place, file in enumerate(last.files.order_by("added_at", "pk"), start=1):
                stem = Path(file.label.rpartition("/")[2]).stem
                self._file(f"{folder}/{joined}/{place:02}-{_named(stem)}.{file.kind}", file)
        if readings:
            self._text(f"{folder}/" + pgettext("name of a file", "readings.csv"), _csv(_of_readings(readings)))
        self.rows.append(_line(folder, application, readings))

    def lists(self, call: Call) -> None:
        """The list of the dossiers, twice, and what the archive holds."""
        lines = [_titles(), *self.rows]
        self._text("dossiers.csv", _csv(lines))
        self._bytes("dossiers.xlsx", _workbook(lines))
        said = {
            "call": call.code,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "dossiers": len(self.rows),
            "files": [asdict(entry) for entry in self.entries],
        }
        self._bytes(
            pgettext("name of a file", "manifest.json"), json.dumps(said, ensure_ascii=False, indent=1).encode()
        )

    def _file(self, path: str, file: File) -> None:
        """A file as it is kept, pressed no further; one that is gone is told in the manifest."""
        try:
            if file.removed_at is not None:
                raise Unavailable(_("This file was taken away."))
            with files.opened(file) as held:
                self._copy(path, held)
        except Unavailable as error:
            self.entries.append(Entry(path, file.size, file.sha256, error.sentence))

    def _copy(self, path: str, held: BinaryIO) -> None:
        digest, size = hashlib.sha256(), 0
        with self.archive.open(zipfile.ZipInfo(path, WHEN), "w", force_zip64=True) as target:
            while block := held.read(BLOCK):
                target.write(block)
                digest.update(block)
                size += len(block)
        self.entries.append(Entry(path, size, digest.hexdigest()))

    def _text(self, path: str, words: str) -> None:
        self._bytes(path, words.encode())

    def _bytes(self, path: str, content: bytes) -> None:
        self.archive.writestr(zipfile.ZipInfo(path, WHEN), content, zipfile.ZIP_DEFLATED)
        self.entries.append(Entry(path, len(content), hashlib.sha256(content).hexdigest()))


def _named(words: str) -> str:
    """What may stand in the name of a file on any system."""
    return slugify(words.replace("_", " "))[:LONGEST].strip("-") or "x"


# Lists ---------------------------------------------------------------------------------------------------------------
def _titles() -> Row:
    return [
        _("Folder"),
        _("City"),
        _("Code"),
        _("Track"),
        _("State"),
        _("Handed in"),
        _("Readings finished"),
        _("Points, mean of 100"),
        pgettext("of the commission", "Opinion"),
        _("Reasons of the opinion"),
        _("Fingerprint"),
    ]


def _line(folder: str, application: Application, readings: Sequence[Reading]) -> Row:
    totals = [reading.total for reading in readings if reading.review.finished_at and reading.total is not None]
    at = application.submitted_at
    return [
        folder,
        application.organisation.name,
        application.organisation.code,
        str(application.track),
        application.get_state_display(),
        timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "",
        len(totals),
        round(sum(totals) / len(totals), 1) if totals else None,
        application.get_opinion_display(),
        application.opinion_text,
        application.fingerprint,
    ]


def _of_readings(readings: Sequence[Reading]) -> Iterator[Row]:
    """A line a reader and a criterion, then what the reader concludes."""
    yield [_("Reader"), _("State"), _("Criterion"), _("Points, 0 to 4"), _("Remark")]
    for reading in readings:
        review, name = reading.review, reading.review.reviewer.name
        state = review.get_state_display()
        for score in sorted(review.scores.all(), key=lambda each: (each.criterion.position, each.criterion.pk)):
            yield [name, state, str(score.criterion), score.points, score.remark]
        yield [name, state, _("Conclusion"), None, review.summary]


def _csv(lines: Iterable[Row]) -> str:
    """With the mark and the separators French spreadsheets expect."""
    return "".join(csv_lines(lines, delimiter=";", with_mark=True))


def _workbook(lines: Iterable[Row]) -> bytes:
    held = io.BytesIO()
    write_sheet(lines, held, "dossiers")
    return held.getvalue()
