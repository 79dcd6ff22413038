"""The reports and the press kit of a published freeze, as they lie on the disk; none until the worker has drawn them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from marelle.base.models import Job, JobState
from marelle.consultations.models import Freeze
from marelle.consultations.queries import places, published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition
from marelle.consultations.result_documents import LANGUAGES

LAYOUT = 2  # of the documents: another number, and the worker draws them anew
TASK = "consultation_reports"
KIT = "dossier-de-presse.zip"


@dataclass(frozen=True)
class Progress:
    """How far the worker is. `done`, `total`: places of which every report is there. `is_stopped`: some place is given up."""

    done: int
    total: int
    is_stopped: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to draw."""
        return self.done == self.total


def root() -> Path:
    """Where the documents of every freeze lie."""
    return Path(settings.DATA) / "result-documents"


def folder(freeze: Freeze) -> Path:
    """Where the documents of a freeze lie: only published numbers, which may be drawn again at any time."""
    return root() / f"{freeze.code}-{freeze.pk}-{LAYOUT}"


def name_of(place: Place, language: str) -> str:
    """What a report is called: commune-44143.fr.pdf."""
    return f"{place.slug or 'france'}.{language}.pdf"


def report_of(freeze: Freeze, place: Place, language: str) -> Path | None:
    """A report that is there."""
    return _there(folder(freeze) / name_of(place, language))


def kit_of(freeze: Freeze) -> Path | None:
    """The press kit, if it is there."""
    return _there(folder(freeze) / KIT)


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None


def etag(freeze: Freeze, name: str) -> str:
    """What tells one document from every other: the same tables give the same bytes."""
    return f'"{freeze.code}-{freeze.pk}-{LAYOUT}-{name}"'


def missing(freeze: Freeze, found: Iterable[Place]) -> list[Place]:
    """The places of which some report is not there, in the same order."""
    place = folder(freeze)
    there = {path.name for path in place.iterdir()} if place.is_dir() else set()
    return [one for one in found if any(name_of(one, language) not in there for language in LANGUAGES)]


def whole(place: Place) -> Place:
    """A place with the larger ones it lies in; of a code that is no longer in force, the country alone."""
    return places.find(place.zone) or replace(place, around=(places.country(),))


def progress(read: Edition) -> Progress:
    """How far the worker is with the reports of an edition."""
    known = published.pages(read)
    given_up = Job.objects.filter(task=TASK, state=JobState.PARKED, key__startswith=f"{TASK}:{key_of(read.freeze)}-")
    return Progress(len(known) - len(missing(read.freeze, known)), len(known), given_up.exists())


def key_of(freeze: Freeze) -> str:
    """What begins the keys of its jobs."""
    return f"{freeze.code}-{LAYOUT}"
