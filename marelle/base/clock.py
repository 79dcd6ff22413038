"""One clock for every deadline.

On PostgreSQL the database's clock decides, so that several machines agree; elsewhere
the host's. In demonstration it starts at the stage's date and ticks. Tests fix it
with `at(...)`. Sessions and one-time passwords keep real time: they never come here.
"""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")
PLACES = {  # where the name of a zone is not how its place is written
    "America/St_Barthelemy": "Saint-Barthélemy",
    "Indian/Reunion": "La Réunion",
    "Pacific/Noumea": "Nouméa",
}

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)
_shift: timedelta | None = None


def now() -> datetime:
    """The moment that decides, aware, in UTC."""
    if _fixed.get() is None and _shift is None and settings.CLOCK_FROM_DATABASE and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0].astimezone(UTC)
    return here()


def here() -> datetime:
    """The moment by this machine's clock: asks nothing of the database, and decides of no deadline."""
    return _fixed.get() or timezone.now() + (_shift or timedelta())


def today() -> date:
    """The day in Paris."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day a moment falls on, in Paris."""
    return moment.astimezone(PARIS).date()


def evening_of(day: date) -> datetime:
    """The last minute of a day in Paris: what is due that day comes in time until then."""
    return datetime.combine(day, time(23, 59), PARIS)


def months_after(day: date, months: int) -> date:
    """The same day of the month, `months` later, or earlier when negative; the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def place_of(zone: str) -> str:
    """The place that keeps the time of a zone: "Paris" for Europe/Paris."""
    return PLACES.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def start_at(moment: datetime) -> None:
    """Let the clock of this process start at `moment` and tick. Demonstration only."""
    global _shift
    _shift = moment - timezone.now()


def shift() -> timedelta | None:
    """How far the demonstration's clock is from the real one; None outside demonstration."""
    return _shift


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment`."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
