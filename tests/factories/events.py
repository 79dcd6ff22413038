"""Meetings and who comes. The gathering of 2026 is held on 18 and 19 June; registration closes on 10 June at noon in Paris."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import OrganisationFactory, PersonFactory
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


class ParticipantFactory(RowFactory):
    class Meta:
        model = "events.Participant"

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    name = factory.Sequence(lambda n: f"Personne {n}")
    created_at = IN_TIME


class DelegationFactory(DjangoModelFactory):
    class Meta:
        model = "events.Delegation"

    event = factory.SubFactory(EventFactory, gathering=True)
    organisation = factory.SubFactory(OrganisationFactory)
    made_by = factory.SubFactory(PersonFactory)
    made_at = IN_TIME


class RegistrationFactory(RowFactory):
    """Confirmed."""

    class Meta:
        model = "events.Registration"

    participant = factory.SubFactory(ParticipantFactory)
    occurrence = factory.SubFactory(OccurrenceFactory)
    state = "confirmed"
    asked_at = IN_TIME


class ComfortFactory(DjangoModelFactory):
    class Meta:
        model = "events.Comfort"

    registration = factory.SubFactory(RegistrationFactory)
    dietary = "sans porc"


class InvitationFactory(RowFactory):
    """Sent, not answered."""

    class Meta:
        model = "events.Invitation"

    event = factory.SubFactory(EventFactory, gathering=True)
    organisation = factory.SubFactory(OrganisationFactory)
    sent_at = IN_TIME


class FeedbackFactory(DjangoModelFactory):
    class Meta:
        model = "events.Feedback"

    registration = factory.SubFactory(RegistrationFactory)
    given_at = IN_TIME


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = "events.Room"

    event = factory.SubFactory(EventFactory, gathering=True)
    name = "Salle Rose"
    capacity = 40


class HostFactory(DjangoModelFactory):
    class Meta:
        model = "events.Host"

    event = factory.SubFactory(EventFactory)
    organisation = factory.SubFactory(OrganisationFactory, partner=True)


class EventPersonFactory(DjangoModelFactory):
    class Meta:
        model = "events.EventPerson"

    event = factory.SubFactory(EventFactory)
    role = "moderator"
    name = "Lina Cerise"


class RunSheetLineFactory(DjangoModelFactory):
    class Meta:
        model = "events.RunSheetLine"

    event = factory.SubFactory(EventFactory)
    minute = 0
    what = factory.LazyFunction(lambda: {"fr": "Accueil", "en": "Welcome"})


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = "events.Series"

    code = factory.Sequence(lambda n: f"serie-{n}")
    name = factory.LazyFunction(lambda: {"fr": "Villes et migrations", "en": "Cities and migration"})
    committee = factory.SubFactory(OrganisationFactory, committee=True)


class SuggestionFactory(DjangoModelFactory):
    class Meta:
        model = "events.Suggestion"

    event = factory.SubFactory(EventFactory)
    language = "fr"
    text = "Parler du passage à la majorité."
    made_at = IN_TIME


class QuestionFactory(RowFactory):
    """On the board."""

    class Meta:
        model = "events.Question"

    event = factory.SubFactory(EventFactory)
    participant = factory.SubFactory(ParticipantFactory)
    language = "fr"
    text = "Qui paie l’interprète ?"
    state = "shown"
    asked_at = IN_TIME


class VoteFactory(DjangoModelFactory):
    class Meta:
        model = "events.Vote"

    question = factory.SubFactory(QuestionFactory)
    participant = factory.SubFactory(ParticipantFactory)


class DeclarationFactory(RowFactory):
    class Meta:
        model = "events.Declaration"

    event = factory.SubFactory(EventFactory, gathering=True)
    name = factory.LazyFunction(lambda: {"fr": "Déclaration commune", "en": "Joint declaration"})
    text = factory.LazyFunction(lambda: {"fr": "Nous nous engageons.", "en": "We commit ourselves."})


class DeclarationSignatureFactory(DjangoModelFactory):
    class Meta:
        model = "events.DeclarationSignature"

    declaration = factory.SubFactory(DeclarationFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    signed_by = factory.SubFactory(PersonFactory)
    signed_at = IN_TIME
    fingerprint = "a" * 64


class GroupFactory(RowFactory):
    class Meta:
        model = "events.Group"

    name = factory.LazyFunction(lambda: {"fr": "Enfants à la rue", "en": "Children in the street"})
    committee = factory.SubFactory(OrganisationFactory, committee=True)
    created_at = IN_TIME


class GroupMemberFactory(DjangoModelFactory):
    class Meta:
        model = "events.GroupMember"

    group = factory.SubFactory(GroupFactory)
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    joined_at = IN_TIME


class GroupInvitationFactory(RowFactory):
    """Not answered."""

    class Meta:
        model = "events.GroupInvitation"

    group = factory.SubFactory(GroupFactory)
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    invited_by = factory.SubFactory(PersonFactory)
    invited_at = IN_TIME


class MinutesFactory(RowFactory):
    class Meta:
        model = "events.Minutes"

    group = factory.SubFactory(GroupFactory)
    language = "fr"
    held_on = factory.LazyFunction(lambda: IN_TIME.date())
    text = "Décidé : une note par ville."
    written_by = factory.SubFactory(PersonFactory)


class NeedFactory(RowFactory):
    """Stated by a commune, for this year."""

    class Meta:
        model = "events.Need"

    organisation = factory.SubFactory(OrganisationFactory)
    committee = factory.SubFactory(OrganisationFactory, committee=True)
    name = "Trouver des tuteurs"
    stated_at = IN_TIME
    stated_by = factory.SubFactory(PersonFactory)


class RankingFactory(RowFactory):
    class Meta:
        model = "events.Ranking"

    committee = factory.SubFactory(OrganisationFactory, committee=True)
    name = factory.LazyFunction(lambda: {"fr": "Besoins de l’automne", "en": "Needs of the autumn"})
    opens_at = OPENS
    closes_at = CLOSES


class RankedFactory(DjangoModelFactory):
    class Meta:
        model = "events.Ranked"

    ranking = factory.SubFactory(RankingFactory)
    need = factory.SubFactory(NeedFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    points = 3


class BallotFactory(RowFactory):
    class Meta:
        model = "events.Ballot"

    ranking = factory.SubFactory(RankingFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    given = 3
    had = 5
    given_at = IN_TIME
    given_by = factory.SubFactory(PersonFactory)


class ExchangeFactory(RowFactory):
    """Asked, not answered."""

    class Meta:
        model = "events.Exchange"

    need = factory.SubFactory(NeedFactory)
    asked_by = factory.SubFactory(OrganisationFactory)
    asked_of = factory.SubFactory(OrganisationFactory)
    asked_at = IN_TIME
