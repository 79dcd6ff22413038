"""A later end for one application alone, with four eyes: one administrator proposes, another confirms (trust R5)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, pending
from marelle.accounts.models import PendingAct, Person
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import applications as letters
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries.decisions import MORE_TIME, reference, waiting_more_time
from marelle.mandates.states import NOT_HANDED_IN, CallState


@transaction.atomic
def propose_more_time(application_id: int, *, by: Person, until: datetime, reasons: str) -> PendingAct:
    """Propose a later end, whether or not its own has passed. Raises NotAllowed, WrongState, BadData."""
    application = Application.rows.lock(application_id)
    rules.require(rules.may_give_more_time, by, application)
    _check(application, until, reasons)
    payload = {"until": until.isoformat(), "reasons": reasons.strip()}
    house = application.call.committee
    act = pending.propose(MORE_TIME, reference(application), payload, by=by, organisation=house)
    letters.tell_more_time_proposed(application, by=by)
    return act


@transaction.atomic
def confirm_more_time(application_id: int, *, by: Person, read: str | None = None) -> Application:
    """The second pair of eyes: this application ends later, its city is told. `read`: the proposal's code.

    Raises NotAllowed, WrongState when none waits, or another one than the proposal that was read; BadData.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_give_more_time, by, application)
    act = _read(application, read)
    pending.confirm(act.code, kind=MORE_TIME, by=by, organisation=application.call.committee)
    until, reasons = datetime.fromisoformat(act.payload["until"]), act.payload["reasons"]
    _check(application, until, reasons)
    was, application.late_until = queries.closes_at(application), until
    application.save(update_fields=["late_until"])
    journal.record(application, "more_time_given", by=by, was=was.isoformat(), until=until.isoformat(), reasons=reasons)
    letters.queue_more_time(application, reasons)
    return application


@transaction.atomic
def decline_more_time(application_id: int, *, by: Person, read: str | None = None) -> PendingAct:
    """Drop what was proposed: the application ends when it was to end. Raises NotAllowed, WrongState."""
    application = Application.rows.lock(application_id)
    rules.require(rules.may_give_more_time, by, application)
    return pending.decline(_read(application, read).code, by=by, organisation=application.call.committee)


def _read(application: Application, code: str | None) -> PendingAct:
    """The proposal that waits, if it is the one that was read; None: whichever waits. Raises WrongState."""
    waiting = waiting_more_time(application)
    if waiting is None or code not in (None, waiting.code):
        raise WrongState(_("No later end is waiting to be confirmed."))
    return waiting


def _check(application: Application, until: datetime, reasons: str) -> None:
    over = application.state in NOT_HANDED_IN and application.call.state != CallState.PUBLISHED
    if over or not application.is_being_written:
        raise WrongState(
            _("Only an application that its city still writes, in a published call, can be given more time.")
        )
    faults = []
    if until <= max(queries.closes_at(application), clock.now()):
        faults.append(_("The new end must come after the present one, and after now."))
    if not reasons.strip():
        faults.append(_("Say why: the city will read it."))
    if faults:
        raise BadData(_("This application cannot be given more time so."), faults)
