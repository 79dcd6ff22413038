"""The partnership, its parties, their signatures."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM, OrganisationKind
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.mandates.models.applications import Application
from marelle.mandates.states import (
    AgreementState,
    SigningOrder,
)


class AgreementQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """The parties' people, once it has been sent; for the committee of its call, the programme team, always."""
        mine = Party.objects.filter(organisation__in=person.organisation_ids)
        mine = mine.exclude(organisation__kind=OrganisationKind.COMMITTEE)  # it is a party to each of its agreements
        sent = Q(pk__in=mine.values("agreement")) & ~Q(state=AgreementState.DRAFT)
        team = Q(application__call__committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(sent | team).scoped("visible_to")


class Agreement(Versioned):
    """The signed partnership. `fingerprint`: SHA-256 of the PDF sent for signature; `sealed` is that PDF with the house's seal.

    `taken_over_at`: when it was brought in, signed elsewhere: the house holds no text of it and no signature, only its day.
    `refused_because`: why the party that refused to sign last did, until the text is sent again.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="agreement")
    state = models.CharField(max_length=14, choices=AgreementState, default=AgreementState.DRAFT)
    order = models.CharField(max_length=16, choices=SigningOrder, default=SigningOrder.ANY)
    content = models.JSONField(default=dict)
    document = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    sealed = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sealed_fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    taken_over_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refused_because = models.TextField(blank=True)

    rows = Rows()
    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | (~Q(fingerprint="") & ~Q(sent_at=None) & ~Q(sent_by=None))
                | ~Q(taken_over_at=None),
                name="agreement_sent_has_a_text_and_a_sender",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "amended", "ended"]) | ~Q(signed_at=None),
                name="agreement_signed_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(refused_by=None, refused_because="") | Q(refused_by__isnull=False) & ~Q(refused_because=""),
                name="agreement_refused_says_why",
            ),
        ]


class Party(models.Model):
    """One of the parties: an organisation, in the order they are named."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "organisation"], name="one_party_per_organisation")]


class Signature(models.Model):
    """A party signs the text whose SHA-256 is `fingerprint`: `person`, after proving again who it is; or `signatory`, on paper.

    On paper, `signed_at` is the day written on the copy, at midnight in Paris.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signatory = models.CharField(max_length=120, blank=True)
    capacity = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    void_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(void_at=None), name="one_living_signature_per_party"),
            models.CheckConstraint(
                condition=(Q(person=None) & ~Q(signatory="")) | (Q(person__isnull=False) & Q(signatory="")),
                name="signature_is_online_or_on_paper",
            ),
        ]

    @property
    def name(self) -> str:
        """Who signed."""
        return self.person.name if self.person else self.signatory

    @property
    def is_on_paper(self) -> bool:
        """Whether the committee read it on a scanned copy."""
        return self.person_id is None
