"""When the commission hears a city. A slot of an hour on 6 July 2026 at 10 in the morning, in Paris."""

from datetime import UTC, datetime

import factory

from tests.factories.accounts import PersonFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, RowFactory

HEARD_AT = datetime(2026, 7, 6, 8, tzinfo=UTC)


class SlotFactory(RowFactory):
    """Given to nobody."""

    class Meta:
        model = "mandates.Slot"

    call = factory.SubFactory(CallFactory)
    starts_at = HEARD_AT
    length_minutes = 60
    place = "Salle du conseil"
    made_by = factory.SubFactory(PersonFactory)


class HearingFactory(RowFactory):
    """Planned, to come."""

    class Meta:
        model = "mandates.Hearing"

    application = factory.SubFactory(ApplicationFactory, hearing_planned=True)
    slot = factory.SubFactory(SlotFactory, call=factory.SelfAttribute("..application.call"))
    planned_at = datetime(2026, 6, 20, 9, tzinfo=UTC)

    class Params:
        heard = factory.Trait(
            application=factory.SubFactory(ApplicationFactory, heard=True),
            heard_at=HEARD_AT,
            shared_minutes="Le maire présente le projet.",
        )
