"""What the committee's office lists and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation, PendingAct, Person
from marelle.accounts.states import PROGRAMME_TEAM, OrganisationKind, RequestState
from marelle.framework.models import Criterion
from marelle.mandates.figures import Gap, weighted_total
from marelle.mandates.models import Application, Call, Mandate, Review
from marelle.mandates.queries.decisions import KIND
from marelle.mandates.states import ApplicationState, MandateState, ReviewState


@dataclass(frozen=True)
class Funnel:
    """How many applications of a call went how far; each counts in every step it has passed."""

    intents: int
    handed_in: int
    under_review: int
    decided: int
    signed: int


A = ApplicationState
HANDED_IN = frozenset(A) - {A.INTENT, A.DRAFT, A.WITHDRAWN, A.LAPSED}
READ = HANDED_IN - {A.SUBMITTED, A.RETURNED, A.ADMISSIBLE}
DECIDED = frozenset({A.ACCEPTED, A.ON_PROBATION, A.DECLINED, A.ADOPTED, A.SIGNED})


def funnel(call: Call) -> Funnel:
    """The steps of a call, counted; names no one."""

    def having(states: frozenset[str]) -> Count:
        return Count("pk", filter=Q(state__in=states))

    counts = (
        Application.objects.filter(call=call)
        .everyone(reason="counts of a call")
        .aggregate(
            intents=Count("pk"),
            handed_in=having(HANDED_IN),
            under_review=having(READ),
            decided=having(DECIDED),
            signed=having(frozenset({A.SIGNED})),
        )
    )
    return Funnel(**counts)


def calls(person: Person) -> QuerySet[Call]:
    """The calls of one's committees, the last to close first, with their number of applications."""
    counted = Call.objects.visible_to(person).annotate(applications_count=Count("applications"))
    return counted.select_related("committee").order_by("-closes_at", "pk")


def applications_of(call: Call, person: Person) -> QuerySet[Application]:
    """What `person` may see of a call, the first handed in first, drafts (never shown) apart."""
    return (
        Application.objects.visible_to(person)
        .filter(call=call)
        .select_related("organisation__territory__departement", "track", "call")
        .annotate(
            readers=Count("reviews", filter=~Q(reviews__state=ReviewState.STEPPED_ASIDE)),
            readers_done=Count("reviews", filter=Q(reviews__state=ReviewState.FINISHED)),
        )
        .order_by(F("submitted_at").asc(nulls_last=True), "pk")
    )


@dataclass(frozen=True)
class Reading:
    """One reader's result: `total` is the weighted share of the points given, 0 to 100."""

    review: Review
    total: float | None


def readings_of(application: Application, person: Person) -> list[Reading]:
    """The reviews `person` may see, with their weighted totals."""
    rows = (
        Review.objects.visible_to(person)
        .filter(application=application)
        .select_related("reviewer")
        .prefetch_related("scores__criterion")
        .order_by("assigned_at", "pk")
    )
    return [Reading(r, weighted_total([(s.points, s.criterion.weight) for s in r.scores.all()])) for r in rows]


@dataclass(frozen=True)
class Compared:
    """Readings finished, side by side: each criterion with its points in their order, and how far the totals are (0 to 100)."""

    readings: list[Reading]
    criteria: list[tuple[Criterion, Gap]]
    gap: float


def compared(readings: list[Reading]) -> Compared | None:
    """Those that are finished, once there are two; None before. Asks the database nothing."""
    done = [reading for reading in readings if reading.review.state == ReviewState.FINISHED]
    totals = [reading.total for reading in done if reading.total is not None]
    if len(totals) < 2 or len(totals) < len(done):
        return None
    given = [{s.criterion: s.points or 0 for s in reading.review.scores.all()} for reading in done]  # none is blank
    criteria = sorted(given[0], key=lambda criterion: (criterion.position, criterion.pk))
    lines = [(c, Gap(tuple(points[c] for points in given))) for c in criteria if all(c in points for points in given)]
    return Compared(done, lines, max(totals) - min(totals))


