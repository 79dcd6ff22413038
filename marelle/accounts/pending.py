"""Four eyes: one person proposes, a different one confirms (settled 11, trust R5)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import PendingAct, Person
from marelle.accounts.states import REQUEST_STEPS
from marelle.base import clock
from marelle.base.errors import NotAllowed, WrongState


@transaction.atomic
def propose(kind: str, reference: str, payload: dict[str, Any], *, by: Person, organisation: Any = None) -> PendingAct:
    """Write the first half of an act. Raises WrongState when one already waits for the same thing."""
    try:
        with transaction.atomic():
            act = PendingAct.objects.create(
                kind=kind, reference=reference, payload=payload, proposed_by=by, proposed_at=clock.now()
            )
    except IntegrityError:
        raise WrongState(_("A colleague has already proposed this; it waits for confirmation.")) from None
    journal.record(reference, "act_proposed", by=by, organisation=organisation, kind=kind)
    return act


@transaction.atomic
def confirm(code: str, *, kind: str, by: Person, organisation: Any = None) -> PendingAct:
    """Write the second half of an act of that kind; the caller then does what `payload` says, in the same transaction.

    Raises NotAllowed for the person who proposed, WrongState when it was answered already or is another kind of act.
    """
    act = _locked(code)
    if act.kind != kind:
        raise WrongState(_("This is no longer possible: things have moved on meanwhile."), act=code, kind=act.kind)
    if act.proposed_by_id == by.pk:
        raise NotAllowed(_("The person who proposed cannot confirm: a second person must."), act=code)
    return _answer(act, "accept", "act_confirmed", by, organisation)


@transaction.atomic
def decline(code: str, *, by: Person, organisation: Any = None) -> PendingAct:
    """Say no; whoever proposed may decline their own. Raises WrongState when it was answered already."""
    return _answer(_locked(code), "decline", "act_declined", by, organisation)


def _locked(code: str) -> PendingAct:
    return PendingAct.rows.select_for_update(of=("self",)).get(code=code)


def _answer(act: PendingAct, step: str, verb: str, by: Person, organisation: Any) -> PendingAct:
    REQUEST_STEPS.take(act, step)
    act.answered_by, act.answered_at = by, clock.now()
    act.save(update_fields=["state", "answered_by", "answered_at"])
    journal.record(act.reference, verb, by=by, organisation=organisation, kind=act.kind)
    return act
