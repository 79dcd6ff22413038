"""Towns like another one: the few nearest for who reads an application, the whole group for who compares figures."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import cast

from django.db.models import F, Q
from django.db.models.functions import Abs

from marelle.accounts.models import Organisation
from marelle.mandates.models import Mandate, MandateQuerySet
from marelle.mandates.queries.members import members
from marelle.plans.models import Objective
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

MOST_PEERS = 3
MOST_PROMISES = 3  # of each: the first of its plan
LEAST, MOST = 0.5, 2.0  # the band: from half its inhabitants to twice
OVERSEAS = ("97", "98")  # how INSEE's codes of départements and collectivities overseas begin
TOWN_BODIES = ("CA", "CU", "METRO", "MET69", "EPT")  # founded around a town
OTHER_BODIES = ("CC",)  # the law asks for no town
CHOSEN = "choix"  # in an address: that the boxes were ticked, or not, by somebody


@dataclass(frozen=True)
class Alike:
    """In what the members of a group are like one's own town; the names are those of the address."""

    taille: bool = True
    nature: bool = True
    milieu: bool = False
    outremer: bool = False
    region: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Alike":
        """What the boxes of an address say; the usual group as long as nobody has chosen."""
        return cls(**{f.name: bool(given.get(f.name)) for f in fields(cls)}) if given.get(CHOSEN) else cls()


@dataclass(frozen=True)
class Traits:
    """What is known of a town that makes others like it. None: not known, so that nothing can be asked by it."""

    kind: str
    population: int | None
    in_town_body: bool | None
    is_overseas: bool | None
    region: str | None
    region_name: str

    @property
    def band(self) -> tuple[int, int] | None:
        """Inhabitants, from half its own to twice."""
        return (round(self.population * LEAST), round(self.population * MOST)) if self.population else None


def traits_of(organisation: Organisation) -> Traits:
    """What the official code says of it. Another country's: its size and region alone."""
    place = organisation.territory
    if place is None:
        return Traits(organisation.kind, None, None, None, None, "")
    body = place.intercommunality if place.kind == TerritoryKind.COMMUNE else place
    form = body.legal_form if body else ""
    area = place.departement.code if place.departement else ""
    return Traits(
        kind=organisation.kind,
        population=place.population or None,
        in_town_body=form in TOWN_BODIES if form in (*TOWN_BODIES, *OTHER_BODIES) else None,
        is_overseas=area.startswith(OVERSEAS) if area and place.country == "FR" else None,
        region=place.region.code if place.region else None,
        region_name=place.region.name if place.region else "",
    )


def group_of(organisation: Organisation, traits: Traits, alike: Alike) -> MandateQuerySet:
    """The other members of today that are like it in what was asked and is known, in no order."""
    place = "organisation__territory__"
    rows = members().exclude(organisation=organisation)
    if alike.nature:
        rows = rows.filter(organisation__kind=traits.kind)
    if alike.taille and traits.band:
        rows = rows.filter(**{f"{place}population__range": traits.band})
    if alike.region and traits.region:
        rows = rows.filter(**{f"{place}region__code": traits.region})
    if alike.outremer and traits.is_overseas is not None:
        beyond = Q(*(Q(**{f"{place}departement__code__startswith": code}) for code in OVERSEAS), _connector=Q.OR)
        known = rows.filter(**{f"{place}country": "FR"}).exclude(**{f"{place}departement": None})
        rows = known.filter(beyond) if traits.is_overseas else known.exclude(beyond)
    if alike.milieu and traits.in_town_body is not None:
        forms = TOWN_BODIES if traits.in_town_body else OTHER_BODIES
        own, around = Q(**{f"{place}legal_form__in": forms}), Q(**{f"{place}intercommunality__legal_form__in": forms})
        rows = rows.filter(own | around)
    return rows


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
