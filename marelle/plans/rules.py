"""Who may do what with a plan."""

from marelle.accounts import rules as accounts
from marelle.accounts.models import Person
from marelle.accounts.rules import require
from marelle.plans.models import Plan

__all__ = ["require"]


def may_write_plan(person: Person, plan: Plan) -> bool:
    """Editors, administrators and elected leads of the organisation whose plan it is."""
    return accounts.may_write(person, plan.organisation)
