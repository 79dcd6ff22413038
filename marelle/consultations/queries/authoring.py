"""Editions as the office writes them: their questionnaires, versions, files, and what one age group would read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from marelle.accounts import files
from marelle.accounts.models import Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.consultations import questionnaires, versions
from marelle.consultations.languages import direction, own_name
from marelle.consultations.models import Consultation, Medium, Questionnaire
from marelle.consultations.questionnaires import Option, Question, recording, wording
from marelle.consultations.states import VersionState
from marelle.consultations.xlsform import read_workbook
from marelle.consultations.xlsform.faults import Todo


def of_team(person: Person) -> QuerySet[Consultation]:
    """Those of one's own committees, the newest first."""
    own = Consultation.objects.visible_to(person).filter(committee__in=person.committees_as(PROGRAMME_TEAM))
    asked = Questionnaire.objects.exclude(state=VersionState.REPLACED).order_by("-number").defer("canonical")
    return own.prefetch_related(Prefetch("questionnaires", queryset=asked, to_attr="standing")).order_by(
        "-opens_at", "-pk"
    )


def versions_of(consultation: Consultation) -> QuerySet[Questionnaire]:
    """Every version, the last first."""
    return consultation.questionnaires.select_related("added_by", "waived_by", "workbook").order_by("-number")


def before(version: Questionnaire) -> Questionnaire | None:
    """The version that stood before this one: the frozen one it mends, else the one added just before."""
    if version.compatible_with is not None:
        return version.compatible_with
    return version.consultation.questionnaires.filter(number__lt=version.number).order_by("-number").first()


def read(version: Questionnaire) -> questionnaires.Questionnaire:
    """What is asked, as plain values."""
    return questionnaires.read(version.canonical)


def todos_of(version: Questionnaire) -> list[Todo]:
    """What is left to do: the workbook is read again, as it came."""
    with files.opened(version.workbook) as stream:
        return read_workbook(stream.read(), waived=bool(version.waiver)).todos


def files_of(consultation: Consultation, version: Questionnaire | None) -> tuple[list[Medium], list[str]]:
    """The recordings and pictures that were sent, and the names the workbook asks for and nobody sent."""
    sent = list(consultation.media.select_related("file").order_by("name"))
    named = versions.files_named(read(version)) if version else set()
    for medium in sent:
        medium.is_named = medium.name in named  # type: ignore[attr-defined]
    return sent, sorted(named - {medium.name for medium in sent})


def counts(consultation: Consultation) -> dict[str, int]:
    """How many versions and files."""
    found = Consultation.rows.filter(pk=consultation.pk).aggregate(
        versions=Count("questionnaires", distinct=True), media=Count("media", distinct=True)
    )
    return dict(found)


# As a child would read it --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Words:
    """A text with the language it is really in; `sound`: the recording that says it, or ""."""

    text: str
    language: str
    direction: str
    sound: str
    is_elsewhere: bool  # another language's, for want of its own


@dataclass(frozen=True)
class Shown:
    """A question as one age group reads it."""

    question: Question
    words: Words
    hint: str
    options: list[tuple[Option, Words, str]]  # with the number typed from paper
    steps: range


def shown_to(questionnaire: questionnaires.Questionnaire, band: str, language: str) -> list[dict[str, Any]]:
    """The parts as one age group reads them in one language; parts without a question for it are left out."""
    parts = []
    for part in questionnaire.parts:
        asked = [_shown(question, band, language) for question in part.seen_by(band)]
        if asked:
            title = part.title.get(language) or part.title.get(questionnaires.REFERENCE) or part.name
            parts.append({"part": part, "title": title, "questions": asked})
    return parts


def _shown(question: Question, band: str, language: str) -> Shown:
    options = [
        (option, _words(option, band, language), str(option.key_in if option.key_in is not None else place))
        for place, option in enumerate(question.options, start=1)
    ]
    steps = (
        range(question.start, question.end + 1) if question.start is not None and question.end is not None else range(0)
    )
    hint = question.hint.get(language) or question.hint.get(questionnaires.REFERENCE, "")
    return Shown(question, _words(question, band, language), hint, options, steps)


def _words(thing: Question | Option, band: str, language: str) -> Words:
    text, spoken = wording(thing, band, language)
    return Words(text or thing.name, spoken, direction(spoken), recording(thing, band, language), spoken != language)


def languages_of(questionnaire: questionnaires.Questionnaire) -> list[tuple[str, str]]:
    """The languages it speaks, each with its own name."""
    return [(code, own_name(code)) for code in questionnaire.languages]
