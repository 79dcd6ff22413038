"""Reminding those whose application is open that its end comes near."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from marelle.accounts.models import Person
from marelle.mandates.letters import applications as letters
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import people
from marelle.mandates.states import STILL_WRITING

REMINDERS = (timedelta(days=30), timedelta(days=7), timedelta(days=1), timedelta(hours=6))  # before the end, settled 3


@transaction.atomic
def remind_writers(at: datetime) -> int:
    """Remind those who write, at each of `REMINDERS`, of all they have not handed in by one end; how many applications.

    One letter a person, whatever the number of their files. What was begun or reopened since is left in peace until the
    next time. May run twice.
    """
    due: dict[tuple[Person, datetime, timedelta], list[Application]] = defaultdict(list)
    told = 0
    for application in _open_before(at):
        end = queries.closes_at(application)
        before = min((before for before in REMINDERS if end - at <= before), default=None)
        if before is None or (application.reopened_at or application.created_at) > end - before:
            continue
        told += 1
        for person in people.writers_of(application.organisation):
            due[person, end, before].append(application)
    for (person, end, before), applications in due.items():
        letters.queue_reminder(person, applications, end, before=before, at=at)
    return told


def _open_before(at: datetime) -> list[Application]:
    """What may still be handed in and may end soon, in the order of their towns' names."""
    soon = Q(call__closes_at__gt=at, call__closes_at__lte=at + REMINDERS[0])
    soon |= Q(state__in=queries.REOPENED) | Q(late_until__gt=at)
    rows = Application.rows.filter(soon, state__in=STILL_WRITING).select_related("call", "organisation")
    return [row for row in rows.order_by("organisation__name", "pk") if queries.is_open(row, at)]
