"""What may be wrong in a workbook, said to whoever wrote it: by sheet and cell, one sentence a fault."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SURVEY, CHOICES, PARTS, SCORES, SETTINGS = "survey", "choices", "parts", "scores", "settings"


@dataclass(frozen=True)
class Fault:
    """`cell`: as spreadsheets name it, such as D12. `code`: a word of SENTENCES."""

    sheet: str
    cell: str
    sentence: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.sentence}"


@dataclass(frozen=True)
class Todo:
    """Something to finish before opening, never an error. `kind`: a word of TODOS. `items`: how many it stands for."""

    kind: str
    sheet: str
    cell: str
    sentence: str
    language: str = ""
    items: int = 1


class Faults:
    """Those found so far, each once, in the order of the sheet."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Fault] = {}

    def add(self, sheet: str, cell: str, code: str, **said: Any) -> None:
        sentence = str(SENTENCES[code]) % said
        self._found.setdefault((sheet, cell, sentence), Fault(sheet, cell, sentence, code))

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._found.values())

    def __bool__(self) -> bool:
        return bool(self._found)

    def names_row(self, sheet: str, row: int) -> bool:
        """Whether something was already said of that row."""
        return any(fault.sheet == sheet and _row(fault.cell) == row for fault in self)

    def has(self, *codes: str) -> bool:
        return any(fault.code in codes for fault in self)

    def sorted(self) -> list[Fault]:
        """Sheet by sheet, from top to bottom, from left to right."""
        order = {SURVEY: 0, CHOICES: 1, PARTS: 2, SCORES: 3, SETTINGS: 4}
        return sorted(self, key=lambda f: (order.get(f.sheet, 5), f.sheet, _row(f.cell), len(f.cell), f.cell))


def _row(cell: str) -> int:
    return int("".join(c for c in cell if c.isdigit()) or 0)


