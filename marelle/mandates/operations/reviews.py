"""Reading applications: admission, readers, scores and remarks, the commission's opinion."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.accounts import journal, notifications
from marelle.accounts.models import Person
from marelle.base import clock, versions
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.framework.models import Criterion
from marelle.mandates import rules
from marelle.mandates.figures import MAX_POINTS
from marelle.mandates.letters import reviews as letters
from marelle.mandates.models import Application, Review, Score
from marelle.mandates.operations import points
from marelle.mandates.operations.points import Wanted
from marelle.mandates.operations.ties import forget_dossiers
from marelle.mandates.states import (
    APPLICATION_STEPS,
    BEGUN,
    REVIEW_STEPS,
    ApplicationState,
    Asked,
    OpinionKind,
    ReviewState,
)
from marelle.plans.operations import writing as plans

BEING_READ = frozenset(
    {
        ApplicationState.ADMISSIBLE,
        ApplicationState.UNDER_REVIEW,
        ApplicationState.HEARING_PLANNED,
        ApplicationState.HEARD,
    }
)  # the opinion closes the readings it stands on


@transaction.atomic
def admit(application_id: int, *, by: Person) -> Application:
    """Declare an application complete: it may be read. Raises NotAllowed, WrongState."""
    application = Application.rows.lock(application_id)
    rules.require(rules.may_handle, by, application)
    APPLICATION_STEPS.take(application, "admit")
    application.save(update_fields=["state"])
    journal.record(application, "admitted", by=by)
    return application


@transaction.atomic
def send_back(
    application_id: int,
    *,
    by: Person,
    because: str = "",
    complete_before: date,
    wanted: Sequence[Wanted] = (),
    at: datetime | None = None,
) -> Application:
    """Send an application back: its people may write again until a day, and hand in again.

    `wanted`: the points to complete; `because`: a word that goes with them, or the only point when there is no other.
    Raises NotAllowed, WrongState, BadData when nothing says what is missing.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_handle, by, application)
    asked = points.cleaned(application, wanted or [Wanted(because)])
    if not asked:
        raise BadData(_("Say what the city must complete: it will read these very words."))
    if complete_before < clock.today():
        raise BadData(_("Give a day to come, so that the city has time to answer."))
    APPLICATION_STEPS.take(application, "send_back")
    application.returned_because = because.strip() if wanted else ""
    points.ask(application, asked, Asked.SENT_BACK, until=complete_before, at=at or clock.now())
    application.save(update_fields=["state", "returned_because", "complete_before", "reopened_at"])
    plans.take_step(application.plan_id, "send_back")
    journal.record(application, "sent_back", by=by, complete_before=complete_before.isoformat(), points=len(asked))
    letters.queue_sent_back(application)
    return application


@transaction.atomic
def assign_reader(application_id: int, reader: Person, *, by: Person) -> Review:
    """Give an application to a reader, who is written to; it is under review once enough readers have it. Raises as `give`."""
    review, is_new = give(application_id, reader, by=by)
    if is_new:
        letters.queue_assigned(review)
    return review


