"""May we join? The framework's own questions, and the first of its outcomes that holds. Plain values, nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marelle.framework.models import text

Check = Mapping[str, Any]  # `Framework.joining`, as in the framework's file


@dataclass(frozen=True)
class Question:
    """One page of the check: `options` are (value, words)."""

    key: str
    title: str
    hint: str
    options: list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What one may do, why, what to do next, and what else to know (title, words)."""

    title: str
    may_apply: bool
    reasons: list[str]
    to_do: list[str]
    notes: list[tuple[str, str]]


def questions(check: Check) -> list[Question]:
    """The questions in order, in the reader's language."""
    return [_question(row) for row in check.get("questions", [])]


def answers_among(check: Check, given: Mapping[str, str]) -> dict[str, str]:
    """The answers of an address, in order, up to the first that is missing or unknown."""
    answers: dict[str, str] = {}
    for row in check.get("questions", []):
        value = given.get(row["key"], "")
        if value not in {answer["code"] for answer in row["answers"]}:
            break
        answers[row["key"]] = value
    return answers


def answer(check: Check, answers: Mapping[str, str]) -> Answer | None:
    """What the answers lead to; None while a question remains that could change it."""
    all_given = len(answers) == len(check.get("questions", []))
    for outcome in check.get("outcomes", []):
        if (all_given or outcome.get("at_once")) and _holds(outcome, answers):
            return _answer(outcome, answers)
    return None


def _holds(thing: Mapping[str, Any], answers: Mapping[str, str]) -> bool:
    """Whether each question its `when` names was given one of the answers it lists."""
    return all(answers.get(key) in among for key, among in thing.get("when", {}).items())


def _question(row: Mapping[str, Any]) -> Question:
    options = [(answer["code"], text(answer["name"])) for answer in row["answers"]]
    return Question(row["key"], text(row["title"]), text(row.get("hint")), options)


def _answer(outcome: Mapping[str, Any], answers: Mapping[str, str]) -> Answer:
    def lines(part: str) -> list[Mapping[str, Any]]:
        return [line for line in outcome.get(part, []) if _holds(line, answers)]

    return Answer(
        title=text(outcome["title"]),
        may_apply=outcome.get("may_apply", False),
        reasons=[text(line["text"]) for line in lines("reasons")],
        to_do=[text(line["text"]) for line in lines("to_do")],
        notes=[(text(line.get("title")), text(line["text"])) for line in lines("notes")],
    )