SENTENCES = {
    # the workbook, its sheets, its columns
    "not_a_workbook": _("This is not an XLSX workbook. Open it in your spreadsheet, save it as XLSX, then send it again."),
    "too_long": _("This sheet is too long: %(most)s lines at most."),
    "no_survey": _("There is no sheet named “survey”: it holds one question a line."),
    "no_question": _("There is no question in this sheet."),
    "no_column": _("The column “%(column)s” is missing."),
    "double_column": _("Two columns say the same thing: “%(column)s”. Keep one."),
    "language": _("Write the language of “%(column)s” with its code between brackets, such as “label::Français (fr)”."),
    "sheet": _("The sheet “%(tab)s” is not read here: write the answers to choose from in “choices”."),
    "column": _("The column “%(column)s” is not taken here: it computes, fills in or steers what a child says."),
    "cell_error": _("This cell is in error in the spreadsheet: %(value)s."),
    # what forces, dates or identifies a child
    "required": _("No question is compulsory: a child may skip each of them. Empty this cell."),
    "constraint": _("No answer of a child is refused: offer options, or whole numbers with a start and an end. Empty this cell."),
    "calculation": _("Nothing is computed from what a child says. Take this calculation away."),
    "repeat": _("Questions are not asked over and over. Take this repeat away, write each question once."),
    "default": _("No answer is filled in beforehand: it would suggest one. Empty this cell."),
    "choice_filter": _("A list of answers is the same for everyone: it is not filtered. Write two questions, with “relevant”."),
    "place": _("A point on a map would identify a child. Take this question away: the place comes with the group."),
    "moment": _("A date or an hour could identify a child. Ask with options instead."),
    "stamp": _("The moment a child answers is never kept. Take this line away."),
    "sent_file": _("A picture, a voice or a file sent by a child would identify them. Take this question away."),
    "barcode": _("A scanned code would identify a child. Take this question away."),
    "identity": _("“%(type)s” would tell who answers. Take this line away."),
    "rank": _("Ranking is not taken: a finger that drags leaves small hands and keyboards out. Ask for one or several choices."),
    "range": _("Write “integer” with “start=0 end=10” in “parameters” instead of “range”."),
    "decimal": _("Only whole numbers are taken. Write “integer” with a start and an end."),
    "acknowledge": _("A box to tick as agreed forces a child. Write “note” instead."),
    "or_other": _("“or_other” opens a text that could name someone. Write “Other” as an option."),
    "outside_list": _("Answers are chosen from a list of the sheet “choices”, neither from a file nor from an earlier answer."),
    "piped": _("An earlier answer is never shown again within a wording. Take “%(name)s” away."),
    # lines
    "no_type": _("Say the type of this question: select_one, select_multiple, integer, note or text."),
    "type": _("The type “%(type)s” is not taken. Write select_one, select_multiple, integer, note or text."),
    "no_name": _("Give this line a name."),
    "name": _("The name “%(name)s” is not taken: small letters without accent, digits and _, a letter first, 32 at most."),
    "reserved": _("“%(name)s” is asked by the house itself, before everything else. Take this question away or rename it."),
    "address": _("“%(name)s” is the address of another page of the results. Rename this question."),
    "kept": _("The name “%(name)s” is kept by XLSForm for itself. Rename this line."),
    "same_name": _("The name “%(name)s” is already taken. Each question has its own."),
    "no_wording": _("This line says nothing, in any language."),
    "no_list": _("The list “%(list)s” is not in the sheet “choices”."),
    "list_unsaid": _("Say which list of “choices” the answers come from, such as “select_one yes_no”."),
    "many_options": _("This list has %(count)s options: %(most)s at most, a child cannot weigh more."),
    "one_option": _("This list has one option only: two at least."),
    "option_name": _("The name of an option is made of letters without accent, digits, _, . and -, 32 at most, without space."),
    "same_option": _("The list “%(list)s” has the option “%(name)s” twice."),
    "no_list_name": _("Say which list this option belongs to."),
    "group_end": _("This group ends without having begun."),
    "group_begin": _("This group begins and does not end."),
    "no_steps": _("Give the whole numbers one may choose from, such as “start=0 end=10”."),
    "steps": _("From %(start)s to %(end)s is not taken: the start first, %(most)s numbers at most."),
    "parameters": _("These parameters are not read. Write them as “start=0 end=10”, or “randomize=true” for a list."),
    "text": _("A text a child writes may name someone: say “yes” in “free_text”, and “age_min” 12 at least, or offer options."),
    "free_text": _("“free_text” goes with the type “text” alone, and from 12 years on."),
    "sensitive": _("A sensitive question is asked from 12 years on: write “age_min” 12, or have the version carry a written waiver."),
    "yes_no": _("Write yes or no."),
    "age": _("Write one of these ages: %(ages)s."),
    "no_age": _("No age group sees this question: the youngest age is above the oldest."),
    "whole": _("Write a whole number from %(least)s to %(most)s."),
    "key_in": _("The number %(number)s is already typed for “%(name)s”."),
    "sound": _("“%(name)s” is not taken: a recording is an OPUS, OGG or MP3 file, with a plain name."),
    "picture": _("“%(name)s” is not taken: a picture is a PNG or WebP file, with a plain name; a drawing may be a pictogram of the house."),
    "twin": _("There is no question named “%(name)s”: “fallback_for” names the question this one says in simpler words."),
    "twin_shown": _("“%(name)s” and its simpler twin would both be shown to children of %(ages)s years. Give them different ages."),
    "no_part": _("Say which part this question is sent with."),
    "part": _("The part “%(name)s” is not in the sheet “parts”."),
    "same_part": _("The part “%(name)s” is there twice."),
    # scores
    "score_type": _("Say what this line is: score, item, band or cumulation."),
    "score_outside": _("This line belongs to no score: write it under the line of its score."),
    "score_part": _("A cumulation has no bands of its own: it counts scores, from 0 to all of them."),
    "score_share": _("Write the share of answers asked for, above 0 and up to 1, such as 0.75."),
    "score_points_form": _("Write the points of each answer as “yes=1 no=0”, whole numbers of 0 or more."),
    "score_missing": _("Write a whole number of 0 or more."),
    "score_item": _("“%(name)s” is no question with a table; of several answers, name one: question.option."),
    "score_twice": _("“%(name)s” is already there in this score."),
    "score_empty": _("This score has no item: write its questions below, one a line."),
    "score_many": _("This questionnaire has %(most)s scores already: more would tell the same answers too often."),
    "score_worn": _("“%(name)s” is in %(most)s scores already: more would tell the same answers too often."),
    "score_apart": _("“%(name)s” is not in the same part, or not asked of the same ages, as “%(first)s”."),
    "score_sensitive": _("One of its questions is sensitive, so the score is: write yes."),
    "score_no_points": _("The answer “%(answer)s” of “%(name)s” has no points: write 0 for none."),
    "score_answer": _("“%(name)s” has no answer “%(answer)s”."),
    "score_nothing": _("“%(name)s” never gives a point."),
    "score_bands": _("A score has two bands at least, %(most)s at most."),
    "score_band": _("This band should begin at %(expected)s and end there or above: scores go from 0 to %(top)s."),
    "score_top": _("The last band should end at %(top)s, the highest score."),
    "score_cutoff": _("%(cutoff)s should begin a band, not the first: who is in situation is told by bands."),
    "cumulation_item": _("“%(name)s” is no score of this sheet."),
    "cumulation_few": _("A cumulation counts two scores at least, %(most)s at most."),
    "cumulation_ages": _("No age is put the questions of all these scores."),
    # relevance
    "relevant_too_long": _("This condition is too long: 500 characters at most."),
    "relevant_too_many_tests": _("This condition has too many tests: 20 at most."),
    "relevant_too_deep": _("This condition has too many brackets within brackets: 8 at most."),
    "relevant_syntax": _("This condition is not understood near “%(what)s”. Write ${name} = 'option', selected(${name}, 'option'), and, or, not(…)."),
    "relevant_unknown_question": _("This condition speaks of “%(what)s”, which is no question of this workbook."),
    "relevant_forward": _("This condition speaks of “%(what)s”, which is asked later."),
    "relevant_itself": _("This condition speaks of its own question."),
    "relevant_other_part": _("This condition speaks of “%(what)s”, which is in another part: parts are sent one by one."),
    "relevant_free_text": _("This condition speaks of “%(what)s”, a text: nothing hangs on what a child writes."),
    "relevant_not_answered": _("This condition speaks of “%(what)s”, which is read and not answered."),
    "relevant_needs_number": _("“%(what)s” is a number: compare it with a number, without quotes."),
    "relevant_needs_literal": _("A condition compares one question with one value, neither two questions nor two values."),
    "relevant_needs_integer": _("“%(what)s” is not a number: only = and != are possible."),
    "relevant_needs_selected": _("“%(what)s” takes several answers: write selected(${%(what)s}, 'option')."),
    "relevant_needs_many": _("“selected” is for questions with several answers: write ${%(what)s} = 'option'."),
    "relevant_unknown_option": _("This condition speaks of an option that is not in its list: %(what)s."),
    # what the library says, and nobody foresaw
    "reference": _("A reference is written ${name}, with the name of a question."),
    "library": _("The XLSForm library says: %(said)s"),
}  # fmt: skip

