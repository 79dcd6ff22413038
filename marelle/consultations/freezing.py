"""What is published of frozen sheets: one protected table a question, and the manifest that says by which rules.

The whole edition only, for now: every question, no axis (specs/disclosure.md, sections 2 to 7).
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from marelle.consultations.opening import Frozen
from marelle.consultations.ptable import BROAD, NARROW, Parameters, table, thresholds
from marelle.consultations.questionnaires import DONT_KNOW, RATHER_NOT, Question, Questionnaire
from marelle.consultations.tables import ZONE_FLOOR, Cell, Counted, Noise, Published, publish, record_key

SECRET = 32  # bytes
RULES = "disclosure 2026-11"  # which rules; a change of them is another name
AXIS, ZONE = "none", "FR"


def make_secret(place: Path) -> bytes:
    """The secret of one freeze, drawn once, in a file of its own that we alone read. Found again, it is the same."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        drawn = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_bytes()
    with os.fdopen(drawn, "wb") as file:
        file.write(secrets.token_bytes(SECRET))
        file.flush()
        os.fsync(file.fileno())
    return place.read_bytes()


def parameters_of(question: Question) -> Parameters:
    """By how much a question's counts move: more when it is sensitive."""
    return NARROW if question.sensitive else BROAD


def manifest(questionnaire: Questionnaire) -> dict[str, Any]:
    """The rules of a freeze, with the thresholds as integers: no engine computes them again."""
    rows = {name: table(parameters) for name, parameters in (("broad", BROAD), ("narrow", NARROW))}
    stored = {name: {str(n): thresholds(row) for n, row in found.items()} for name, found in rows.items()}
    known = {"broad": BROAD, "narrow": NARROW}
    return {
        "rules": RULES,
        "questionnaire": questionnaire.content_hash,
        "catalogue": [{"question": q.name, "zone": ZONE, "axis": AXIS} for q in published_questions(questionnaire)],
        "parameters": {n: {"D": p.largest, "V": p.variance, "js": p.none_up_to} for n, p in known.items()},
        "thresholds": stored,
    }


def published_questions(questionnaire: Questionnaire) -> list[Question]:
    """Those that have a table: neither notes nor free texts."""
    return [question for question in questionnaire.questions() if question.kind in ("one", "many", "integer")]


def tables(
    sheets: Iterable[Frozen], questionnaire: Questionnaire, rules: Mapping[str, Any], *, secret: bytes, freeze: str
) -> dict[str, Published]:
    """The protected table of each question, for the whole edition. Sheets set aside are left out."""
    counted = {question.name: _Counting(question) for question in published_questions(questionnaire)}
    for sheet in sheets:
        if sheet.set_aside:
            continue
        cell = Cell(1, record_key(secret, freeze, sheet.key))
        for name in counted.keys() & sheet.answers.keys():
            counted[name].add(sheet.answers[name], cell)
    noises = {name: _noise(rules, name) for name in ("broad", "narrow")}
    return {name: _published(counting, noises) for name, counting in counted.items()}


def _noise(rules: Mapping[str, Any], name: str) -> Noise:
    rows = rules["thresholds"][name]
    return Noise({int(count): [(target, bound) for target, bound in row] for count, row in rows.items()})


def _published(counting: "_Counting", noises: Mapping[str, Noise]) -> Published:
    parameters = parameters_of(counting.question)
    noise = noises["narrow" if parameters is NARROW else "broad"]
    return publish(counting.counted, noise, variance=parameters.variance, floor=ZONE_FLOOR)


class _Counting:
    """True cells of one question while sheets go by. Never leaves this file but through `publish`."""

    def __init__(self, question: Question):
        self.question = question
        self.cells = dict.fromkeys(_names(question), Cell())
        self.outside, self.everyone = Cell(), Cell()

    def add(self, said: Any, cell: Cell) -> None:
        """What one child said; None for skipped."""
        if said is None or said == RATHER_NOT:
            self.outside += cell
            return
        self.everyone += cell
        for name in self._chosen(said):
            self.cells[name] += cell

    def _chosen(self, said: Any) -> list[str]:
        if said == DONT_KNOW:
            return [DONT_KNOW]
        if self.question.kind == "integer":
            return [str(said)]
        codes = said if isinstance(said, list) else [said]
        return [self.question.options[code - 1].name for code in codes]

    @property
    def counted(self) -> Counted:
        return Counted(
            self.cells,
            outside=self.outside,
            is_many=self.question.kind == "many",
            everyone=self.everyone,
            is_sensitive=self.question.sensitive,
        )


def _names(question: Question) -> list[str]:
    """What a question's rows are called, in order; "I don't know" last, for it counts in the base."""
    if question.kind == "integer" and question.start is not None and question.end is not None:
        named = [str(number) for number in range(question.start, question.end + 1)]
    else:
        named = [option.name for option in question.options]
    return [*named, DONT_KNOW] if question.has_dont_know else named
