"""Official geography, as data: any country's, each place with its code."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.base.models import Rows
from marelle.territories.states import FormerCodeKind, PointQuality, TerritoryKind

STAMP = "territories"  # counts the changes of the geography, see base.stamps


class TerritoryQuerySet(models.QuerySet):
    """Territories, open to everybody: nothing here is private."""

    def current(self) -> Self:
        """Those of the official code in force, without the ones that have been merged away."""
        return self.filter(is_current=True)

    def that_add_up(self) -> Self:
        """Those whose figures may be summed: no body that lies inside another of its kind (the eleven EPT)."""
        return self.current().filter(adds_up=True)

    def by_size(self) -> Self:
        """Most inhabitants first, unknown populations last, then by name."""
        return self.order_by(models.F("population").desc(nulls_last=True), "name", "code")


class Territory(models.Model):
    """A commune, intercommunality, département or région. `code` is its INSEE code, or SIREN for an intercommunality.

    The same code may name a département and a région (11 is Aude, and Île-de-France): a code is unique within a kind.
    `population`: persons, municipal population in force in `population_year`, from `population_source` (a key of
    `sources.yaml`, or the words of the file it came from); None if unknown.
    `lon`, `lat`: degrees, WGS 84, near the town hall; None if unknown (`point_quality` says how sure).
    `establishment`: the body inside the metropolis that a commune belongs to besides its `intercommunality`.
    """

    code = models.CharField(max_length=20)
    country = models.CharField(max_length=2, default="FR")
    kind = models.CharField(max_length=20, choices=TerritoryKind, db_index=True)
    legal_form = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    siren = models.CharField(max_length=9, blank=True, db_index=True)
    departement = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    intercommunality = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="communes"
    )
    establishment = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="establishment_communes"
    )
    population = models.PositiveIntegerField(null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(null=True, blank=True)
    population_source = models.CharField(max_length=40, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    point_quality = models.CharField(max_length=12, choices=PointQuality, blank=True)
    postal_codes = models.CharField(max_length=400, blank=True)
    zone = models.CharField(max_length=5, blank=True)
    adds_up = models.BooleanField(default=True)
    is_current = models.BooleanField(default=True)

    objects = TerritoryQuerySet.as_manager()
    rows = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "kind"], name="one_territory_per_code_and_kind"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | (~Q(lon=None) & ~Q(lat=None)), name="territory_point_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(population=None) | ~Q(population_year=None), name="territory_population_has_a_year"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormerCode(models.Model):
    """A code that once named a commune, and the commune that holds its land today."""

    code = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=FormerCodeKind)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="former_codes")


class Loading(models.Model):
    """The vintage of the official code a country's territories come from; one row a country, renewed at each load."""

    country = models.CharField(max_length=2, unique=True)
    vintage = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    territories = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
