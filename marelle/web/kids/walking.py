"""Where a child is on the way, carried from screen to screen in one sealed field: no cookie, no storage, no draft anywhere.

Knows the order of things and what may be asked next; draws nothing.
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from marelle.consultations import answering, conditions, passes
from marelle.consultations.answering import Answer
from marelle.consultations.questionnaires import BANDS, GENDERS, PICTURES, Part, Question, Questionnaire

MOST_ON_A_PAGE = 10  # questions, without a script


@dataclass(frozen=True)
class State:
    """One child's way so far. `done`: parts that were received. `page`: of the part, from 0; `shown`: what it holds."""

    code: str = ""
    lang: str = ""
    band: str = ""
    gender: str = ""
    thread: str = ""
    done: tuple[str, ...] = ()
    part: str = ""
    id: str = ""
    page: int = 0
    a: Mapping[str, Answer] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, secret: passes.Secret, about: str, now: datetime) -> Self | None:
        """What a page carried; None when it is not ours, too old, or of another group."""
        try:
            said = json.loads(secret.open(text, about, now))
            return cls(**said | {"done": tuple(said["done"])})
        except (passes.Invalid, ValueError, TypeError, KeyError):
            return None

    @classmethod
    def left_of(cls, text: str, secret: passes.Secret, about: str) -> Self | None:
        """Of a way that waited too long: the door and the language. Nothing of the child: another may sit there by now."""
        try:
            said = json.loads(secret.outlived(text, about)[0])
            return cls(code=said["code"], lang=said["lang"])
        except (passes.Invalid, ValueError, TypeError, KeyError):
            return None

    def sealed(self, secret: passes.Secret, about: str, now: datetime) -> str:
        """For the next page. Raises passes.TooLong."""
        said = json.dumps(
            asdict(self), separators=(",", ":"), ensure_ascii=False
        )  # Arabic would take three times as much
        return secret.seal(said.encode(), about, now)

    def begun(self, part: str) -> "State":
        """At the door of a part: nothing answered, an identifier of its own."""
        thread = self.thread or secrets.token_hex(16)
        return replace(self, part=part, page=0, a={}, id=str(uuid.uuid4()), thread=thread)

    def sent(self) -> "State":
        """The part was received: its answers go, its name stays."""
        return replace(self, done=(*self.done, self.part), part="", id="", page=0, a={})


def rendering(band: str) -> str:
    """Whether a band sees pictures beside the words."""
    return "pictures" if band in PICTURES else "text"


def parts_for(questionnaire: Questionnaire, band: str) -> list[Part]:
    """The parts that put at least one question to a band."""
    return [part for part in questionnaire.parts if any(question.is_asked for question in part.seen_by(band))]


def pages_of(part: Part, state: State) -> list[list[Question]]:
    """A part by pages of ten questions at most; one that depends on an answer stands on a page after it.

    The pages are the same whatever is answered: some of them may hold nothing to put to this child.
    """
    put = {question.name for question in answering.asked(part, state.band, state.gender, state.a)}
    pages: list[list[Question]] = [[]]
    for question in part.seen_by(state.band):
        here = {other.name for other in pages[-1]}
        if len(here) >= MOST_ON_A_PAGE or conditions.references(question.relevance) & here:
            pages.append([])
        pages[-1].append(question)
    return [[question for question in page if question.name in put] for page in pages]


def turned(part: Part, state: State, by: int) -> State:
    """The next page that puts something, or the one before; past the last, the end; before the first, -1."""
    found, page = pages_of(part, state), state.page + by
    while 0 <= page < len(found) and not found[page]:
        page += by
    return replace(state, page=page)


def answered(part: Part, shown: list[Question], state: State, fields: Mapping[str, list[str]]) -> State:
    """The state with what was typed on a page: what is shown there and left empty is skipped. Raises answering.Refused."""
    names = {question.name for question in shown}
    typed = answering.from_form(part, [(name, tidy(value)) for name in names for value in fields.get(name, ())])
    return replace(state, a={name: said for name, said in state.a.items() if name not in names} | typed)


def tidy(typed: str) -> str:
    """What was typed, on one line, without the marks nobody sees."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in typed).split())


def about(fields: Mapping[str, str]) -> tuple[str, str]:
    """Band and gender as chosen; "" for a band nobody knows, gender not said when it is not chosen."""
    band, gender = fields.get("band", ""), fields.get("gender", "")
    return band if band in BANDS else "", gender if gender in GENDERS else "no"


def body(state: State, questionnaire: Questionnaire) -> dict[str, Any]:
    """The part as `collect` takes it."""
    return {
        "v": questionnaire.short_hash,
        "p": state.part,
        "t": state.thread,
        "a": dict(state.a),
        "age_band": state.band,
        "gender": state.gender,
        "lang": state.lang,
        "mode": "screen",
        "rendering": rendering(state.band),
    }
