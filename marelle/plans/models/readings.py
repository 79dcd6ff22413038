"""What was read of an indicator."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.base import clock
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.plans.models.plans import Indicator
from marelle.plans.periods import in_words
from marelle.plans.states import ProofLevel


class Reading(models.Model):
    """What an indicator was over a period: a value in its unit, or why there is none. Corrected, it keeps what it was.

    `period`: as `plans.periods` writes it; `until`: its last day. `breakdown`: blank, or "dimension:group" of the
    indicator. `numerator`, `denominator`: the parts of a ratio. `replaced_at`: when a correction took its place.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="readings")
    period = models.CharField(max_length=10)
    until = models.DateField()
    breakdown = models.CharField(max_length=80, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    numerator = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    denominator = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    missing_because = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True)
    evidence = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence_address = models.URLField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "breakdown"],
                condition=Q(replaced_at=None),
                name="one_living_reading_per_period",
            ),
            models.CheckConstraint(
                condition=Q(value=None) ^ Q(missing_because=""), name="reading_has_a_value_or_says_why_not"
            ),
            models.CheckConstraint(condition=Q(verified_at=None) | ~Q(value=None), name="only_a_value_is_verified"),
        ]
        indexes = [models.Index(fields=["indicator", "until"], condition=Q(replaced_at=None), name="living_readings")]

    def __str__(self) -> str:
        return self.period

    @property
    def is_verified_today(self) -> bool:
        """Whether it was verified today: no figure of a night holds it yet."""
        return self.verified_at is not None and clock.day_of(self.verified_at) == clock.today()

    @property
    def proof_level(self) -> str:
        """How sure it is: declared, evidenced or verified."""
        if self.verified_at:
            return ProofLevel.VERIFIED
        return ProofLevel.EVIDENCED if self.evidence_id or self.evidence_address else ProofLevel.DECLARED

    @property
    def proof_level_word(self) -> str:
        """The same, in words."""
        return str(ProofLevel(self.proof_level).label)

    @property
    def period_words(self) -> str:
        """Its period, as one says it."""
        return in_words(self.period)

    @property
    def group(self) -> str:
        """Whom it counts, blank for everyone."""
        return self.breakdown.partition(":")[2]
