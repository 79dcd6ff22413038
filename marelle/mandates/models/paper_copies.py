"""An agreement signed on paper: the scanned copy that is given, checked against the text, and kept."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.mandates.models.agreements import Agreement
from marelle.mandates.states import PaperCopyState


class PaperCopy(models.Model):
    """A scanned agreement. `fingerprint`: SHA-256 of the text it is said to be a copy of.

    `signers`: who signed it, `[{"organisation": code, "name": …, "capacity": …, "on": "2026-09-20"}, …]`; they become
    signatures once somebody of the committee has compared it with that text.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="paper_copies")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    signers = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=PaperCopyState, default=PaperCopyState.GIVEN)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.TextField(blank=True)

    rows = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state="given"), name="one_paper_copy_to_check_per_agreement"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refused_because=""), name="paper_copy_refused_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "refused"]) | (~Q(answered_by=None) & ~Q(answered_at=None)),
                name="paper_copy_answered_says_by_whom",
            ),
        ]

    def signer_of(self, organisation_code: str) -> dict[str, Any] | None:
        """Who signed it for an organisation."""
        return next((signer for signer in self.signers if signer["organisation"] == organisation_code), None)
