"""When the commission hears a city: the slots prepared for a call, and the hearings given one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.mandates.models.applications import Application
from marelle.mandates.models.calls import Call


class Slot(models.Model):
    """A time kept to hear one city of a call. `length_minutes`: in minutes; a `place`, a `link` to a room, or both."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    length_minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "starts_at", "place", "link"], name="one_slot_per_hour_and_room"),
            models.CheckConstraint(condition=~Q(place="") | ~Q(link=""), name="slot_says_where"),
            models.CheckConstraint(condition=Q(length_minutes__gt=0), name="slot_lasts"),
        ]

    @property
    def ends_at(self) -> datetime:
        """Its last moment, excluded."""
        return self.starts_at + timedelta(minutes=self.length_minutes)

    @property
    def where(self) -> str:
        """The place, then the address of the room."""
        return ", ".join(part for part in (self.place, self.link) if part)


class HearingQuerySet(models.QuerySet):
    def to_come(self) -> Self:
        """Planned, neither held nor called off."""
        return self.filter(cancelled_at=None, heard_at=None)


class Hearing(models.Model):
    """A city heard, or to be heard, in a slot; called off, it holds none.

    `sequence` goes up with each move, so that calendars follow. `shared_minutes`: the city reads them too;
    `internal_minutes`: the committee alone.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="hearings")
    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="hearing")
    sequence = models.PositiveSmallIntegerField(default=0)
    planned_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    shared_minutes = models.TextField(blank=True)
    internal_minutes = models.TextField(blank=True)

    rows = Rows()
    objects = HearingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(cancelled_at=None, heard_at=None),
                name="one_hearing_to_come_per_application",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) ^ Q(slot=None), name="only_a_hearing_called_off_has_no_slot"
            ),
            models.CheckConstraint(condition=Q(heard_at=None) | ~Q(shared_minutes=""), name="hearing_has_minutes"),
        ]
