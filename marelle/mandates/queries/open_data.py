"""What anyone may take away: members of today and of yesterday, what they promised, what was read of it. Plain values.

One definition for the files, the interface for programs and the dictionary of columns (`web.parts.open_data`). A plan
is published while its mandate runs and once it has ended; of its readings those of everyone, as they stand corrected.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from marelle.accounts.models import Organisation
from marelle.base import clock
from marelle.framework.models import text
from marelle.mandates.models import Mandate
from marelle.mandates.queries.members import CITY_KINDS
from marelle.mandates.queries.network import without_idle_zeros
from marelle.mandates.states import MEMBER_STATES, MandateState
from marelle.plans.models import Action, Answer, Indicator, Objective, Plan, Proposal, Rating, Reading, Report
from marelle.plans.states import ProofLevel, ReportState

CHUNK = 2000  # rows read at once: memory does not grow with the network
EARLIEST = date(2000, 1, 1)  # nothing here is older
OVER = frozenset({MandateState.ENDED, MandateState.RENEWED, MandateState.CLOSED})
PUBLISHED = MEMBER_STATES | OVER

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What narrows a list; empty: no matter. `code`: of an organisation; `since`: what is new or changed from that day."""

    code: str = ""
    departement: str = ""
    region: str = ""
    track: str = ""
    domain: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Source:
    """Where the rows of a list are, and what is read of each. `find(asked)`: those that answer, in no order.

    `values`: each name and the path or expression behind it; `finish`: what is worked out once read. `filters`: names of
    `Asked` that narrow it.
    """

    find: Callable[[Asked], QuerySet]
    values: Mapping[str, Any]
    filters: tuple[str, ...]
    finish: Callable[[Row], Row] = lambda row: row


def page(source: Source, asked: Asked, after: str, size: int) -> list[Row]:
    """At most `size` rows after the one whose code is `after`: what is added meanwhile moves no other. One question."""
    rows = source.find(asked).filter(code__gt=after).order_by("code")
    return [_read(source, row) for row in _values(source, rows)[:size]]


def every_one(source: Source, asked: Asked) -> Iterator[Row]:
    """All the rows, in the order they were made, some thousands at a time."""
    last, is_over = 0, False
    while not is_over:
        rows = source.find(asked).filter(pk__gt=last).order_by("pk")
        found = list(_values(source, rows, key="pk")[:CHUNK])
        is_over = len(found) < CHUNK
        for row in found:
            last = row.pop("x_key")
            yield _read(source, row)


def all_at_once(source: Source, asked: Asked, **more: str) -> list[Row]:
    """All the rows, in the order they were made, with the paths of `more`. One question: for who needs them all anyway."""
    return [_read(source, row) for row in _values(source, source.find(asked).order_by("pk"), **more)]


def _values(source: Source, rows: QuerySet, **more: Any) -> QuerySet:
    """The values asked for; "x_" keeps their names apart from those of the model's own columns."""
    named = {f"x_{name}": value for name, value in ({**source.values, **more}).items()}
    return rows.values(**{name: F(value) if isinstance(value, str) else value for name, value in named.items()})


