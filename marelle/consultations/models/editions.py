"""Consultations, the versions of their questionnaire, the recordings and pictures of these."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.consultations import languages
from marelle.consultations.states import ConsultationState, MediumKind, VersionState
from marelle.framework.models import Named

KNOWN = [s.value for s in ConsultationState if s != ConsultationState.DESIGN]


def help_numbers() -> list[dict[str, str]]:
    """Whom a child may call in France, free of charge: what a committee that said nothing begins with."""
    return languages.help_numbers()


class ConsultationQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """The programme team's own; for others those that are known of."""
        own = Q(committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(own | Q(state__in=KNOWN, is_pilot=False)).scoped("visible_to")

    def public(self) -> Self:
        """Those that are known of, the newest first."""
        return self.filter(state__in=KNOWN, is_pilot=False).order_by("-opens_at", "-pk").scoped("public")


class Consultation(Named, Versioned):
    """One edition. `code`: its year in addresses. `is_pilot`: a rehearsal whose answers never mix with the real ones.

    `city_floor`: sheets below which a commune has no page. `answered_on`: the day children are told what comes of it.
    `help_numbers`: whom a child may call, {"number", language: who answers}; the same for every edition of the committee.
    `public_key`: the 65 bytes answers are sealed to, made before opening; its private half is not here.
    `opening_began_at`: when boxes began to be opened; from then on none is taken. `embargo_until`: when results are to be
    published, once two persons agreed. `profiles`: names of the questions others are crossed with, ten at most. `margins`:
    what the answers are weighted to: {"source", "rows": [[variable, category, children]]}; empty without weights.
    """

    code = models.CharField(max_length=20, unique=True)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consultations")
    state = models.CharField(max_length=10, choices=ConsultationState, default=ConsultationState.DESIGN)
    is_pilot = models.BooleanField(default=False)
    themes = models.JSONField(default=dict)  # by language
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    answered_on = models.DateField(null=True, blank=True)
    city_floor = models.PositiveIntegerField(default=50)
    help_numbers = models.JSONField(default=help_numbers)
    public_key = models.BinaryField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    opening_began_at = models.DateTimeField(null=True, blank=True)
    profiles = models.JSONField(default=list, blank=True)
    margins = models.JSONField(default=dict, blank=True)
    embargo_until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    cloned_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="consultation_ends_after"),
            models.CheckConstraint(condition=Q(city_floor__gte=50), name="consultation_floor_is_50_at_least"),
            models.CheckConstraint(condition=~Q(help_numbers=[]), name="consultation_has_a_number_to_call"),
            models.CheckConstraint(
                condition=Q(state__in=["design", "pilot"]) | Q(public_key__isnull=False),
                name="consultation_open_has_a_key",
            ),
        ]

    def is_open(self, at: datetime) -> bool:
        """Whether answers are taken at that time."""
        return self.state == ConsultationState.OPEN and self.opens_at <= at < self.closes_at


class Questionnaire(Versioned):
    """A version of what is asked: the workbook as it came, and what was read of it (`questionnaires.py`).

    `waiver`: why a sensitive question is put to younger children, signed by `waived_by`. `compatible_with`: the frozen
    version whose words alone this one mends.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="questionnaires")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    workbook = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    canonical = models.TextField()
    content_hash = models.CharField(max_length=64, db_index=True)
    compatible_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    waiver = models.TextField(blank=True)
    waived_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_questionnaire_per_number"),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(state="frozen"), name="one_frozen_questionnaire_per_consultation"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="replaced") | Q(frozen_at__isnull=False),
                name="questionnaire_frozen_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id}-{self.number}"


class Medium(models.Model):
    """A recording or a picture a workbook names. `is_synthetic`: a voice made by a machine, said wherever it is heard."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="media")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=MediumKind)
    content_type = models.CharField(max_length=40)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "name"], name="one_medium_per_name")]


class KeyShare(models.Model):
    """That one of the two shares of a consultation's key was handed to a person; the share itself is not here.

    `digest`: SHA-256 of the share, by which it is known again when it comes back. `sealed`: the first share, encrypted,
    until the second is drawn. `acknowledged_at`: when its holder showed that they hold it.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="key_shares")
    position = models.PositiveSmallIntegerField()
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    sealed = models.TextField(blank=True)
    handed_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "position"], name="one_holder_per_share"),
            models.UniqueConstraint(fields=["consultation", "holder"], name="two_shares_two_holders"),
            models.CheckConstraint(condition=Q(position__in=[1, 2]), name="key_has_two_shares"),
        ]
