"""What an application took from the one before, as it stood that day."""

from __future__ import annotations

from django.db import models

from marelle.base.models import Rows
from marelle.mandates.models.applications import Application


class TakenUp(models.Model):
    """What was taken from an earlier application of the same organisation, kept so that what differs since can be shown.

    `content`: "answers" by key; "plan" as `plans.queries.content` writes it, by the codes of the new plan ({} when none was
    copied); "read": codes of the new indicators whose baseline is the last value read under the mandate before.
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="taken_up")
    previous = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    taken_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()
