"""A workbook read whole: the questionnaire when nothing is at fault, all that is at fault otherwise, and what is left to do."""

from typing import NamedTuple

from marelle.consultations.questionnaires import Questionnaire
from marelle.consultations.xlsform import building, lines, referee, scoring, todos
from marelle.consultations.xlsform.faults import CHOICES, SCORES, SURVEY, Fault, Faults, Todo
from marelle.consultations.xlsform.sheets import Book, read_book


class Reading(NamedTuple):
    """`questionnaire`: None when there are faults."""

    questionnaire: Questionnaire | None
    faults: list[Fault]
    todos: list[Todo]

    @property
    def unmapped(self) -> int:
        """How many faults are said in the library's own words, for want of a sentence of ours."""
        return sum(fault.code == "library" for fault in self.faults)


def read_workbook(content: bytes, *, waived: bool = False) -> Reading:
    """What a workbook holds. `waived`: a written waiver lets sensitive questions be put to younger children."""
    faults = Faults()
    book = read_book(content, faults)
    if book is None or not _is_whole(book, faults):
        return Reading(None, faults.sorted(), [])
    lists = lines.read_lists(book, faults)
    read = lines.read_lines(book[SURVEY], lists, faults)
    if not read and not faults:
        faults.add(SURVEY, "A2", "no_question")
    questionnaire = building.build(book, read, lists, waived=waived, faults=faults)
    questionnaire = scoring.with_scores(book, questionnaire, faults)
    referee.judge(content, book, read, faults)
    if faults:
        return Reading(None, faults.sorted(), [])
    return Reading(questionnaire, [], todos.left(book, read, lists, questionnaire))


def _is_whole(book: Book, faults: Faults) -> bool:
    """Whether the sheets and columns nothing can be read without are there."""
    for name in book.others:
        faults.add(name, "A1", "sheet", tab=name)
    if SURVEY not in book.sheets:
        faults.add(SURVEY, "A1", "no_survey")
        return False
    wanted = {SURVEY: ("type", "name"), CHOICES: ("list_name", "name"), SCORES: ("type", "name")}
    for sheet, columns in wanted.items():
        for column in columns:
            if (sheet == SURVEY or book[sheet].rows) and not book[sheet].has(column):
                faults.add(sheet, "A1", "no_column", column=column)
    return not faults.has("no_column")
