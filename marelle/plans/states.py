"""States of a plan, and the steps between them. Source: the agreed table of the programme's process."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marelle.base.steps import Steps


class PlanState(TextChoices):
    DRAFT = "draft", pgettext_lazy("plan", "draft")
    SUBMITTED = "submitted", pgettext_lazy("plan", "handed in")
    RETURNED = "returned", pgettext_lazy("plan", "sent back")
    VALIDATED = "validated", pgettext_lazy("plan", "validated")
    ADOPTED = "adopted", pgettext_lazy("plan", "adopted")
    RUNNING = "running", pgettext_lazy("plan", "running")
    AMENDED = "amended", pgettext_lazy("plan", "being amended")
    CLOSED = "closed", pgettext_lazy("plan", "closed")
    EVALUATED = "evaluated", pgettext_lazy("plan", "evaluated")


P = PlanState
PLAN_STEPS = Steps(
    submit=({P.DRAFT, P.RETURNED}, P.SUBMITTED),
    send_back=({P.SUBMITTED}, P.RETURNED),
    validate=({P.SUBMITTED}, P.VALIDATED),
    adopt=({P.VALIDATED}, P.ADOPTED),
    take_over=({P.DRAFT}, P.ADOPTED),
    begin=({P.ADOPTED}, P.RUNNING),
    amend=({P.RUNNING}, P.AMENDED),
    adopt_amendment=({P.AMENDED}, P.RUNNING),
    close=({P.RUNNING}, P.CLOSED),
    evaluate=({P.CLOSED}, P.EVALUATED),
)


FOLLOWED = frozenset({P.RUNNING})  # what is done and measured is written down; `amended` is a working copy of it


class ActionState(TextChoices):
    PLANNED = "planned", pgettext_lazy("action", "planned")
    IN_PROGRESS = "in_progress", pgettext_lazy("action", "in progress")
    BLOCKED = "blocked", pgettext_lazy("action", "blocked")
    POSTPONED = "postponed", pgettext_lazy("action", "postponed")
    DONE = "done", pgettext_lazy("action", "done")
    ABANDONED = "abandoned", pgettext_lazy("action", "abandoned")


A = ActionState
ACTION_STEPS = Steps(
    begin=({A.PLANNED}, A.IN_PROGRESS),
    finish=({A.IN_PROGRESS}, A.DONE),
    block=({A.IN_PROGRESS}, A.BLOCKED),
    postpone=({A.IN_PROGRESS}, A.POSTPONED),
    resume=({A.BLOCKED, A.POSTPONED}, A.IN_PROGRESS),
    abandon=({A.PLANNED, A.IN_PROGRESS, A.BLOCKED, A.POSTPONED}, A.ABANDONED),
)
BEGUN = frozenset({A.IN_PROGRESS, A.BLOCKED, A.POSTPONED})
NEEDS_A_REASON = frozenset({A.BLOCKED, A.POSTPONED, A.ABANDONED})


class ProofLevel(TextChoices):
    """How sure a reading is. The three are counted apart, never mixed."""

    DECLARED = "declared", pgettext_lazy("reading", "declared")
    EVIDENCED = "evidenced", pgettext_lazy("reading", "evidenced")
    VERIFIED = "verified", pgettext_lazy("reading", "verified")


class Direction(TextChoices):
    HIGHER = "higher_is_better", _("higher is better")
    LOWER = "lower_is_better", _("lower is better")
    NEUTRAL = "neutral", _("neither")


class ReportKind(TextChoices):
    YEARLY = "yearly", _("Yearly sheet")
    MID_TERM = "mid_term", _("Mid-term report")
    FINAL = "final", _("Final report")


class ReportState(TextChoices):
    """What is stored. Not due, due and overdue come from its dates."""

    ASKED = "asked", pgettext_lazy("report", "asked for")
    SUBMITTED = "submitted", pgettext_lazy("report", "handed in")
    RETURNED = "returned", pgettext_lazy("report", "sent back")
    ACCEPTED = "accepted", pgettext_lazy("report", "accepted")


R = ReportState
REPORT_STEPS = Steps(
    submit=({R.ASKED, R.RETURNED}, R.SUBMITTED),
    send_back=({R.SUBMITTED}, R.RETURNED),
    accept=({R.SUBMITTED}, R.ACCEPTED),
)


class Verdict(TextChoices):
    """How far an objective is, in the programme's five words."""

    ACHIEVED = "achieved", pgettext_lazy("objective", "achieved")
    ON_TRACK = "on_track", pgettext_lazy("objective", "on track")
    HELD_BACK = "held_back", pgettext_lazy("objective", "held back")
    NO_PROGRESS = "no_progress", pgettext_lazy("objective", "no progress")
    NOT_RATED = "not_rated", pgettext_lazy("objective", "not rated")


