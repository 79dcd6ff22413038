"""Nightly snapshots: the figures as each day ended. Done again, or killed half-way and done again, the rows are the same.

A région at a time, its mandates by slices: memory does not grow with the network. Derived, and nobody's act: no journal.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from marelle.base import clock, jobs, stamps
from marelle.base.errors import WrongState
from marelle.base.models import Job
from marelle.mandates.models import AreaStanding, AreaValue, Level, Mandate, Night, Standing
from marelle.mandates.queries import nights
from marelle.mandates.queries.nights import LEVELS, Place, facts_of
from marelle.plans.standings import end_of

BATCH = 500
PATIENCE = timedelta(hours=1)  # after midnight: a clock put back brings again an hour in which people write
SPANS = (Standing, AreaStanding, AreaValue)
KEYS: dict[Any, tuple[str, ...]] = {
    Standing: ("mandate_id", "domain_id"),
    AreaStanding: ("level", "area", "domain_id"),
    AreaValue: ("level", "area", "definition_id", "proof"),
}


def due(at: datetime) -> list[date]:
    """The days to take, oldest first: those since the last night, until yesterday; yesterday alone the first time."""
    yesterday = clock.day_of(at) - timedelta(days=1)
    last = nights.last_night()
    first = last.on + timedelta(days=1) if last else yesterday
    return [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]


def ask_for_due_nights(at: datetime) -> None:
    """A round of the worker: a job takes the nights that are due, from one in the morning, once there is a mandate."""
    days = due(at - PATIENCE)
    if days and Mandate.rows.filter(starts_on__lte=days[-1]).exists():
        jobs.enqueue("take_nights", days[-1].isoformat(), until=days[-1].isoformat())


@jobs.task("take_nights")
def take_due_nights(job: Job, *, until: str) -> None:
    """Take the nights that are due; those the worker missed are read only where something was written."""
    days = due(end_of(date.fromisoformat(until)))
    for number, day in enumerate(days, start=1):
        take_night(day, whole=day == days[-1])
        jobs.tell_progress(job, number, len(days))


def take_night(day: date, *, whole: bool = True) -> Night:
    """The figures as a day ended. Taken already: nothing. Killed half-way: it goes on after the last région done.

    `whole`: read every région, else those where something was written since the night before. Raises WrongState
    when a later night was taken: `rebuild`.
    """
    if Night.rows.filter(on__gt=day).exists():
        raise WrongState(f"a night after {day} was taken already: rebuild since that day")
    night, _made = Night.rows.get_or_create(on=day, defaults={"begun_at": clock.now()})
    if night.ended_at:
        return night
    before = Night.rows.filter(on__lt=day).exclude(ended_at=None).order_by("-on").first()
    for region in nights.regions():
        done = night.reached is not None and region <= night.reached
        if not done and (whole or before is None or nights.is_to_read(region, before.on, day)):
            _take_region(night, region)
    return _close(night)


@transaction.atomic
def forget(since: date) -> None:
    """Take back every night from a day on, as if it had not been taken."""
    for model in SPANS:
        model.rows.filter(on__gte=since).delete()
        model.rows.filter(until__gte=since).update(until=None)
    AreaValue.rows.exclude(level=Level.NETWORK).delete()  # without past: read again on the first night taken
    Night.rows.filter(on__gte=since).delete()


def days_between(since: date, until: date, every: str) -> list[date]:
    """Each day, or the last of each month and the very last. Both ends included."""
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return [day for day in days if every == "day" or day == until or (day + timedelta(days=1)).day == 1]


def first_day() -> date | None:
    """The day the first mandate began."""
    return Mandate.rows.order_by("starts_on").values_list("starts_on", flat=True).first()


def _take_region(night: Night, region: str) -> None:
    places: dict[str, Place] = defaultdict(Place)
    met = []
    for running in nights.running_on(region, night.on):
        keys = [mandate.pk for mandate in running]
        met += keys
        _keep(Standing.rows.filter(mandate__in=keys), nights.standings_on(running, night.on, places), night.on)
    whole = Place()
    for place in places.values():
        whole.add(place)
    shown = [(Level.DEPARTEMENT, code, place) for code, place in places.items() if code]
    shown.append((Level.REGION, region, whole))
    mine = Q(level=Level.REGION, area=region) | Q(level=Level.DEPARTEMENT, area__in=nights.areas(region))
    with transaction.atomic():
        _end_others(region, met, night.on)
        standings = [row for level, code, place in shown for row in place.standings(level, code, night.on)]
        values = [row for level, code, place in shown for row in place.values(level, code, night.on)]
        _keep(AreaStanding.rows.filter(mine, level__in=LEVELS), standings, night.on)
        _keep(AreaValue.rows.filter(mine, level__in=LEVELS), values, night.on, with_past=False)
        night.reached = region
        night.save(update_fields=["reached"])


def _end_others(region: str, met: list[int], day: date) -> None:
    """Mandates of a région that run no more have no figures from that day on."""
    living = Standing.rows.filter(nights.in_region(region, "mandate__"), until=None)
    running = set(met)
    over = {pk for pk in living.order_by().values_list("mandate", flat=True).distinct() if pk not in running}
    if over:
        _keep(Standing.rows.filter(mandate__in=over), [], day)


@transaction.atomic
def _close(night: Night) -> Night:
    """The network is the sum of its régions; the night is whole, and the public reads it."""
    for level, codes in ((Level.REGION, nights.regions()), (Level.DEPARTEMENT, nights.areas())):
        for model in (AreaStanding, AreaValue):  # places nobody is in any more
            gone = model.rows.filter(level=level).exclude(area__in=codes)
            _keep(gone, [], night.on, with_past=model is AreaStanding)
    standings = AreaStanding.rows.filter(level=Level.REGION, until=None).order_by("area", "domain")
    values = AreaValue.rows.filter(level=Level.REGION, until=None).order_by("area", "definition", "proof")
    network = nights.place_of(list(standings), list(values))
    _keep(AreaStanding.rows.filter(level=Level.NETWORK), network.standings(Level.NETWORK, "", night.on), night.on)
    _keep(AreaValue.rows.filter(level=Level.NETWORK), network.values(Level.NETWORK, "", night.on), night.on)
    night.ended_at = clock.now()
    night.save(update_fields=["ended_at"])
    stamps.bump("public")
    return night


@transaction.atomic
def _keep(scope: QuerySet, rows: Iterable[Any], day: date, *, with_past: bool = True) -> None:
    """Of the rows that hold in `scope`, those still true stay; others end that day, and the new ones begin.

    Without past, those that end are not kept: they would be as many as the readings.
    """
    model = scope.model
    names = KEYS[model]
    living = {_key(row, names): row for row in scope.filter(until=None)}
    begun = []
    for row in rows:
        before = living.get(_key(row, names))
        if before is not None and facts_of(before) == facts_of(row):
            del living[_key(row, names)]
        else:
            begun.append(row)
    over = [row.pk for row in living.values()]
    ended = model.rows.filter(pk__in=over)
    (ended.filter(on=day) if with_past else ended).delete()
    ended.update(until=day)
    model.rows.bulk_create(begun, batch_size=BATCH)


def _key(row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
