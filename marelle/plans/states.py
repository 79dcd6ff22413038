"""States of a plan, and the steps between them. Source: the agreed table of the programme's process."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marelle.base.steps import Steps


class PlanState(TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("handed in")
    RETURNED = "returned", _("sent back")
    VALIDATED = "validated", _("validated")
    ADOPTED = "adopted", _("adopted")
    RUNNING = "running", _("running")
    AMENDED = "amended", _("being amended")
    CLOSED = "closed", _("closed")
    EVALUATED = "evaluated", _("evaluated")


P = PlanState
PLAN_STEPS = Steps(
    submit=({P.DRAFT, P.RETURNED}, P.SUBMITTED),
    send_back=({P.SUBMITTED}, P.RETURNED),
    validate=({P.SUBMITTED}, P.VALIDATED),
    adopt=({P.VALIDATED}, P.ADOPTED),
    begin=({P.ADOPTED}, P.RUNNING),
    amend=({P.RUNNING}, P.AMENDED),
    adopt_amendment=({P.AMENDED}, P.RUNNING),
    close=({P.RUNNING}, P.CLOSED),
    evaluate=({P.CLOSED}, P.EVALUATED),
)


class Direction(TextChoices):
    HIGHER = "higher_is_better", _("higher is better")
    LOWER = "lower_is_better", _("lower is better")
    NEUTRAL = "neutral", _("neither")
