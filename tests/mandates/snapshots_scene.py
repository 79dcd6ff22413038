"""The twelve cities of `tests/plans/twelve_cities.py` as mandates that run, each reading written in January 2028."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from marelle.framework.models import Domain, IndicatorDefinition
from marelle.mandates.models import AreaStanding, AreaValue, Mandate, Standing
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory, FrameworkFactory, IndicatorDefinitionFactory
from tests.factories.mandates import CallFactory, MandateFactory
from tests.factories.plans import IndicatorFactory, ObjectiveFactory, ReadingFactory
from tests.factories.territories import TerritoryFactory
from tests.plans.test_twelve_cities import aim, known
from tests.plans.twelve_cities import CITIES, INDICATORS, SERVICES, VOICE

WRITTEN = datetime(2028, 1, 15, 9, tzinfo=UTC)
DAY = date(2028, 2, 1)


@dataclass
class Scene:
    """What was made, by the names of the table."""

    domains: dict[str, Domain] = field(default_factory=dict)
    definitions: dict[str, IndicatorDefinition] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)


def twelve_cities() -> Scene:
    framework, author = FrameworkFactory(), PersonFactory()
    scene = Scene({name: DomainFactory(framework=framework, code=name) for name in (SERVICES, VOICE)})
    for name, (domain, rule, kind, direction, _baseline, _target, factor) in INDICATORS.items():
        given = {"rollup": rule, "kind": kind, "direction": direction, "factor": factor}
        scene.definitions[name] = IndicatorDefinitionFactory(domain=scene.domains[domain], code=name, **given)
    call = CallFactory(framework=framework)
    for city, (region, departement, readings) in CITIES.items():
        territory = place(city, region, departement)
        organisation = OrganisationFactory(name=city, code=territory.code, territory=territory)
        mandate = MandateFactory(agreement__application__organisation=organisation, agreement__application__call=call)
        scene.mandates[city] = mandate
        objectives = {name: ObjectiveFactory(plan=mandate.plan, domain=its) for name, its in scene.domains.items()}
        for name in readings:
            write(city, name, objectives[INDICATORS[name][0]], scene.definitions[name], author)
    return scene


def place(city: str, region: str, departement: str):
    areas = {"region": TerritoryFactory._meta.model.objects.filter(code=region, kind="region").first()}
    areas["region"] = areas["region"] or TerritoryFactory(region_kind=True, code=region)
    areas["departement"] = TerritoryFactory._meta.model.objects.filter(code=departement, kind="departement").first()
    areas["departement"] = areas["departement"] or TerritoryFactory(departement_kind=True, code=departement)
    return TerritoryFactory(name=city, **areas)


def write(city, name, objective, definition, author):
    its, read = aim(city, name), known(city, name)
    indicator = IndicatorFactory(
        objective=objective,
        definition=definition,
        name=name,
        baseline=its.baseline,
        target=its.target,
        direction=its.direction,
    )
    if read:
        proof = {
            "declared": {},
            "evidenced": {"evidence_address": "https://example.org/releve"},
            "verified": {"verified_by": author, "verified_at": WRITTEN},
        }[read.proof_level]
        parts = {"numerator": read.numerator, "denominator": read.denominator}
        when = {"until": read.on, "recorded_at": WRITTEN, "recorded_by": author}
        ReadingFactory(indicator=indicator, value=read.value, **parts, **when, **proof)


def rows() -> list[list[tuple]]:
    """Every row the nights left, days included, as plain values in order: to compare two worlds."""
    return [
        sorted(tuple(map(str, row)) for row in model.objects.values_list(*columns(model)))
        for model in (Standing, AreaStanding)
    ] + [sorted(network_values() + local_values())]


def network_values() -> list[tuple]:
    """Values of indicators over the network, with their past."""
    rows_of = AreaValue.objects.filter(level="network").values_list(*columns(AreaValue))
    return [tuple(map(str, row)) for row in rows_of]


def local_values() -> list[tuple]:
    """Those of places: what holds, whatever the day it began."""
    names = [name for name in columns(AreaValue) if name != "on"]
    rows_of = AreaValue.objects.exclude(level="network").values_list(*names)
    return [tuple(map(str, row)) for row in rows_of]


def columns(model) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.attname != "id"]
