"""The files of the open data, written once an edition is published: from the protected tables alone, zone by zone."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.utils.translation import override

from marelle.base import jobs
from marelle.base.models import Job
from marelle.consultations import catalogue
from marelle.consultations.documents import study
from marelle.consultations.exports import descriptors, frequencies, spreadsheets, texts
from marelle.consultations.exports.descriptors import About, File
from marelle.consultations.exports.lines import CROSSED, FIELDS, Line, lines_of
from marelle.consultations.queries import open_data, published
from marelle.consultations.queries.published import Edition
from marelle.consultations.questionnaires import REFERENCE

TASK = "consultation_open_data"
AT_ONCE = 20  # zones read from the database at once
PIECE = 1 << 20  # bytes hashed at once


def prepare_what_is_published(at: datetime) -> None:
    """A round of the worker: ask for the files of published editions that have none. At most once a day each."""
    for consultation in published.editions():
        read = published.edition(consultation.code)
        if read is not None and not open_data.files_of(read.freeze):
            jobs.enqueue(TASK, f"{read.freeze.code}-{open_data.LAYOUT}-{at:%Y-%m-%d}", edition=consultation.code)


@jobs.task(TASK)
def write_when_asked(job: Job, edition: str) -> None:
    """The job of the worker. May be delivered twice: files that are there stay."""
    read = published.edition(edition)
    if read is not None:
        write(read)


def write(read: Edition) -> list[File]:
    """Write every file of an edition beside its place, then move all there at once; those that are there stay."""
    place = open_data.folder(read.freeze)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        made = Path(tempfile.mkdtemp(dir=place.parent, prefix=".making-"))
        try:
            with override(REFERENCE):
                files = _Writing(read, made, open_data.about(read)).all()
            (made / open_data.INDEX).write_text(open_data.index(files), "utf-8")
            made.chmod(0o755)
            made.rename(place)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return open_data.files_of(read.freeze)


@dataclass(frozen=True)
class _Writing:
    """The files of one edition, in the making."""

    read: Edition
    place: Path
    about: About

    def all(self) -> list[File]:
        """Every file, tables first, from the whole country down."""
        tables = [file for level in reversed(catalogue.LEVELS) for file in self._level(level)]
        lists = [
            self._text(texts.QUESTIONS, "questions", texts.questions(self.read.asked)),
            self._text(texts.ZONES, "zones", texts.zones((p.zone, p.name) for p in published.pages(self.read))),
            self._bytes("codebook", "xml", self._codebook()),
        ]
        files = [*tables, *lists]
        files.append(self._json("csv-metadata", descriptors.csvw(self.about, files)))
        return [*files, self._json("datapackage", descriptors.package(self.about, files))]

    def _level(self, level: str) -> list[File]:
        """The tables of one level; crossed ones in files of their own, which have two columns more."""
        found = self._tables(level, level, is_crossed=False)
        if found:
            flow = texts.sdmx(self._lines(level), self.about.code)
            said = self._text(texts.SDMX, f"{level}-sdmx", flow)
            found.append(replace(said, level=level, lines=found[0].lines))
        return found + self._tables(level, f"{level}-crossed", is_crossed=True)

    def _tables(self, level: str, name: str, *, is_crossed: bool) -> list[File]:
        from marelle.consultations.exports import parquets  # slow import

        fields, count = CROSSED if is_crossed else FIELDS, sum(1 for _line in self._lines(level, is_crossed))
        if not count:
            return []
        titles = tuple(field.name for field in fields)
        found = [
            self._text(titles, name, texts.tables(self._lines(level, is_crossed), fields)),
            self._made(name, "parquet", lambda path: parquets.write(self._lines(level, is_crossed), path, fields)),
        ]
        if count <= spreadsheets.MOST_LINES:
            book = spreadsheets.write
            found.append(
                self._made(name, "xlsx", lambda path: book(self._lines(level, is_crossed), path, name, fields))
            )
        return [replace(file, level=level, lines=count) for file in found]

    def _lines(self, level: str, is_crossed: bool = False) -> Iterator[Line]:
        """The lines of the zones of one level, read as they are written."""
        freeze = self.read.freeze
        zones = freeze.zones.filter(level=level, status="").order_by("zone", "profile")
        zones = zones.exclude(profile="") if is_crossed else zones.filter(profile="")
        for zone in zones.iterator(chunk_size=AT_ONCE):
            weighted = self.read.is_weighted(zone.zone)
            yield from lines_of(zone.zone, zone.columns, freeze.code, weighted=weighted, crossed=zone.profile)

    def _codebook(self) -> bytes:
        weighted = self.read.is_weighted(catalogue.FRANCE)
        told, said = open_data.whole(self.read.freeze), study(self.read.consultation)
        said = replace(said, address=self.about.address)
        return frequencies.with_frequencies(self.read.asked, said, told, self.about.caution, weighted=weighted)

    def _text(self, titles: tuple[str, ...], name: str, rows: Iterator[str]) -> File:
        def write(path: Path) -> None:
            with path.open("w", encoding="utf-8", newline="") as out:
                out.writelines(rows)

        return replace(self._made(name, "csv", write), columns=titles)

    def _json(self, name: str, said: dict[str, object]) -> File:
        return self._bytes(name, "json", json.dumps(said, ensure_ascii=False, indent=1).encode())

    def _bytes(self, name: str, kind: str, content: bytes) -> File:
        def write(path: Path) -> None:
            path.write_bytes(content)

        return self._made(name, kind, write)

    def _made(self, name: str, kind: str, write: Callable[[Path], None]) -> File:
        path = self.place / f"{name}.{kind}"
        write(path)
        digest = hashlib.sha256()
        with path.open("rb") as written:
            while piece := written.read(PIECE):
                digest.update(piece)
        return File(name, kind, path.stat().st_size, digest.hexdigest())
