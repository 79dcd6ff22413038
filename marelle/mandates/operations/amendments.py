"""Judging a change of a running plan: a light one by a programme officer, a heavy one by the commission, with four eyes.

The city's own steps pass here too, because the committee is told of them.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import pending
from marelle.accounts.models import PendingAct, Person
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import amendments as letters
from marelle.mandates.models import Mandate
from marelle.mandates.queries.amendments import KIND, mandate_of, reference, waiting_answer
from marelle.plans.models import Amendment, Plan
from marelle.plans.operations import amending
from marelle.plans.states import AMENDMENT_STEPS, OPEN_AMENDMENTS, Weight

ANSWERS = ("accept", "refuse")


@transaction.atomic
def hand_in(amendment_id: int, *, by: Person, why: str) -> Amendment:
    """Hand a change of the plan in: the programme team is told. Raises NotAllowed, WrongState, BadData."""
    mandate = mandate_of(Amendment.rows.get(pk=amendment_id))
    amendment = amending.submit(amendment_id, by=by, why=why, budget_percent=mandate.track.heavy_budget_percent)
    letters.tell_handed_in(amendment, mandate)
    return amendment


@transaction.atomic
def withdraw(amendment_id: int, *, by: Person) -> Amendment:
    """Its city gives it up, also while the commission weighs it. Raises NotAllowed, WrongState."""
    amendment = amending.withdraw(amendment_id, by=by)
    waiting = waiting_answer(amendment)
    if waiting:
        pending.decline(waiting.code, by=by, organisation=amendment.plan.organisation)
    return amendment


@transaction.atomic
def withdraw_open(plan: Plan, *, by: Person) -> None:
    """A plan that closes takes its open change with it."""
    open_ones = Amendment.rows.filter(plan=plan, state__in=OPEN_AMENDMENTS)
    for key in list(open_ones.values_list("pk", flat=True)):
        withdraw(key, by=by)


@transaction.atomic
def send_back(amendment_id: int, *, by: Person, reasons: str) -> Amendment:
    """Ask the city to see to it again. Raises NotAllowed, WrongState, BadData."""
    amendment, mandate = _judged(amendment_id, by)
    _check_reasons(reasons)
    _check_nothing_waits(amendment)
    amendment = amending.send_back(amendment.pk, by=by, answer=reasons)
    letters.queue_answered(amendment, mandate)
    return amendment


@transaction.atomic
def answer(amendment_id: int, *, by: Person, outcome: str, reasons: str = "") -> Amendment:
    """A programme officer accepts or refuses a light one: "accept" or "refuse". Raises NotAllowed, WrongState, BadData."""
    amendment, mandate = _judged(amendment_id, by)
    _check_outcome(outcome, reasons)
    if amendment.weight == Weight.HEAVY:
        raise WrongState(_("The commission answers this change: propose an answer to it."))
    return _done(amendment, mandate, outcome, reasons, by)


@transaction.atomic
def propose(amendment_id: int, *, by: Person, outcome: str, reasons: str) -> PendingAct:
    """Propose to the commission how to answer a heavy one. Raises NotAllowed, WrongState, BadData."""
    amendment, mandate = _judged(amendment_id, by)
    _check_outcome(outcome, reasons)
    _check_reasons(reasons)
    if amendment.weight != Weight.HEAVY or not AMENDMENT_STEPS.allows(amendment, outcome):
        raise WrongState(_("This change does not wait for the commission."), state=amendment.state)
    payload = {"outcome": outcome, "reasons": reasons.strip()}
    act = pending.propose(KIND, reference(amendment), payload, by=by, organisation=mandate.organisation)
    letters.tell_proposed(amendment, mandate, by=by)
    return act


@transaction.atomic
def confirm(amendment_id: int, *, by: Person, read: str | None = None) -> Amendment:
    """A member of the commission confirms: the plan changes, or stays. `read`: the code of the proposal shown to them.

    Raises NotAllowed, WrongState when none waits, or another one than the proposal that was read.
    """
    amendment = Amendment.rows.lock(amendment_id)
    mandate = mandate_of(amendment)
    rules.require(rules.may_confirm_amendment, by, mandate)
    waiting = _read(amendment, read)
    act = pending.confirm(waiting.code, kind=KIND, by=by, organisation=mandate.organisation)
    return _done(amendment, mandate, act.payload["outcome"], act.payload["reasons"], by)


@transaction.atomic
def decline(amendment_id: int, *, by: Person, read: str | None = None) -> PendingAct:
    """The commission does not confirm, or whoever proposed takes it back: the change still waits. Raises NotAllowed, WrongState."""
    amendment = Amendment.rows.lock(amendment_id)
    mandate = mandate_of(amendment)
    waiting = _read(amendment, read)
    if waiting.proposed_by_id != by.pk:
        rules.require(rules.may_confirm_amendment, by, mandate)
    return pending.decline(waiting.code, by=by, organisation=mandate.organisation)


def _done(amendment: Amendment, mandate: Mandate, outcome: str, reasons: str, by: Person) -> Amendment:
    take = amending.accept if outcome == "accept" else amending.refuse
    amendment = take(amendment.pk, by=by, answer=reasons)
    letters.queue_answered(amendment, mandate)
    return amendment


def _judged(amendment_id: int, by: Person) -> tuple[Amendment, Mandate]:
    """The amendment, locked, with its mandate, by someone of the programme team who may judge it."""
    amendment = Amendment.rows.lock(amendment_id)
    mandate = mandate_of(amendment)
    rules.require(rules.may_handle, by, mandate.agreement.application)
    return amendment, mandate


def _read(amendment: Amendment, code: str | None) -> PendingAct:
    """The proposal that waits, if it is the one that was read; None: whichever waits. Raises WrongState."""
    waiting = waiting_answer(amendment)
    if waiting is None or code not in (None, waiting.code):
        raise WrongState(_("No answer is waiting to be confirmed."))
    return waiting


def _check_nothing_waits(amendment: Amendment) -> None:
    if waiting_answer(amendment):
        raise WrongState(_("An answer waits for the commission: take the proposal back first."))


def _check_outcome(outcome: str, reasons: str) -> None:
    if outcome not in ANSWERS:
        raise BadData(_("Choose one of the answers offered."))
    if outcome == "refuse":
        _check_reasons(reasons)


def _check_reasons(reasons: str) -> None:
    if not reasons.strip():
        raise BadData(_("Write the reasons: the city will read them."))
