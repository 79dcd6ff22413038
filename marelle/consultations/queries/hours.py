"""The last hours of the intake, for the whole house: counts by fives, and how long answers took."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from marelle.consultations import figures, hours
from marelle.consultations.models import IntakeHour

LAST = timedelta(hours=48)


@dataclass(frozen=True)
class Hour:
    """One hour. Counts are by fives, None under five, none at all included; `failed` and `later` tell 0 from fewer than five.

    `half`, `most`: milliseconds within which a half and 95 in 100 were answered; None when longer, or under five in all.
    """

    at: datetime
    received: int | None
    shown: int | None
    refused: int | None
    later: int | None
    failed: int | None
    is_told: bool
    half: int | None
    most: int | None


def last_hours(at: datetime) -> list[Hour]:
    """Those that are over, the latest first. One question."""
    lines: dict[datetime, Counter[tuple[int, int]]] = {}
    for row in IntakeHour.objects.filter(hour__gt=at - LAST).order_by("-hour", "status", "within_ms"):
        lines.setdefault(row.hour, Counter())[row.status, row.within_ms] += row.answers
    return [_told(hour, counted) for hour, counted in lines.items()]


def _told(hour: datetime, counted: Counter[tuple[int, int]]) -> Hour:
    kinds: Counter[str] = Counter()
    steps: Counter[int] = Counter()
    for (status, step), answers in counted.items():
        kinds[_kind(status)] += answers
        steps[step] += answers
    is_told = steps.total() >= figures.FLOOR
    return Hour(
        at=hour,
        received=figures.by_fives(kinds["received"]),
        shown=figures.by_fives(kinds["shown"]),
        refused=figures.by_fives(kinds["refused"]),
        later=figures.by_fives(kinds["later"]) if kinds["later"] else 0,
        failed=figures.by_fives(kinds["failed"]) if kinds["failed"] else 0,
        is_told=is_told,
        half=hours.within(steps, 0.5) if is_told else None,
        most=hours.within(steps, 0.95) if is_told else None,
    )


def _kind(status: int) -> str:
    """What an answer was, for whoever watches."""
    if status == 201:
        return "received"
    if status == 503:
        return "later"
    return "failed" if status >= 500 else "refused" if status >= 400 else "shown"
