"""What must hold of applications and plans together: `marelle check` prints each sentence (trust D7)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import F, Q, Sum

from marelle.mandates.models import Application, AreaStanding, HandIn, Level, Mandate, Standing
from marelle.mandates.queries import nights
from marelle.mandates.queries.members import CITY_KINDS
from marelle.mandates.queries.nights import Place, facts_of
from marelle.mandates.states import ApplicationState as A
from marelle.plans.states import PlanState as P

RUN = frozenset({P.ADOPTED, P.RUNNING, P.AMENDED, P.CLOSED, P.EVALUATED})
PLAN_STATES = {
    **dict.fromkeys((A.INTENT, A.DRAFT), frozenset({P.DRAFT})),
    A.RETURNED: {P.RETURNED},
    **dict.fromkeys((A.SUBMITTED, A.ADMISSIBLE, A.UNDER_REVIEW, A.HEARING_PLANNED, A.HEARD), frozenset({P.SUBMITTED})),
    **dict.fromkeys((A.OPINION_GIVEN, A.DECLINED), frozenset({P.SUBMITTED})),
    A.ON_PROBATION: {P.SUBMITTED, P.RETURNED},  # written again where a condition names it
    A.ACCEPTED: {P.VALIDATED},
    A.ADOPTED: {P.ADOPTED},
    A.SIGNED: RUN,
    **dict.fromkeys((A.WITHDRAWN, A.LAPSED), frozenset({P.DRAFT, P.SUBMITTED, P.RETURNED})),
}  # which states a plan may be in, by the state of its application
MOST_MANDATES = 200  # taken again at each check: a network of thousands is gone through over the days
BEFORE_HANDING_IN = (A.INTENT, A.DRAFT, A.WITHDRAWN, A.LAPSED)


def plans_follow_applications() -> Iterator[str]:
    """A plan's state is one its application's state allows."""
    rows = Application.rows.select_related("plan").order_by("pk")
    for application in rows.iterator(chunk_size=500):
        if application.plan.state not in PLAN_STATES[A(application.state)]:
            yield f"application={application.pk} is {application.state} and its plan is {application.plan.state}"


def applications_handed_in_have_a_receipt() -> Iterator[str]:
    """Whatever was handed in has a date, a receipt, and the receipt's fingerprint is the file's."""
    sent = Application.rows.exclude(state__in=BEFORE_HANDING_IN).filter(taken_over_at=None)
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


def nights_are_true(most: int | None = MOST_MANDATES, on: date | None = None) -> Iterator[str]:
    """A night, the last one by default, taken again from the readings and the aims of that day says the same.

    At most `most` mandates, others each day; None: all of them. A plan that took an action over since is left aside.
    """
    last = nights.last_night()
    day = on or (last.on if last else None)
    for running in _some(day, most) if day else ():
        keys = [mandate.pk for mandate in running]
        held = Standing.objects.filter(Q(until=None) | Q(until__gt=day), mandate__in=keys, on__lte=day)
        kept = {(row.mandate_id, row.domain_id): row for row in held}
        for row in nights.standings_on(running, day, defaultdict(Place)):  # type: ignore[arg-type]
            before = kept.get((row.mandate_id, row.domain_id))
            if before is None and all(mandate != row.mandate_id for mandate, _domain in kept):
                continue  # its mandate was begun since
            if before is None or (before.actions == row.actions and facts_of(before) != facts_of(row)):
                yield f"{day} mandate={row.mandate_id} domain={row.domain_id}: not what its readings say"


def places_add_up() -> Iterator[str]:
    """The network is the sum of its régions, domain by domain, and no région says less than its mandates."""
    held = AreaStanding.objects.filter(until=None).order_by("pk")
    regions = nights.place_of(list(held.filter(level=Level.REGION)), [])
    network = nights.place_of(list(held.filter(level=Level.NETWORK)), [])
    for domain in sorted({*regions.sums, *network.sums}):
        if regions.sums.get(domain) != network.sums.get(domain):
            yield f"domain={domain}: the network is not the sum of its régions"
    kinds = Standing.objects.filter(until=None, mandate__organisation__kind__in=CITY_KINDS).order_by()
    counted = dict(kinds.values_list("domain").annotate(found=Sum("indicators")))
    for domain, place in sorted(network.sums.items()):
        if counted.get(domain, 0) != place.tally.asked:
            yield f"domain={domain}: the network does not count the indicators of its mandates"


def _some(day: date, most: int | None) -> Iterator[list[nights.Running]]:
    """Mandates to verify: all, or `most` of them in a row, from a place that changes each day."""
    keys = list(Mandate.rows.order_by("pk").values_list("pk", flat=True))
    whole = most is None or len(keys) <= most
    first = 0 if whole else day.toordinal() * (most or 1) % len(keys)
    chosen = set(keys if whole else (keys + keys)[first : first + (most or 0)])
    for region in nights.regions():
        for running in nights.running_on(region, day):
            if picked := [mandate for mandate in running if mandate.pk in chosen]:
                yield picked
