"""From lines to a questionnaire: parts, age groups, conditions, and what only shows once lines stand together."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from marelle.consultations import relevance
from marelle.consultations.questionnaires import BAND_YEARS, BANDS, LIKERT, Part, Question, Questionnaire
from marelle.consultations.xlsform import lines
from marelle.consultations.xlsform.faults import CHOICES, PARTS, SETTINGS, SURVEY, Faults
from marelle.consultations.xlsform.lines import Line, Lists
from marelle.consultations.xlsform.sheets import Book, Row, Sheet, language_of

ONLY_PART = "all"  # of a workbook that declares none
YOUNG = frozenset({"6_8", "9_11"})  # neither sensitive questions nor texts of their own, section 2
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " "})
KEYS = range(1, 1000)  # typed for a question


def languages(book: Book) -> tuple[str, ...]:
    """Those the workbook speaks, French first."""
    found = dict.fromkeys([*book[SURVEY].languages(), *book[CHOICES].languages()])
    return tuple(sorted((code for code in found if language_of(code)), key=lambda code: code != "fr")) or ("fr",)


def build(book: Book, read: list[Line], lists: Lists, *, waived: bool, faults: Faults) -> Questionnaire:
    """The questionnaire, whole only if nothing is at fault."""
    declared = _parts(book[PARTS], faults)
    placed = _placed(book, read, declared, faults)
    keys: dict[tuple[str, int], str] = {}
    questions = {id(line): _question(line, lists, keys, waived=waived, faults=faults) for line in read}
    by_part = {name: [(line, questions[id(line)]) for line in of_it] for name, of_it in placed.items()}
    _check_twins(by_part, faults)
    related = _related(by_part, faults)
    parts = tuple(
        Part(
            part.name,
            part.title,
            tuple(related[q.name] for _line, q in by_part.get(part.name, ())),
            part.minutes,
            part.icon,
        )
        for part in declared.values()
    )
    return Questionnaire(title=_title(book), languages=languages(book), parts=parts)


def _title(book: Book) -> dict[str, str]:
    rows = book[SETTINGS].rows
    return rows[0].spoken("form_title") if rows else {}


# Parts ---------------------------------------------------------------------------------------------------------------
def _parts(sheet: Sheet, faults: Faults) -> dict[str, Part]:
    """The declared parts, in the order they give; one alone when none is declared."""
    found: dict[str, tuple[int, Part]] = {}
    for row in sheet.rows:
        name = row.text("name")
        if not lines.NAME.match(name):
            faults.add(PARTS, row.place("name"), "name" if name else "no_name", name=name)
            continue
        if name in found:
            faults.add(PARTS, row.place("name"), "same_part", name=name)
            continue
        order = lines.whole(row, "order", range(1, 100), PARTS, faults)
        minutes = lines.whole(row, "minutes", range(1, 61), PARTS, faults)
        part = Part(
            name, row.spoken("title"), (), minutes, (lines.PICTOGRAM.match(row.text("icon")) and row.text("icon")) or ""
        )
        found[name] = (order if order is not None else len(found) + 1, part)
    if not found:
        return {ONLY_PART: Part(ONLY_PART, {})}
    return {part.name: part for _order, part in sorted(found.values(), key=lambda each: each[0])}


def _placed(book: Book, read: list[Line], declared: dict[str, Part], faults: Faults) -> dict[str, list[Line]]:
    """The lines of each part, in the order of the sheet."""
    placed: dict[str, list[Line]] = {name: [] for name in declared}
    for line in read:
        name = line.said("part")
        if not name and list(declared) == [ONLY_PART]:
            name = ONLY_PART
        if name not in declared:
            faults.add(SURVEY, line.row.place("part"), "part" if name else "no_part", name=name)
        placed.setdefault(name, []).append(line)
    return placed


# Questions -----------------------------------------------------------------------------------------------------------
def _question(line: Line, lists: Lists, keys: dict[tuple[str, int], str], *, waived: bool, faults: Faults) -> Question:
    row = line.row
    key = lines.whole(row, "key_in", KEYS, SURVEY, faults)
    lines.check_key(key, keys, ("", line.name), row.place("key_in"), faults)
    seen_by = lines.bands(line, faults)
    question = Question(
        name=line.name,
        kind=line.kind,
        label=row.spoken("label"),
        hint=row.spoken("hint"),
        wordings=lines.wordings(row),
        audio=lines.audio(row, SURVEY, faults),
        pictogram=lines.pictogram(row, SURVEY, faults),
        pictogram_alt=row.spoken("pictogram_alt"),
        image=lines.image(row, SURVEY, faults),
        options=lists.options.get(line.list_name, ()),
        start=line.start,
        end=line.end,
        bands=seen_by,
        sensitive=lines.yes(line, "sensitive", faults),
        free_text=lines.yes(line, "free_text", faults) if row.text("free_text") else False,
        key_in=key,
        fallback_for=row.text("fallback_for"),
        shuffled=line.shuffled,
        scale=LIKERT if line.kind == "one" and LIKERT in row.text("appearance").lower().split() else "",
        has_dont_know=lines.yes(line, "dont_know", faults, unsaid=True),
        has_rather_not=lines.yes(line, "rather_not", faults, unsaid=True),
    )
    _check_alone(question, row, waived=waived, faults=faults)
    return question


def _check_alone(question: Question, row: Row, *, waived: bool, faults: Faults) -> None:
    """What a question must hold by itself."""
    is_for_young = bool(YOUNG & set(question.bands))
    if not question.label and not question.wordings:
        faults.add(SURVEY, row.place("label"), "no_wording")
    if question.kind == "text" and (not question.free_text or is_for_young):
        faults.add(SURVEY, row.place("free_text"), "text")
    if question.free_text and question.kind != "text":
        faults.add(SURVEY, row.place("free_text"), "free_text")
    if question.sensitive and is_for_young and not waived:
        faults.add(SURVEY, row.place("sensitive"), "sensitive")


def _check_twins(by_part: dict[str, list[tuple[Line, Question]]], faults: Faults) -> None:
    """A simpler twin stands for a question that exists, and is never shown beside it."""
    pairs = [pair for of_it in by_part.values() for pair in of_it]
    questions = {question.name: question for _line, question in pairs}
    for line, question in pairs:
        if not question.fallback_for:
            continue
        other = questions.get(question.fallback_for)
        if other is None or other is question:
            faults.add(SURVEY, line.row.place("fallback_for"), "twin", name=question.fallback_for)
        elif set(other.bands) & set(question.bands):
            both = [band for band in BANDS if band in other.bands and band in question.bands]
            faults.add(SURVEY, line.row.place("fallback_for"), "twin_shown", name=other.name, ages=years(both))


def years(bands: Iterable[str]) -> str:
    """“6-8, 12-14”, neighbours joined: “6-11”."""
    spans: list[list[int]] = []
    for band in sorted(bands, key=BANDS.index):
        low, high = BAND_YEARS[band]
        if spans and spans[-1][1] == low - 1:
            spans[-1][1] = high
        else:
            spans.append([low, high])
    return ", ".join(f"{low}-{high}" for low, high in spans)


# Conditions ----------------------------------------------------------------------------------------------------------
def _related(by_part: dict[str, list[tuple[Line, Question]]], faults: Faults) -> dict[str, Question]:
    """The questions with their conditions and those of the groups round them."""
    scopes = relevance.scopes((name, [q for _line, q in of_it]) for name, of_it in by_part.items())
    found = {}
    for line, question in (pair for of_it in by_part.values() for pair in of_it):
        rows = [row for row in (*line.groups, line.row) if row.text("relevant")]
        trees = [tree for row in rows if (tree := _tree(row, scopes[question.name], faults)) is not None]
        tree = trees[0] if len(trees) == 1 else ["and", *trees] if trees else None
        found[question.name] = replace(question, relevance=tree)
    return found


def _tree(row: Row, scope: relevance.Scope, faults: Faults) -> Any:
    text = row.text("relevant").translate(QUOTES)
    try:
        return relevance.parse(text, scope)
    except relevance.Unreadable as error:
        faults.add(SURVEY, row.place("relevant"), f"relevant_{error.why}", what=error.what)
        return None
