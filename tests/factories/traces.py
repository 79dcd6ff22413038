"""What people leave behind them: entries of the journal, browsers where they are signed in."""

from datetime import UTC, datetime
from hashlib import sha256

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import JournalChainFactory, PersonFactory

AT = datetime(2026, 5, 2, 9, tzinfo=UTC)


class JournalEntryFactory(DjangoModelFactory):
    """The first act of a chain."""

    class Meta:
        model = "accounts.JournalEntry"

    chain = factory.SubFactory(JournalChainFactory)
    number = 1
    previous = "0" * 64
    content_digest = sha256(b"joined").hexdigest()
    digest = factory.LazyAttribute(lambda e: sha256(f"{e.previous}{e.content_digest}".encode()).hexdigest())
    at = AT


class JournalContentFactory(DjangoModelFactory):
    """Someone joined an organisation."""

    class Meta:
        model = "accounts.JournalContent"

    entry = factory.SubFactory(JournalEntryFactory)
    person = factory.SubFactory(PersonFactory)
    verb = "joined"


class SignInFactory(DjangoModelFactory):
    """A browser where a person is signed in."""

    class Meta:
        model = "accounts.SignIn"

    person = factory.SubFactory(PersonFactory)
    session_key = factory.Sequence(lambda n: f"session-{n}")
    browser = "Firefox"
    started_at = AT
    seen_at = AT
