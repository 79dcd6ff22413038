"""How long a reader spends on a dossier: measured for who asks for it, and for them alone."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Person
from marelle.base.models import OwnedQuerySet, Rows
from marelle.mandates.models.applications import Review


class Timing(models.Model):
    """A reader who asked that their time be measured; nobody is otherwise."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="timing")
    asked_at = models.DateTimeField()


class ReadingTimeQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own: no officer and no board sees how long somebody took."""
        return self.filter(review__reviewer=person).scoped("visible_to")


class ReadingTime(models.Model):
    """Seconds one reader spent on one dossier on one day (Paris). `seen_at`: the last sign of them that was counted."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="times")
    on = models.DateField()
    seconds = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()

    rows = Rows()
    objects = ReadingTimeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "on"], name="one_time_per_review_and_day"),
            models.CheckConstraint(condition=Q(seconds__lte=86_400), name="a_day_has_86400_seconds"),
        ]
