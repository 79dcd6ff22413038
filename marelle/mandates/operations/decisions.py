"""Deciding, with four eyes: a programme administrator proposes, the board confirms (settled 11)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, pending
from marelle.accounts.models import PendingAct, Person
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.letters import decisions as letters
from marelle.mandates.models import Application, BoardSession, Decision
from marelle.mandates.operations import points
from marelle.mandates.operations.points import Wanted
from marelle.mandates.queries import places
from marelle.mandates.queries.decisions import KIND, reference, waiting_decision
from marelle.mandates.queries.sessions import session_of
from marelle.mandates.states import APPLICATION_STEPS, Asked, Outcome
from marelle.plans.operations import writing as plans

STEP_OF = {Outcome.GRANTED: "accept", Outcome.PROBATION: "put_on_probation", Outcome.REFUSED: "decline"}


@transaction.atomic
def propose_decision(
    application_id: int,
    *,
    by: Person,
    outcome: str,
    reasons: str,
    session_on: date,
    conditions: str = "",
    conditions_due_on: date | None = None,
    wanted: Sequence[Wanted] = (),
) -> PendingAct:
    """Write what the board is asked to confirm. `wanted`: the conditions of a probation; else each line of `conditions`.

    Raises NotAllowed, WrongState, BadData.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_propose_decision, by, application)
    asked = points.cleaned(application, wanted or [Wanted(line) for line in conditions.splitlines()])
    conditions = "\n".join(point.words for point in asked)
    _check(outcome, reasons, conditions, conditions_due_on)
    if not APPLICATION_STEPS.allows(application, STEP_OF[Outcome(outcome)]):
        raise WrongState(_("The commission's opinion comes first."))
    payload = {
        "outcome": outcome,
        "reasons": reasons.strip(),
        "conditions": conditions,
        "points": [{"words": point.words, "place": point.place} for point in asked],
        "conditions_due_on": conditions_due_on.isoformat() if conditions_due_on else "",
        "session_on": session_on.isoformat(),
        "session": meeting.code if (meeting := session_of(application, session_on)) else "",
    }
    act = pending.propose(KIND, reference(application), payload, by=by, organisation=application.organisation)
    journal.record(application, "decision_proposed", by=by, outcome=outcome)
    return act


@transaction.atomic
def confirm_decision(
    application_id: int, *, by: Person, at: datetime | None = None, read: str | None = None
) -> Decision:
    """The second pair of eyes: the state moves, the letter leaves. `read`: the code of the proposal shown to them.

    Raises NotAllowed, WrongState when none waits, or another one than the proposal that was read.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_confirm_decision, by, application)
    waiting = _read(application, read)
    act = pending.confirm(waiting.code, kind=KIND, by=by, organisation=application.organisation)
    words = act.payload
    APPLICATION_STEPS.take(application, STEP_OF[Outcome(words["outcome"])])
    decision = Decision.objects.create(
        application=application,
        outcome=words["outcome"],
        reasons=words["reasons"],
        conditions=words["conditions"],
        conditions_due_on=date.fromisoformat(words["conditions_due_on"]) if words["conditions_due_on"] else None,
        **_session(application, words),
        proposed_by=act.proposed_by,
        confirmed_by=by,
        decided_at=at or clock.now(),
    )
    if decision.outcome == Outcome.GRANTED:
        plans.take_step(application.plan_id, "validate")
    elif decision.outcome == Outcome.PROBATION:
        _reopen(application, decision, words.get("points", []))
    application.save(update_fields=["state", "complete_before", "reopened_at"])
    journal.record(application, "decided", by=by, outcome=decision.outcome)
    letters.queue_decision(decision)
    return decision


@transaction.atomic
def decline_decision(application_id: int, *, by: Person, read: str | None = None) -> PendingAct:
    """The board does not confirm: the proposal is dropped, the application stays where it was.

    Raises NotAllowed, WrongState when none waits, or another one than the proposal that was read.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_confirm_decision, by, application)
    waiting = _read(application, read)
    return pending.decline(waiting.code, by=by, organisation=application.organisation)


def _session(application: Application, words: dict[str, str]) -> dict[str, Any]:
    """The day of a decision, and its session: the one it was proposed for, moved since or not, else one of that day."""
    code, on = words.get("session", ""), date.fromisoformat(words["session_on"])
    rows = BoardSession.rows.select_related("call").filter(code=code)
    session = rows.first() if code else session_of(application, on)
    return {"session": session, "session_on": session.day if session else on}


def _reopen(application: Application, decision: Decision, asked: Sequence[dict[str, str]]) -> None:
    """On probation a city writes again what its conditions name, and nothing else."""
    wanted = [Wanted(**point) for point in asked] or [Wanted(decision.conditions)]
    points.ask(application, wanted, Asked.PROBATION, until=decision.conditions_due_on, at=decision.decided_at)
    if any(places.is_in_plan(point.place) for point in wanted):
        plans.take_step(application.plan_id, "send_back")


def _read(application: Application, code: str | None) -> PendingAct:
    """The proposal that waits, if it is the one that was read; None: whichever waits. Raises WrongState."""
    waiting = waiting_decision(application)
    if waiting is None or code not in (None, waiting.code):
        raise WrongState(_("No decision is waiting to be confirmed."))
    return waiting


def _check(outcome: str, reasons: str, conditions: str, conditions_due_on: date | None) -> None:
    faults = []
    if outcome not in Outcome.values:
        faults.append(_("Choose an outcome."))
    if not reasons.strip():
        faults.append(_("Write the reasons: the city will read them."))
    if outcome == Outcome.PROBATION and not conditions.strip():
        faults.append(_("Probation needs conditions: what must be done?"))
    if outcome == Outcome.PROBATION and conditions_due_on is None:
        faults.append(_("Probation needs a date: until when?"))
    if faults:
        raise BadData(_("This decision cannot be proposed yet."), faults)
