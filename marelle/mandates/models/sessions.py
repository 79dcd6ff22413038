"""When the board meets to decide on the applications of a call; a call may have several sessions."""

from __future__ import annotations

from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Person
from marelle.accounts.states import BOARD_ROLES, PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.mandates.models.calls import Call


class BoardSessionQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those of the calls of one's committees: the programme team, the commission and the board."""
        committees = person.committees_as(PROGRAMME_TEAM | BOARD_ROLES)
        return self.filter(call__committee__in=committees).scoped("visible_to")

    def to_come(self) -> Self:
        """Those not held yet."""
        return self.filter(held_at=None)


class BoardSession(models.Model):
    """A session of the board, for one call. Its agenda may change until it was held.

    `present`: those of the committee who were there; `also_present`: others, in words; `minutes`: what was said, for the
    committee alone. `length_minutes`: how long it is planned to last.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    length_minutes = models.PositiveSmallIntegerField(default=120)
    place = models.CharField(max_length=200)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(null=True, blank=True)
    present = models.ManyToManyField(Person, blank=True, related_name="+")
    also_present = models.CharField(max_length=500, blank=True)
    minutes = models.TextField(blank=True)

    rows = Rows()
    objects = BoardSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(place=""), name="board_session_says_where"),
            models.CheckConstraint(condition=Q(length_minutes__gt=0), name="board_session_lasts"),
        ]

    @property
    def day(self) -> date:
        """Its day, where the call is."""
        return self.starts_at.astimezone(ZoneInfo(self.call.zone)).date()
