"""One question of an application, asked of a colleague by link."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.mandates.models.applications import Application


class AskingQuerySet(models.QuerySet):
    def open_at(self, moment: datetime) -> Self:
        """Whose link still opens the question."""
        return self.filter(closed_at=None, expires_at__gt=moment)


class Asking(models.Model):
    """A question asked of somebody without an account. Their answer waits until somebody who writes takes it up.

    `key`: the question (`questions.py`). `whom`: a service or a name, as the officer typed it; the address it was sent to is
    kept in the letter alone. `digest`: of the link's secret. `closed_at`: taken up, or set aside.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="askings")
    key = models.CharField(max_length=80)
    whom = models.CharField(max_length=120)
    note = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    taken_up = models.BooleanField(default=False)

    rows = Rows()
    objects = AskingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="asking_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="asking_answered_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(taken_up=False) | Q(answered_at__isnull=False, closed_at__isnull=False),
                name="asking_taken_up_was_answered",
            ),
        ]
