"""What a running plan is to become: a working copy of it, judged, then put back into it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Person
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.plans.models.plans import Plan
from marelle.plans.states import AMENDING, OPEN_AMENDMENTS, AmendmentState, Weight


class AmendmentQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations'. A committee reads them through the mandate, where rights are judged."""
        return self.filter(plan__organisation__in=person.organisation_ids).scoped("visible_to")

    def accepted(self) -> Self:
        """Those that changed their plan, the newest first: anyone may read what they changed."""
        return self.filter(state=AmendmentState.ACCEPTED).order_by("-answered_at", "-pk").scoped("public")


class Amendment(models.Model):
    """One change of a running plan. `copy`: the plan it is written in, in state `amended`; None once nothing of it is left.

    `stands_for`: the codes of the copy's parts, each with the code of the part it stands for; a part without one is new.
    `before`: what the running plan held when it was copied; `after`: what it is to hold, by the codes of the running plan,
    frozen when handed in. Accepted, the two are what the plan held just before and just after.
    `weight`, `heavy_because`: as judged when handed in, against `budget_percent` of the whole budget. `answer`: why it was sent back, accepted or refused.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="amendments")
    copy = models.OneToOneField(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="amendment")
    state = models.CharField(max_length=10, choices=AmendmentState, default=AmendmentState.DRAFT)
    weight = models.CharField(max_length=5, choices=Weight, blank=True)
    heavy_because = models.JSONField(default=list, blank=True)
    budget_percent = models.PositiveSmallIntegerField(default=10)
    why = models.TextField(blank=True)
    stands_for = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict, blank=True)
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = AmendmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state__in=sorted(OPEN_AMENDMENTS)), name="one_open_amendment_per_plan"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "returned", "accepted", "refused"])
                | (~Q(submitted_at=None) & ~Q(why="") & ~Q(weight="")),
                name="amendment_handed_in_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "accepted", "refused"]) | ~Q(answered_at=None),
                name="amendment_answered_has_a_date",
            ),
        ]

    @property
    def is_being_written(self) -> bool:
        """Whether its working copy may still change."""
        return self.state in AMENDING

    @property
    def is_open(self) -> bool:
        """Whether it is being written or judged."""
        return self.state in OPEN_AMENDMENTS
