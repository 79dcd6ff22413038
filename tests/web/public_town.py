"""A small network for the public pages: real-looking places, each with its organisation and its mandate."""

from datetime import UTC, date, datetime

from marelle.mandates.models import Mandate
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind
from tests.factories.accounts import OrganisationFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ObjectiveFactory
from tests.factories.territories import TerritoryFactory

NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)


def area(kind: str, code: str, name: str) -> Territory:
    """A département or a région, made once."""
    return Territory.objects.filter(kind=kind, code=code).first() or TerritoryFactory(kind=kind, code=code, name=name)


def member(code: str = "67447", name: str = "Schiltigheim", **given) -> Mandate:
    """A commune of the Bas-Rhin that is a member. `given`: of its territory, or `state`, `track`, `starts_on`."""
    mandate = {
        key: given.pop(key)
        for key in [*given]
        if key in ("state", "starts_on", "ends_on", "track") or key.startswith("agreement__")
    }
    place = {"kind": TerritoryKind.COMMUNE, "lon": 7.7493, "lat": 48.6075, "population": 34708} | given
    place.setdefault("departement", area(TerritoryKind.DEPARTEMENT, "67", "Bas-Rhin"))
    place.setdefault("region", area(TerritoryKind.REGION, "44", "Grand Est"))
    territory = TerritoryFactory(code=code, name=name, **place)
    organisation = OrganisationFactory(code=code, name=name, kind=territory.kind, territory=territory)
    return MandateFactory(agreement__application__organisation=organisation, **mandate)


def promise(mandate: Mandate, words: str = "Chaque enfant va à l’école sans danger"):
    """One more objective of a member's plan, in the only domain of its framework."""
    domain = mandate.plan.framework.domains.first()
    given = {"domain": domain} if domain else {"domain__framework": mandate.plan.framework}
    return ObjectiveFactory(plan=mandate.plan, promise=words, position=mandate.plan.objectives.count(), **given)


FIRST_DAY = date(2026, 9, 1)