def _read(source: Source, row: Row) -> Row:
    return source.finish({name.removeprefix("x_"): _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:
    """Moments as days here, numbers without idle zeros."""
    if isinstance(value, datetime):
        return clock.day_of(value)
    return without_idle_zeros(value) if isinstance(value, Decimal) else value


# Which rows ----------------------------------------------------------------------------------------------------------
def _of_mandates(asked: Asked, path: str = "") -> dict[str, Any]:
    """What the mandate at `path` must be: published, and one that answers."""
    place = f"{path}organisation__"
    wanted = {
        f"{place}code": asked.code,
        f"{place}territory__departement__code": asked.departement,
        f"{place}territory__region__code": asked.region,
        f"{path}track__code": asked.track,
    }
    always = {f"{path}state__in": sorted(PUBLISHED), f"{place}kind__in": CITY_KINDS}
    return always | {name: value for name, value in wanted.items() if value}


def _in_domain(asked: Asked, path: str) -> dict[str, str]:
    return {f"{path}slug": asked.domain} if asked.domain else {}


def _since(asked: Asked, *paths: str) -> Q:
    """Changed from that day on, by any of these dates."""
    found = Q()
    for path in paths if asked.since else ():
        day = max(asked.since or EARLIEST, EARLIEST)
        at = datetime.combine(day, time(0), tzinfo=clock.PARIS)
        found |= Q(**{f"{path}__gte": at if path.endswith("_at") else day})
    return found


def _organisations(asked: Asked) -> QuerySet:
    own = Mandate.objects.filter(organisation=OuterRef("pk"), **_of_mandates(asked)).scoped("public")
    return Organisation.objects.filter(Exists(own))


def _mandates(asked: Asked) -> QuerySet:
    return Mandate.objects.filter(_since(asked, "starts_on"), **_of_mandates(asked)).scoped("public")


def _plans(asked: Asked) -> QuerySet:
    return Plan.objects.filter(_since(asked, "adopted_on"), **_of_mandates(asked, "mandate__")).scoped("public")


def _objectives(asked: Asked) -> QuerySet:
    rows = Objective.objects.filter(**_of_mandates(asked, "plan__mandate__"), **_in_domain(asked, "domain__"))
    return rows.exclude(promise="", name="")


def _actions(asked: Asked) -> QuerySet:
    own = _of_mandates(asked, "objective__plan__mandate__") | _in_domain(asked, "objective__domain__")
    return Action.objects.filter(_since(asked, "moved_on"), **own)


def _indicators(asked: Asked) -> QuerySet:
    own = _of_mandates(asked, "objective__plan__mandate__") | _in_domain(asked, "objective__domain__")
    return Indicator.objects.filter(**own)


def _readings(asked: Asked) -> QuerySet:
    path = "indicator__objective__"
    own = _of_mandates(asked, f"{path}plan__mandate__") | _in_domain(asked, f"{path}domain__")
    changed = _since(asked, "recorded_at", "verified_at")
    return Reading.objects.filter(changed, replaced_at=None, breakdown="", **own)


def _reports(asked: Asked) -> QuerySet:
    own = _of_mandates(asked, "plan__mandate__")
    return Report.objects.filter(_since(asked, "accepted_at"), state=ReportState.ACCEPTED, **own).scoped("public")


def _ratings(asked: Asked) -> QuerySet:
    own = _of_mandates(asked, "report__plan__mandate__") | _in_domain(asked, "objective__domain__")
    accepted = {"report__state": ReportState.ACCEPTED, "replaced_at": None}
    rows = Rating.objects.filter(_since(asked, "rated_at", "report__accepted_at"), **accepted, **own)
    return rows.exclude(verdict="")  # of a yearly sheet, a town may say why without rating


def _proposals(asked: Asked) -> QuerySet:
    own = Mandate.objects.filter(organisation=OuterRef("organisation"), **_of_mandates(asked)).scoped("public")
    return Proposal.objects.public().filter(Exists(own), _since(asked, "shown_at", "answers__written_at")).distinct()


# What is read of them ------------------------------------------------------------------------------------------------
STATE = Case(
    When(state=MandateState.PROLONGED, then=Value("prolonged")),
    When(state__in=sorted(OVER), then=Value("ended")),
    default=Value("active"),  # being on watch stays between a member and the committee
)
PROMISE = Case(When(promise="", then=F("name")), default=F("promise"))
PROOF = Case(
    When(verified_at__isnull=False, then=Value(ProofLevel.VERIFIED)),
    When(Q(evidence__isnull=False) | ~Q(evidence_address=""), then=Value(ProofLevel.EVIDENCED)),
    default=Value(ProofLevel.DECLARED),
)


def _named(row: Row) -> Row:
    """A domain by its name, in the language the towns of its network write in."""
    return row | {"domain_name": text(row["domain_name"], "fr")}


def _defined(row: Row) -> Row:
    """An indicator of the library by its name and unit there, when the town gave none."""
    names, units = row.pop("library_name"), row.pop("library_unit")
    return row | {"name": row["name"] or text(names, "fr"), "unit": row["unit"] or text(units, "fr")}


WHERE = ("code", "departement", "region", "track")
ORGANISATIONS = Source(
    _organisations,
    {
        "code": "code",
        "name": "name",
        "kind": "kind",
        "country": "country",
        "departement": "territory__departement__code",
        "departement_name": "territory__departement__name",
        "region": "territory__region__code",
        "region_name": "territory__region__name",
        "population": "territory__population",
        "population_year": "territory__population_year",
        "lon": Coalesce("territory__lon", "lon"),
        "lat": Coalesce("territory__lat", "lat"),
    },
    WHERE,
)
MANDATES = Source(
    _mandates,
    {
        "code": "code",
        "organisation": "organisation__code",
        "plan": "plan__code",
        "track": "track__code",
        "state": STATE,
        "starts_on": "starts_on",
        "ends_on": "ends_on",
    },
    (*WHERE, "since"),
)
PLANS = Source(
    _plans,
    {
        "code": "code",
        "organisation": "organisation__code",
        "mandate": "mandate__code",
        "framework": "framework__code",
        "framework_version": "framework__version",
        "adopted_on": "adopted_on",
    },
    (*WHERE, "since"),
)
OBJECTIVES = Source(
    _objectives,
    {
        "code": "code",
        "organisation": "plan__organisation__code",
        "plan": "plan__code",
        "domain": "domain__slug",
        "domain_name": "domain__name",
        "promise": PROMISE,
    },
    (*WHERE, "domain"),
    _named,
)
ACTIONS = Source(
    _actions,
    {
        "code": "code",
        "organisation": "objective__plan__organisation__code",
        "objective": "objective__code",
        "domain": "objective__domain__slug",
        "name": "name",
        "lead_service": "lead_service",
        "starts_on": "starts_on",
        "ends_on": "ends_on",
        "state": "state",
        "state_since": "moved_on",
        "reason": "reason",
    },
    (*WHERE, "domain", "since"),
)
INDICATORS = Source(
    _indicators,
    {
        "code": "code",
        "organisation": "objective__plan__organisation__code",
        "objective": "objective__code",
        "domain": "objective__domain__slug",
        "definition": "definition__code",
        "name": "name",
        "library_name": "definition__name",
        "kind": Coalesce("definition__kind", Value("number")),
        "unit": "unit",
        "library_unit": "definition__unit",
        "direction": "direction",
        "rollup": Coalesce("definition__rollup", Value("none")),
        "factor": "definition__factor",
        "baseline": "baseline",
        "baseline_year": "baseline_year",
        "baseline_missing_because": "baseline_missing_because",
        "target": "target",
        "source": "source",
    },
    (*WHERE, "domain"),
    _defined,
)
READINGS = Source(
    _readings,
    {
        "code": "code",
        "organisation": "indicator__objective__plan__organisation__code",
        "indicator": "indicator__code",
        "domain": "indicator__objective__domain__slug",
        "period": "period",
        "until": "until",
        "value": "value",
        "numerator": "numerator",
        "denominator": "denominator",
        "missing_because": "missing_because",
        "proof": PROOF,
        "source": "source",
        "recorded_on": "recorded_at",
        "verified_on": "verified_at",
    },
    (*WHERE, "domain", "since"),
)
REPORTS = Source(
    _reports,
    {
        "code": "code",
        "organisation": "plan__organisation__code",
        "plan": "plan__code",
        "kind": "kind",
        "year": "year",
        "covers_from": "covers_from",
        "covers_until": "covers_until",
        "due_on": "due_on",
        "handed_in_on": "submitted_at",
        "accepted_on": "accepted_at",
    },
    (*WHERE, "since"),
)
RATINGS = Source(
    _ratings,
    {
        "code": "code",
        "organisation": "report__plan__organisation__code",
        "report": "report__code",
        "objective": "objective__code",
        "domain": "objective__domain__slug",
        "by": "by",
        "group": Case(
            When(group__number__gt=1, then=Concat("group__kind", Value("-"), Cast("group__number", CharField()))),
            default=Coalesce("group__kind", Value("")),
        ),
        "verdict": "verdict",
        "rated_on": "rated_at",
    },
    (*WHERE, "domain", "since"),
)
ANSWERED = Answer.objects.filter(proposal=OuterRef("pk"), replaced_at=None)
PROPOSALS = Source(
    _proposals,
    {
        "code": "code",
        "organisation": "organisation__code",
        "received_on": "received_on",
        "answer": Subquery(ANSWERED.values("kind")[:1]),
        "answered_on": Subquery(ANSWERED.values("answered_on")[:1]),
    },
    (*WHERE, "since"),
)
