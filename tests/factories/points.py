"""What a city is asked to complete."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import PersonFactory
from tests.factories.mandates import ApplicationFactory


class PointFactory(DjangoModelFactory):
    """Asked when an application was sent back, about its presentation; not ticked off."""

    class Meta:
        model = "mandates.Point"

    application = factory.SubFactory(ApplicationFactory, returned=True)
    asked = "sent_back"
    place = "presentation.summary"
    words = "Dites combien d’enfants vivent chez vous."
    position = 1
    asked_at = datetime(2026, 6, 8, 9, tzinfo=UTC)

    class Params:
        condition = factory.Trait(
            asked="probation", application=factory.SubFactory(ApplicationFactory, on_probation=True)
        )
        done = factory.Trait(done_at=datetime(2026, 6, 10, 9, tzinfo=UTC), done_by=factory.SubFactory(PersonFactory))
