"""Mandates that move: watched, suspended, given up, withdrawn, closed. One administrator proposes, another confirms.

Giving up may also be asked by the city itself: then one administrator confirms.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, pending
from marelle.accounts.models import PendingAct, Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import moves as letters
from marelle.mandates.models import Mandate
from marelle.mandates.operations.mandates import close_plan_and_agreement
from marelle.mandates.queries.decisions import MOVE, asked_by_city, renunciation_asked, waiting_move
from marelle.mandates.states import MANDATE_STEPS

VERBS = {  # what the journal says of each step
    "watch": "mandate_watch",
    "clear": "mandate_clear",
    "suspend": "mandate_suspend",
    "restore": "mandate_restore",
    "renounce": "mandate_renounce",
    "withdraw": "mandate_withdraw",
    "close": "mandate_close",
}
MOVES = tuple(VERBS)
LEAVES = frozenset({"renounce", "withdraw"})  # the mandate is over: its plan and agreement too


@transaction.atomic
def propose_move(mandate_id: int, *, by: Person, move: str, reasons: str, on: date) -> PendingAct:
    """Propose a step of a mandate, why, and since when. Raises NotAllowed, WrongState, BadData."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_move_mandate, by, mandate)
    _check(mandate, move, reasons, on)
    payload = {"move": move, "reasons": reasons.strip(), "on": on.isoformat()}
    committee = mandate.agreement.application.call.committee
    act = pending.propose(MOVE, f"mandates.mandate:{mandate.code}", payload, by=by, organisation=committee)
    letters.tell_move_proposed(mandate, by=by)
    return act


@transaction.atomic
def ask_to_renounce(mandate_id: int, *, by: Person, reasons: str) -> PendingAct:
    """The elected lead says that the city gives its title up, from today: an administrator of the committee confirms.

    Raises NotAllowed, WrongState, BadData.
    """
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_renounce, by, mandate)
    today = clock.today()
    _check(mandate, "renounce", reasons, today)
    payload = {"move": "renounce", "reasons": reasons.strip(), "on": today.isoformat(), "asked_by_city": True}
    act = pending.propose(MOVE, f"mandates.mandate:{mandate.code}", payload, by=by, organisation=mandate.organisation)
    letters.tell_renunciation_asked(mandate)
    return act


@transaction.atomic
def take_back_renunciation(mandate_id: int, *, by: Person) -> PendingAct:
    """The city changes its mind before the committee confirms. Raises NotAllowed, WrongState."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_renounce, by, mandate)
    waiting = renunciation_asked(mandate)
    if waiting is None:
        raise WrongState(_("Nothing is waiting to be confirmed for this mandate."))
    return pending.decline(waiting.code, by=by, organisation=mandate.organisation)


@transaction.atomic
def confirm_move(mandate_id: int, *, by: Person, read: str | None = None) -> Mandate:
    """The second pair of eyes: the mandate moves, its city is told why. `read`: the code of the proposal shown to them.

    Raises NotAllowed, WrongState when none waits, or another one than the proposal that was read.
    """
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_move_mandate, by, mandate)
    waiting = _read(mandate, read)
    act = pending.confirm(waiting.code, kind=MOVE, by=by, organisation=mandate.agreement.application.call.committee)
    move, reasons, on = act.payload["move"], act.payload["reasons"], date.fromisoformat(act.payload["on"])
    MANDATE_STEPS.take(mandate, move)
    if move in LEAVES:
        mandate.left_on = on
        close_plan_and_agreement(mandate)
    mandate.save(update_fields=["state", "left_on"])
    journal.record(mandate, VERBS[move], by=by, reasons=reasons, on=on.isoformat())
    letters.queue_moved(mandate, reasons, on=on, act=act)
    stamps.bump("public")
    return mandate


@transaction.atomic
def decline_move(mandate_id: int, *, by: Person, read: str | None = None) -> PendingAct:
    """Drop what was proposed: the mandate stays where it is. Raises NotAllowed, WrongState."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_move_mandate, by, mandate)
    committee = mandate.agreement.application.call.committee
    act = pending.decline(_read(mandate, read).code, by=by, organisation=committee)
    if asked_by_city(act):
        letters.tell_renunciation_declined(mandate, act)
    return act


def _read(mandate: Mandate, code: str | None) -> PendingAct:
    """The proposal that waits, if it is the one that was read; None: whichever waits. Raises WrongState."""
    waiting = waiting_move(mandate)
    if waiting is None or code not in (None, waiting.code):
        raise WrongState(_("Nothing is waiting to be confirmed for this mandate."))
    return waiting


def _check(mandate: Mandate, move: str, reasons: str, on: date) -> None:
    if move not in MOVES or not MANDATE_STEPS.allows(mandate, move):
        raise WrongState(_("This mandate cannot move so from where it stands."), mandate=mandate.pk)
    faults = []
    if not reasons.strip():
        faults.append(_("Write the reasons: the city will read them."))
    if move == "close" and on < mandate.ends_on:
        faults.append(_("A mandate is closed after its last day."))
    if not mandate.starts_on <= on <= clock.today():
        faults.append(_("The day comes after the mandate’s first, and not after today."))
    if faults:
        raise BadData(_("This cannot be proposed yet."), faults)
