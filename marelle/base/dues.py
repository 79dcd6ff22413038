"""What is due, gathered once: packages name the rows they watch, and one question to the database reads them all.

"Aujourd'hui" would else ask each package in turn, and one question more with each part the house gains.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date, parse_datetime

from marelle.base import registers
from marelle.base.registers import Act, Change, Holding, Moment, Today

MOST_ACTS = 3
MOST_CHANGES = 10  # lines of "what changed"


class Facts(Mapping[str, Any]):
    """The columns of one row as every database gives them back: `at` and `on` read its dates, `words` its texts."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]

    def __iter__(self) -> Any:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def at(self, name: str) -> datetime | None:
        """A moment, in UTC."""
        found = parse_datetime(self[name]) if self[name] else None
        return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found

    def on(self, name: str) -> date | None:
        """A day."""
        return parse_date(self[name]) if self[name] else None

    def words(self, name: str) -> Any:
        """What a JSON column holds."""
        return json.loads(self[name]) if isinstance(self[name], str) else self[name]


Line = Act | Moment | Change | Holding
Ask = Callable[[Any, Any], QuerySet | None]
Tell = Callable[[list[Facts], Any, Any], Iterable[Line]]


@dataclass(frozen=True)
class Watch:
    """Rows one package watches for a reader in an organisation, and the lines they make.

    `ask(person, organisation)`: the rows (`facts` of a queryset), None when this reader has nothing to know of them.
    `tell(rows, person, organisation)`: what they make, in no order; it is called only when there are some.
    """

    ask: Ask
    tell: Tell


watches: list[Watch] = []


def facts(rows: QuerySet, **columns: Any) -> QuerySet:
    """The rows of a watch: what its lines need, by name, each a field or an expression."""
    return rows.order_by().annotate(facts=JSONObject(**columns))


def read(watch: Watch, person: Any, organisation: Any) -> list[Line]:
    """The lines of one watch alone: for a calendar."""
    rows = watch.ask(person, organisation)
    found = [] if rows is None else [Facts(columns) for columns in rows.values_list("facts", flat=True)]
    return list(watch.tell(found, person, organisation)) if found else []


def today(person: Any, *organisations: Any) -> Today:
    """The three places of "Aujourd'hui": at most three acts, dates in order, latest changes first; and who holds what.

    For a reader of several organisations at once, each act says whose it is.
    """
    lines = [*_thought_of(person, organisations), *_watched(person, organisations)]
    several = len(organisations) > 1
    acts = [replace(a, sentence=f"{o} · {a.sentence}") if several else a for a, o in lines if isinstance(a, Act)]
    moments = [m for m, _o in lines if isinstance(m, Moment)]
    changes = [c for c, _o in lines if isinstance(c, Change)]
    return Today(
        acts=sorted(acts, key=_by_urgency)[:MOST_ACTS],
        moments=sorted(moments, key=lambda m: m.starts_at),
        changes=sorted(changes, key=lambda c: c.at, reverse=True)[:MOST_CHANGES],
        held=[held for held, _o in lines if isinstance(held, Holding)],
    )


def _thought_of(person: Any, organisations: Iterable[Any]) -> Iterable[tuple[Line, Any]]:
    """The lines of each provider, with their organisation."""
    for organisation in organisations:
        for provider in registers.today_providers:
            part = provider(person, organisation)
            lines: list[Line] = [*part.acts, *part.moments, *part.changes, *part.held]
            yield from ((line, organisation) for line in lines)


def _watched(person: Any, organisations: Iterable[Any]) -> Iterable[tuple[Line, Any]]:
    """The lines of every watch, with their organisation. One question, whatever their number."""
    asked = [(watch, organisation) for organisation in organisations for watch in watches]
    found: dict[int, list[Facts]] = {}
    for number, columns in _rows(person, asked):
        found.setdefault(number, []).append(Facts(columns))
    for number, rows in sorted(found.items()):
        watch, organisation = asked[number]
        yield from ((line, organisation) for line in watch.tell(rows, person, organisation))


def _rows(person: Any, asked: list[tuple[Watch, Any]]) -> Iterable[tuple[int, dict[str, Any]]]:
    arms = []
    for number, (watch, organisation) in enumerate(asked):
        rows = watch.ask(person, organisation)
        if rows is not None:
            arms.append(rows.annotate(watch=Value(number)).values_list("watch", "facts"))
    return arms[0].union(*arms[1:], all=True) if arms else []


def _by_urgency(act: Act) -> tuple[bool, bool, float]:
    return (not act.urgent, act.due_at is None, act.due_at.timestamp() if act.due_at else 0.0)
