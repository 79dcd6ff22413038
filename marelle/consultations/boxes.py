"""What a sealed box holds, as JSON: one part of one child's answers, one free text alone, or a box a tablet had sealed.

`collect` writes them, `opening` reads them; nothing else does, and nobody before the consultation has closed.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # made once: a box is sealed for every part


@dataclass(frozen=True)
class Place:
    """Where and when, as coarse as the opening needs it. `week`: 2026-W45. `territory`, `department`: official codes."""

    territory: str
    department: str
    site_kind: str
    site: str
    week: str


@dataclass(frozen=True)
class Sheet:
    """One part of one child's answers. `thread` joins the parts of one visit, until the opening."""

    version: str
    part: str
    thread: str
    age_band: str
    gender: str
    language: str
    mode: str
    rendering: str
    place: Place
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FreeText:
    """What a child wrote, without thread, place or answers."""

    question: str
    text: str
    age_band: str
    language: str
    department: str


@dataclass(frozen=True)
class Carried:
    """A part a tablet sealed while it had no network, as it came: `sealing.open_box` again, `answering.clean` next."""

    box: bytes
    place: Place


def written(content: Sheet | FreeText | Carried) -> bytes:
    """The JSON to seal."""
    said: dict[str, Any] = dict(vars(content))
    if isinstance(content, Carried):
        said["box"] = base64.b85encode(content.box).decode()
    if "place" in said:
        said["place"] = vars(said["place"])
    return _WRITTEN.encode(said).encode()


def read(plain: bytes) -> Sheet | FreeText | Carried:
    """What was sealed. Raises ValueError for what this house did not write."""
    try:
        said = json.loads(plain)
        if "text" in said:
            return FreeText(**said)
        place = Place(**said.pop("place"))
        return Carried(base64.b85decode(said["box"]), place) if "box" in said else Sheet(place=place, **said)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a sheet") from error
