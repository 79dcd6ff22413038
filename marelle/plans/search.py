"""Objectives and actions among what the search finds: those of one's own organisations."""

from collections.abc import Iterator
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base.registers import Found
from marelle.base.text import fold
from marelle.plans.models import Action, Objective, Plan

MOST_READ = 2000  # rows of one person's plans; a plan holds about sixty actions


def find(text: str, person: Person | None, limit: int) -> Iterator[Found]:
    """Objectives, then actions, whose words hold every word of `text`, whatever the accents."""
    words = fold(text).split()
    if person is None or not words:
        return iter(())
    return islice(_found(words, person), limit)


def _found(words: list[str], person: Person) -> Iterator[Found]:
    plans = Plan.objects.visible_to(person).filter(organisation__in=person.organisation_ids).values("pk")
    objectives = Objective.objects.filter(plan__in=plans).select_related("plan__organisation").order_by("pk")
    actions = Action.objects.filter(objective__plan__in=plans).select_related("objective__plan__organisation")
    for objective in objectives[:MOST_READ]:
        if _holds(f"{objective.name} {objective.promise}", words):
            yield _show(_("objective"), "objective", objective, objective.plan)
    for action in actions.order_by("pk")[:MOST_READ]:
        if _holds(action.name, words):
            yield _show(_("action"), "action", action, action.objective.plan)


def _holds(text: str, words: list[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _show(word: str, kind: str, part: Objective | Action, plan: Plan) -> Found:
    address = reverse(f"city:{kind}", args=[plan.organisation.code, part.code])
    return Found(kind=word, title=part.name, sentence=plan.organisation.name, address=address)
