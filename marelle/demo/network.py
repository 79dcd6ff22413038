"""The demonstration network as its file says it: places, how far each went, and the words they use."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import yaml

from marelle.base import clock

FILE = Path(__file__).with_name("network.yaml")

# How far an application goes; each fate goes through all that stands before it, save the branches.
FATES = (
    "intent", "draft", "complete", "submitted", "returned", "admissible", "reading", "read", "opinion", "proposed",
    "declined", "probation", "accepted", "voted", "sent", "partly_signed", "signed", "running",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One place and its application: to which call, on which track, how far; `joint`: the commune it applies with."""

    number: int
    code: str
    call: str
    fate: str
    track: str = "titre"
    later: str = ""
    joint: str = ""

    def once_over(self) -> Self:
        """The same place when its call is over: what still waited was answered."""
        if not self.later:
            return self
        return replace(self, fate="running", track="reseau" if self.later == "light" else self.track)

    def went(self, *, past: str) -> bool:
        """Whether its application went as far as `past`, or further."""
        return FATES.index(self.fate) >= FATES.index(past)


@dataclass(frozen=True)
class CallPlan:
    """A call of the demonstration."""

    code: str
    name: dict[str, str]
    opens_at: datetime
    closes_at: datetime
    starts_on: date
    tracks: tuple[str, ...]


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def places(until: datetime) -> list[Place]:
    """Every place whose call is open by then, in the order of the file."""
    over = {plan.code: plan.closes_at <= until for plan in calls() if plan.opens_at <= until}
    rows = [Place(number=number, **row) for number, row in enumerate(content()["places"])]
    return [place.once_over() if over[place.call] else place for place in rows if place.call in over]


def together(told: Sequence[Place]) -> list[tuple[Place, ...]]:
    """Each place alone, or the commune and the intercommunality that apply jointly, where both are told."""
    codes = {place.code for place in told}
    beside = {place.joint: place for place in told if place.joint in codes}
    alone = [place for place in told if place not in beside.values()]
    return [(place, beside[place.code]) if place.code in beside else (place,) for place in alone]


def calls() -> list[CallPlan]:
    """The calls, the oldest first."""
    return [
        CallPlan(
            code=row["code"],
            name=row["name"],
            opens_at=datetime.fromisoformat(row["opens"]).replace(tzinfo=clock.PARIS),
            closes_at=datetime.fromisoformat(row["closes"]).replace(tzinfo=clock.PARIS),
            starts_on=date.fromisoformat(row["starts_on"]),
            tracks=tuple(row["tracks"]),
        )
        for row in content()["calls"]
    ]


def someone(number: int) -> str:
    """An invented name, always the same for a number."""
    first, last = content()["first_names"], content()["last_names"]
    return f"{first[number % len(first)]} {last[(number * 7 + number // len(first)) % len(last)]}"


def one_of(words: list[str], number: int) -> str:
    """One of the sentences, always the same for a number."""
    return words[number % len(words)]
