"""The demonstration's one story: what came of it is tied to its objective; steps no release has built yet stand greyed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base import clock, origins
from marelle.base.models import Origin
from marelle.demo import network
from marelle.events.models import ProgrammeItem
from marelle.events.operations import gatherings
from marelle.events.states import ItemKind
from marelle.library.models import Practice
from marelle.plans.models import Objective

PRACTICE, ITEM = "library.practice:", "events.item:"  # how their references begin
PAGE, REPORT = "plans.child_page:", "plans.report:"
WORKSHOP = "Fermer la rue de l’école aux voitures"  # where it is told, at the gathering


def register() -> None:
    """Join the strip."""
    origins.register_steps_to_come(steps_to_come)


def steps_to_come(reference: str, offspring: Collection[str]) -> tuple[list[str], list[str]]:
    """Before and after the story's objective; nothing for anything else."""
    if not is_the_story(reference):
        return [], []
    before = [_("The protected result of the town: what one may say without counting a child")]
    later = {
        REPORT: _("The mid-term report"),
        PAGE: _("The page for children, with the answer given to them and its date"),
        ITEM: _("A workshop at the gathering"),
        PRACTICE: _("A practice, retained, then taken up in another town’s plan"),
    }
    after = [step for kind, step in later.items() if not any(ref.startswith(kind) for ref in offspring)]
    return before, after


def tell(until: datetime, team: dict[str, Person]) -> None:
    """Tie the objective to the practice made of its action, and to the workshop and the stall of the gathering that tell it."""
    objective = the_objective()
    officer = team["committee-officer"]
    made = Origin.objects.filter(parent__in=_actions(objective), offspring__startswith=PRACTICE).first()
    if objective is None or made is None:
        return
    parent = origins.reference("plans.objective", objective.code)
    with clock.at(made.made_at - timedelta(seconds=1)):  # the action stays the nearest of what the practice comes from
        origins.link("objective", parent=parent, offspring=made.offspring, label=objective.name, by=officer)
    workshop = ProgrammeItem.objects.filter(name__fr=WORKSHOP).select_related("event").first()
    if workshop is not None:
        with clock.at(until):
            talk = origins.reference("events.item", workshop.code)
            origins.link("objective", parent=parent, offspring=talk, label=objective.name, by=officer)
            _on_a_stall(made.offspring.removeprefix(PRACTICE), workshop, officer)


def _on_a_stall(code: str, workshop: ProgrammeItem, officer: Person) -> None:
    """The practice, once anyone may read it, is shown at the market of the same gathering."""
    stall = workshop.event.items.filter(kind=ItemKind.MARKET).order_by("starts_at", "pk").first()
    if stall and Practice.objects.public().filter(code=code).exists():
        gatherings.show_practice(workshop.event_id, stall.code, code, by=officer)


def _actions(objective: Objective | None) -> list[str]:
    return [f"plans.action:{action.code}" for action in objective.actions.all()] if objective else []


def is_the_story(reference: str) -> bool:
    """Whether this is the story's objective in the story's commune."""
    model, _sep, code = reference.partition(":")
    if model != "plans.objective":
        return False
    found = the_objective()
    return found is not None and found.code == code


def the_objective() -> Objective | None:
    """The story's objective in the story's commune."""
    words = network.content()
    named = {"name": words["story"]["objective"], "plan__organisation__code": words["where"]["story"]}
    return Objective.objects.filter(**named).order_by("pk").first()
