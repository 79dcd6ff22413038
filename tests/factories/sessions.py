"""When the board meets: on 6 July 2026 at 14 in Paris, at the house of the committee."""

from datetime import UTC, datetime

import factory

from tests.factories.accounts import PersonFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, RowFactory

MEETS_AT = datetime(2026, 7, 6, 12, tzinfo=UTC)


class BoardSessionFactory(RowFactory):
    """To come, nothing on its agenda."""

    class Meta:
        model = "mandates.BoardSession"

    call = factory.SubFactory(CallFactory)
    starts_at = MEETS_AT
    place = "Maison du réseau"
    made_by = factory.SubFactory(PersonFactory)


class AgendaItemFactory(RowFactory):
    """The first application of a session."""

    class Meta:
        model = "mandates.AgendaItem"

    session = factory.SubFactory(BoardSessionFactory)
    application = factory.SubFactory(
        ApplicationFactory, opinion_given=True, call=factory.SelfAttribute("..session.call")
    )
    position = 1
