"""The demonstration's one story. Steps that no release has built yet stand in the strip, greyed and without link."""

from django.utils.translation import gettext as _

from marelle.base import origins
from marelle.demo import network
from marelle.plans.models import Objective


def register() -> None:
    """Join the strip."""
    origins.register_steps_to_come(steps_to_come)


def steps_to_come(reference: str) -> tuple[list[str], list[str]]:
    """Before and after the story's objective; nothing for anything else."""
    if not is_the_story(reference):
        return [], []
    before = [
        _("The protected result of the town: what one may say without counting a child"),
        _("What the children of a class said: they are afraid on the way to school"),
    ]
    after = [
        _("The page for children, with the answer given to them and its date"),
        _("The mid-term report"),
        _("A talk in the webinar"),
        _("A practice, retained, then taken up in another town’s plan"),
    ]
    return before, after


def is_the_story(reference: str) -> bool:
    """Whether this is the story's objective in the story's commune."""
    model, _sep, code = reference.partition(":")
    if model != "plans.objective":
        return False
    words = network.content()
    return Objective.objects.filter(
        code=code, name=words["story"]["objective"], plan__organisation__code=words["where"]["story"]
    ).exists()
