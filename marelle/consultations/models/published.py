"""What may be read of a consultation: its freeze and the protected tables drawn from it. No answer is here."""

from __future__ import annotations

from django.db import models

from marelle.accounts.models import Person
from marelle.base.models import Rows
from marelle.consultations.models.editions import Consultation


class Freeze(models.Model):
    """The only thing figures are published from (specs/disclosure.md, section 2). `manifest`: rules, parameters, digests."""

    code = models.CharField(max_length=20, unique=True)  # 2026-01
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="freezes")
    manifest = models.JSONField(default=dict)
    frozen_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    rows = Rows()
    objects = models.Manager()

    def __str__(self) -> str:
        return self.code


class Table(models.Model):
    """Published shares of one question in one zone: nothing true, nothing that could be subtracted (`tables.py`).

    `rows_shown`: each a `tables.Shown`, by name; `base`: children, to the nearest ten, None when withheld.
    `refused_percent`: who would rather not say or skipped, to the nearest five.
    """

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="tables")
    question = models.CharField(max_length=32)
    zone = models.CharField(max_length=20, default="FR")
    axis = models.CharField(max_length=20, default="none")
    base = models.PositiveIntegerField(null=True, blank=True)
    refused_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=20, blank=True)
    rows_shown = models.JSONField(default=list)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["freeze", "question", "zone", "axis"], name="one_table_per_question_and_zone"
            )
        ]
