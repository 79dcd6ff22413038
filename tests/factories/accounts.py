"""The plainest valid people, organisations and what binds them."""

from datetime import UTC, date, datetime

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from factory.django import DjangoModelFactory

from marelle.accounts.states import OrganisationKind, Role

LONG_AGO = datetime(2025, 1, 6, 8, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the authenticator application of every person in tests


class OrganisationFactory(DjangoModelFactory):
    """A commune without geography; traits for the other kinds."""

    class Meta:
        model = "accounts.Organisation"
        django_get_or_create = ["code"]  # the committee is one, whoever speaks of it

    code = factory.Sequence(lambda n: f"{10000 + n}")
    kind = OrganisationKind.COMMUNE
    name = factory.Sequence(lambda n: f"Bourg-sur-Test {n}")
    created_at = LONG_AGO

    class Params:
        committee = factory.Trait(kind=OrganisationKind.COMMITTEE, code="o-committee", name="Comité national")
        intercommunality = factory.Trait(
            kind=OrganisationKind.INTERCOMMUNALITY, code=factory.Sequence(lambda n: f"{200000000 + n}")
        )
        partner = factory.Trait(kind=OrganisationKind.PARTNER, code=factory.Sequence(lambda n: f"o-partner{n}"))


class PersonFactory(DjangoModelFactory):
    """Someone without any role. `roles=[(organisation, Role.…)]` gives some; `application=True` a TOTP secret."""

    class Meta:
        model = "accounts.Person"
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@marelle.example")
    name = factory.Sequence(lambda n: f"Camille Essai {n}")
    created_at = LONG_AGO
    password = "!"

    class Params:
        robot = factory.Trait(is_robot=True, email="robot@marelle.invalid", name="Robot")
        disabled = factory.Trait(is_active=False)

    @factory.post_generation
    def roles(self, create, given, **kwargs):
        for organisation, role in given or []:
            MembershipFactory(person=self, organisation=organisation, role=role)

    @factory.post_generation
    def application(self, create, given, **kwargs):
        if given:
            Authenticator.objects.create(user=self, type="totp", data={"secret": encrypt(SECRET)})

    @factory.post_generation
    def secret_word(self, create, given, **kwargs):
        if given:
            self.set_password(given)
            self.save(update_fields=["password"])


class MembershipFactory(DjangoModelFactory):
    """An editor, since long."""

    class Meta:
        model = "accounts.Membership"

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.CITY_EDITOR
    started_at = LONG_AGO

    class Params:
        ended = factory.Trait(ended_at=datetime(2025, 6, 2, tzinfo=UTC))


class InvitationFactory(DjangoModelFactory):
    """An editor's, good for fourteen days from 4 May 2026; its token is the word `token`."""

    class Meta:
        model = "accounts.Invitation"

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invitee{n}@marelle.example")
    role = Role.CITY_EDITOR
    token_digest = factory.Sequence(lambda n: f"{n:064d}")
    invited_by = factory.SubFactory(PersonFactory)
    invited_at = datetime(2026, 5, 4, 8, tzinfo=UTC)
    expires_at = datetime(2026, 5, 18, 8, tzinfo=UTC)


class JoinRequestFactory(DjangoModelFactory):
    """Waiting for an answer."""

    class Meta:
        model = "accounts.JoinRequest"

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(PersonFactory)
    asked_at = datetime(2026, 5, 4, 8, tzinfo=UTC)


class DelegationFactory(DjangoModelFactory):
    """Recorded and living."""

    class Meta:
        model = "accounts.Delegation"

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(PersonFactory)
    given_by = "Dominique Maire"
    reference = "arrêté 2026-12"
    signed_on = date(2026, 4, 1)
    recorded_by = factory.SubFactory(PersonFactory)
    recorded_at = datetime(2026, 4, 2, 8, tzinfo=UTC)


class FileFactory(DjangoModelFactory):
    """A row without its bytes: for rights and lists. `accounts.files.keep` makes the real thing."""

    class Meta:
        model = "accounts.File"

    organisation = factory.SubFactory(OrganisationFactory)
    label = "note.pdf"
    kind = "pdf"
    size = 5
    sha256 = "0" * 64
    place = factory.Sequence(lambda n: f"zz/none{n}")
    added_by = factory.SubFactory(PersonFactory)
    added_at = LONG_AGO

    @classmethod
    def _create(cls, model, *args, **kwargs):
        return model.rows.create(*args, **kwargs)


class NotificationFactory(DjangoModelFactory):
    """Unread."""

    class Meta:
        model = "accounts.Notification"

    person = factory.SubFactory(PersonFactory)
    kind = "join_asked"
    reference = "accounts.joinrequest:x"
    sentence = "Camille demande à vous rejoindre."
    address = "/compte/"
    made_at = datetime(2026, 5, 4, 8, tzinfo=UTC)


class JournalChainFactory(DjangoModelFactory):
    """An empty chain. Entries are written by `accounts.journal.record` alone."""

    class Meta:
        model = "accounts.JournalChain"

    organisation = factory.SubFactory(OrganisationFactory)


class PendingActFactory(DjangoModelFactory):
    """Proposed, waiting for a second person."""

    class Meta:
        model = "accounts.PendingAct"

    kind = "extend"
    reference = factory.Sequence(lambda n: f"mandates.call:{n}")
    proposed_by = factory.SubFactory(PersonFactory)
    proposed_at = datetime(2026, 5, 4, 8, tzinfo=UTC)


class ThreadFactory(DjangoModelFactory):
    class Meta:
        model = "accounts.Thread"

    reference = factory.Sequence(lambda n: f"events.group:g{n}")
    begun_at = LONG_AGO


class MessageFactory(DjangoModelFactory):
    """Said, not corrected."""

    class Meta:
        model = "accounts.Message"
        skip_postgeneration_save = True

    thread = factory.SubFactory(ThreadFactory)
    author = factory.SubFactory(PersonFactory)
    language = "fr"
    text = "Qui vient jeudi ?"
    made_at = LONG_AGO


class ThreadReadingFactory(DjangoModelFactory):
    class Meta:
        model = "accounts.ThreadReading"

    thread = factory.SubFactory(ThreadFactory)
    person = factory.SubFactory(PersonFactory)
    read_at = LONG_AGO


class ImportFactory(DjangoModelFactory):
    """A workbook just given, about a plan."""

    class Meta:
        model = "accounts.Import"

    file = factory.SubFactory(FileFactory, kind="xlsx")
    organisation = factory.LazyAttribute(lambda given: given.file.organisation)
    kind = "plan"
    reference = "plans.plan:abc"
    given_by = factory.SubFactory(PersonFactory)
    given_at = LONG_AGO