TODOS = {
    "french": _("Nothing is said in French, which is read wherever another language lacks."),
    "wording": _("No wording in %(language)s for ages %(ages)s."),
    "audio": _("No recording in %(language)s for ages %(ages)s."),
    "audio_none": _("Nothing is recorded in %(language)s: %(items)s wordings."),
    "pictogram": _("The other options have a pictogram, this one has none."),
    "pictogram_alt": _("The pictogram has no text in its place in %(language)s."),
    "reading": _("Hard to read for ages %(ages)s: ease %(ease)s, %(wanted)s or more wished for."),
    "sentence": _("A sentence of %(words)s words for ages %(ages)s: %(most)s at most wished for."),
    "many_questions": _("%(count)s questions for ages %(ages)s: %(most)s at most wished for."),
    "long_part": _("The part “%(part)s” is said to take %(minutes)s minutes: %(most)s at most wished for."),
    "long_part_reckoned": _("The part “%(part)s” would take about %(minutes)s minutes for ages %(ages)s: %(most)s at most wished for."),
    "no_question": _("The part “%(part)s” has no question."),
    "part_title": _("The part “%(part)s” has no title in %(language)s."),
    "score_wording": _("The score, or the band, “%(name)s” has no words in %(language)s."),
    "no_parts": _("The workbook declares no part: everything is sent at once."),
    "key_in": _("%(items)s questions have no number of their own to be typed from paper."),
    "order": _("An ordinary question comes after a sensitive one: sensitive ones end their part."),
    "column": _("The column “%(column)s” is not read."),
}  # fmt: skip
