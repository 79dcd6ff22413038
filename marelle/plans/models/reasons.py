"""Why a city wrote its plan so, where a rule of its framework notices something."""

from __future__ import annotations

from django.db import models

from marelle.accounts.models import Person
from marelle.base.models import Rows, Versioned
from marelle.plans.models.plans import Plan


class Reason(Versioned):
    """The city's answer to a remark of `plans.coherence`: `rule` and `place` name the remark; blank once taken back."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="reasons")
    rule = models.CharField(max_length=40)
    place = models.CharField(max_length=80)
    said = models.CharField(max_length=500, blank=True)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "rule", "place"], name="one_reason_per_rule_and_place_of_a_plan")
        ]
