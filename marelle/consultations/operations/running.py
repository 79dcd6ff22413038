"""A consultation opens and closes, its sittings with it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.accounts.rules import require
from marelle.base import clock, stamps
from marelle.base.errors import Closed, WrongState
from marelle.consultations import passes, rules
from marelle.consultations.models import Consultation, Sitting
from marelle.consultations.operations import authoring, keys
from marelle.consultations.states import (
    CONSULTATION_STEPS,
    SITTING_STEPS,
    ConsultationState,
    SittingState,
    VersionState,
)

FINISHING = passes.AFTER_THE_WINDOW[passes.SITTING]  # who began in time may finish


@transaction.atomic
def open_consultation(
    consultation_id: int, *, by: Person, accepts_gaps: bool = False, at: datetime | None = None
) -> Consultation:
    """Let children answer, from the first day of the window on; the questionnaire is frozen if it was not.

    Raises NotAllowed, Closed, WrongState without a key both holders hold, BadData when the questionnaire is not whole.
    """
    at = at or clock.now()
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    CONSULTATION_STEPS.take(consultation, "open")
    if at >= consultation.closes_at:
        raise Closed(_("The window of this consultation is over."), closed_at=consultation.closes_at)
    if not keys.is_ready(consultation):
        raise WrongState(_("The key comes first: each holder shows that they hold their share."))
    if not consultation.questionnaires.filter(state=VersionState.FROZEN).exists():
        authoring.freeze_version(consultation.pk, by=by, accepts_gaps=accepts_gaps, at=at)
    consultation.opened_at = at
    consultation.version += 1
    consultation.save(update_fields=["state", "opened_at", "version"])
    journal.record(consultation, "consultation_opened", by=by, organisation=consultation.committee)
    stamps.bump("public")
    return consultation


@transaction.atomic
def close_consultation(consultation_id: int, *, by: Person, at: datetime | None = None) -> Consultation:
    """Take no more answers; every sitting closes and forgets its code. Raises NotAllowed, WrongState."""
    at = at or clock.now()
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_open, by, consultation)
    CONSULTATION_STEPS.take(consultation, "close")
    consultation.closed_at = at
    consultation.version += 1
    consultation.save(update_fields=["state", "closed_at", "version"])
    sittings = Sitting.rows.filter(consultation=consultation)
    closed = _move(sittings, "close", SITTING_STEPS["close"].sources)
    _move(sittings, "cancel", {SittingState.PLANNED})
    journal.record(consultation, "consultation_closed", by=by, organisation=consultation.committee, sittings=closed)
    stamps.bump("public")
    return consultation


def close_what_is_over(at: datetime) -> None:
    """A round of the worker: editions close half an hour after their window, so that who began in time may finish."""
    over = Consultation.rows.filter(state=ConsultationState.OPEN, closes_at__lte=at - FINISHING).order_by("pk")
    for pk in over.values_list("pk", flat=True):
        close_consultation(pk, by=robot(), at=at)


def _move(sittings: QuerySet[Sitting], step: str, sources: Iterable[str]) -> int:
    """Move every sitting that stands in one of `sources`; its code is forgotten. How many."""
    forgotten = {"code_sealed": "", "code_digest": None}
    return sittings.filter(state__in=sources).update(state=SITTING_STEPS[step].target, **forgotten)
