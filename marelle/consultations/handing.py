"""A file of sealed boxes an adult hands over for a tablet that found no network: read, then taken by the road of `collect`.

What became of it is told in counts of its own boxes. Which of them were here already is told to nobody (specs/consultation.md, 10).
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from marelle.consultations.asking import Refusal, Step
from marelle.consultations.collect import ID, Intake

MOST_BYTES = 2_000_000  # of a file: a tablet that went round a class of sixty holds half a megabyte
MOST_BOXES = 2000  # of a kilobyte each at least: more is no file of a tablet
BEGINS = b'{"pass":"late.'  # as a tablet writes it
TOO_BIG, EMPTY, CUT, NOT_OURS, ANOTHER, TOO_LATE = "too big", "empty", "cut", "not ours", "another", "too late"
NO_BOX, FULL, LATER, OVER = 422, 409, 503, 410  # why a box is not taken, as `collect` says it


class Unreadable(ValueError):
    """No box of this file can be taken. `why`: one of the six words above."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class File:
    """What a tablet wrote. `ticket`: its pass; `boxes`: as they are sealed, by id; `odd`: entries that are no box."""

    ticket: str
    boxes: dict[str, str] = field(default_factory=dict)
    odd: int = 0


@dataclass(frozen=True)
class Handed:
    """What became of the boxes of one file. `received`: on the disk, now or before."""

    received: int
    refused: dict[int, int] = field(default_factory=dict)  # by status

    @property
    def is_whole(self) -> bool:
        """Whether the tablet may forget all of it."""
        return not self.refused


def read(content: bytes) -> File:
    """A file as `static/kids/tablet.js` writes it. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(TOO_BIG)
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable(CUT if content.startswith(BEGINS) else NOT_OURS) from None
    if not isinstance(said, dict) or not isinstance(said.get("pass"), str) or not isinstance(said.get("boxes"), list):
        raise Unreadable(NOT_OURS)
    if len(said["boxes"]) > MOST_BOXES:
        raise Unreadable(NOT_OURS)
    if not said["boxes"]:
        raise Unreadable(EMPTY)
    found: dict[str, str] = {}
    odd = 0
    for each in said["boxes"]:
        id, sealed = (each.get("id"), each.get("sealed")) if isinstance(each, dict) else (None, None)
        if isinstance(id, str) and isinstance(sealed, str) and ID.fullmatch(id):
            found.setdefault(id, sealed)
        else:
            odd += 1
    return File(said["pass"], found, odd)


def hand_over(intake: Intake, file: File, reference: str) -> Handed:
    """Each box goes where a tablet would have sent it, once however often it comes; the first that finds the disk away ends it.

    `reference`: of the group whose page the file was brought to. Raises Unreadable for another's, or once it is too late.
    """
    try:
        _pass, facts = intake.passed(file.ticket)
    except Refusal as refusal:
        raise Unreadable(TOO_LATE if refusal.status == OVER else NOT_OURS) from None
    if facts.reference != reference:
        raise Unreadable(ANOTHER)
    statuses = Counter(_statuses(intake, file))
    statuses[NO_BOX] += file.odd
    received = statuses.pop(201, 0)
    return Handed(received, {status: count for status, count in sorted(statuses.items()) if count})


def _statuses(intake: Intake, file: File) -> Iterator[int]:
    """What `collect` would answer to each."""
    waits = False
    for id, sealed in file.boxes.items():
        status = LATER if waits else _sent(intake, {"pass": file.ticket, "id": id, "sealed": sealed})
        waits = waits or status == LATER
        yield status


def _sent(intake: Intake, said: dict[str, str]) -> int:
    try:
        intake.receive(said, Step())
    except Refusal as refusal:
        return refusal.status
    return 201
