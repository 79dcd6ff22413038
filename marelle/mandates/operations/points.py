"""Points asked of a city: asking them, ticking them off, handing them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, notifications
from marelle.accounts.models import Person
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.models import Application, HandIn, Point
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import places
from marelle.mandates.states import REVIEW_STEPS, Asked, ReviewState

MOST_POINTS = 40  # asked at once: beyond, nobody follows a list
LONGEST = 2000  # characters of a point, of its answer


@dataclass(frozen=True)
class Wanted:
    """One thing to ask: in words, and where in the dossier ("" for no place in particular)."""

    words: str
    place: str = ""


def cleaned(application: Application, wanted: Sequence[Wanted]) -> list[Wanted]:
    """What is to be asked, without what says nothing. Raises BadData: a place unknown here, too many, too long."""
    kept = [Wanted(w.words.strip(), w.place) for w in wanted if w.words.strip()]
    if len(kept) > MOST_POINTS or any(len(w.words) > LONGEST for w in kept):
        raise BadData(_("Ask 40 points at most, each in 2,000 characters at most."))
    if any(w.place for w in kept):
        dossier = queries.dossier(application)
        if not all(places.is_known(w.place, dossier.sections, dossier.domains) for w in kept):
            raise BadData(_("One of these places is not in this application. Choose it again."))
    return kept


def ask(
    application: Application, wanted: Sequence[Wanted], occasion: Asked, *, until: date | None, at: datetime
) -> None:
    """Write down what is asked and until when, from the operation that decides it."""
    application.complete_before, application.reopened_at = until, at
    Point.objects.bulk_create(
        Point(application=application, asked=occasion, place=w.place, words=w.words, position=position, asked_at=at)
        for position, w in enumerate(wanted, start=1)
    )


@transaction.atomic
def tick(application_id: int, code: str, *, is_done: bool, answer: str, by: Person) -> Point:
    """Say that a point is done, in a few words if one likes; or that it is not after all.

    Raises NotAllowed, WrongState once handed in, BadData when this application was not asked it.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_write, by, application)
    if application.state not in queries.REOPENED:
        raise WrongState(_("This application has been handed in: it no longer changes."), state=application.state)
    point = application.points.open().filter(code=code).first()
    if point is None:
        raise BadData(_("This point is no longer asked."))
    if len(answer.strip()) > LONGEST:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST})
    point.answer = answer.strip()
    point.done_at, point.done_by = (clock.now(), by) if is_done else (None, None)
    point.save(update_fields=["answer", "done_at", "done_by"])
    journal.record(application, "point_done" if is_done else "point_undone", by=by, point=point.code)
    return point


def hand_in(application: Application, given: HandIn) -> None:
    """What was asked goes with what is handed in: the list is closed."""
    application.points.open().update(handed_in_at=given.handed_in_at)


def reopen_readings(application: Application, *, by: Person) -> None:
    """Whoever had finished reading reads what the conditions changed, and is told."""
    rows = application.reviews.select_related("reviewer").filter(state=ReviewState.FINISHED)
    for review in rows.order_by("pk"):
        REVIEW_STEPS.take(review, "reopen")
        review.finished_at = None
        review.save(update_fields=["state", "finished_at"])
        journal.record(application, "review_reopened", by=by, reader=review.reviewer.code)
        notifications.notify(
            [review.reviewer],
            "review_reopened",
            reference=f"mandates.review:{review.code}",
            sentence=lambda: (
                _("%(city)s has answered its conditions: read again what changed.") % {"city": application.organisation}
            ),
            address=f"/bureau/lectures/{review.code}",
            committee=application.call.committee,
        )