@transaction.atomic
def give(application_id: int, reader: Person, *, by: Person) -> tuple[Review, bool]:
    """The same, the letter left to who gives several; whether they had it not yet.

    Raises NotAllowed (the reader belongs to the organisation, did lately, or has a conflict of interest), WrongState.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_handle, by, application)
    if not rules.may_be_reader(reader, application):
        raise NotAllowed(
            _("This person cannot read this application: they are, or lately were, of the city, or have a tie with it.")
        )
    if not APPLICATION_STEPS.allows(application, "assign"):
        raise WrongState(_("Readers are assigned once the application has been declared admissible."))
    review, made = Review.rows.get_or_create(
        application=application, reviewer=reader, defaults={"assigned_by": by, "assigned_at": clock.now()}
    )
    if not made:
        return review, made
    Score.objects.bulk_create(
        Score(review=review, criterion=c) for c in application.call.framework.criteria.order_by("position", "pk")
    )
    if _readers(application) >= application.call.readers_required:
        APPLICATION_STEPS.take(application, "assign")
        application.save(update_fields=["state"])
    journal.record(application, "assigned", by=by, reader=reader.code)
    notifications.notify(
        [reader],
        "review_assigned",
        reference=f"mandates.review:{review.code}",
        sentence=lambda: _("%(city)s is yours to read.") % {"city": application.organisation},
        address=f"/bureau/lectures/{review.code}",
        committee=application.call.committee,
    )
    return review, made


@transaction.atomic
def take_back_review(review_id: int, *, by: Person) -> Application:
    """Take a review back from a reader who has not begun it: nothing is lost, and they are told.

    Only while it may be given to somebody else; the application stays where it stands. Raises NotAllowed, WrongState.
    """
    review = Review.rows.lock(review_id)
    application, reader = review.application, review.reviewer
    rules.require(rules.may_handle, by, application)
    if not APPLICATION_STEPS.allows(application, "assign"):
        raise WrongState(_("This application is no longer given to readers: those it has stay."))
    if review.state != ReviewState.ASSIGNED:
        raise WrongState(_("This reader has begun: only what nobody has opened is taken back."))
    reference = f"mandates.review:{review.code}"
    review.delete()
    notifications.forget(reader, reference)
    journal.record(application, "review_taken_back", by=by, reader=reader.code)
    notifications.notify(
        [reader],
        "review_taken_back",
        reference=reference,
        sentence=lambda: _("%(city)s is no longer yours to read.") % {"city": application.organisation},
        address="/bureau/lectures",
        committee=application.call.committee,
    )
    return application


@transaction.atomic
def begin_review(review_id: int, *, by: Person) -> Review:
    """Say that one has no conflict of interest: only then does the dossier open (trust R3). Twice is once.

    Raises NotAllowed, WrongState.
    """
    review = Review.rows.lock(review_id)
    rules.require(rules.may_review, by, review)
    if review.state in BEGUN:
        return review
    _check_still_read(review)
    REVIEW_STEPS.take(review, "start")
    review.save(update_fields=["state"])
    journal.record(review.application, "review_begun", by=by)
    return review


@transaction.atomic
def step_aside(review_id: int, *, by: Person) -> Review:
    """Say that one has a conflict of interest: the dossier is no longer shown to them, in any role (trust R3).

    What they were told of it and had not read goes too.
    """
    review = Review.rows.lock(review_id)
    if review.reviewer_id != by.pk:
        raise NotAllowed(_("Only the reader may step aside."))
    REVIEW_STEPS.take(review, "step_aside")
    review.save(update_fields=["state"])
    journal.record(review.application, "stepped_aside", by=by)
    forget_dossiers(by, [review.application])
    return review


@transaction.atomic
def reopen_review(review_id: int, *, by: Person, because: str) -> Review:
    """Let a reader take up a finished reading again, before the opinion; they are told why.

    Raises NotAllowed, WrongState, BadData when no reason is given.
    """
    review = Review.rows.lock(review_id)
    rules.require(rules.may_reopen_review, by, review)
    if not because.strip():
        raise BadData(_("Say why: the reader will read these very words."))
    _check_still_read(review)
    REVIEW_STEPS.take(review, "reopen")
    review.finished_at = None
    review.save(update_fields=["state", "finished_at"])
    journal.record(review.application, "review_reopened", by=by, because=because.strip())
    notifications.notify(
        [review.reviewer],
        "review_reopened",
        reference=f"mandates.review:{review.code}",
        sentence=lambda: (
            _("Your reading of %(city)s is open again: %(because)s")
            % {"city": review.application.organisation, "because": because.strip()}
        ),
        address=f"/bureau/lectures/{review.code}",
        committee=review.application.call.committee,
    )
    return review


@transaction.atomic
def save_score(
    review_id: int, criterion: Criterion, field: str, value: Any, *, was: Any, version: int, by: Person
) -> Score:
    """Save one reader's points or remark on a criterion. Raises NotAllowed, WrongState, BadData, Conflict."""
    review = _writing(review_id, by)
    if field not in ("points", "remark"):
        raise BadData(_("This field does not exist."))
    if field == "points" and value is not None and not 0 <= value <= MAX_POINTS:
        raise BadData(_("Give from 0 to 4 points."))
    score = Score.objects.select_for_update().get(review=review, criterion=criterion)
    return versions.save_field(score, field, value, was=was, version=version)


