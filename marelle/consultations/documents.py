"""The kit to print: the poster of a group with its code, and the sheets adults read before, during and after."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marelle.base import clock, pdf, qr_codes
from marelle.base.text import hour_in_words
from marelle.consultations import codes
from marelle.consultations.instruments import codebooks, guides
from marelle.consultations.models import Consultation, Sitting
from marelle.consultations.questionnaires import REFERENCE, Questionnaire

Numbers = Sequence[Mapping[str, str]]  # whom a child may call: {"number", language: who answers}
KIT = Path(__file__).with_name("kit")
SHEETS = {  # by the name in their address: the file of their words
    "fiche-adulte": "adult",
    "si-un-enfant-se-confie": "danger",
    "questions-frequentes": "faq",
    "atelier-avant": "workshop",
    "seance-apres": "lesson",
}
SPOKEN = ("fr", "en")
EACH = "{each}"
WRITTEN = datetime(2026, 11, 22, 12, tzinfo=UTC)  # the day these words were written: the same words, the same file


def sheet_words(name: str, language: str, numbers: Numbers) -> dict[str, Any]:
    """The words of a sheet: title, lead, parts (each a heading, paragraphs, points, numbered steps), with whom to call."""
    spoken = language[:2] if language[:2] in SPOKEN else "fr"
    written = (KIT / f"{SHEETS[name]}.{spoken}.yaml").read_text("utf-8")
    said: dict[str, Any] = yaml.safe_load(written)
    return _with_numbers(said, spoken, numbers)  # type: ignore[no-any-return]


def _with_numbers(said: Any, language: str, numbers: Numbers) -> Any:
    """The same with the numbers in their places: {first}, {numbers}, and a line each for {each}."""
    if isinstance(said, dict):
        return {key: _with_numbers(value, language, numbers) for key, value in said.items()}
    if isinstance(said, list) and EACH in said:
        return [f"{one['number']}{_colon(language)}{one.get(language) or one['fr']}" for one in numbers]
    if isinstance(said, list):
        return [_with_numbers(value, language, numbers) for value in said]
    told = ", ".join(one["number"] for one in numbers)
    return said.replace("{first}", numbers[0]["number"]).replace("{numbers}", told)


def _colon(language: str) -> str:
    return "\u202f: " if language == "fr" else ": "


def sheet(name: str, language: str, numbers: Numbers) -> bytes:
    """A sheet of the kit, as a tagged PDF."""
    return _sheet(name, language, json.dumps(sheet_words(name, language, numbers)))


@lru_cache(maxsize=50)
def _sheet(name: str, language: str, said: str) -> bytes:
    words = json.loads(said)
    with translation.override(language):
        return pdf.render("kit", words, language=language, title=words["title"], at=WRITTEN)


def poster(sitting: Sitting, code: str, language: str) -> bytes:
    """The code of a group and its QR code, to hang on a wall: kept nowhere."""
    address = f"{settings.SITE_ADDRESS}/e/{code}"
    starts = sitting.opens_at.astimezone(clock.PARIS)
    with translation.override(language):
        content = {
            "code": codes.shown(code),
            "qr_code": qr_codes.printed(address),
            "steps": [
                _("Open %(address)s, or show the square to the camera.") % {"address": f"{settings.SITE_ADDRESS}/e"},
                _("Type the code of the group."),
                _("Answer what you want, skip what you want, stop when you want."),
            ],
            "promise": _("Nobody can know that it is you: no name is asked, none is kept."),
            "when": _("%(day)s, from %(hour)s")
            % {"day": date_format(starts, "j F Y", use_l10n=False), "hour": hour_in_words(starts)},
            "place": sitting.site.name if sitting.site else str(sitting.territory),
            "numbers": [
                {"number": one["number"], "who": one.get(language[:2]) or one["fr"]}
                for one in sitting.consultation.help_numbers
            ],
            "words": {"qr_code": _("QR code that leads to the same place")},
        }
        title = _("Your say: the code of the group")
        return pdf.render("poster", content, language=language, title=title, at=sitting.opens_at)


def officers_guide(consultation: Consultation, read: Questionnaire) -> bytes:
    """How to read what is asked in an edition, as a workbook in French."""
    return guides.guide(
        read,
        study(consultation),
        guides.Reader(consultation.name.get(REFERENCE, consultation.code), consultation.city_floor),
    )


def study(consultation: Consultation) -> codebooks.Study:
    """What is said of an edition to those who keep or read its questionnaire."""
    days = (consultation.opens_at.date().isoformat(), consultation.closes_at.date().isoformat())
    return codebooks.Study(consultation.code, consultation.committee.name, days)
