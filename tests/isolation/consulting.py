"""An edition of the consultation in the world: in design, its questionnaire sent, a recording beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.base import clock
from marelle.consultations.models import Consultation, Medium, Questionnaire
from marelle.consultations.operations import authoring, editions
from marelle.consultations.operations.editions import Edition
from tests.consultations.workbooks import survey, workbook

MADE = datetime(2026, 10, 5, 10, tzinfo=clock.PARIS)
OPUS = b"OggS" + b"\0" * 24 + b"OpusHead" + b"\0" * 20


@dataclass
class Consulting:
    """What an address may name."""

    consultation: Consultation
    version: Questionnaire
    medium: Medium


def questions() -> SimpleUploadedFile:
    """A workbook of one question."""
    return SimpleUploadedFile("questions.xlsx", workbook(survey(("select_one yes_no", "q1", "Aimes-tu lire ?"))))


def make_consultation(world: Any, code: str = "2027") -> Consulting:
    """Prepared by the programme team."""
    by = world.people["PO"]
    opens, closes = datetime(2027, 10, 4, 6, tzinfo=clock.PARIS), datetime(2028, 3, 10, 22, tzinfo=clock.PARIS)
    with clock.at(MADE):
        name = world.canaries.plant(world.owner, "name of the consultation")
        made = editions.draft_edition(world.house, code, Edition({"fr": name}, opens, closes), by=by)
        medium = authoring.add_medium(made.pk, SimpleUploadedFile("q1.opus", OPUS), by=by)
        return Consulting(made, authoring.add_version(made.pk, questions(), by=by), medium)
