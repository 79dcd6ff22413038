"""What a researcher asks for: the secure file of an edition. The file itself lies with the private files, never here."""

from __future__ import annotations

from django.db import models

from marelle.accounts.models import File, Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.consultations.models.editions import Consultation
from marelle.consultations.states import ResearchState


class ResearchRequest(models.Model):
    """One request for the secure file of an edition (specs/disclosure.md, section 12).

    `questions`: names of those asked for. `public_key`: of the analyst, `age1…`: the file opens with its private half alone.
    `undertaking`: the signed paper. `why`: "few" or "gone", of a request that is refused. `digest`: SHA-256 of the
    sealed file. `expires_at`: a day after it was ready.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="research_requests")
    analyst = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.CharField(max_length=200)
    purpose = models.CharField(max_length=1000)
    questions = models.JSONField(default=list)
    public_key = models.CharField(max_length=80)
    undertaking = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ResearchState.choices, default=ResearchState.ASKED)
    why = models.CharField(max_length=20, blank=True)
    freeze = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | models.Q(ready_at__isnull=False, expires_at__gt=models.F("ready_at")) & ~models.Q(digest=""),
                name="research_file_that_is_ready_expires",
            ),
        ]

    def __str__(self) -> str:
        return self.code
