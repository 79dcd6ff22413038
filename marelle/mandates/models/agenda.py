"""What a session of the board has to decide, in order."""

from __future__ import annotations

from django.db import models

from marelle.base.models import Rows
from marelle.mandates.models.applications import Application
from marelle.mandates.models.sessions import BoardSession


class AgendaItem(models.Model):
    """An application on the agenda of a session. Put off, it may stand on the agenda of a later one too."""

    session = models.ForeignKey(BoardSession, on_delete=models.PROTECT, related_name="agenda")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "application"], name="one_item_per_session_and_application")
        ]
