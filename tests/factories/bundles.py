"""The dossiers of a call in one file."""

from datetime import UTC, datetime, timedelta

import factory

from tests.factories.accounts import FileFactory, PersonFactory
from tests.factories.mandates import CallFactory, RowFactory

ASKED_AT = datetime(2026, 7, 1, 8, tzinfo=UTC)


class BundleFactory(RowFactory):
    """Asked for, not made yet."""

    class Meta:
        model = "mandates.Bundle"

    call = factory.SubFactory(CallFactory)
    asked_by = factory.SubFactory(PersonFactory)
    asked_at = ASKED_AT

    class Params:
        made = factory.Trait(
            file=factory.SubFactory(
                FileFactory, organisation=factory.SelfAttribute("..call.committee"), kind="zip", is_apart=True
            ),
            ready_at=ASKED_AT,
            expires_at=ASKED_AT + timedelta(days=1),
        )
