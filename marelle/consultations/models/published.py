"""What may be read of a consultation: its freeze and the protected tables drawn from it. No answer is here."""

from __future__ import annotations

import json
import zlib
from functools import lru_cache

from django.db import models

from marelle.accounts.models import Person
from marelle.base.models import Rows
from marelle.consultations.drawing import Column, read_column
from marelle.consultations.models.editions import Consultation

KEPT = 8  # zones whose columns a process keeps at hand


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


class ZoneTables(models.Model):
    """The published tables of one zone: every question, every group that may be told. Nothing true is here.

    `zone`: `commune:44143`, `FR`; `level`: of `catalogue.LEVELS`. `status`: why it has no page, or "". `ages`: "age4", "age2"
    or "all"; `genders`: those told apart. `profile`: the question its columns are crossed with, or "". `body`: columns as `freezing.Told.written` gives them, compressed.
    """

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="zones")
    level = models.CharField(max_length=12)
    zone = models.CharField(max_length=30)
    profile = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=20, blank=True)
    ages = models.CharField(max_length=4)
    genders = models.JSONField(default=list)
    body = models.BinaryField()

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["freeze", "zone", "profile"], name="one_set_of_tables_per_zone")]

    def __str__(self) -> str:
        return self.zone

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in the order children were asked."""
        return _columns(bytes(self.body))


@lru_cache(maxsize=KEPT)
def _columns(body: bytes) -> tuple[Column, ...]:
    """What a body says. Read once: it never changes, and that of a country takes long to read."""
    return tuple(read_column(said) for said in json.loads(zlib.decompress(body)))
