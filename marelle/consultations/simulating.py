"""Synthetic children: what they would say, drawn from published shares, the same each time for a seed. Nobody said any of it.

Shares: data/consultation/marginals.csv, with their sources. What no figure tells is invented here, question by question,
always the same. Knows no framework and no database.
"""

import csv
import hashlib
import http.client
import json
import random
import re
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from marelle.consultations import answering
from marelle.consultations.answering import Answer
from marelle.consultations.questionnaires import (
    BANDS,
    DONT_KNOW,
    RATHER_NOT,
    Part,
    Question,
    Questionnaire,
)

PASS = re.compile(r'name="pass" value="([^"]+)"')
TRIES = 20  # of a part the server asks to bring back
FILE = Path(__file__).resolve().parents[2] / "data" / "consultation" / "marginals.csv"
GENDERS = {"girl": 0.48, "boy": 0.48, "other": 0.01, "no": 0.03}  # invented
LANGUAGES = {"fr": 0.86, "fr-x-simple": 0.08}  # invented; the others share what is left
ALONE = frozenset({"none", "never", "nothing", "nobody"})  # options of several that stand alone
STAYS = 0.93  # who sent a part and does another: invented
UNSURE = {"6_8": 0.09, "9_11": 0.06, "12_14": 0.04, "15_18": 0.04}  # « I don't know »: invented
SILENT, SILENT_IF_SENSITIVE, SKIPS, WRITES = 0.02, 0.08, 0.025, 0.25  # would rather not, skips, writes a text: invented
TEXTS = {
    "fr": ["Des arbres dans la cour.", "Une rue sans voitures devant l’école.", "Plus de bancs à l’ombre."],
    "en": ["Trees in the school yard.", "A street without cars by the school.", "More benches in the shade."],
    "ar": ["أشجار في ساحة المدرسة.", "شارع بلا سيارات أمام المدرسة.", "مقاعد أكثر في الظل."],
}
SAYS_SO = {"fr": "[synthétique] ", "en": "[synthetic] ", "ar": "[نص تجريبي] "}  # before every text


@cache
def shares() -> dict[str, list[tuple[frozenset[str], float]]]:
    """By question: options that together weigh a share, 0 to 1."""
    found = defaultdict(list)
    with FILE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found[row["question"]].append((frozenset(row["options"].split("|")), float(row["percent"]) / 100))
    return dict(found)


