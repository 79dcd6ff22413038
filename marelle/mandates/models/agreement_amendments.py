"""What changes an agreement once it is signed: its amendments, signed by the same parties in the same order."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.mandates.models.agreements import Agreement, Party
from marelle.mandates.states import AmendmentKind, AmendmentState


class AgreementAmendmentQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Whoever may see the agreement it changes."""
        agreements = Agreement.objects.visible_to(person).values("pk")
        return self.filter(agreement__in=agreements).scoped("visible_to")


class AgreementAmendment(models.Model):
    """One amendment, numbered from 1. `fingerprint`: SHA-256 of the PDF sent for signature.

    `months`: by how much it prolongs the mandate, None when it does not. `reasons`: why, in the words of whoever asked.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=AmendmentKind)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    reasons = models.TextField()
    content = models.JSONField(default=dict)
    state = models.CharField(max_length=14, choices=AmendmentState, default=AmendmentState.DRAFT)
    document = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.TextField(blank=True)

    rows = Rows()
    objects = AgreementAmendmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_agreement_amendment_per_number"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=["draft", "sent", "partly_signed"]),
                name="one_agreement_amendment_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="prolongation", months__gte=1) | (~Q(kind="prolongation") & Q(months=None)),
                name="agreement_amendment_prolongs_by_some_months",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"])
                | (~Q(fingerprint="") & ~Q(sent_at=None) & ~Q(sent_by=None) & ~Q(document=None)),
                name="agreement_amendment_sent_has_a_text_and_a_sender",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_because=""), name="agreement_amendment_dropped_says_why"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still being prepared or signed."""
        return self.state in (AmendmentState.DRAFT, AmendmentState.SENT, AmendmentState.PARTLY_SIGNED)


class AmendmentSignature(models.Model):
    """A party signs the text whose SHA-256 is `fingerprint`, after proving again who it is."""

    amendment = models.ForeignKey(AgreementAmendment, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["amendment", "party"], name="one_signature_per_amendment_and_party"),
            models.UniqueConstraint(fields=["amendment", "person"], name="one_signature_per_amendment_and_person"),
        ]

    is_on_paper = False
