"""A town's figures beside those of the towns like it and of the whole network. No list of towns, no rank.

Shared figures are the indicators of the library: the same code in any version of a framework. Of each town its newest
known reading counts, once; unknown is unknown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Q, When, Window
from django.db.models.functions import RowNumber

from marelle.accounts.models import Organisation
from marelle.framework.models import IndicatorDefinition
from marelle.mandates import tables
from marelle.mandates.models import Mandate
from marelle.mandates.queries.members import members
from marelle.mandates.queries.peers import Alike, Traits, group_of, traits_of
from marelle.mandates.tables import Spread, Whole
from marelle.plans.attainment import Known
from marelle.plans.models import Indicator, Plan, Reading

TOWN = "objective__plan__organisation"


@dataclass(frozen=True)
class Compared:
    """One shared figure. `own`: the town's; `spread`, `yes`: of the group, None under five known towns.

    `known`, `followed`: towns of the group that know it, and that have it in their plan. `period` of the town's own.
    """

    definition: IndicatorDefinition
    own: Decimal | None
    period: str
    spread: Spread | None
    yes: Decimal | None
    known: int
    followed: int
    whole: Whole


@dataclass(frozen=True)
class Comparison:
    """`towns`: how many are in the group; `network`: members of today, the town among them."""

    traits: Traits
    alike: Alike
    towns: int
    network: int
    lines: list[Compared]


def compare(mandate: Mandate, alike: Alike) -> Comparison:
    """The shared figures of a mandate's plan, in the order of its framework. Four questions, whatever the network."""
    return compare_plan(mandate.organisation, mandate.plan, alike)


def compare_plan(
    organisation: Organisation, plan: Plan, alike: Alike, used: Collection[IndicatorDefinition] | None = None
) -> Comparison:
    """The same for a plan that runs, or is only proposed: what it would share with others. Four questions.

    `used`: the indicators of the library it shares, when they are at hand; one question less.
    """
    traits = traits_of(organisation)
    near = Case(When(pk__in=group_of(organisation, traits, alike).order_by().values("pk"), then=True), default=False)
    rows = members().order_by().annotate(near=near).values_list("organisation", "near")
    towns: dict[int, bool] = {}
    for town, is_near in rows:
        towns[town] = towns.get(town, False) or is_near
    group, everyone = {town for town, is_near in towns.items() if is_near}, {*towns}
    shared = Shared.of(plan, everyone, used)
    lines = [shared.line(definition, organisation.pk, group) for definition in shared.definitions]
    return Comparison(traits, alike, len(group), len(everyone), lines)


@dataclass(frozen=True)
class Shared:
    """What is known of the indicators a plan shares with others: who follows each, and the newest reading of each town."""

    definitions: list[IndicatorDefinition]
    everyone: set[int]
    followed: dict[str, set[int]]
    latest: dict[str, dict[int, Known]]
    periods: dict[tuple[str, int], str]

    @classmethod
    def of(cls, plan: Plan, everyone: set[int], used: Collection[IndicatorDefinition] | None = None) -> "Shared":
        """Read for one plan, which counts even when its town is no member of today. Three questions, two when `used` is given."""
        asked = {row.code: row for row in (shared_by(plan) if used is None else used)}
        ours = _shared(asked, plan, "")
        followed: dict[str, set[int]] = defaultdict(set)
        pairs = Indicator.objects.filter(ours).order_by().values_list("definition__code", TOWN).distinct()
        for code, town in pairs:
            followed[code].add(town)
        latest: dict[str, dict[int, Known]] = defaultdict(dict)
        periods: dict[tuple[str, int], str] = {}
        for code, town, until, period, *known in _readings(_shared(asked, plan, "indicator__")):
            latest[code][town] = Known(known[0], until, *known[1:])
            periods[code, town] = period
        return cls([*asked.values()], everyone, followed, latest, periods)

    def line(self, definition: IndicatorDefinition, own: int, group: set[int]) -> Compared:
        """One figure: the town's, the group's, the network's."""
        latest, followed = self.latest[definition.code], self.followed[definition.code]
        values = [known.value for town, known in latest.items() if town in group and known.value is not None]
        is_answer = definition.kind == "yes_no"
        members_known = [known for town, known in latest.items() if town in self.everyone]
        rule = (definition.kind, definition.rollup, definition.factor)
        return Compared(
            definition=definition,
            own=latest[own].value if own in latest else None,
            period=self.periods.get((definition.code, own), ""),
            spread=None if is_answer else tables.spread(values),
            yes=tables.share_of_yes(values) if is_answer else None,
            known=len(values),
            followed=len(followed & group),
            whole=tables.whole(members_known, *rule, len(followed & self.everyone)),
        )


def shared_by(plan: Plan) -> list[IndicatorDefinition]:
    """The indicators of the library a plan uses, in the order of its framework. One question."""
    used = Indicator.objects.filter(objective__plan=plan).exclude(definition=None).values("definition")
    rows = IndicatorDefinition.objects.filter(pk__in=used).order_by("domain__position", "position", "pk")
    return list(rows.select_related("domain"))


def _shared(asked: Iterable[str], plan: Plan, path: str) -> Q:
    """Of the plans of the members of today and of this one, under any version of its framework."""
    way = f"{path}objective__plan"
    of_these = {
        f"{path}definition__code__in": list(asked),
        f"{path}definition__domain__framework__code": plan.framework.code,
    }
    return Q(**of_these) & (Q(**{f"{way}__in": members().order_by().values("plan")}) | Q(**{way: plan.pk}))


def _readings(ours: Q) -> Iterator[tuple[Any, ...]]:
    """The newest known reading of each indicator, of everyone; of two of a town, the last one read is its newest."""
    rows = Reading.objects.filter(ours, replaced_at=None, breakdown="", value__isnull=False)
    newest_first = Window(RowNumber(), partition_by="indicator", order_by=["-until", "period"])
    rows = rows.annotate(place=newest_first).filter(place=1).order_by("until", "pk")
    columns = ("until", "period", "value", "numerator", "denominator")
    return rows.values_list("indicator__definition__code", f"indicator__{TOWN}", *columns).iterator(chunk_size=2000)
