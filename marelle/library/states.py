"""States of what the network keeps: practices, resources, and what became of a practice elsewhere."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marelle.base.steps import Steps


class PracticeState(TextChoices):
    DRAFT = "draft", pgettext_lazy("practice", "draft")
    PROPOSED = "proposed", pgettext_lazy("practice", "proposed")
    RETURNED = "returned", pgettext_lazy("practice", "sent back")
    PUBLISHED = "published", pgettext_lazy("practice", "published")
    RETAINED = "retained", pgettext_lazy("practice", "retained")
    RETIRED = "retired", pgettext_lazy("practice", "retired")
    REPLACED = "replaced", pgettext_lazy("practice", "replaced")


S = PracticeState
PRACTICE_STEPS = Steps(
    submit=({S.DRAFT, S.RETURNED}, S.PROPOSED),
    send_back=({S.PROPOSED}, S.RETURNED),
    publish=({S.PROPOSED}, S.PUBLISHED),
    retain=({S.PUBLISHED}, S.RETAINED),
    retire=({S.PUBLISHED, S.RETAINED}, S.RETIRED),
    replace=({S.PROPOSED}, S.REPLACED),  # a correction is taken: it keeps the words it replaced
)
BEING_WRITTEN = frozenset({S.DRAFT, S.RETURNED})
IN_HAND = frozenset({S.DRAFT, S.PROPOSED, S.RETURNED})
PUBLIC_STATES = frozenset({S.PUBLISHED, S.RETAINED})


class EvidenceLevel(TextChoices):
    """How sure one is of the effect, weakest first. Our own scale: each step asks for more than the one before."""

    TOLD = "told", _("told by those who did it")
    COUNTED = "counted", _("counted: figures before and after")
    COMPARED = "compared", _("compared with places that did not do it")
    VERIFIED = "verified", _("verified by somebody from outside")


class AdoptionState(TextChoices):
    PLANNED = "planned", pgettext_lazy("adoption", "planned")
    ADAPTED = "adapted", pgettext_lazy("adoption", "adapted")
    RESULT_GIVEN = "result_given", pgettext_lazy("adoption", "result given")
    DROPPED = "dropped", pgettext_lazy("adoption", "dropped")


A = AdoptionState
ADOPTION_STEPS = Steps(
    adapt=({A.PLANNED}, A.ADAPTED),
    give_result=({A.PLANNED, A.ADAPTED, A.RESULT_GIVEN}, A.RESULT_GIVEN),
    drop=({A.PLANNED, A.ADAPTED}, A.DROPPED),
)


class Outcome(TextChoices):
    WORKED = "worked", _("it works here too")
    PARTLY = "partly", _("it works in part")
    NOT_YET = "not_yet", _("too early to say")
    NOT = "not", _("it does not work here")


class ResourceKind(TextChoices):
    TOOL = "tool", _("tool")
    MODEL = "model", _("model to fill in")
    EXPERTISE = "expertise", _("expertise document")
    LESSONS = "lessons", _("lessons note")
    MINUTES = "minutes", _("product of a working group")


class ResourceState(TextChoices):
    DRAFT = "draft", pgettext_lazy("resource", "draft")
    PROPOSED = "proposed", pgettext_lazy("resource", "proposed")
    RETURNED = "returned", pgettext_lazy("resource", "sent back")
    PUBLISHED = "published", pgettext_lazy("resource", "published")
    RETAINED = "retained", pgettext_lazy("resource", "retained")
    RETIRED = "retired", pgettext_lazy("resource", "retired")


R = ResourceState
RESOURCE_STEPS = Steps(
    submit=({R.DRAFT, R.RETURNED}, R.PROPOSED),
    send_back=({R.PROPOSED}, R.RETURNED),
    publish=({R.PROPOSED}, R.PUBLISHED),
    retain=({R.PUBLISHED}, R.RETAINED),
    retire=({R.PUBLISHED, R.RETAINED}, R.RETIRED),
)
ON_THE_SHELF = frozenset({R.PUBLISHED, R.RETAINED})


class Audience(TextChoices):
    OFFICERS = "officers", _("officers and services")
    ELECTED = "elected", _("elected members")
    PROFESSIONALS = "professionals", _("people who work with children")
    CHILDREN = "children", _("children and young people")
