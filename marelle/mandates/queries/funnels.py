"""How far the applications of a call went, by track and by week: counts, which name no one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from marelle.mandates.models import Application, Call, Decision, HandIn
from marelle.mandates.queries.office import DECIDED, HANDED_IN, READ
from marelle.mandates.states import ApplicationState

A = ApplicationState
COMPLETE = HANDED_IN - {A.SUBMITTED, A.RETURNED}
LEFT = frozenset({A.WITHDRAWN, A.LAPSED})


@dataclass(frozen=True)
class Steps:
    """One track, or all of them (""). Each application counts in every step it has passed; `drafts`: still being written; `left`: withdrawn or lapsed."""

    track: str
    intents: int
    drafts: int
    handed_in: int
    complete: int
    read: int
    decided: int
    signed: int
    left: int


@dataclass(frozen=True)
class Week:
    """What came in seven days, from a Monday. `decided`: first decisions."""

    monday: date
    intents: int
    handed_in: int
    decided: int


def by_track(call: Call) -> list[Steps]:
    """A line a track, in the call's order, then all of them. Two questions."""
    rows = _rows(call).values_list("track__code", "state")
    names = {track.code: str(track) for track in call.tracks.all()}
    states: dict[str, Counter[str]] = {code: Counter() for code in names}
    for code, state in rows:
        states.setdefault(code, Counter())[state] += 1
    lines = [_steps(names.get(code, code), found) for code, found in states.items()]
    return [*lines, _steps("", sum(states.values(), Counter()))]


def by_week(call: Call) -> list[Week]:
    """Every week from the first intent to the last act, those without any too. Three questions."""
    intents = _weeks(_rows(call).values_list("created_at", flat=True), call)
    first = HandIn.objects.filter(application__call=call, number=1)
    handed_in = _weeks(first.values_list("handed_in_at", flat=True), call)
    decided = _weeks(_first_decisions(call), call)
    mondays = sorted({*intents, *handed_in, *decided})
    if not mondays:
        return []
    count = (mondays[-1] - mondays[0]).days // 7 + 1
    weeks = [mondays[0] + timedelta(weeks=number) for number in range(count)]
    return [Week(monday, intents[monday], handed_in[monday], decided[monday]) for monday in weeks]


def _rows(call: Call) -> QuerySet[Application]:
    return Application.objects.filter(call=call).everyone(reason="counts of a call")


def _first_decisions(call: Call) -> list[datetime]:
    rows = Decision.objects.filter(application__call=call).order_by("decided_at", "pk")
    found: dict[int, datetime] = {}
    for application, at in rows.values_list("application", "decided_at"):
        found.setdefault(application, at)
    return list(found.values())


def _weeks(moments: Iterable[datetime], call: Call) -> Counter[date]:
    """How many fell in each week, told by its Monday where the call is."""
    zone = ZoneInfo(call.zone)
    days = (timezone.localdate(at, zone) for at in moments)
    return Counter(day - timedelta(days=day.weekday()) for day in days)


def _steps(track: str, found: Counter[str]) -> Steps:
    def having(states: Iterable[str]) -> int:
        return sum(found[state] for state in states)

    return Steps(
        track=track,
        intents=found.total(),
        drafts=having({A.INTENT, A.DRAFT}),
        handed_in=having(HANDED_IN),
        complete=having(COMPLETE),
        read=having(READ),
        decided=having(DECIDED),
        signed=found[A.SIGNED],
        left=having(LEFT),
    )
