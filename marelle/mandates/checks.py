"""What must hold of applications and plans together: `marelle check` prints each sentence (trust D7)."""

from collections.abc import Iterator

from django.db.models import F

from marelle.mandates.models import Application, HandIn
from marelle.mandates.states import ApplicationState as A
from marelle.plans.states import PlanState as P

RUN = frozenset({P.ADOPTED, P.RUNNING, P.AMENDED, P.CLOSED, P.EVALUATED})
PLAN_STATES = {
    **dict.fromkeys((A.INTENT, A.DRAFT), frozenset({P.DRAFT})),
    A.RETURNED: {P.RETURNED},
    **dict.fromkeys((A.SUBMITTED, A.ADMISSIBLE, A.UNDER_REVIEW, A.HEARING_PLANNED, A.HEARD), frozenset({P.SUBMITTED})),
    **dict.fromkeys((A.OPINION_GIVEN, A.ON_PROBATION, A.DECLINED), frozenset({P.SUBMITTED})),
    A.ACCEPTED: {P.VALIDATED},
    A.ADOPTED: {P.ADOPTED},
    A.SIGNED: RUN,
    **dict.fromkeys((A.WITHDRAWN, A.LAPSED), frozenset({P.DRAFT, P.SUBMITTED, P.RETURNED})),
}  # which states a plan may be in, by the state of its application
BEFORE_HANDING_IN = (A.INTENT, A.DRAFT, A.WITHDRAWN, A.LAPSED)


def plans_follow_applications() -> Iterator[str]:
    """A plan's state is one its application's state allows."""
    rows = Application.rows.select_related("plan").order_by("pk")
    for application in rows.iterator(chunk_size=500):
        if application.plan.state not in PLAN_STATES[A(application.state)]:
            yield f"application={application.pk} is {application.state} and its plan is {application.plan.state}"


def applications_handed_in_have_a_receipt() -> Iterator[str]:
    """Whatever was handed in has a date, a receipt, and the receipt's fingerprint is the file's."""
    sent = Application.rows.exclude(state__in=BEFORE_HANDING_IN)
    for pk in sent.filter(submitted_at=None).order_by("pk").values_list("pk", flat=True):
        yield f"application={pk} was handed in without a date"
    for pk in sent.filter(receipt=None).order_by("pk").values_list("pk", flat=True):
        yield f"application={pk} was handed in without a receipt"
    for pk in (
        sent.exclude(receipt=None).exclude(fingerprint=F("receipt__sha256")).order_by("pk").values_list("pk", flat=True)
    ):
        yield f"application={pk} has another fingerprint than its receipt"
    different = HandIn.objects.exclude(fingerprint=F("receipt__sha256")).order_by("pk")
    for pk in different.values_list("pk", flat=True):
        yield f"hand_in={pk} has another fingerprint than its receipt"
