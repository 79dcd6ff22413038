"""Where packages say what they bring to the shared pages. `base` knows none of them.

Each register is filled in an `AppConfig.ready`; pages read it. Nothing else is shared this way.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any


@dataclass(frozen=True)
class Found:
    """One answer of the search: what it is, its name, where it stands."""

    kind: str
    title: str
    sentence: str
    address: str


@dataclass(frozen=True)
class Act:
    """Something to do, for "Aujourd'hui": a verb-first sentence, an address, and until when."""

    sentence: str
    address: str
    due_at: datetime | None = None
    urgent: bool = False
    zone: str = "Europe/Paris"


@dataclass(frozen=True)
class Moment:
    """A date worth knowing: for "Aujourd'hui" and for calendar feeds. `ends_at` None: an instant; `zone` tells its hour.

    `sequence` goes up when it is moved, so that calendars that hold it follow; cancelled, it is told as such.
    """

    code: str
    title: str
    starts_at: datetime
    address: str
    ends_at: datetime | None = None
    sentence: str = ""
    zone: str = "Europe/Paris"
    place: str = ""
    sequence: int = 0
    is_cancelled: bool = False


@dataclass(frozen=True)
class Change:
    """What changed since last time: a sentence, when, where."""

    sentence: str
    at: datetime
    address: str


@dataclass(frozen=True)
class Holding:
    """Who in the organisation holds a thing: as what (`how`, a verb or a noun), its name, where it stands.

    `holder`: a person or a service; "" while nobody is named, and `name_at` is then where to name somebody.
    `more_at`: where all the things of its kind are.
    """

    how: str
    thing: str
    address: str
    holder: str = ""
    name_at: str = ""
    more_at: str = ""


@dataclass
class Today:
    """What one provider brings to "Aujourd'hui" for one reader in one organisation."""

    acts: list[Act]
    moments: list[Moment]
    changes: list[Change]
    held: list[Holding] = field(default_factory=list)


@dataclass(frozen=True)
class Joined:
    """What becomes of a column that names a person when their account is taken into another one of theirs.

    `how`: "moves" to the other account; "stays" (with `column`: once that one is filled); where one person may stand
    once, "folds": the second row goes, "ends": the second row ends today in `column`, and both are kept.
    """

    how: str
    column: str = ""


# (text, person or None for a visitor, limit) -> what they may see
search_providers: list[Callable[[str, Any, int], Iterable[Found]]] = []
# the same, for what anyone may find: it comes after the reader's own
public_search_providers: list[Callable[[str, Any, int], Iterable[Found]]] = []
# (person, organisation) -> Today: for what needs thought; rows to watch go to `dues.watches`, which asks them at once
today_providers: list[Callable[[Any, Any], Today]] = []
# (person or None, organisation or None) -> dates; None, None is the public feed
calendar_providers: list[Callable[[Any, Any], Iterable[Moment]]] = []
# person of the committee -> keys of the files that come with what this person may read
files_shown: list[Callable[[Any], Any]] = []
# committees (None: all of them) -> keys of the organisations that answered one of their calls
answered: list[Callable[[Any], Any]] = []
# organisation -> keys of the committees whose calls it answered
answered_to: list[Callable[[Any], Any]] = []
# name -> condition on the organisation of the row at hand, read with each membership: menus cost no question of their own
standings: dict[str, Callable[[], Any]] = {}
# committees -> references ("package.model:code") of what is not theirs, as querysets of one column
elsewhere: list[Callable[[Any], Iterable[Any]]] = []
# e-mail address of somebody who is being erased: what the packages above keep under it goes, in the same transaction
forgetting: list[Callable[[str], None]] = []
# "package.Model.column" that names a person -> what becomes of it when two accounts become one; unnamed: it moves
joined: dict[str, Joined] = {}
# name -> sentences of what is broken; empty when the house is sound (trust D7)
invariants: dict[str, Callable[[], Iterable[str]]] = {}
# what a new house still lacks, one sentence each with the command that brings it: told by `marelle check` and at the start
missing: list[Callable[[], Iterable[str]]] = []


def search(text: str, person: Any, limit: int = 20) -> list[Found]:
    """What `person` may see that answers `text`: their own first, then what anyone may find."""
    own = _in_turn(search_providers, text, person, limit)
    return [*own, *_in_turn(public_search_providers, text, person, limit)][:limit]


def moments(person: Any, organisation: Any) -> list[Moment]:
    """Every date for a feed, in order."""
    return sorted((m for p in calendar_providers for m in p(person, organisation)), key=lambda m: (m.starts_at, m.code))


def _in_turn(providers: list[Callable[..., Iterable[Found]]], text: str, person: Any, limit: int) -> list[Found]:
    """The best of each provider, then the second best of each…"""
    answers = [list(provider(text, person, limit)) for provider in providers]
    return [found for rank in zip_longest(*answers) for found in rank if found is not None]
