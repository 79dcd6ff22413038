"""A commune and its intercommunality that apply together: two dossiers, who exercises what, shared actions written once."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import Organisation, Person
from marelle.base.models import Rows, Versioned
from marelle.base.text import random_id
from marelle.framework.models import Domain
from marelle.mandates.models.calls import Call
from marelle.mandates.states import Holder
from marelle.plans.models import Action


class PairQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Proposed or accepted, not ended."""
        return self.filter(ended_at=None)

    def of(self, call: Call, organisation: Organisation) -> Self:
        """Those in which an organisation stands in one call."""
        return self.filter(Q(commune=organisation) | Q(intercommunality=organisation), call=call)


class Pair(models.Model):
    """The joint candidature of a commune and its intercommunality to one call. Each keeps its dossier, its plan, its agreement.

    `proposed_by`: of one of the two; `accepted_at`: when the other agreed: from then on each reads the other's plan.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="pairs")
    commune = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    intercommunality = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    proposed_from = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = PairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "commune"], condition=Q(ended_at=None), name="one_pair_per_commune_and_call"
            ),
            models.CheckConstraint(
                condition=Q(proposed_from=F("commune")) | Q(proposed_from=F("intercommunality")),
                name="pair_proposed_by_one_of_the_two",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__gte=F("proposed_at"), accepted_by__isnull=False),
                name="pair_accepted_by_someone",
            ),
        ]

    def other(self, organisation: Organisation) -> Organisation:
        """The one beside this one."""
        return self.intercommunality if organisation == self.commune else self.commune

    @property
    def is_accepted(self) -> bool:
        """Agreed on by both, and standing."""
        return self.accepted_at is not None and self.ended_at is None


class Power(Versioned):
    """Who exercises what in one domain, as the two agree on it. `words`: which services, in their own words."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="powers")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=16, choices=Holder)
    words = models.CharField(max_length=500, blank=True)
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "domain"], name="one_power_per_pair_and_domain")]


class SharedAction(models.Model):
    """An action written once, in the plan of one of the two, and carried by both."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="shared_actions")
    action = models.OneToOneField(Action, on_delete=models.CASCADE, related_name="shared")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()
