"""The numbers printed on paper and typed: of each question, of each option (specs/consultation.md, section 14).

Those of the workbook (`key_in`); where it gives none, the next that are free. One key an option: ten figures, then + and /.
"""

from collections.abc import Iterator

from marelle.consultations.questionnaires import DONT_KNOW, RATHER_NOT, Question, Questionnaire

KEYS = (*"1234567890", "+", "/")  # of a number pad, MOST_OPTIONS of them
LOWEST, NUMBERS = 100_000, 900_000  # of booklets: six figures
SKIPPED, DK, NO = ".", "*", "-"
SPECIAL = {DK: DONT_KNOW, NO: RATHER_NOT}


def question_numbers(questionnaire: Questionnaire) -> dict[str, int]:
    """Each question's number, by its name: the same on every band's booklet, so that a clerk learns one list."""
    asked = [question for question in questionnaire.questions() if question.is_asked]
    given = {question.key_in for question in asked}
    free = (number for number in _from_one() if number not in given)
    return {q.name: q.key_in if q.key_in is not None else next(free) for q in asked}


def option_keys(question: Question) -> dict[str, int]:
    """The code of each option (or the whole number) by what is typed for it, in the order of the options."""
    if question.kind == "integer" and question.start is not None and question.end is not None:
        return {str(number): number for number in range(question.start, question.end + 1)}
    given = [None if option.key_in is None else str(option.key_in) for option in question.options]
    free = (key for key in KEYS if key not in given)
    return {key or next(free): code for code, key in enumerate(given, start=1)}


def special_keys(question: Question) -> dict[str, str]:
    """What else may be typed, dot aside: "I don't know" and "I'd rather not say" where they are offered."""
    offered = {DONT_KNOW: question.has_dont_know, RATHER_NOT: question.has_rather_not}
    return {key: said for key, said in SPECIAL.items() if offered[said]}


def _from_one() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number
