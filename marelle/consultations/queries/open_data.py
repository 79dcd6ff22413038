"""The files of the open data of published editions, as they lie on the disk; none until the worker has written them."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from marelle.consultations.catalogue import FRANCE
from marelle.consultations.drawing import Column
from marelle.consultations.exports.caution import caution
from marelle.consultations.exports.descriptors import About, File
from marelle.consultations.models import Consultation, Freeze
from marelle.consultations.queries.published import Edition
from marelle.consultations.questionnaires import REFERENCE

LAYOUT = 1  # of the files: another number, and the worker writes them anew
INDEX = "index.json"


def root() -> Path:
    """Where the files of every freeze lie."""
    return Path(settings.DATA) / "open-data"


def folder(freeze: Freeze) -> Path:
    """Where the files of a freeze lie: only published numbers, which may be written again at any time."""
    return root() / f"{freeze.code}-{freeze.pk}-{LAYOUT}"


def files_of(freeze: Freeze) -> list[File]:
    """Every file of a freeze, in the order they are shown; none until they are written."""
    place = folder(freeze) / INDEX
    if not place.exists():
        return []
    return [File(**{**said, "columns": tuple(said["columns"])}) for said in json.loads(place.read_text("utf-8"))]


def file_of(freeze: Freeze, name: str, kind: str) -> Path | None:
    """One of these files; None when there is no such one."""
    found = [file for file in files_of(freeze) if (file.name, file.kind) == (name, kind)]
    return folder(freeze) / found[0].path if found else None


def index(files: list[File]) -> str:
    """The list of the files as it is kept beside them."""
    return json.dumps([asdict(file) for file in files], ensure_ascii=False, indent=1)


def whole(freeze: Freeze) -> tuple[Column, ...]:
    """What the whole country tells."""
    found = freeze.zones.filter(zone=FRANCE, status="", profile="").first()
    return found.columns if found else ()


def about(read: Edition) -> About:
    """What is said of an edition and its numbers, in the language now spoken."""
    edition, freeze = read.consultation, read.freeze
    days = fieldwork(edition)
    children = max((column.base or 0 for column in whole(freeze)), default=0) or None
    return About(
        code=edition.code,
        title=edition.name.get(REFERENCE, edition.code),
        address=f"{settings.SITE_ADDRESS}/consultation/{edition.code}/donnees",
        publisher=edition.committee.name,
        freeze=freeze.code,
        caution=tuple(caution(days, children, weighted=bool(freeze.manifest.get("margins")))),
        days=(days[0].isoformat(), days[1].isoformat()),
        frozen_on=frozen_on(freeze).isoformat(),
    )


def fieldwork(edition: Consultation) -> tuple[date, date]:
    """First and last day children were asked, in Paris; a window excludes its end."""
    last = edition.closes_at - timedelta(seconds=1)
    return timezone.localdate(edition.opens_at), timezone.localdate(last)


def frozen_on(freeze: Freeze) -> date:
    """The day of a freeze, in Paris."""
    return timezone.localdate(freeze.frozen_at)
