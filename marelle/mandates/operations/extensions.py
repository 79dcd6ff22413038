"""Extending a published call, with four eyes: one administrator proposes, another confirms (trust R5)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, pending
from marelle.accounts.models import PendingAct, Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import calls as letters
from marelle.mandates.models import Call
from marelle.mandates.queries.decisions import EXTENSION, waiting_extension
from marelle.mandates.states import CallState


@transaction.atomic
def propose_extension(call_id: int, *, by: Person, closes_at: datetime, reasons: str) -> PendingAct:
    """Propose a later end, whether or not the window has ended. Raises NotAllowed, WrongState, BadData."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    _check(call, closes_at, reasons)
    payload = {"closes_at": closes_at.isoformat(), "reasons": reasons.strip()}
    act = pending.propose(EXTENSION, f"mandates.call:{call.code}", payload, by=by, organisation=call.committee)
    letters.tell_extension_proposed(call, by=by)
    return act


@transaction.atomic
def confirm_extension(call_id: int, *, by: Person, read: str | None = None) -> Call:
    """The second pair of eyes: the window ends later, whoever has not handed in is told. `read`: the proposal's code.

    Raises NotAllowed, WrongState when none waits, or another one than the proposal that was read; BadData.
    """
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    waiting = _read(call, read)
    act = pending.confirm(waiting.code, kind=EXTENSION, by=by, organisation=call.committee)
    closes_at, reasons = datetime.fromisoformat(act.payload["closes_at"]), act.payload["reasons"]
    _check(call, closes_at, reasons)
    before, call.closes_at = call.closes_at, closes_at
    call.save(update_fields=["closes_at"])
    told = {"was": before.isoformat(), "closes_at": closes_at.isoformat(), "reasons": reasons}
    journal.record(call, "call_extended", by=by, organisation=call.committee, **told)
    letters.queue_extended(call, reasons)
    stamps.bump("public")
    return call


@transaction.atomic
def decline_extension(call_id: int, *, by: Person, read: str | None = None) -> PendingAct:
    """Drop what was proposed: the call ends when it was to end. Raises NotAllowed, WrongState."""
    call = Call.rows.lock(call_id)
    rules.require(rules.may_prepare_call, by, call)
    return pending.decline(_read(call, read).code, by=by, organisation=call.committee)


def _read(call: Call, code: str | None) -> PendingAct:
    """The proposal that waits, if it is the one that was read; None: whichever waits. Raises WrongState."""
    waiting = waiting_extension(call)
    if waiting is None or code not in (None, waiting.code):
        raise WrongState(_("No extension is waiting to be confirmed."))
    return waiting


def _check(call: Call, closes_at: datetime, reasons: str) -> None:
    if call.state != CallState.PUBLISHED:
        raise WrongState(_("Only a published call, not decided yet, can be extended."))
    faults = []
    if closes_at <= max(call.closes_at, clock.now()):
        faults.append(_("The new closing date must come after the present one, and after now."))
    if not reasons.strip():
        faults.append(_("Say why: the cities will read it."))
    if faults:
        raise BadData(_("This call cannot be extended so."), faults)
