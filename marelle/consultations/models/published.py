"""What may be read of a consultation: its freeze and the protected tables drawn from it. No answer is here."""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from typing import Any

from django.db import models

from marelle.accounts.models import Person
from marelle.base.models import Rows
from marelle.consultations.drawing import Column, read_column
from marelle.consultations.free_axes import MARK
from marelle.consultations.models.editions import Consultation
from marelle.consultations.states import NationalTableState

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
    `associations`: what each question changes most with, as `associating.Association` says it; of régions and France alone.
    """

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="zones")
    level = models.CharField(max_length=12)
    zone = models.CharField(max_length=30)
    profile = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=20, blank=True)
    ages = models.CharField(max_length=4)
    genders = models.JSONField(default=list)
    associations = models.JSONField(default=list)
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

    @property
    def said(self) -> list[dict[str, Any]]:
        """The same as they were written: where few are read, and not kept at hand."""
        found: list[dict[str, Any]] = json.loads(zlib.decompress(bytes(self.body)))
        return found


class NationalTable(models.Model):
    """One question of the whole country over two or three axes, asked for once results are public. Nothing true is here.

    `axes`: as its address says them: `age.gender.play`. `why`: of a table that is refused, that it could give children away, and nothing closer; or that answers are gone. `body`: columns
    as `freezing.Told.written` gives them, compressed; `profile` of each is its values: `9_11.girl.yes`. `digest`: SHA-256 of
    what is compressed.
    """

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="national_tables")
    question = models.CharField(max_length=32)
    axes = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=NationalTableState.choices, default=NationalTableState.ASKED)
    why = models.CharField(max_length=20, blank=True)
    body = models.BinaryField(blank=True, default=bytes)
    digest = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["freeze", "question", "axes"], name="one_national_table_per_question_and_axes"
            ),
            models.CheckConstraint(
                condition=models.Q(state="drawn", drawn_at__isnull=False)
                | (~models.Q(state="drawn") & models.Q(drawn_at=None)),
                name="national_table_drawn_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.axes}"

    @property
    def names(self) -> list[str]:
        """What it is told by: age, gender, questions."""
        return str(self.axes).split(MARK)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in order; none before it is drawn."""
        return _columns(bytes(self.body)) if self.state == NationalTableState.DRAWN else ()


@lru_cache(maxsize=KEPT)
def _columns(body: bytes) -> tuple[Column, ...]:
    """What a body says. Read once: it never changes, and that of a country takes long to read."""
    return tuple(read_column(said) for said in json.loads(zlib.decompress(body)))
