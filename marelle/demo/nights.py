"""The demonstration's nightly figures: the ends of the months past, and the eve of the visit."""

from datetime import datetime, timedelta

from marelle.base import clock
from marelle.mandates.operations.snapshots import days_between, first_day, take_night
from marelle.plans.standings import end_of


def tell(until: datetime) -> None:
    """Take the nights the worker would have taken: one a month is enough to draw how it went."""
    first, eve = first_day(), clock.day_of(until) - timedelta(days=1)
    if first is None or first > eve:
        return
    days = days_between(first, eve, "month")
    for day in days:
        with clock.at(end_of(day) + timedelta(minutes=5)):
            take_night(day, whole=day == days[-1])
