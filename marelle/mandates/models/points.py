"""What a city is asked to complete, one thing at a time: when its application is sent back, or put on probation."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Person
from marelle.base.text import random_id
from marelle.mandates.models.applications import Application
from marelle.mandates.states import Asked


class PointQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """As they were asked, the first round first."""
        return self.order_by("asked_at", "position", "pk")

    def open(self) -> Self:
        """Asked since the last handing-in, and not handed in again yet."""
        return self.filter(handed_in_at=None)


class Point(models.Model):
    """One thing asked of a city, which it ticks off. Both sides read it.

    `place`: where it stands in the dossier (`queries.places`), blank for no place in particular. `answer`: what the
    city did, in its own words. `handed_in_at`: when the application came back with it.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="points")
    asked = models.CharField(max_length=10, choices=Asked)
    place = models.CharField(max_length=80, blank=True)
    words = models.TextField()
    position = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="point_says_what_is_asked"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="point_ticked_by_someone",
            ),
        ]
