"""The reports of a published edition and its press kit, drawn by the worker a few places at a time, or when a page asks."""

import logging
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from marelle.base import jobs
from marelle.base.errors import MarelleError
from marelle.base.models import Job
from marelle.consultations import press_kit, result_documents
from marelle.consultations.models import Freeze
from marelle.consultations.queries import published, reports, result_files
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition
from marelle.consultations.queries.result_files import KIT, TASK
from marelle.consultations.result_documents import LANGUAGES

log = logging.getLogger("marelle.results")
AT_ONCE = 20  # places a job draws, about ten seconds: letters and other jobs have their turn between two
MAKING, OLD = ".making-", 3600  # files being written; seconds after which one was left by a process that died


def prepare_what_is_published(at: datetime) -> None:
    """A round of the worker: ask for the documents of published editions that lack some. At most once a day each."""
    for consultation in published.editions():
        read = published.edition(consultation.code)
        if read is not None and _lacks_some(read):
            _ask(read, f"{at:%Y-%m-%d}", "")


def _lacks_some(read: Edition) -> bool:
    freeze = read.freeze
    return result_files.kit_of(freeze) is None or bool(result_files.missing(freeze, published.pages(read)))


def _ask(read: Edition, day: str, after: str) -> None:
    key = f"{result_files.key_of(read.freeze)}-{day}-{after}"
    jobs.enqueue(TASK, key, edition=read.consultation.code, day=day, after=after)


@jobs.task(TASK)
def draw_when_asked(job: Job, edition: str, day: str, after: str) -> None:
    """Draw what is missing of the next places, then ask for those that follow. May be delivered twice: what is there stays.

    Raises Unavailable for the first place that could not be drawn, once the others are: it is tried again later.
    """
    read = published.edition(edition)
    if read is None:
        return
    known = published.pages(read)
    start = next((n for n, place in enumerate(known, start=1) if place.zone == after), 0)
    lacking = result_files.missing(read.freeze, known[start:])
    forget_unfinished(read.freeze)
    failed = _draw(job, read, lacking[:AT_ONCE])
    if len(lacking) > AT_ONCE:
        _ask(read, day, lacking[AT_ONCE - 1].zone)
    else:
        write_kit(read)
    if failed:
        raise failed[0]


def _draw(job: Job, read: Edition, lacking: Sequence[Place]) -> list[MarelleError]:
    """Draw the reports of these places; what went wrong."""
    failed = []
    for done, place in enumerate(lacking):
        jobs.tell_progress(job, done, len(lacking))
        try:
            for language in LANGUAGES:
                write(read, place, language)
        except MarelleError as error:
            log.warning("freeze=%s zone=%s report not drawn: %s", read.freeze.code, place.zone, error)
            failed.append(error)
    return failed


def write(read: Edition, place: Place, language: str) -> Path | None:
    """The report of a place, drawn unless it is there; None when the place has no page. Raises Unavailable."""
    there = result_files.report_of(read.freeze, place, language)
    if there is not None:
        return there
    told = reports.report_of(read, result_files.whole(place))
    if told is None:
        return None
    return _keep(read.freeze, result_files.name_of(place, language), result_documents.report(told, language))


def write_kit(read: Edition) -> Path:
    """The press kit, made unless it is there. Raises Unavailable."""
    return result_files.kit_of(read.freeze) or _keep(read.freeze, KIT, press_kit.kit(read))


def _keep(freeze: Freeze, name: str, content: bytes) -> Path:
    """Written beside its place, then moved there at once: whoever dies on the way leaves no half of a document."""
    place = result_files.folder(freeze)
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place, prefix=MAKING, delete=False) as made:
        made.write(content)
    os.chmod(made.name, 0o644)
    return Path(made.name).rename(place / name)


def forget_unfinished(freeze: Freeze) -> None:
    """Files whose process died while it wrote them go."""
    for path in result_files.folder(freeze).glob(f"{MAKING}*"):
        if path.stat().st_mtime < time.time() - OLD:
            path.unlink(missing_ok=True)