@dataclass(frozen=True)
class Child:
    """Who would answer."""

    band: str
    gender: str
    language: str
    thread: str
    chance: random.Random = field(compare=False)

    @classmethod
    def draw(cls, chance: random.Random, bands: Sequence[str], languages: Sequence[str]) -> "Child":
        """One of a group that expects these ages and languages."""
        spoken = [LANGUAGES.get(language, 0.03) for language in languages]
        return cls(
            band=chance.choice(list(bands) or list(BANDS)),
            gender=chance.choices(list(GENDERS), list(GENDERS.values()))[0],
            language=chance.choices(list(languages), spoken)[0],
            thread=f"{chance.getrandbits(128):032x}",
            chance=chance,
        )

    def parts(self, questionnaire: Questionnaire, *, mode: str = "screen") -> list[dict[str, Any]]:
        """What this child sends, as `answering.clean` takes it: the first part, and others as long as they stay."""
        said = []
        for part in questionnaire.parts:
            if said and self.chance.random() > STAYS:
                break
            if any(question.is_asked for question in part.seen_by(self.band)):
                said.append(self._part(questionnaire, part, mode))
        return said

    def id(self) -> str:
        """An identifier for a part, as its page would draw one."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def _part(self, questionnaire: Questionnaire, part: Part, mode: str) -> dict[str, Any]:
        answers: dict[str, Answer] = {}
        for question in part.questions:
            put = answering.asked(part, self.band, self.gender, answers)
            if question in put and question.is_asked and (said := self._said(question)) is not None:
                answers[question.name] = said
        return {
            "v": questionnaire.short_hash,
            "p": part.name,
            "t": self.thread,
            "a": answers,
            "age_band": self.band,
            "gender": self.gender,
            "lang": self.language,
            "mode": mode,
            "rendering": "pictures" if self.band in ("6_8", "9_11") else "text",
        }

    def _said(self, question: Question) -> Answer | None:
        """An answer; None: skipped."""
        at, silent = self.chance.random(), SILENT_IF_SENSITIVE if question.sensitive else SILENT
        if question.kind == "text":
            return self._text() if at < WRITES else None
        for share, said in ((SKIPS, None), (silent, RATHER_NOT), (UNSURE[self.band], DONT_KNOW)):
            if at < share:
                return said
            at -= share
        if question.kind == "integer":
            return self._number(question)
        return self._many(question) if question.kind == "many" else self._one(question)

    def _one(self, question: Question) -> int:
        codes = range(1, len(question.options) + 1)
        return self.chance.choices(codes, weights(question.name, tuple(o.name for o in question.options)))[0]

    def _many(self, question: Question) -> list[int]:
        chances = likely(question.name, tuple(o.name for o in question.options))
        chosen = [code for code, share in enumerate(chances, start=1) if self.chance.random() < share]
        alone = [code for code, option in enumerate(question.options, start=1) if option.name in ALONE]
        return chosen or alone or [self.chance.randrange(len(question.options)) + 1]

    def _number(self, question: Question) -> int:
        start, end = question.start or 0, question.end or 0
        return round(self.chance.triangular(start, end, start + (end - start) * invented(question.name, "mode")))

    def _text(self) -> str:
        language = self.language.partition("-")[0]
        spoken = language if language in TEXTS else "fr"
        return SAYS_SO[spoken] + self.chance.choice(TEXTS[spoken])


@cache
def weights(question: str, options: tuple[str, ...]) -> list[float]:
    """How much each option of one choice weighs; together 1."""
    drawn = {option: 0.4 + invented(question, option) for option in options}
    known = [(frozenset(options) & named, share) for named, share in shares().get(question, ()) if named & {*options}]
    told = frozenset[str]().union(*(named for named, _share in known))
    known.append((frozenset(options) - told, 1 - sum(share for _named, share in known)))
    for named, share in known:
        whole = sum(drawn[option] for option in named)
        drawn |= {option: drawn[option] / whole * share for option in named}
    return [drawn[option] for option in options]


@cache
def likely(question: str, options: tuple[str, ...]) -> list[float]:
    """How likely each option of several is, those that stand alone apart."""
    known = {told: share for named, share in shares().get(question, ()) for told in named}
    return [0.0 if name in ALONE else known.get(name, 0.1 + 0.3 * invented(question, name)) for name in options]


def invented(question: str, option: str) -> float:
    """A number from 0 to 1 for what no publication tells, always the same."""
    return int.from_bytes(hashlib.sha256(f"{question} {option}".encode()).digest()[:4], "big") / 2**32


def spread(sheets: int, rooms: Mapping[str, int | None]) -> dict[str, int]:
    """How many sheets each group gets: full at most, groups without a head-count last. Raises ValueError when too many."""
    left, found = sheets, {}
    for reference, room in sorted(rooms.items(), key=lambda one: (one[1] is None, one[0])):
        found[reference] = left if room is None else min(left, room)
        left -= found[reference]
    if left:
        raise ValueError(sheets - left)
    free = [reference for reference, room in rooms.items() if room is None]
    if free:  # shared out among those that take any number
        total = sum(found[reference] for reference in free)
        found |= {ref: total // len(free) + (n < total % len(free)) for n, ref in enumerate(sorted(free))}
    return {reference: count for reference, count in found.items() if count}


# Through the door of a running server ------------------------------------------------------------------------------------
class NotTaken(Exception):
    """The server does not answer, or not as the intake does."""


class Sender:
    """One connection to a running server, by which parts are sent as a page sends them."""

    def __init__(self, host: str, port: int):
        self._host = f"{host}:{port}"
        self._line = http.client.HTTPConnection(host, port, timeout=30)

    def ticket(self, code: str) -> str:
        """The pass of the page a code opens. Raises NotTaken."""
        _status, page, _after = self._ask("GET", f"/e/{code}")
        found = PASS.search(page)
        if found is None:
            raise NotTaken(f"the code {code[:2]}… opens nothing on {self._host}")
        return found[1]

    def send(self, ticket: str, id: str, part: Mapping[str, Any]) -> int:
        """The status the intake gives, come back as often as it asks. Raises NotTaken."""
        body = json.dumps({"pass": ticket, "id": id, "part": part}).encode()
        for _try in range(TRIES):
            status, _page, after = self._ask("POST", "/e/collect", body)
            if status != 503:
                return status
            time.sleep(after)
        return 503

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, str, int]:
        """Status, words, and seconds to wait before coming back."""
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            self._line.request(method, path, body or None, headers)
            answer = self._line.getresponse()
            return answer.status, answer.read().decode(), int(answer.headers.get("Retry-After", 2))
        except (OSError, http.client.HTTPException) as error:
            self._line.close()
            raise NotTaken(f"no answer from {self._host}: {type(error).__name__}") from error
