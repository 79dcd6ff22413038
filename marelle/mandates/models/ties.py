"""What a person of the committee has to do with an organisation or a territory: its dossiers stay closed to them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Organisation, Person
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.territories.models import Territory


class TieQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own."""
        return self.filter(person=person).scoped("visible_to")

    def living(self) -> Self:
        """Those that still hold."""
        return self.filter(ended_at=None)


class Tie(models.Model):
    """A conflict of interest, declared by the person themselves: with one organisation, or with all those of a territory.

    A territory is a commune, an intercommunality, a département or a region. `ended_at`: when they said it holds no more.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = TieQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None) ^ Q(territory=None), name="tie_with_an_organisation_or_a_territory"
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(ended_at=None), name="ties_that_hold")]

    def __str__(self) -> str:
        return str(self.organisation or self.territory)


def tied(person: Person, path: str = "organisation") -> Q:
    """Whether the organisation at `path` is one this person has declared a tie with, or lies in such a territory."""
    held = Tie.rows.filter(person=person, ended_at=None)
    places = held.exclude(territory=None).values("territory")
    found = Q(**{f"{path}__in": held.exclude(organisation=None).values("organisation")})
    for way in ("territory", "territory__departement", "territory__region", "territory__intercommunality"):
        found |= Q(**{f"{path}__{way}__in": places})
    return found
