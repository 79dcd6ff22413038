"""What the committee and a city said to one another, reminders, saved views, testimonies."""

from datetime import UTC, date, datetime

import factory

from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory, RowFactory


class ContactFactory(RowFactory):
    """A phone call, for the committee alone, that asked for nothing."""

    class Meta:
        model = "mandates.Contact"

    mandate = factory.SubFactory(MandateFactory)
    kind = "call"
    on = date(2028, 3, 2)
    said = "Le chantier prend du retard."
    recorded_by = factory.SubFactory(PersonFactory)
    recorded_at = datetime(2028, 3, 2, 15, tzinfo=UTC)

    class Params:
        shared = factory.Trait(is_shared=True, summary="Nous avons fait le point sur le chantier.")
        city_step = factory.Trait(
            next_step="Envoyer le calendrier du chantier", next_on=date(2028, 4, 1), next_is_city=True
        )
        own_step = factory.Trait(
            next_step="Rappeler la ville", next_on=date(2028, 4, 1), next_by=factory.SubFactory(PersonFactory)
        )


class SavedViewFactory(RowFactory):
    """The red list, one's own."""

    class Meta:
        model = "mandates.SavedView"

    committee = factory.SubFactory(OrganisationFactory, committee=True)
    owner = factory.SubFactory(PersonFactory)
    name = "Liste rouge"
    query = "rouge=1"
    made_at = datetime(2028, 3, 2, 15, tzinfo=UTC)


class RemindingFactory(RowFactory):
    """A letter being written."""

    class Meta:
        model = "mandates.Reminding"

    committee = factory.SubFactory(OrganisationFactory, committee=True)
    words = "Bonjour {ville}, où en êtes-vous ?"
    made_by = factory.SubFactory(PersonFactory)
    made_at = datetime(2028, 3, 2, 15, tzinfo=UTC)


class ReminderFactory(RowFactory):
    """The letter of one city, not sent."""

    class Meta:
        model = "mandates.Reminder"

    mandate = factory.SubFactory(MandateFactory)
    reminding = factory.SubFactory(
        RemindingFactory, committee=factory.SelfAttribute("..mandate.agreement.application.call.committee")
    )


class TestimonyFactory(RowFactory):
    """An elected adult’s, proposed."""

    class Meta:
        model = "mandates.Testimony"

    mandate = factory.SubFactory(MandateFactory)
    quotes = {"fr": "Les enfants nous ont montré le chemin."}
    role = "Adjointe à l’enfance"
    first_name = "Lucie"
    consent_on = date(2028, 2, 1)
    consent_how = "Signé sur papier, gardé en mairie."
    proposed_by = factory.SubFactory(PersonFactory)
    proposed_at = datetime(2028, 2, 3, 9, tzinfo=UTC)

    class Params:
        published = factory.Trait(
            state="published",
            published_by=factory.SubFactory(PersonFactory),
            published_at=datetime(2028, 2, 10, 9, tzinfo=UTC),
        )
        child = factory.Trait(speaker="child", role="council", first_name="")
