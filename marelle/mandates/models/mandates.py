"""Years of membership."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import Organisation, Person
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.framework.models import Track
from marelle.mandates.models.agreements import Agreement
from marelle.mandates.states import (
    MEMBER_STATES,
    MandateState,
)
from marelle.plans.models import Plan


class MandateQuerySet(OwnedQuerySet):
    def members(self) -> Self:
        """Those the public sees on the map, by name."""
        return self.filter(state__in=MEMBER_STATES).order_by("organisation__name", "pk").scoped("public")

    def visible_to(self, person: Person) -> Self:
        """One's own organisations'; those that came from the calls of one's committees."""
        own = Q(organisation__in=person.organisation_ids)
        theirs = Q(agreement__application__call__committee__in=person.committees_as())
        return self.filter(own | theirs).scoped("visible_to")


class Mandate(models.Model):
    """Years of membership, from a signed agreement. `starts_on` included, `ends_on` excluded.

    `left_on`: the day it was given up or withdrawn, before its end; None otherwise. `officer`: who of the committee follows it.
    `first_ends_on`: its end before it was prolonged; None while it never was. `renewed_by`: the mandate that followed it, of the same organisation and track.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="mandate")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="+")
    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="mandate")
    starts_on = models.DateField()
    ends_on = models.DateField()
    first_ends_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MandateState, default=MandateState.PLANNED)
    officer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    renewed_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renews")

    rows = Rows()
    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="mandate_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(first_ends_on=None) | Q(ends_on__gt=F("first_ends_on")), name="mandate_is_prolonged_later"
            ),
            models.CheckConstraint(
                condition=Q(renewed_by=None) | Q(state="renewed"), name="mandate_followed_by_another_is_renewed"
            ),
            models.UniqueConstraint(
                fields=["organisation", "track"],
                condition=Q(state__in=["active", "on_watch", "suspended", "prolonged"]),
                name="one_running_mandate_per_organisation_and_track",
            ),
            models.UniqueConstraint(
                fields=["organisation", "track"],
                condition=Q(state="planned"),
                name="one_planned_mandate_per_organisation_and_track",
            ),
        ]

    @property
    def last_day(self) -> date:
        """As pages say it: the last day one is a member."""
        return self.ends_on - timedelta(days=1)

    def year_on(self, day: date) -> int | None:
        """Which year of the mandate `day` falls in, from 1; None outside it."""
        if not self.starts_on <= day < self.ends_on:
            return None
        before = (day.month, day.day) < (self.starts_on.month, self.starts_on.day)
        return day.year - self.starts_on.year + (0 if before else 1)
