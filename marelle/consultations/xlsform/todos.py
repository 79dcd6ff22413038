"""What is left to do before opening: an indicator beside each cell, never an error."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marelle.base.languages import language_name
from marelle.consultations import readability
from marelle.consultations.questionnaires import BANDS, REFERENCE, Option, Question, Questionnaire, recording, wording
from marelle.consultations.xlsform import scoring
from marelle.consultations.xlsform.building import ONLY_PART, years
from marelle.consultations.xlsform.faults import CHOICES, PARTS, SCORES, SURVEY, TODOS, Todo
from marelle.consultations.xlsform.lines import Line, Lists
from marelle.consultations.xlsform.sheets import Book, Row

MOST_FOR_YOUNGEST = 25  # questions, section 2
MOST_MINUTES = 10  # of a part, section 2


@dataclass(frozen=True)
class Said:
    """A question or an option, where it is written and who reads it."""

    thing: Question | Option
    sheet: str
    row: Row
    bands: tuple[str, ...]


def left(book: Book, read: list[Line], lists: Lists, questionnaire: Questionnaire) -> list[Todo]:
    """Everything, in the order of the sheets."""
    rows = {line.name: line.row for line in read}
    said = list(_said(questionnaire, read, lists, rows))
    return [
        *([] if REFERENCE in questionnaire.languages else [_todo("french", SURVEY, "A1")]),
        *_columns(book),
        *(todo for each in said for todo in _wordings(each, questionnaire)),
        *_recordings(said, questionnaire),
        *(todo for each in said if each.sheet == SURVEY for todo in _reading(each)),
        *_pictograms(said, lists, questionnaire),
        *_parts(book, questionnaire),
        *_scores(book, questionnaire),
        *_numbers(questionnaire, rows),
    ]


def _todo(kind: str, sheet: str, cell: str, *, language: str = "", items: int = 1, **said: Any) -> Todo:
    sentence = str(TODOS[kind]) % {"language": language_name(language), "items": items, **said}
    return Todo(kind, sheet, cell, sentence, language, items)


def _said(questionnaire: Questionnaire, read: list[Line], lists: Lists, rows: dict[str, Row]) -> Iterator[Said]:
    """Each question, then each option once, with every band that reads it."""
    questions = {question.name: question for question in questionnaire.questions()}
    seen_by: dict[tuple[str, str], set[str]] = {}
    for line in read:
        question = questions[line.name]
        yield Said(question, SURVEY, rows[line.name], question.bands)
        for option in question.options:
            seen_by.setdefault((line.list_name, option.name), set()).update(question.bands)
    options = {(name, option.name): option for name, of_it in lists.options.items() for option in of_it}
    for key, bands in seen_by.items():
        yield Said(options[key], CHOICES, lists.rows[key], tuple(band for band in BANDS if band in bands))


def _wordings(said: Said, questionnaire: Questionnaire) -> Iterator[Todo]:
    for language in questionnaire.languages:
        lacking = [band for band in said.bands if not _is_said(said, band, language)]
        if lacking:
            cell = said.row.place("label", language)
            yield _todo("wording", said.sheet, cell, language=language, ages=years(lacking))


def _is_said(said: Said, band: str, language: str) -> bool:
    text, spoken = wording(said.thing, band, language)
    return bool(text) and spoken == language


def _recordings(said: list[Said], questionnaire: Questionnaire) -> Iterator[Todo]:
    """One line for a language where nothing is recorded, else one for each wording without a voice."""
    for language in questionnaire.languages:
        lacking = [(each, [b for b in each.bands if not recording(each.thing, b, language)]) for each in said]
        if all(len(bands) == len(each.bands) for each, bands in lacking):
            yield _todo("audio_none", SURVEY, "A1", language=language, items=len(said))
            continue
        for each, bands in lacking:
            if bands:
                cell = each.row.place("audio", language)
                yield _todo("audio", each.sheet, cell, language=language, ages=years(bands))


def _reading(said: Said) -> Iterator[Todo]:
    """French wordings harder or longer than those who read them would like; each text once, for its youngest."""
    seen = set()
    for band in said.bands:
        text, language = wording(said.thing, band, "fr")
        if not text or text in seen or language not in readability.FRENCH:
            continue
        seen.add(text)
        found, wanted, most = readability.measure(text), readability.EASE_WANTED[band], readability.MOST_WORDS[band]
        own = f"wording_{band}" if said.row.text(f"wording_{band}", "fr") else "label"
        cell = said.row.place(own, "fr")
        if found.longest > most:
            yield _todo("sentence", said.sheet, cell, words=found.longest, most=most, ages=years([band]))
        if found.ease is not None and found.ease < wanted:
            yield _todo("reading", said.sheet, cell, ease=round(found.ease), wanted=wanted, ages=years([band]))


def _pictograms(said: list[Said], lists: Lists, questionnaire: Questionnaire) -> Iterator[Todo]:
    pictured = {name for name, options in lists.options.items() if any(option.pictogram for option in options)}
    by_row = {id(row): list_name for (list_name, _name), row in lists.rows.items()}
    for each in said:
        list_name = by_row.get(id(each.row), "") if each.sheet == CHOICES else ""
        if list_name in pictured and not each.thing.pictogram:
            yield _todo("pictogram", each.sheet, each.row.place("pictogram"))
        if not each.thing.pictogram:
            continue
        for language in questionnaire.languages:
            if each.sheet == SURVEY and not each.thing.pictogram_alt.get(language):
                yield _todo("pictogram_alt", each.sheet, each.row.place("pictogram_alt", language), language=language)


def _parts(book: Book, questionnaire: Questionnaire) -> Iterator[Todo]:
    rows = {row.text("name"): row for row in book[PARTS].rows}
    if [part.name for part in questionnaire.parts] == [ONLY_PART] and not rows:
        yield _todo("no_parts", SURVEY, "A1")
    for part in questionnaire.parts:
        row = rows.get(part.name)
        at = (PARTS, row.place("minutes")) if row else (SURVEY, "A1")
        if not part.questions:
            yield _todo("no_question", *at, part=part.name)
        if part.minutes and part.minutes > MOST_MINUTES:
            yield _todo("long_part", *at, part=part.name, minutes=part.minutes, most=MOST_MINUTES)
        yield from _long_for(part, at)
        for language in questionnaire.languages if row else ():
            if not part.title.get(language):
                yield _todo("part_title", PARTS, row.place("title", language), language=language, part=part.name)  # type: ignore[union-attr]
    youngest = [q for q in questionnaire.questions() if q.is_asked and "6_8" in q.bands]
    if len(youngest) > MOST_FOR_YOUNGEST:
        yield _todo("many_questions", SURVEY, "A1", count=len(youngest), most=MOST_FOR_YOUNGEST, ages=years(["6_8"]))


def _long_for(part: Any, at: tuple[str, str]) -> Iterator[Todo]:
    for band in BANDS:
        taken = readability.minutes(part, band)
        if taken > MOST_MINUTES:
            yield _todo(
                "long_part_reckoned", *at, part=part.name, minutes=round(taken), most=MOST_MINUTES, ages=years([band])
            )


def _scores(book: Book, questionnaire: Questionnaire) -> Iterator[Todo]:
    """Scores and bands without words in a language: children never read them, who reads results does."""
    for row in scoring.texts(book):
        for language in questionnaire.languages:
            if not row.text("label", language):
                cell = row.place("label", language)
                yield _todo("score_wording", SCORES, cell, language=language, name=row.text("name"))


def _numbers(questionnaire: Questionnaire, rows: dict[str, Row]) -> Iterator[Todo]:
    """Questions without a number for paper; ordinary questions after sensitive ones."""
    unnumbered = [q for q in questionnaire.questions() if q.is_asked and q.key_in is None]
    if unnumbered:
        yield _todo("key_in", SURVEY, rows[unnumbered[0].name].place("key_in"), items=len(unnumbered))
    for part in questionnaire.parts:
        is_after = False
        for question in part.questions:
            if is_after and question.is_asked and not question.sensitive:
                yield _todo("order", SURVEY, rows[question.name].place("name"))
            is_after = is_after or question.sensitive


def _columns(book: Book) -> Iterator[Todo]:
    for sheet in (SURVEY, CHOICES, PARTS, SCORES):
        for cell, column in book[sheet].unread.items():
            yield _todo("column", sheet, cell, column=column)
