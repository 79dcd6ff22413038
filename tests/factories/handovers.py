"""Handovers, and the day of elections."""

from datetime import UTC, date, datetime

import factory

from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import RowFactory


class HandoverFactory(RowFactory):
    """Asked for because somebody left; a trait once it is done."""

    class Meta:
        model = "mandates.Handover"

    organisation = factory.SubFactory(OrganisationFactory)
    why = "left"
    left = factory.SubFactory(PersonFactory)
    since = date(2028, 4, 3)
    asked_at = datetime(2028, 4, 4, 5, tzinfo=UTC)

    class Params:
        closed = factory.Trait(
            closed_at=datetime(2028, 4, 20, 8, tzinfo=UTC), closed_by=factory.SubFactory(PersonFactory)
        )


class ElectionFactory(RowFactory):
    """The second round of municipal elections."""

    class Meta:
        model = "mandates.Election"

    committee = factory.SubFactory(OrganisationFactory, committee=True)
    on = date(2032, 3, 21)
