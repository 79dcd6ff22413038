"""What the nights left: how far each mandate is, places together, and how it went. Read these, never the rows by hand.

Every figure is that of the end of a day: `night().on`. Declared, evidenced and verified apart; unknown is counted, never
nothing. Mandates are compared and added by `Standing`; places and the network by `AreaStanding` and `AreaValue`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth

from marelle.framework.models import Domain, Framework, IndicatorDefinition
from marelle.mandates.models import AreaStanding, AreaValue, Level, Mandate, Night, Standing
from marelle.mandates.queries.nights import last_night
from marelle.plans.attainment import PROOFS, Degree, Tally
from marelle.plans.models import Plan

MOST_POINTS = 80  # of a chart: six years of months, and a few


def night(on: date | None = None) -> Night | None:
    """The last night taken whole, or the last one until a day; None before the first."""
    if on is None:
        return last_night()
    return Night.objects.exclude(ended_at=None).filter(on__lte=on).order_by("-on").first()


def holding(rows: QuerySet, on: date | None = None) -> QuerySet:
    """Of rows that hold for a while, those that hold now, or held as a day ended."""
    if on is None:
        return rows.filter(until=None)
    return rows.filter(Q(until=None) | Q(until__gt=on), on__lte=on)


def standings(mandates: Collection[int] | QuerySet, on: date | None = None) -> QuerySet:
    """The rows of some mandates, a domain each, with the domain. One question."""
    rows = holding(Standing.objects.filter(mandate__in=mandates), on).select_related("domain")
    return rows.order_by("mandate", "domain__position", "domain")


def tallies(mandates: Collection[int] | QuerySet, on: date | None = None) -> dict[int, Tally]:
    """By mandate, its whole plan: each indicator counts once. One question; a mandate never read at night is left out."""
    found: dict[int, Tally] = defaultdict(Tally)
    for row in holding(Standing.objects.filter(mandate__in=mandates), on).order_by():
        found[row.mandate_id] += row.tally
    return dict(found)


def tallies_by_domain(mandates: Collection[int] | QuerySet, on: date | None = None) -> dict[int, dict[int, Tally]]:
    """By mandate, then by domain's key. One question."""
    found: dict[int, dict[int, Tally]] = defaultdict(dict)
    for row in holding(Standing.objects.filter(mandate__in=mandates), on).order_by():
        found[row.mandate_id][row.domain_id] = row.tally
    return dict(found)


@dataclass(frozen=True)
class Point:
    """One day of an evolution: how far at each level of proof, and how many are not known."""

    on: date
    degrees: dict[str, Degree]
    unknown: int
    asked: int


@dataclass(frozen=True)
class Story:
    """How a mandate went. `until`: the last night, or its last one; None before the first.

    `points`, by domain's key: each day on which something changed, oldest first; `now`: what held last.
    """

    until: date | None
    points: dict[int, list[Point]]
    now: dict[int, Tally]

    @property
    def whole(self) -> Tally:
        """The whole plan, each indicator counting once."""
        return sum(self.now.values(), Tally())


def story(mandate: Mandate) -> Story:
    """How far a mandate is and was, domain by domain. One question."""
    return _story(Standing.objects.filter(mandate=mandate))


def story_of_plan(plan: Plan) -> Story:
    """The same, of the mandate a plan is of. One question."""
    return _story(Standing.objects.filter(mandate__plan=plan))


def _story(standings: QuerySet) -> Story:
    last = Subquery(Night.objects.exclude(ended_at=None).order_by("-on").values("on")[:1])
    rows = list(standings.annotate(last=last).order_by("on", "domain"))
    points: dict[int, list[Point]] = defaultdict(list)
    for row in rows:
        points[row.domain_id].append(_point(row.on, row.tally))
    over = {row.until for row in rows if row.until} if rows and all(row.until for row in rows) else set()
    until = max(over) if over else (rows[0].last if rows else None)
    now = {row.domain_id: row.tally for row in rows}
    return Story(until, {domain: thinned(found) for domain, found in points.items()}, now)


def evolution(mandate: Mandate) -> dict[int, list[Point]]:
    """By domain's key, each day on which something changed, oldest first. One question."""
    return story(mandate).points


