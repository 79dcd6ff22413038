"""The codebook of city officers, in French: how to read an answer, every question in plain words, every option with its code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from marelle.base.workbooks.columns import NOT_IN_XLSX
from marelle.consultations import booklets, languages, numbering, scores
from marelle.consultations.booklets import Printed
from marelle.consultations.catalogue import COLUMN_FLOOR, SENSITIVE_FLOOR, ZONE_FLOOR
from marelle.consultations.instruments import recipes
from marelle.consultations.instruments.codebooks import DONT_KNOW_CODE, RATHER_NOT_CODE, Study
from marelle.consultations.questionnaires import (
    BAND_YEARS,
    BANDS,
    REFERENCE,
    Option,
    Question,
    Questionnaire,
    wording,
)

SHADE = PatternFill("solid", fgColor="E8EDF4")
KINDS = {
    "one": "une réponse",
    "many": "plusieurs réponses",
    "integer": "un nombre",
    "text": "un texte libre",
    "note": "à lire, sans réponse",
}
QUESTIONS = (
    ("N°", 6), ("Nom", 16), ("Partie", 24), ("Question (les plus grands)", 60), ("Dite autrement aux plus jeunes", 60), ("Âges", 14),
    ("Réponse", 18), ("Posée à", 50), ("Réponses proposées", 60), ("Sensible", 10),
)  # fmt: skip
OPTIONS = (
    ("N°", 6),
    ("Nom", 16),
    ("Code", 8),
    ("Réponse", 60),
    ("Dite autrement aux plus jeunes", 60),
    ("Touche du livret", 16),
)

SCORES = (("Nom", 16), ("Partie", 24), ("Score", 60), ("Comment il est calculé", 110), ("Sensible", 10))


@dataclass(frozen=True)
class Reader:
    """What the guide says of the edition. `title`: in French; `city_floor`: sheets below which a commune has no page."""

    title: str
    city_floor: int


def guide(questionnaire: Questionnaire, study: Study, reader: Reader) -> bytes:
    """The XLSX: one sheet to read, one a question a line, one an answer a line, one a score a line where there are any."""
    book = Workbook()
    _lines(book.active, "Lire ce guide", (("", 28), ("", 110)), _told(questionnaire, study, reader), head=False)
    _lines(book.create_sheet(), "Questions", QUESTIONS, _questions(questionnaire))
    _lines(book.create_sheet(), "Réponses", OPTIONS, _options(questionnaire))
    if questionnaire.derived:
        _lines(book.create_sheet(), "Scores", SCORES, _scores(questionnaire))
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _lines(
    page: Worksheet,
    title: str,
    columns: Sequence[tuple[str, int]],
    lines: Iterable[Sequence[Any]],
    *,
    head: bool = True,
) -> None:
    page.title = title
    if head:
        page.append([name for name, _width in columns])
        for cell in page[1]:
            cell.font, cell.fill = Font(bold=True), SHADE
        page.freeze_panes = "A2"
    for line in lines:
        page.append([NOT_IN_XLSX.sub("", value) if isinstance(value, str) else value for value in line])
    for at, (_name, width) in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
    for cells in page.iter_rows(min_row=2 if head else 1):
        for cell in cells:
            if cell.data_type == "f":
                cell.data_type = "s"  # a text that begins with = is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")


# What is said first --------------------------------------------------------------------------------------------------
def _told(questionnaire: Questionnaire, study: Study, reader: Reader) -> list[tuple[str, str]]:
    first, last = study.days
    asked = sum(question.is_asked for question in questionnaire.questions())
    return [
        ("Guide de lecture", f"{reader.title} ({study.code}), {study.producer}"),
        ("Période", f"Du {_day(first)} au {_day(last)}."),
        ("Version", f"{asked} questions ; empreinte {questionnaire.short_hash}."),
        ("Qui répond", "Des enfants et des adolescents de 6 à 18 ans, sans nom ni compte, sur écran ou sur papier. L’âge est demandé par "
         "tranche ; l’âge exact ne l’est jamais."),
        ("Cinq cas à ne pas confondre", "Une réponse ; « Je ne sais pas » ; « Je ne veux pas répondre » ; une question passée ; une question qui "
         "n’était pas posée. Les parts se comptent parmi les réponses ; les refus se lisent à part."),
        ("Ordre et parties", "Les parties s’envoient une à une : un enfant a pu en envoyer une seule. Les bases changent donc d’une question à l’autre."),
        ("Ce qui est publié", f"Chaque nombre est un peu déplacé, une fois pour toutes. Rien sous {COLUMN_FLOOR} enfants, ni sous {SENSITIVE_FLOOR} "
         f"pour une question sensible ; pas de page pour une zone sous {ZONE_FLOOR} feuilles, ni pour une commune sous {reader.city_floor}."),
        ("Ce qui n’existe pas", "Les réponses d’un enfant, d’une classe ou d’un lieu. Personne ne peut les retrouver."),
        ("Codes", f"{DONT_KNOW_CODE} : je ne sais pas ; {RATHER_NOT_CODE} : je ne veux pas répondre. Les mêmes que dans le DDI-Codebook."),
        ("Questions sensibles", "À partir de 12 ans, sauf dérogation écrite ; les numéros d’aide sont à côté."),
    ]  # fmt: skip


def _day(written: str) -> str:
    year, month, day = written.split("-")
    return f"{day}/{month}/{year}"


# Lines ---------------------------------------------------------------------------------------------------------------
def _questions(questionnaire: Questionnaire) -> Iterable[list[Any]]:
    numbers = numbering.question_numbers(questionnaire)
    conditions = _conditions(questionnaire)
    for part in questionnaire.parts:
        for question in part.questions:
            yield [
                numbers.get(question.name, ""),
                question.name,
                part.title.get(REFERENCE, part.name),
                *_worded(question, question.bands),
                _years(question),
                KINDS[question.kind],
                conditions.get(question.name, "tous, à ces âges"),
                _proposed(question),
                "oui" if question.sensitive else "",
            ]


def _options(questionnaire: Questionnaire) -> Iterable[list[Any]]:
    numbers, house = numbering.question_numbers(questionnaire), languages.words_of(REFERENCE)
    for question in questionnaire.questions():
        keys = {code: key for key, code in numbering.option_keys(question).items()}
        about = [numbers.get(question.name, ""), question.name]
        for code, option in enumerate(question.options, start=1):
            yield [*about, str(code), *_worded(option, question.bands), keys[code]]
        if question.kind == "integer":
            yield [*about, "", _proposed(question), "", "le nombre"]
        if question.is_asked:
            codes = {"dk": DONT_KNOW_CODE, "no": RATHER_NOT_CODE}
            for key, said in numbering.special_keys(question).items():
                yield [*about, codes[said], house[said], "", key]


def _scores(questionnaire: Questionnaire) -> Iterable[list[Any]]:
    for part, question in scores.tabled(questionnaire):
        declared = scores.declared(questionnaire, question.name)
        if declared:
            told = "\n".join(recipes.told(declared, questionnaire))
            about = [question.name, part.title.get(REFERENCE, part.name), _worded(question, question.bands)[0]]
            yield [*about, told, "oui" if question.sensitive else ""]


def _worded(thing: Question | Option, bands: Sequence[str]) -> tuple[str, str]:
    """What the oldest read, and what younger ones read when it is otherwise, by age."""
    plain = wording(thing, bands[-1], REFERENCE)[0]
    others = {band: wording(thing, band, REFERENCE)[0] for band in bands}
    return plain, "\n".join(f"{_ages(band)} : {text}" for band, text in others.items() if text != plain)


def _proposed(question: Question) -> str:
    if question.kind == "integer":
        return f"de {question.start} à {question.end}"
    return " · ".join(wording(option, question.bands[-1], REFERENCE)[0] for option in question.options)


def _conditions(questionnaire: Questionnaire) -> dict[str, str]:
    """When a question is not for all, what the booklet of the oldest who read it says before it."""
    names = {str(number): name for name, number in numbering.question_numbers(questionnaire).items()}
    found: dict[str, str] = {}
    for band in BANDS:
        drawn = booklets.booklet(Printed(questionnaire, band, REFERENCE, {}))
        for each in (question for part in drawn["parts"] for question in part["questions"] if question["number"]):
            found |= {names[each["number"]]: each["condition"]["t"]} if each["condition"] else {}
    return found


def _years(question: Question) -> str:
    return ", ".join(_ages(band) for band in question.bands)


def _ages(band: str) -> str:
    return "{}-{} ans".format(*BAND_YEARS[band])
