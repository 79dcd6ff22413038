"""Who may do what with a plan."""

from marelle.accounts import rules as accounts
from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.plans.models import Plan, Proposal

__all__ = ["require"]


def may_hand_in_plan(person: Person, plan: Plan) -> bool:
    """The elected lead, or an administrator of the organisation with a recorded delegation."""
    return accounts.may_hand_in(person, plan.organisation)


def may_write_plan(person: Person, plan: Plan) -> bool:
    """Editors, administrators and elected leads of the organisation whose plan it is."""
    return accounts.may_write(person, plan.organisation)


def may_write_proposal(person: Person, proposal: Proposal) -> bool:
    """Editors, administrators and elected leads of the organisation the children spoke to."""
    return accounts.may_write(person, proposal.organisation)


def may_ask_for_report(person: Person, plan: Plan | None) -> bool:
    """Nobody by hand: the programme’s clock alone, when the window of a report opens."""
    return person.is_robot


def may_submit_report(person: Person, plan: Plan) -> bool:
    """The elected lead of the organisation, or one of its administrators with a recorded delegation."""
    return accounts.may_hand_in(person, plan.organisation)