class RatedBy(TextChoices):
    """Who says how far an objective is. The three stand side by side, never put together."""

    CITY = "city", pgettext_lazy("rating", "The town")
    CHILDREN = "children", pgettext_lazy("rating", "A group of children")
    COMMITTEE = "committee", pgettext_lazy("rating", "The committee")


class ProposalSource(TextChoices):
    """Which children a proposal comes from."""

    COUNCIL = "council", _("a children’s council")
    CLASS = "class", _("a class")
    CONSULTATION = "consultation", _("a consultation")
    OTHER = "other", _("another group")


class ProposalState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("proposal", "waiting for an answer")
    ANSWERED = "answered", pgettext_lazy("proposal", "answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")


PROPOSAL_STEPS = Steps(
    answer=({ProposalState.PROPOSED}, ProposalState.ANSWERED),
    withdraw=({ProposalState.PROPOSED, ProposalState.ANSWERED}, ProposalState.WITHDRAWN),
)


class AnswerKind(TextChoices):
    YES = "yes", pgettext_lazy("answer to children", "yes")
    IN_PART = "in_part", pgettext_lazy("answer to children", "in part")
    NO = "no", pgettext_lazy("answer to children", "no")


class GroupKind(TextChoices):
    """Which group rates a report together."""

    COUNCIL = "council", _("a children’s council")
    CLASS = "class", _("a class")


class SentenceState(TextChoices):
    """What becomes of the sentence a group adds: somebody reads it before anyone else."""

    NONE = "none", pgettext_lazy("sentence", "none")
    WAITING = "waiting", pgettext_lazy("sentence", "to read over")
    SHOWN = "shown", pgettext_lazy("sentence", "shown")
    KEPT = "kept", pgettext_lazy("sentence", "not shown")


class AmendmentState(TextChoices):
    DRAFT = "draft", pgettext_lazy("amendment", "being written")
    SUBMITTED = "submitted", pgettext_lazy("amendment", "handed in")
    RETURNED = "returned", pgettext_lazy("amendment", "sent back")
    ACCEPTED = "accepted", pgettext_lazy("amendment", "accepted")
    REFUSED = "refused", pgettext_lazy("amendment", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("amendment", "withdrawn")


M = AmendmentState
AMENDMENT_STEPS = Steps(
    submit=({M.DRAFT, M.RETURNED}, M.SUBMITTED),
    send_back=({M.SUBMITTED}, M.RETURNED),
    accept=({M.SUBMITTED}, M.ACCEPTED),
    refuse=({M.SUBMITTED}, M.REFUSED),
    withdraw=({M.DRAFT, M.SUBMITTED, M.RETURNED}, M.WITHDRAWN),
)
AMENDING = frozenset({M.DRAFT, M.RETURNED})  # the working copy is written
OPEN_AMENDMENTS = AMENDING | {M.SUBMITTED}


class Weight(TextChoices):
    """Who accepts an amendment: a programme officer, or the commission."""

    LIGHT = "light", pgettext_lazy("amendment", "light")
    HEAVY = "heavy", pgettext_lazy("amendment", "heavy")


class PhotoUse(TextChoices):
    """What the persons a photo shows agreed to."""

    INTERNAL = "internal", pgettext_lazy("photo", "within the town hall and the committee")
    PUBLIC = "public", pgettext_lazy("photo", "on the town’s public page")
