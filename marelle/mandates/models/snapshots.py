"""What the figures were, night after night: how far each mandate is, and the places together.

A row holds from the day `on` (as that day ended, in Paris) until `until`, excluded; None: it still holds. A night on
which nothing moved adds no row: six years of 35,000 mandates stay a few million rows. All of it can be made again from
the readings (`operations.snapshots`); nothing else writes here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from marelle.base.models import Rows
from marelle.framework.models import Domain, IndicatorDefinition
from marelle.mandates.models.mandates import Mandate
from marelle.plans.attainment import PROOFS, Degree, Part, Tally
from marelle.plans.states import ProofLevel


class Level(models.TextChoices):
    """Whose figures. A région without code is nobody's: members whose place has none, counted in the network alone."""

    NETWORK = "network"
    REGION = "region"
    DEPARTEMENT = "departement"


class Night(models.Model):
    """A day whose figures were taken. `reached`: the last région done, None before the first; then `ended_at`."""

    on = models.DateField(unique=True)
    begun_at = models.DateTimeField()
    reached = models.CharField(max_length=20, null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    def __str__(self) -> str:
        return self.on.isoformat()


class Span(models.Model):
    """Days during which a figure stayed the same."""

    on = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def tally(self) -> Tally:
        """Its indicators: how many are known at each level of proof, and how far they are."""
        known = {proof: Degree(getattr(self, f"{proof}_known"), getattr(self, f"{proof}_total", 0)) for proof in PROOFS}
        return Tally(self.indicators, known)  # type: ignore[attr-defined]


class Standing(Span):
    """How far one mandate is in one domain of its framework. Counts are of rows of its plan, 0 when there are none.

    `declared_known`, `declared_total`…: of its indicators, those whose share is known at that level of proof, and the
    sum of these shares in millionths. `basis`: a fingerprint of the aims they were measured against.
    """

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="standings")
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="+")
    indicators = models.PositiveIntegerField(default=0)
    actions = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    declared_known = models.PositiveIntegerField(default=0)
    declared_total = models.PositiveBigIntegerField(default=0)
    evidenced_known = models.PositiveIntegerField(default=0)
    evidenced_total = models.PositiveBigIntegerField(default=0)
    verified_known = models.PositiveIntegerField(default=0)
    verified_total = models.PositiveBigIntegerField(default=0)
    basis = models.BigIntegerField(default=0)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mandate", "domain", "on"], name="one_standing_per_domain_and_day"),
            models.UniqueConstraint(
                fields=["mandate", "domain"], condition=Q(until=None), name="one_standing_holds_per_domain"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("on")), name="standing_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(indicators__gte=F("declared_known") + F("evidenced_known") + F("verified_known")),
                name="standing_knows_no_more_than_it_has",
            ),
        ]


class AreaStanding(Span):
    """How far the mandates of a place are in one domain, each mandate counting once. `area`: blank for the network.

    `declared_known`…: indicators whose share is known; `declared_mandates`, `declared_total`: mandates that have one,
    and the sum of their mean shares in millionths.
    """

    level = models.CharField(max_length=12, choices=Level)
    area = models.CharField(max_length=20, blank=True)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="+")
    mandates = models.PositiveIntegerField(default=0)
    indicators = models.PositiveIntegerField(default=0)
    actions = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    declared_known = models.PositiveIntegerField(default=0)
    declared_mandates = models.PositiveIntegerField(default=0)
    declared_total = models.PositiveBigIntegerField(default=0)
    evidenced_known = models.PositiveIntegerField(default=0)
    evidenced_mandates = models.PositiveIntegerField(default=0)
    evidenced_total = models.PositiveBigIntegerField(default=0)
    verified_known = models.PositiveIntegerField(default=0)
    verified_mandates = models.PositiveIntegerField(default=0)
    verified_total = models.PositiveBigIntegerField(default=0)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "area", "domain", "on"], name="one_area_standing_per_domain_and_day"
            ),
            models.UniqueConstraint(
                fields=["level", "area", "domain"], condition=Q(until=None), name="one_area_standing_holds"
            ),
        ]

    @property
    def degrees(self) -> dict[str, Degree]:
        """The mandates that have something known at each level of proof, and their mean share."""
        return {p: Degree(getattr(self, f"{p}_mandates"), getattr(self, f"{p}_total")) for p in PROOFS}


class AreaValue(Span):
    """What the mandates of a place read of one indicator of the library, at one level of proof, together.

    `asked`: mandates' indicators that follow it, whatever is known. `known`, `total`, `most`, `newest`: those with a
    value, in its unit; `whole`, `over`, `under`: those of a ratio with both parts. `shares`, `share_total`: those whose
    way is known, and the sum of their shares in millionths. Only the network's past is kept: a place has what holds.
    """

    level = models.CharField(max_length=12, choices=Level)
    area = models.CharField(max_length=20, blank=True)
    definition = models.ForeignKey(IndicatorDefinition, on_delete=models.CASCADE, related_name="+")
    proof = models.CharField(max_length=10, choices=ProofLevel)
    asked = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=22, decimal_places=3, default=0)
    most = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    newest = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    newest_on = models.DateField(null=True, blank=True)
    whole = models.PositiveIntegerField(default=0)
    over = models.DecimalField(max_digits=22, decimal_places=3, default=0)
    under = models.DecimalField(max_digits=22, decimal_places=3, default=0)
    shares = models.PositiveIntegerField(default=0)
    share_total = models.PositiveBigIntegerField(default=0)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "area", "definition", "proof", "on"], name="one_area_value_per_indicator_and_day"
            ),
            models.UniqueConstraint(
                fields=["level", "area", "definition", "proof"], condition=Q(until=None), name="one_area_value_holds"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(level=Level.NETWORK), name="only_the_network_has_a_past"
            ),
        ]
        indexes = [
            models.Index(fields=["definition", "level"], condition=Q(until=None), name="area_values_of_indicator")
        ]

    @property
    def part(self) -> Part:
        """They, ready to be put together with others."""
        newest = None if self.newest is None or self.newest_on is None else (self.newest_on, self.newest)
        return Part(self.known, self.total, self.most, newest, self.whole, self.over, self.under)

    @property
    def degree(self) -> Degree:
        """How far those whose way is known are."""
        return Degree(self.shares, self.share_total)