def to_confirm(person: Person) -> QuerySet[Application]:
    """The applications whose decision waits for the board, as far as `person` may see them, with `asked_at`."""
    reference = Concat(Value("mandates.application:"), OuterRef("code"), output_field=CharField())
    asked = PendingAct.objects.filter(kind=KIND, state=RequestState.ASKED, reference=reference).order_by("proposed_at")
    seen = Application.objects.visible_to(person).annotate(asked_at=Subquery(asked.values("proposed_at")[:1]))
    return seen.exclude(asked_at=None)


def decisions_waiting(person: Person) -> list[tuple[PendingAct, Application]]:
    """Proposals waiting for the board, each with its application, as far as `person` may see them, oldest first."""
    acts = {a.reference: a for a in PendingAct.objects.filter(kind=KIND, state="asked").select_related("proposed_by")}
    codes = [ref.partition(":")[2] for ref in acts]
    seen = Application.objects.visible_to(person).filter(code__in=codes)
    seen = seen.select_related("organisation", "call__committee")
    pairs = [(acts[f"mandates.application:{a.code}"], a) for a in seen]
    return sorted(pairs, key=lambda pair: pair[0].proposed_at)


@dataclass(frozen=True)
class Standing:
    """Where an organisation stands, in a word, in which committees' network, and when its people last did something.

    Its page in the office: of its mandate, by the code of its `agreement`; without one, of its `application`.
    """

    organisation: Organisation
    committees: str
    word: str
    people: int
    last_at: datetime | None
    agreement: str = ""
    application: str = ""


def standings(person: Person) -> list[Standing]:
    """The communes and intercommunalities looked after by one's committees, the longest silent first, in three questions."""
    committees = person.committees_as(PROGRAMME_TEAM)
    organisations = list(
        Organisation.objects.looked_after_by(committees)
        .filter(kind__in=[OrganisationKind.COMMUNE, OrganisationKind.INTERCOMMUNALITY])
        .select_related("territory__departement")
        .annotate(people=Count("memberships__person", filter=Q(memberships__ended_at=None), distinct=True))
        .annotate(last_at=F("journal_chain__acted_at"))
        .order_by("name", "pk")
    )
    stand, whose = _stand(person, committees), _whose(organisations, committees)
    nothing = {"word": _("nothing handed in")}
    rows = [
        Standing(o, whose[o.pk], people=o.people, last_at=o.last_at, **stand.get(o.pk, nothing)) for o in organisations
    ]
    return sorted(rows, key=lambda row: (row.last_at is not None, row.last_at.timestamp() if row.last_at else 0.0))


def _whose(organisations: Sequence[Organisation], committees: list[Organisation]) -> dict[int, str]:
    """The names of the committees that look after each; asked only when there is more than one."""
    names: dict[int, list[str]] = {organisation.pk: [] for organisation in organisations}
    for committee in committees if len(committees) > 1 else []:
        for key in Organisation.objects.looked_after_by([committee]).filter(pk__in=names).values_list("pk", flat=True):
            names[key].append(committee.name)
    return {key: ", ".join(found) for key, found in names.items()}


def _stand(person: Person, committees: list[Organisation]) -> dict[int, dict[str, str]]:
    """The state of each organisation's living mandate, else of its latest application, and the page that tells it."""
    found = {}
    for application in Application.objects.visible_to(person).order_by("created_at", "pk"):
        found[application.organisation_id] = {
            "word": application.get_state_display(),
            "application": application.code,
        }
    planned_first = Case(When(state=MandateState.PLANNED, then=0), default=1)
    mandates = Mandate.objects.visible_to(person).select_related("agreement__application__call")
    for mandate in mandates.order_by(planned_first, "starts_on", "pk"):
        followed = mandate.agreement.application.call.committee_id in {committee.pk for committee in committees}
        found[mandate.organisation_id] = {
            "word": mandate.get_state_display(),
            "agreement": mandate.agreement.code if followed else "",
        }
    return found
