"""Sentences of the page for children that somebody of the town writes again."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock, origins, stamps
from marelle.base.errors import BadData
from marelle.plans import rules
from marelle.plans.models import ChildSentence, Objective, Plan
from marelle.plans.states import FOLLOWED

LONGEST = 300  # characters of a sentence
PART = re.compile(r"welcome|asked|(promise|stands)\.(?P<objective>[a-z0-9]+)")


@transaction.atomic
def write(plan_id: int, part: str, words: str, *, instead_of: str, by: Person) -> ChildSentence | None:
    """Write a sentence of the page again, `instead_of` the one the data gives today; blank, the data speaks once more.

    Raises NotAllowed, BadData.
    """
    plan = Plan.rows.lock(plan_id)
    rules.require(rules.may_write_plan, by, plan)
    objective = _objective(plan, part)
    clean = " ".join(words.split())
    if len(clean) > LONGEST:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST})
    before = plan.child_sentences.filter(part=part).first()
    if not clean or clean == instead_of:
        if before:
            before.delete()
            _told(plan, part, by)
        return None
    if before and (before.words, before.instead_of) == (clean, instead_of):
        return before
    made = before or ChildSentence(plan=plan, part=part, version=0)
    made.words, made.instead_of, made.edited_by, made.edited_at = clean, instead_of, by, clock.now()
    made.version += 1
    made.save()
    if objective:  # what is said of it to children is where it leads
        origins.link(
            "page",
            parent=origins.reference("plans.objective", objective.code),
            offspring=origins.reference("plans.child_page", plan.code),
            label=objective.name,
            excerpt=objective.promise,
            by=by,
        )
    _told(plan, part, by)
    return made


def _told(plan: Plan, part: str, by: Person) -> None:
    journal.record(plan, "child_page_changed", by=by, part=part)
    stamps.bump("public")


def _objective(plan: Plan, part: str) -> Objective | None:
    """What a sentence speaks of, None for the page itself. Only a plan that runs has a page. Raises BadData."""
    found = PART.fullmatch(part)
    code = found["objective"] if found else None
    objective = plan.objectives.filter(code=code).first() if code else None
    if plan.state not in FOLLOWED or found is None or (code and objective is None):
        raise BadData(_("What you chose is no longer there. Open the page again."))
    return objective
