"""One part of one child's answers: what is asked of them, what may be said, what is kept (specs/consultation.md, section 5).

Five things stay distinct to the end: an answer, "I don't know", "I'd rather not say", skipped (absent), not asked.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from marelle.consultations.questionnaires import (
    AGE_BAND,
    BANDS,
    DONT_KNOW,
    GENDER,
    GENDERS,
    RATHER_NOT,
    Part,
    Question,
    Questionnaire,
)

MOST_TEXT = 280  # characters
MODES = ("screen", "paper")
RENDERINGS = ("text", "pictures")
THREAD = re.compile(r"[0-9a-f]{32}")
TELLS_WHO = re.compile(r"\S@\S|https?:|www\.|\w\.(com|fr|net|org)\b|(\d[ .\-/]?){8,}", re.IGNORECASE)  # as in kids.js
NOT_ASKED, SKIPPED = "not_asked", "skipped"
SINGLE = (int, str)  # one code, or a word; a bool is no number here

Answer = int | list[int] | str  # a code or a number; codes; "dk" or "no"


class Refused(ValueError):
    """What was sent is not a part of this questionnaire. `why`: a word for the log, never what was said."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Clean:
    """A part that may be kept. `texts`: free texts, to be sealed apart. `answers`: by question, in their order."""

    part: str
    thread: str
    age_band: str
    gender: str
    language: str
    mode: str
    rendering: str
    answers: dict[str, Answer] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def clean(questionnaire: Questionnaire, said: Mapping[str, Any]) -> Clean:
    """What was sent, checked; an answer to a question that was not put is dropped. Raises Refused."""
    if said.get("v") != questionnaire.short_hash:
        raise Refused("version")
    try:
        part = questionnaire.part(_word(said, "p"))
    except KeyError:
        raise Refused("part") from None
    kept = Clean(
        part=part.name,
        thread=_matching(said, "t", THREAD),
        age_band=_one_of(said, "age_band", BANDS),
        gender=_one_of(said, "gender", GENDERS),
        language=_one_of(said, "lang", questionnaire.languages),
        mode=_one_of(said, "mode", MODES),
        rendering=_one_of(said, "rendering", RENDERINGS),
    )
    answers = said.get("a")
    if not isinstance(answers, Mapping):
        raise Refused("answers")
    if not answers.keys() <= part.asked:
        raise Refused("question")
    checked = {name: _checked(part.by_name[name], value) for name, value in answers.items()}
    for question in asked(part, kept.age_band, kept.gender, checked):
        if question.name in checked:
            answer = checked[question.name]
            kept_in: dict[str, Any] = kept.texts if _is_text(question, answer) else kept.answers
            kept_in[question.name] = answer
    return kept


def asked(part: Part, band: str, gender: str, answers: Mapping[str, Answer]) -> list[Question]:
    """The questions of a part put to a child who has answered so far; notes among them."""
    known: dict[str, Any] = {AGE_BAND: band}
    if gender != RATHER_NOT:
        known[GENDER] = gender
    found = []
    for question in part.seen_by(band):
        if question.relevance is None or question.is_relevant(known):
            found.append(question)
            if question.name in part.weighed and question.name in answers:
                _learn(known, question, answers[question.name])
    return found


def statuses(part: Part, band: str, gender: str, answers: Mapping[str, Answer]) -> dict[str, Any]:
    """For every question of the part: its answer, "dk", "no", "skipped" or "not_asked"."""
    put = {question.name for question in asked(part, band, gender, answers)}
    return {
        question.name: answers.get(question.name, SKIPPED) if question.name in put else NOT_ASKED
        for question in part.questions
        if question.is_asked
    }


def tells_who(text: str) -> bool:
    """Whether a free text holds an address, a link or a number: the page asks to take it out, the opening sets it apart."""
    return bool(TELLS_WHO.search(text))


def from_form(part: Part, fields: Iterable[tuple[str, str]]) -> dict[str, Answer]:
    """The answers of a page's form: one field a code, a number, "dk", "no" or a text. Raises Refused.

    What is empty is skipped. A choice wins over "I don't know" and "I'd rather not say" pressed beside it.
    """
    typed: dict[str, list[str]] = {}
    for name, value in fields:
        if value.strip():
            typed.setdefault(name, []).append(value.strip())
    known, found = part.by_name, {}
    for name, values in typed.items():
        if name in known and known[name].is_asked:
            found[name] = _typed(known[name], values)
    return found


def _typed(question: Question, values: Sequence[str]) -> Answer:
    if question.kind == "text":
        return values[0]
    codes = [value for value in values if value not in (DONT_KNOW, RATHER_NOT)]
    if not codes:
        return values[0]
    if not all(re.fullmatch(r"-?[0-9]{1,6}", code) for code in codes):
        raise Refused("answer")
    return sorted({int(code) for code in codes}) if question.kind == "many" else int(codes[0])


# Checks --------------------------------------------------------------------------------------------------------------
def _checked(question: Question, value: Any) -> Answer:
    """The value, if the question may be answered so. Raises Refused."""
    if type(value) in SINGLE and value in question.takes:
        return cast(Answer, value)
    if question.kind == "many" and _are_codes(question, value):
        return sorted(value)
    if question.kind == "text" and _is_short(value):
        return cast(str, value)
    raise Refused("answer")


def _are_codes(question: Question, value: Any) -> bool:
    if not isinstance(value, list) or not value or not all(type(code) is int for code in value):
        return False
    codes = set(value)
    return len(codes) == len(value) and codes <= question.codes


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_TEXT and value.isprintable()


def _is_text(question: Question, answer: Answer) -> bool:
    return question.kind == "text" and answer not in (DONT_KNOW, RATHER_NOT)


def _word(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise Refused(name)
    return value


def _one_of(said: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str:
    value = _word(said, name)
    if value not in allowed:
        raise Refused(name)
    return value


def _matching(said: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = _word(said, name)
    if not pattern.fullmatch(value):
        raise Refused(name)
    return value


def _learn(known: dict[str, Any], question: Question, answer: Answer) -> None:
    """What a later question's relevance may know of this answer: nothing unless it says something."""
    if answer in (DONT_KNOW, RATHER_NOT) or question.kind == "text":
        return
    if question.kind == "integer":
        known[question.name] = answer
    elif isinstance(answer, list):
        known[question.name] = frozenset(question.options[code - 1].name for code in answer)
    else:
        known[question.name] = question.options[int(answer) - 1].name
