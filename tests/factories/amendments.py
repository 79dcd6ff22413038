"""Amendments: a working copy just begun, and what it may become."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import PersonFactory
from tests.factories.plans import PlanFactory


class AmendmentFactory(DjangoModelFactory):
    """A change of a running plan that is being written; a trait for each state after."""

    class Meta:
        model = "plans.Amendment"

    plan = factory.SubFactory(PlanFactory, running=True)
    begun_by = factory.SubFactory(PersonFactory)
    begun_at = datetime(2028, 4, 10, 8, tzinfo=UTC)

    class Params:
        submitted = factory.Trait(
            state="submitted",
            weight="light",
            why="Le marché a pris six mois de retard.",
            submitted_at=datetime(2028, 4, 20, 8, tzinfo=UTC),
            submitted_by=factory.SubFactory(PersonFactory),
        )
        accepted = factory.Trait(
            submitted=True,
            state="accepted",
            answered_at=datetime(2028, 5, 3, 8, tzinfo=UTC),
            answered_by=factory.SubFactory(PersonFactory),
        )
        refused = factory.Trait(accepted=True, state="refused", answer="La cible reste celle de la convention.")
        withdrawn = factory.Trait(state="withdrawn")

    @classmethod
    def _create(cls, model, *args, **kwargs):
        return model.rows.create(*args, **kwargs)
