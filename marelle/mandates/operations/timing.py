"""The time a reader spends on a dossier, measured for who asked: from one sign of them to the next, never longer than a pause."""

from datetime import datetime, timedelta

from django.db import transaction

from marelle.accounts.models import Person
from marelle.base import clock
from marelle.mandates import rules
from marelle.mandates.models import ReadingTime, Review, Timing
from marelle.mandates.states import ReviewState

PAUSE = timedelta(seconds=90)  # without a sign for longer, the reader was away: nothing of that is counted


@transaction.atomic
def ask_for_timing(by: Person, *, is_asked: bool) -> None:
    """Have one's own time measured from now on, or no longer. What was measured stays until it is forgotten."""
    if is_asked:
        Timing.objects.get_or_create(person=by, defaults={"asked_at": clock.now()})
    else:
        Timing.objects.filter(person=by).delete()


@transaction.atomic
def forget_times(by: Person) -> None:
    """Erase all that was measured of oneself."""
    ReadingTime.rows.filter(review__reviewer=by).delete()


@transaction.atomic
def note_sign(review_id: int, *, by: Person, at: datetime | None = None) -> ReadingTime | None:
    """The reader is at work on this dossier: count the time since the last sign. None: not asked for, or not being read.

    Raises NotAllowed. The day is that of the sign, in Paris.
    """
    review, at = Review.rows.lock(review_id), at or clock.now()
    rules.require(rules.may_review, by, review)
    if review.state != ReviewState.STARTED or not Timing.objects.filter(person=by).exists():
        return None
    spent, _new = ReadingTime.rows.get_or_create(review=review, on=clock.day_of(at), defaults={"seen_at": at})
    since = at - spent.seen_at
    if timedelta() < since <= PAUSE:
        spent.seconds += round(since.total_seconds())
    spent.seen_at = max(at, spent.seen_at)  # a clock may be put back
    spent.save(update_fields=["seconds", "seen_at"])
    return spent
