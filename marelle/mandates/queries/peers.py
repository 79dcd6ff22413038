"""Towns to compare an application with: members of the same kind and of about the same size, and what they promise."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import F
from django.db.models.functions import Abs

from marelle.accounts.models import Organisation
from marelle.mandates.models import Mandate
from marelle.mandates.queries.members import members
from marelle.plans.models import Objective
from marelle.territories.models import Territory

MOST_PEERS = 3
MOST_PROMISES = 3  # of each: the first of its plan
LEAST, MOST = 0.5, 2.0  # the band: from half its inhabitants to twice


@dataclass(frozen=True)
class Peer:
    """A member as a reader compares with it. `population`: inhabitants; `promises`: the first ones, of `count`."""

    code: str
    name: str
    departement: str
    population: int
    year: int | None
    since: date
    language: str
    promises: list[str]
    count: int


def peers_of(organisation: Organisation) -> list[Peer]:
    """The members nearest in inhabitants, within the band, in two questions; empty when its size is unknown."""
    territory = organisation.territory
    if territory is None or not territory.population:
        return []
    size = territory.population
    rows = members().filter(organisation__kind=organisation.kind).exclude(organisation=organisation)
    rows = rows.filter(organisation__territory__population__range=(round(size * LEAST), round(size * MOST)))
    near = rows.order_by(Abs(F("organisation__territory__population") - size), "pk").select_related(
        "organisation__territory__departement", "plan__framework"
    )
    chosen = {mandate.organisation_id: mandate for mandate in reversed(near[: 2 * MOST_PEERS])}  # two tracks, one town
    mandates = [*reversed(chosen.values())][:MOST_PEERS]
    said = _promises([mandate.plan_id for mandate in mandates])
    return [_peer(mandate, said[mandate.plan_id]) for mandate in mandates]


def _promises(plans: list[int]) -> dict[int, list[str]]:
    """What each plan promises, in its order."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Objective.objects.filter(plan__in=plans).order_by("domain__position", "position", "pk")
    for plan, promise, name in rows.values_list("plan", "promise", "name"):
        if promise or name:
            found[plan].append(promise or name)
    return found


def _peer(mandate: Mandate, promises: list[str]) -> Peer:
    territory = cast(Territory, mandate.organisation.territory)  # it was chosen by its inhabitants
    return Peer(
        code=mandate.organisation.code,
        name=mandate.organisation.name,
        departement=territory.departement.name if territory.departement else "",
        population=cast(int, territory.population),
        year=territory.population_year,
        since=mandate.starts_on,
        language=mandate.plan.framework.towns_language,
        promises=promises[:MOST_PROMISES],
        count=len(promises),
    )