@transaction.atomic
def save_summary(review_id: int, value: str, *, was: str, version: int, by: Person) -> Review:
    """Save the reader's summary. Raises NotAllowed, WrongState, Conflict."""
    return versions.save_field(_writing(review_id, by), "summary", value, was=was, version=version)


@transaction.atomic
def finish_review(review_id: int, *, by: Person, at: datetime | None = None) -> Review:
    """Close one's reading: every criterion scored, and a summary. Raises NotAllowed, WrongState, BadData."""
    review = _writing(review_id, by)
    faults = unfinished(review)
    if faults:
        raise BadData(_("This review is not finished yet."), faults)
    REVIEW_STEPS.take(review, "finish")
    review.finished_at = at or clock.now()
    review.save(update_fields=["state", "finished_at"])
    journal.record(review.application, "review_finished", by=by)
    return review


def unfinished(review: Review) -> list[str]:
    """What a reading still lacks, a sentence each; empty when it may be finished."""
    unscored = review.scores.filter(points=None).select_related("criterion").order_by("criterion__position", "pk")
    faults = [_("Not scored yet: %(criterion)s.") % {"criterion": score.criterion} for score in unscored]
    if not review.summary.strip():
        faults.append(_("Write the summary the board will read."))
    return faults


@transaction.atomic
def give_opinion(application_id: int, opinion: str, text: str, *, by: Person) -> Application:
    """Record the commission's opinion, once as many readers as the call requires have finished. Raises NotAllowed, WrongState, BadData."""
    application = Application.rows.lock(application_id)
    rules.require(rules.may_give_opinion, by, application)
    if opinion not in OpinionKind.values or not text.strip():
        raise BadData(_("Choose an opinion and write its reasons."))
    missing = application.call.readers_required - application.reviews.filter(state=ReviewState.FINISHED).count()
    if missing > 0:
        raise WrongState(_readings_missing(missing, application.call.readers_required))
    APPLICATION_STEPS.take(application, "give_opinion")
    application.opinion, application.opinion_text = opinion, text.strip()
    application.save(update_fields=["state", "opinion", "opinion_text"])
    journal.record(application, "opinion_given", by=by, opinion=opinion)
    return application


def _readings_missing(missing: int, required: int) -> str:
    sentence = ngettext(
        "The opinion comes once %(required)s readings are finished: %(missing)s is still missing.",
        "The opinion comes once %(required)s readings are finished: %(missing)s are still missing.",
        missing,
    )
    return sentence % {"missing": missing, "required": required}


def _readers(application: Application) -> int:
    return application.reviews.exclude(state=ReviewState.STEPPED_ASIDE).count()


def _writing(review_id: int, by: Person) -> Review:
    """The review, locked, being written by its reader, who has said there is no conflict of interest."""
    review = Review.rows.lock(review_id)
    rules.require(rules.may_review, by, review)
    _check_still_read(review)
    if review.state == ReviewState.ASSIGNED:
        raise WrongState(_("Say first whether you have a conflict of interest: the dossier opens then."))
    if review.state != ReviewState.STARTED:
        raise WrongState(_("This review is finished: it no longer changes."))
    return review


def _check_still_read(review: Review) -> None:
    if review.application.state not in BEING_READ:
        raise WrongState(_("This application is no longer being read: its readings are closed."))
