"""All the dossiers of a call in one file, made for one person of the committee, for a day."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.mandates.models.applications import Application
from marelle.mandates.models.calls import Call


class BundleQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own alone, as long as one is of the programme team of the committee."""
        committees = person.committees_as(PROGRAMME_TEAM)
        return self.filter(asked_by=person, call__committee__in=committees).scoped("visible_to")

    def living(self) -> Self:
        """Those being made, or there to be taken."""
        return self.filter(ended_at=None)


class Bundle(models.Model):
    """The dossiers of a call that one person may read, with their files. `held`: those in it, once it is made.

    `file`: none until the worker has made it. `ended_at`: when it was destroyed, or asked for anew.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="bundles")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    held = models.ManyToManyField(Application, related_name="+")
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = BundleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "asked_by"], condition=Q(ended_at=None), name="one_bundle_at_a_time_per_person"
            ),
            models.CheckConstraint(
                condition=Q(file=None, ready_at=None, expires_at=None)
                | Q(file__isnull=False, ready_at__isnull=False, expires_at__gt=F("ready_at")),
                name="bundle_that_is_ready_expires",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_waiting(self) -> bool:
        """Whether the worker has still to make it."""
        return self.ready_at is None and self.ended_at is None

    def is_there(self, at: datetime) -> bool:
        """Whether its file may be taken at a moment."""
        return self.ended_at is None and self.expires_at is not None and at < self.expires_at
