"""Three changes of a member's plan: one accepted, one handed in then given up, one being written. Each says why in words of its own."""

from typing import Any

from marelle.mandates.operations import amendments
from marelle.plans.models import Action, Amendment
from marelle.plans.operations import amending, writing


def make_amendments(builder: Any) -> None:
    """The three, by their names in the town."""
    lead, officer = builder.people["EL"], builder.world.people["PO"]
    accepted = amendments.hand_in(begun(builder, "1000").pk, by=lead, why=builder.word("change accepted"))
    builder.made["public_change"] = amendments.answer(accepted.pk, by=officer, outcome="accept")
    handed = amendments.hand_in(begun(builder, "1001").pk, by=lead, why=builder.word("change handed in"))
    builder.made["past_change"] = amendments.withdraw(handed.pk, by=lead)
    written = begun(builder, "1002")
    builder.made["change"] = amending.explain(written.pk, builder.word("change written"), by=builder.people["CE"])


def begun(builder: Any, budget: str) -> Amendment:
    """A working copy in which one budget differs."""
    by = builder.people["CE"]
    amendment = amending.begin(builder.application.plan_id, by=by)
    part = Action.objects.filter(objective__plan=amendment.copy).order_by("pk")[0]
    name, was = f"action.{part.code}.budget_eur", "" if part.budget_eur is None else str(part.budget_eur)
    writing.save_plan_field(amendment.copy_id, name, budget, was=was, version=part.version, by=by)
    return amendment