def whole(story: Story) -> list[Point]:
    """The whole plan, each day on which something changed, oldest first."""
    held: dict[int, Point] = {}
    points: dict[date, Point] = {}
    for domain, point in sorted(
        ((domain, point) for domain, found in story.points.items() for point in found), key=lambda pair: pair[1].on
    ):
        held[domain] = point
        degrees = {p: sum((one.degrees[p] for one in held.values()), Degree()) for p in PROOFS}
        unknown, asked = sum(one.unknown for one in held.values()), sum(one.asked for one in held.values())
        points[point.on] = Point(point.on, degrees, unknown, asked)
    return thinned(list(points.values()))


def network(framework: Framework, on: date | None = None, level: str = Level.NETWORK) -> QuerySet:
    """The rows of the network, or of each région or département, a domain each. One question."""
    rows = AreaStanding.objects.filter(level=level, domain__framework=framework).select_related("domain")
    return holding(rows, on).order_by("area", "domain__position", "domain")


def network_evolution(framework: Framework) -> dict[int, list[Point]]:
    """By domain's key, how far the network was as each month ended, and is: mandates count once each. One question."""
    found: dict[int, list[Point]] = defaultdict(list)
    rows = AreaStanding.objects.filter(level=Level.NETWORK, domain__framework=framework)
    rows = rows.annotate(begun=TruncMonth("on"), over=TruncMonth("until"))
    rows = rows.filter(Q(until=None) | Q(begun__lt=F("over")))
    for row in rows.order_by("domain", "on"):
        found[row.domain_id].append(Point(row.on, row.degrees, row.tally.unknown, row.indicators))
    return {domain: thinned(points) for domain, points in found.items()}


@dataclass(frozen=True)
class Value:
    """What a place reads of an indicator at one level of proof. `value`: in its unit, None when nothing is known.

    `counted`: mandates' indicators put together; `asked`: those that follow it.
    """

    area: str
    proof: str
    value: Decimal | None
    counted: int
    asked: int
    degree: Degree


def values(definition: IndicatorDefinition, level: str) -> list[Value]:
    """An indicator of the library by place and by level of proof, last night. One question."""
    rows = AreaValue.objects.filter(level=level, definition=definition, until=None)
    return [value_of(row, definition) for row in rows.exclude(level=Level.REGION, area="").order_by("area", "proof")]


def value_of(row: AreaValue, definition: IndicatorDefinition) -> Value:
    """A row by the rule of its indicator."""
    value = row.part.value(definition.rollup, definition.factor)
    return Value(row.area, row.proof, value, row.part.counted(definition.rollup), row.asked, row.degree)


def indicators_followed(framework: Framework) -> list[IndicatorDefinition]:
    """Those of its library that some mandate follows now, in order."""
    followed = AreaValue.objects.filter(level=Level.NETWORK, until=None).values("definition")
    rows = IndicatorDefinition.objects.filter(domain__framework=framework, pk__in=followed)
    return list(rows.select_related("domain").order_by("domain__position", "position", "pk"))


def best_known(offered: Sequence[IndicatorDefinition]) -> IndicatorDefinition | None:
    """Of some indicators, the one most towns know, the first of them if several; None without any."""
    rows = AreaValue.objects.filter(level=Level.NETWORK, until=None, definition__in=offered).order_by()
    known = dict(rows.values_list("definition").annotate(found=Sum("known")))
    return max(offered, key=lambda definition: known.get(definition.pk, 0), default=None)


def frameworks_followed() -> list[Framework]:
    """The frameworks some mandate follows now, the newest first."""
    domains = AreaStanding.objects.filter(level=Level.NETWORK, until=None).values("domain")
    followed = Domain.objects.filter(pk__in=domains).values("framework")
    return list(Framework.objects.filter(pk__in=followed).order_by("-valid_from", "-pk"))


def thinned(points: list[Point], most: int = MOST_POINTS) -> list[Point]:
    """At most so many points: the last of each month, else evenly; the last one always."""
    if len(points) > most:
        months = {(point.on.year, point.on.month): point for point in points}
        points = list(months.values())
    if len(points) > most:
        step = -(-len(points) // most)
        points = [*points[:-1][::step], points[-1]]
    return points


def _point(on: date, tally: Tally) -> Point:
    return Point(on, {proof: tally[proof] for proof in PROOFS}, tally.unknown, tally.asked)
