"""What a questionnaire counts: one item a question, one an option where several may be chosen together.

Codes of one child (specs/disclosure.md, section 8): 0 not asked, 1..K an option, 250 skipped, 251 "I don't know",
252 "I'd rather not say". Of several answers, each option is a yes (1) or a no (2) of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marelle.consultations.questionnaires import DONT_KNOW, RATHER_NOT, Question, Questionnaire

NOT_ASKED, SKIPPED, KNOWS_NOT, PREFERS_NOT = 0, 250, 251, 252
YES, NO = 1, 2
WHOLE = 2**32  # keys are added modulo this, section 3
SCORE = "score"  # kind of a question nobody is asked: worked out of answers
IN_ORDER = ("integer", SCORE)
COUNTED = ("one", "many", "integer")  # kinds of question that have a table: neither notes nor free texts


@dataclass(frozen=True)
class Item:
    """`name`: of its column: "safe", or "where.street". `option`: of a question with several answers, else ""."""

    name: str
    question: Question
    option: str = ""

    @cached_property
    def options(self) -> tuple[str, ...]:
        """What its rows are called, in order; "I don't know" last, for it counts in the base."""
        if self.option:
            return ("yes", "no")
        return names_of(self.question)

    @property
    def is_in_order(self) -> bool:
        """Whether its answers stand in an order: whole numbers, a scale, the bands of a score."""
        return self.question.kind in IN_ORDER or bool(self.question.scale)

    def row_of(self, code: int) -> int | None:
        """The place of a code among its options, from 0; None outside the base."""
        if code == KNOWS_NOT:
            return len(self.options) - 1 if self.question.has_dont_know and not self.option else None
        return code - 1 if 1 <= code <= len(self.options) else None

    def code(self, answers: Mapping[str, Any]) -> int:
        """What one child said, as a code. `answers`: by question, None for skipped, absent for not asked."""
        if self.question.name not in answers:
            return NOT_ASKED
        said = answers[self.question.name]
        if said is None:
            return SKIPPED
        if said == RATHER_NOT:
            return PREFERS_NOT
        if self.option:
            return YES if self._is_chosen(said) else NO
        if said == DONT_KNOW:
            return KNOWS_NOT
        return int(said) - (self.question.start or 0) + 1 if self.question.kind == "integer" else int(said)

    def _is_chosen(self, said: Any) -> bool:
        if said == DONT_KNOW or self.option == DONT_KNOW:
            return bool(said == self.option)
        return self.question.code_of(self.option) in said


def items_of(questionnaire: Questionnaire) -> list[Item]:
    """Every item, in the order children were asked."""
    return [item for question in questionnaire.questions() if question.kind in COUNTED for item in _of(question)]


def names_of(question: Question) -> tuple[str, ...]:
    """The answers of a question, in order; "I don't know" last where it may be said."""
    if question.kind == "integer" and question.start is not None and question.end is not None:
        named = [str(number) for number in range(question.start, question.end + 1)]
    else:
        named = [option.name for option in question.options]
    return (*named, DONT_KNOW) if question.has_dont_know else tuple(named)


def _of(question: Question) -> list[Item]:
    if question.kind != "many":
        return [Item(question.name, question)]
    return [Item(f"{question.name}.{option}", question, option) for option in names_of(question)]
