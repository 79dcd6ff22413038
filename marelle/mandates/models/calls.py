"""Calls, and which committee runs a programme."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Organisation, Person
from marelle.base.models import Rows
from marelle.framework.models import Framework, Named, Programme, Track
from marelle.mandates.states import (
    CallState,
)


class Stewardship(models.Model):
    """Which committee runs a programme: one alone, from the first call it prepares there."""

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="stewardship")
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stewardships")


class CallQuerySet(models.QuerySet):
    def visible_to(self, person: Person) -> Self:
        """The calls of the committees one works for, drafts too. What anyone may read is `published`."""
        return self.filter(committee__in=person.committees_as())

    def published(self) -> Self:
        """What anyone may read about."""
        return self.exclude(state=CallState.DRAFT)

    def open_at(self, moment: datetime) -> Self:
        """Calls one can apply to at that moment, the first to close first."""
        return self.filter(state=CallState.PUBLISHED, opens_at__lte=moment, closes_at__gt=moment).order_by(
            "closes_at", "pk"
        )


class Call(Named):
    """The window of one mandate: who may apply, until when, under which framework version.

    `opens_at` included, `closes_at` excluded; `zone` is the IANA name shown beside them.
    """

    code = models.SlugField(max_length=40, unique=True)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="calls")
    tracks = models.ManyToManyField(Track, related_name="calls")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="calls")
    presentation = models.JSONField(default=dict)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    zone = models.CharField(max_length=40, default="Europe/Paris")
    mandate_starts_on = models.DateField()
    readers_required = models.PositiveSmallIntegerField(default=2)
    state = models.CharField(max_length=10, choices=CallState, default=CallState.DRAFT)
    documents = models.ManyToManyField(File, blank=True, related_name="+")

    rows = Rows()
    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="call_opens_before_it_closes")
        ]

    def is_open(self, at: datetime) -> bool:
        """Published, and inside its window."""
        return self.state == CallState.PUBLISHED and self.opens_at <= at < self.closes_at
