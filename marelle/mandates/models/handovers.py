"""When those who hold a file change: what is handed over, to whom; the days on which towns elect their councils."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Organisation, Person
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.mandates.states import HandoverReason


class HandoverQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations'."""
        return self.filter(organisation__in=person.organisation_ids).scoped("visible_to")


class Handover(models.Model):
    """A handover asked for. `left`: who went; `since`: the day that called for it; `successor`: the address of who takes over."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="handovers")
    why = models.CharField(max_length=10, choices=HandoverReason)
    left = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField()
    successor = models.EmailField(blank=True)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(closed_at=None), name="one_open_handover_per_organisation"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="handover_closed_by_somebody",
            ),
        ]


class Election(models.Model):
    """The day on which the towns of a committee elect their councils: from the day after, handovers are asked for."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="elections")
    on = models.DateField()
    asked_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["committee", "on"], name="one_election_per_committee_and_day")]
