"""Applications nobody handed in, or handed in again: told of, then let lapse, some weeks after their end. What was written is kept."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.base.models import Letter
from marelle.mandates import rules
from marelle.mandates.letters import applications as letters
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from marelle.mandates.states import APPLICATION_STEPS, STILL_WRITING

LAPSE_AFTER = timedelta(days=30)  # since the end of the window: time to ask the committee for a way back
TOLD_BEFORE = timedelta(days=7)  # a week's notice


@transaction.atomic
def let_lapse(application_id: int, *, by: Person) -> Application:
    """An application never handed in, or not handed in again, is over: it is kept, and no longer in the way.

    Raises NotAllowed, WrongState.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_let_lapse, by, application)
    APPLICATION_STEPS.take(application, "lapse")
    application.save(update_fields=["state"])
    journal.record(application, "lapsed", by=by)
    if application.submitted_at:
        letters.tell_lapsed(application)
    return application


def tell_before_lapsing(at: datetime) -> int:
    """A round: a week before, tell those who write for the city; how many applications. May run twice."""
    due = _left(at - (LAPSE_AFTER - TOLD_BEFORE))
    for application in due:
        end = queries.closes_at(application)
        with transaction.atomic():
            letters.queue_lapse_soon(application, end, max(end + LAPSE_AFTER, at + TOLD_BEFORE))
    return len(due)


def lapse_drafts(at: datetime) -> int:
    """A round: let lapse what was left and told of a week ago; how many applications. May run twice."""
    lately = Letter.objects.filter(kind=letters.LAPSE_SOON, written_at__gt=at - TOLD_BEFORE).values_list("reference")
    warned = {reference for (reference,) in lately}
    due = [a for a in _left(at - LAPSE_AFTER) if f"mandates.application:{a.code}" not in warned]
    for application in due:
        let_lapse(application.pk, by=robot())
    return len(due)


def _left(ended_before: datetime) -> list[Application]:
    """What its own end left behind: the call's, a later one, or that of what was sent back or on probation."""
    ended = Q(call__closes_at__lte=ended_before) | Q(state__in=queries.REOPENED)
    rows = Application.rows.filter(ended, state__in=STILL_WRITING).select_related("call", "organisation")
    return [row for row in rows.order_by("call__closes_at", "pk") if queries.closes_at(row) <= ended_before]
