"""Applications nobody handed in: told of, then let lapse, some weeks after their call's end. What was written is kept."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.base.models import Letter
from marelle.mandates import rules
from marelle.mandates.letters import applications as letters
from marelle.mandates.models import Application
from marelle.mandates.states import APPLICATION_STEPS, ApplicationState

LAPSE_AFTER = timedelta(days=30)  # since the end of the window: time to ask the committee for a way back
TOLD_BEFORE = timedelta(days=7)  # a week's notice
NEVER_HANDED_IN = (ApplicationState.INTENT, ApplicationState.DRAFT)


@transaction.atomic
def let_lapse(application_id: int, *, by: Person) -> Application:
    """An application never handed in is over: it is kept, and no longer in the way. Raises NotAllowed, WrongState."""
    application = Application.rows.lock(application_id)
    rules.require(rules.may_let_lapse, by, application)
    APPLICATION_STEPS.take(application, "lapse")
    application.save(update_fields=["state"])
    journal.record(application, "lapsed", by=by)
    return application


def tell_before_lapsing(at: datetime) -> int:
    """A round: a week before, tell those who write for the city; how many applications. May run twice."""
    due = _left(at - (LAPSE_AFTER - TOLD_BEFORE)).select_related("call", "organisation")
    for application in due:
        with transaction.atomic():
            letters.queue_lapse_soon(application, max(application.call.closes_at + LAPSE_AFTER, at + TOLD_BEFORE))
    return len(due)


def lapse_drafts(at: datetime) -> int:
    """A round: let lapse what was left and told of a week ago; how many applications. May run twice."""
    lately = Letter.objects.filter(kind=letters.LAPSE_SOON, written_at__gt=at - TOLD_BEFORE).values_list("reference")
    warned = {reference for (reference,) in lately}
    due = [a for a in _left(at - LAPSE_AFTER) if f"mandates.application:{a.code}" not in warned]
    for application in due:
        let_lapse(application.pk, by=robot())
    return len(due)


def _left(ended_before: datetime) -> QuerySet[Application]:
    rows = Application.rows.filter(state__in=NEVER_HANDED_IN, call__closes_at__lte=ended_before)
    return rows.order_by("call__closes_at", "pk")
