"""How an organisation stands, read with the memberships of its people: what its menu offers, what everyone may read."""

from django.db.models import Exists, OuterRef

from marelle.base import registers
from marelle.mandates.models import Application, Mandate
from marelle.mandates.states import MEMBER_STATES, ApplicationState
from marelle.plans.models import Plan
from marelle.plans.operations.writing import BEING_WRITTEN

S = ApplicationState
ANSWERED = (S.SIGNED, S.DECLINED, S.WITHDRAWN, S.LAPSED)  # nothing is to be done about it any more


def register() -> None:
    """Join the registers."""
    registers.standings |= {"has_plan": has_plan, "applies": applies, "is_member": is_member}


def has_plan() -> Exists:
    """A plan that is no longer being written."""
    rows = Plan.rows.filter(organisation=OuterRef("organisation"), amendment=None)
    return Exists(rows.exclude(state__in=sorted(BEING_WRITTEN)))


def applies() -> Exists:
    """An application under way."""
    return Exists(Application.rows.filter(organisation=OuterRef("organisation")).exclude(state__in=ANSWERED))


def is_member() -> Exists:
    """A mandate everyone reads of today: neither suspended nor over."""
    return Exists(Mandate.rows.filter(organisation=OuterRef("organisation"), state__in=sorted(MEMBER_STATES)))
