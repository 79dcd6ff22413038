"""Booklets typed in: what a number pad says, what two persons typed apart, what is kept of it (specs/consultation.md, section 14).

An entry waits sealed under a key of this house alone, and says nothing of who typed it. Once settled it is a part like any other.
"""

import hmac
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from marelle.consultations import answering, booklets, numbering, passes
from marelle.consultations.answering import Answer
from marelle.consultations.questionnaires import (
    AGE_BAND,
    GENDER,
    GENDERS,
    PICTURES,
    Part,
    Question,
    Questionnaire,
)

ANY_NUMBER = range(numbering.LOWEST, numbering.LOWEST + numbering.NUMBERS)  # of a booklet
ABOUT = (AGE_BAND, GENDER, "lang")  # compared like answers
BOTH = "both"


class Unknown(ValueError):
    """What was typed is no key of this question."""


@dataclass(frozen=True)
class Entry:
    """One booklet as one person typed it. `seed`: of chance; what its parts are known by, so that sending twice is once."""

    band: str
    gender: str
    language: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    seed: str = ""

    @classmethod
    def new(cls, band: str, gender: str, language: str, answers: Mapping[str, Answer]) -> Self:
        """An entry nobody can tie to anything."""
        return cls(band, gender, language, dict(answers), secrets.token_hex(32))

    def value(self, name: str) -> Any:
        """What it says of a question, or of the child; None when nothing."""
        return {AGE_BAND: self.band, GENDER: self.gender, "lang": self.language}.get(name, self.answers.get(name))

    def having(self, chosen: Mapping[str, Any]) -> "Entry":
        """The same with other values; None takes an answer away."""
        answers = {n: v for n, v in {**self.answers, **chosen}.items() if v is not None and n not in ABOUT}
        band, gender, language = (chosen.get(name) or self.value(name) for name in ABOUT)
        return Entry(band, gender, language, answers, self.seed)


# Keys ----------------------------------------------------------------------------------------------------------------
def put(questionnaire: Questionnaire, band: str) -> list[tuple[Part, Question]]:
    """What a booklet of that band asks, in order: a line to type each."""
    return [
        (part, question)
        for part in questionnaire.parts
        for question in part.seen_by(band)
        if question.is_asked and booklets.is_printed(question, part, band)
    ]


def understood(question: Question, typed: str) -> Answer | None:
    """What the keys say of a question; None when it was skipped. Raises Unknown."""
    said = typed.strip()
    if said in ("", numbering.SKIPPED):
        return None
    specials = numbering.special_keys(question)
    if said in specials:
        return specials[said]
    if question.kind == "text":
        return " ".join(said.split())[: answering.MOST_TEXT]
    keys = numbering.option_keys(question)
    if question.kind != "many":
        if said not in keys:
            raise Unknown(question.name)
        return keys[said]
    found = sorted({keys.get(key, 0) for key in said.replace(",", "").replace(" ", "")})
    if 0 in found:
        raise Unknown(question.name)
    return found


def keys_of(question: Question, answer: Any) -> str:
    """The contrary: what is typed to say so."""
    if answer is None:
        return numbering.SKIPPED
    specials = {said: key for key, said in numbering.special_keys(question).items()}
    if isinstance(answer, str):
        return specials.get(answer, answer)
    keys = {code: key for key, code in numbering.option_keys(question).items()}
    return "".join(keys[code] for code in answer) if isinstance(answer, list) else keys[answer]


# Two entries ---------------------------------------------------------------------------------------------------------
def differing(questionnaire: Questionnaire, one: Entry, other: Entry) -> list[str]:
    """Where two persons read a booklet otherwise: names of questions, and of what was asked of the child."""
    names = [question.name for question in questionnaire.questions() if question.is_asked]
    return [name for name in (*ABOUT, *names) if _told(one.value(name)) != _told(other.value(name))]


def compared(questionnaire: Questionnaire, one: Entry) -> int:
    """How many things were compared: what rates of error are a share of."""
    return len(ABOUT) + len(put(questionnaire, one.band))


def mistaken(name: str, chosen: Any, first: Entry, second: Entry) -> str:
    """Whose keys said otherwise than what was settled: "first", "second" or "both"."""
    wrong = [who for who, entry in (("first", first), ("second", second)) if _told(entry.value(name)) != _told(chosen)]
    return BOTH if len(wrong) == 2 else wrong[0] if wrong else ""


def _told(value: Any) -> Any:
    """Free texts are alike when their letters are."""
    return "".join(filter(str.isalnum, value.casefold())) if isinstance(value, str) else value


# Kept sealed, then sent ----------------------------------------------------------------------------------------------
def seal(entry: Entry, about: str, key: bytes) -> str:
    """For the database, until it is settled. `about`: the booklet it is of: elsewhere it does not open."""
    return passes.closed(json.dumps(asdict(entry)).encode(), about, key)


def opened(text: str, about: str, key: bytes) -> Entry:
    """Raises passes.Invalid."""
    return Entry(**json.loads(passes.reopened(text, about, key)))


def parts(questionnaire: Questionnaire, entry: Entry) -> list[tuple[str, dict[str, Any]]]:
    """What is sent of a booklet: an id and a part each, those where nothing was ticked left out."""
    found = []
    for part in questionnaire.parts:
        answers = {q.name: entry.answers[q.name] for q in part.questions if q.name in entry.answers}
        if answers:
            found.append((_id(entry.seed, part.name), _sent(questionnaire, part, entry, answers)))
    return found


def _sent(questionnaire: Questionnaire, part: Part, entry: Entry, answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {
        "v": questionnaire.short_hash,
        "p": part.name,
        "t": _drawn(entry.seed, "thread").hex(),
        "a": dict(answers),
        "age_band": entry.band,
        "gender": entry.gender,
        "lang": entry.language,
        "mode": "paper",
        "rendering": "pictures" if entry.band in PICTURES else "text",
    }


def _id(seed: str, part: str) -> str:
    """The same for the same part of the same booklet, told by nothing else."""
    return str(uuid.UUID(bytes=_drawn(seed, f"part {part}"), version=4))


def _drawn(seed: str, what: str) -> bytes:
    return hmac.digest(bytes.fromhex(seed), what.encode(), "sha256")[:16]


# Rates ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Rate:
    """Mistakes among what was typed twice. `of`: things compared."""

    mistakes: int
    of: int

    @property
    def percent(self) -> float | None:
        """0 to 100; None when nothing was typed twice."""
        return 100 * self.mistakes / self.of if self.of else None


def gender_of(typed: str) -> str:
    """The gender behind its key: nothing ticked is not said. Raises Unknown."""
    if typed.strip() in ("", numbering.SKIPPED, numbering.NO):
        return GENDERS[-1]
    places: Sequence[str] = [str(place) for place in range(1, len(GENDERS) + 1)]
    if typed.strip() not in places:
        raise Unknown(GENDER)
    return GENDERS[int(typed) - 1]
