"""The plainest valid territories."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from marelle.territories.states import FormerCodeKind, PointQuality, TerritoryKind


class TerritoryFactory(DjangoModelFactory):
    """A commune of 5,000 inhabitants, alone: no département, no point. Traits for the other kinds."""

    class Meta:
        model = "territories.Territory"

    code = factory.Sequence(lambda n: f"{60000 + n}")
    kind = TerritoryKind.COMMUNE
    name = factory.Sequence(lambda n: f"Bourg-sur-Carte {n}")
    population = 5000
    population_year = 2026
    population_source = "insee"

    class Params:
        placed = factory.Trait(
            lon=2.3488,
            lat=48.8534,
            point_quality=PointQuality.EXACT,
            departement=factory.SubFactory("tests.factories.territories.TerritoryFactory", departement_75=True),
        )
        departement_75 = factory.Trait(kind=TerritoryKind.DEPARTEMENT, code="75", name="Paris")
        intercommunality = factory.Trait(
            kind=TerritoryKind.INTERCOMMUNALITY,
            code=factory.Sequence(lambda n: f"{200100000 + n}"),
            siren=factory.SelfAttribute("code"),
            name=factory.Sequence(lambda n: f"CC des Cartes {n}"),
            legal_form="CC",
        )
        establishment_kind = factory.Trait(
            kind=TerritoryKind.INTERCOMMUNALITY,
            code=factory.Sequence(lambda n: f"{200900000 + n}"),
            legal_form="EPT",
            adds_up=False,
        )
        departement_kind = factory.Trait(
            kind=TerritoryKind.DEPARTEMENT, code=factory.Sequence(lambda n: f"D{n}"), name="Ain-et-Carte"
        )
        region_kind = factory.Trait(
            kind=TerritoryKind.REGION, code=factory.Sequence(lambda n: f"R{n}"), name="Région des Cartes"
        )
        abroad = factory.Trait(country="ES", code=factory.Sequence(lambda n: f"ES-{28000 + n}"), name="Alcorcón")
        ended = factory.Trait(is_current=False)


class FormerCodeFactory(DjangoModelFactory):
    """A delegated commune, merged into another."""

    class Meta:
        model = "territories.FormerCode"

    code = factory.Sequence(lambda n: f"{70000 + n}")
    name = factory.Sequence(lambda n: f"Ancien-Bourg {n}")
    kind = FormerCodeKind.DELEGATED
    territory = factory.SubFactory(TerritoryFactory)


class LoadingFactory(DjangoModelFactory):
    """That the official code of France was loaded."""

    class Meta:
        model = "territories.Loading"

    country = "FR"
    vintage = "COG 2026"
    fingerprint = "0" * 64
    territories = 36370
    loaded_at = datetime(2026, 1, 5, 8, tzinfo=UTC)
