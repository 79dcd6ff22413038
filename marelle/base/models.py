"""What every package stands on: scoped querysets, versions, and the tables of the house itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from django.db import models
from django.db.models import Q

from marelle.base.text import random_id


class Unscoped(AssertionError):
    """Rows of an organisation were about to be read without saying for whom."""


class OwnedQuerySet(models.QuerySet):
    """Rows that belong to an organisation: reading them needs `visible_to(person)` or `everyone(reason=…)`.

    What is reached through a parent (`application.reviews`) is scoped by that parent.
    """

    _scope = ""

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._scope = self._scope
        return clone

    def scoped(self, why: str) -> Self:
        """For `visible_to` methods: say that this queryset is narrowed, and by what."""
        clone = self._clone()
        clone._scope = why
        return clone

    def everyone(self, *, reason: str) -> Self:
        """Every row, for a stated reason: a command, a count nobody can be named by."""
        return self.scoped(reason)

    def _check_scope(self) -> None:
        if not (self._scope or self._known_related_objects or self._hints):  # type: ignore[attr-defined]
            raise Unscoped(f"{self.model.__name__}: use visible_to(person) or everyone(reason=…).")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._check_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._check_scope()
        return super().count()

    def exists(self) -> bool:
        self._check_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._check_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._check_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._check_scope()
        return super().delete()


class Rows(models.Manager):
    """Every row, for operations alone: pages use `objects`."""

    def lock(self, pk: Any) -> Any:
        """The row, held until the end of the transaction; others may still refer to it. Raises DoesNotExist."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Versioned(models.Model):
    """Something two people may edit at once: `version` goes up by one at each save (`base.versions`)."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Stamp(models.Model):
    """How many times something shown to the public has changed: cached pages carry it. One row."""

    name = models.CharField(max_length=20, unique=True)
    value = models.PositiveBigIntegerField(default=0)


class IdempotencyKey(models.Model):
    """A form's key and where its answer led: the same key leads there again for 48 hours."""

    key = models.CharField(max_length=80, unique=True)
    person_code = models.CharField(max_length=32)
    path = models.CharField(max_length=300)
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()


class LetterState(models.TextChoices):
    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"


class Letter(models.Model):
    """The outbox: a mail written in the transaction of the act it speaks of, sent afterwards by the worker.

    `calendar`: an iCalendar text that goes with it, for the reader's own calendar to take in. `unsubscribe`: the address
    one press leads to for whoever wants no more of them (RFC 8058).
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=80, blank=True)
    address = models.EmailField()
    language = models.CharField(max_length=10, default="fr")
    subject = models.CharField(max_length=150)
    text = models.TextField()
    calendar = models.TextField(blank=True)
    unsubscribe = models.URLField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="letter_sent_has_a_date",
            )
        ]


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"


class Job(models.Model):
    """Something long, known by a natural key: it may be delivered twice and has one effect."""

    key = models.CharField(max_length=160, unique=True)
    task = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class Origin(models.Model):
    """That a thing comes from another. Words are frozen as they were that day; append-only.

    `parent` and `offspring` are stable references, "package.model:public-id": base knows no package.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    kind = models.CharField(max_length=20)
    parent = models.CharField(max_length=120, db_index=True)
    offspring = models.CharField(max_length=120, db_index=True)
    label = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    excerpt = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    made_by = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "offspring"],
                condition=Q(withdrawn_at=None),
                name="one_living_origin_per_parent_and_offspring",
            )
        ]


class FeedKey(models.Model):
    """The secret part of a personal calendar's address: it names a person and an organisation until withdrawn."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    person_code = models.CharField(max_length=32)
    organisation_code = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_code", "organisation_code"],
                condition=Q(withdrawn_at=None),
                name="one_living_feed_key_per_person_and_organisation",
            )
        ]
