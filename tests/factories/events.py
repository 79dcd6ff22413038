"""Meetings and who comes. The gathering of 2026 is held on 18 and 19 June; registration closes on 10 June at noon in Paris."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import OrganisationFactory
from tests.factories.mandates import RowFactory

OPENS = datetime(2026, 4, 1, 7, tzinfo=UTC)
IN_TIME = datetime(2026, 5, 2, 9, tzinfo=UTC)
CLOSES = datetime(2026, 6, 10, 10, tzinfo=UTC)
FIRST_DAY = datetime(2026, 6, 18, 7, tzinfo=UTC)


class EventFactory(RowFactory):
    """A webinar that is announced, open to everyone."""

    class Meta:
        model = "events.Event"

    class Params:
        gathering = factory.Trait(kind="gathering", year=2026, name={"fr": "Rencontre nationale", "en": "Gathering"})

    kind = "webinar"
    state = "published"
    committee = factory.SubFactory(OrganisationFactory, committee=True)
    name = factory.LazyFunction(lambda: {"fr": "Mineurs non accompagnés", "en": "Unaccompanied children"})
    registration_opens_at = OPENS
    registration_closes_at = CLOSES
    created_at = OPENS


class OccurrenceFactory(DjangoModelFactory):
    """In French, an hour and a half on 18 June."""

    class Meta:
        model = "events.Occurrence"

    event = factory.SubFactory(EventFactory)
    language = "fr"
    starts_at = FIRST_DAY
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(minutes=90))


class ProgrammeItemFactory(DjangoModelFactory):
    """A workshop to choose, an hour and a half from the beginning of the first day."""

    class Meta:
        model = "events.ProgrammeItem"

    event = factory.SubFactory(EventFactory, gathering=True)
    kind = "workshop"
    name = factory.Sequence(lambda n: {"fr": f"Atelier {n}", "en": f"Workshop {n}"})
    starts_at = FIRST_DAY
    minutes = 90
    is_choice = True
