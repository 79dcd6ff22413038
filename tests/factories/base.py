"""What the house keeps for itself: letters, jobs, keys of forms, stamps, origins."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

WRITTEN_AT = datetime(2026, 5, 2, 9, tzinfo=UTC)


class StampFactory(DjangoModelFactory):
    """Nothing public has changed yet."""

    class Meta:
        model = "base.Stamp"

    name = factory.Sequence(lambda n: f"stamp-{n}")


class IdempotencyKeyFactory(DjangoModelFactory):
    """A form handed in and answered."""

    class Meta:
        model = "base.IdempotencyKey"

    key = factory.Sequence(lambda n: f"key-{n}")
    person_code = "somebody"
    path = "/espace/67447/candidature"
    location = "/espace/67447"
    created_at = WRITTEN_AT


class LetterFactory(DjangoModelFactory):
    """A letter that waits."""

    class Meta:
        model = "base.Letter"

    key = factory.Sequence(lambda n: f"letter-{n}")
    kind = "receipt"
    address = factory.Sequence(lambda n: f"person-{n}@marelle.example")
    subject = "Votre candidature"
    text = "Bonjour"
    written_at = WRITTEN_AT
    not_before = WRITTEN_AT

    class Params:
        sent = factory.Trait(state="sent", sent_at=WRITTEN_AT)
        parked = factory.Trait(state="parked", tries=5, last_error="refused")


class JobFactory(DjangoModelFactory):
    """Something long that waits."""

    class Meta:
        model = "base.Job"

    key = factory.Sequence(lambda n: f"job-{n}")
    task = "trial"
    created_at = WRITTEN_AT
    not_before = WRITTEN_AT


class OriginFactory(DjangoModelFactory):
    """A plan that comes from a finding."""

    class Meta:
        model = "base.Origin"

    kind = "taken_from"
    parent = factory.Sequence(lambda n: f"trial.finding:{n}")
    offspring = factory.Sequence(lambda n: f"trial.objective:{n}")
    label = "Un constat"
    fingerprint = "0" * 64
    made_by = "somebody"
    made_at = WRITTEN_AT


class FeedKeyFactory(DjangoModelFactory):
    """The address of somebody's calendar, in force."""

    class Meta:
        model = "base.FeedKey"

    person_code = factory.Sequence(lambda n: f"person-{n}")
    organisation_code = "67447"
    made_at = WRITTEN_AT
