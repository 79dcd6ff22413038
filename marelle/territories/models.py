"""Official geography, as data: any country's, each place with its code."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from marelle.territories.states import TerritoryKind


class Territory(models.Model):
    """A commune, intercommunality, département or région. `code` is its INSEE code, or SIREN for an intercommunality.

    `population`: persons, municipal population in force in `population_year`, None if unknown.
    `lon`, `lat`: degrees, WGS 84, near the town hall; None if unknown (`point_quality` says how sure).
    """

    code = models.CharField(max_length=20, unique=True)
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
    population = models.PositiveIntegerField(null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    point_quality = models.CharField(max_length=12, blank=True)
    postal_codes = models.CharField(max_length=400, blank=True)
    zone = models.CharField(max_length=5, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | (~Q(lon=None) & ~Q(lat=None)), name="territory_point_is_whole"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FormerCode(models.Model):
    """A code that once named a commune, and the commune that holds its land today."""

    code = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="former_codes")
