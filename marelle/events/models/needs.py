"""Needs of cities, put in order together, and the exchanges they lead to."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.events.states import (
    ExchangeState,
    NeedState,
    Urgency,
)
from marelle.framework.models import Domain, Named
from marelle.library.models import Practice, Service


class NeedQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations'; the programme team's: those stated to its committee."""
        return self.filter(
            Q(organisation__in=person.organisation_ids) | Q(committee__in=person.committees_as(PROGRAMME_TEAM))
        ).scoped("visible_to")

    def to_rank(self, committee: Organisation) -> Self:
        """What cities stated to a committee and still look for: other cities read its name, its service, its domain."""
        return self.filter(committee=committee, state=NeedState.STATED).scoped("to_rank")


class Need(Versioned):
    """What a city lacks to serve its children. `childrens_words`: what they said, nobody named."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="needs")
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=NeedState, default=NeedState.STATED)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, default="fr")
    name = models.CharField(max_length=200)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.THIS_YEAR)
    what_was_tried = models.TextField(blank=True)
    childrens_words = models.TextField(blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    rows = Rows()
    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(urgency__in=[1, 2, 3]), name="need_urgency_is_known")]

    def __str__(self) -> str:
        return self.name


class Ranking(Named):
    """A round in which cities put needs in order, before a theme is set. Each city has `points` to give."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(default=5)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="ranking_ends_after")]


class Ranked(models.Model):
    """The points one city gave to one need in one round."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="given")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="ranked")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ranking", "need", "organisation"], name="points_once_per_need_and_city"),
            models.CheckConstraint(condition=Q(points__gte=1), name="need_ranked_has_a_point"),
        ]


class Ballot(models.Model):
    """That a city has given its points in a round, and how many of those it had."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="ballots")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given = models.PositiveSmallIntegerField(default=0)
    had = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ranking", "organisation"], name="one_ballot_per_ranking_and_city"),
            models.CheckConstraint(condition=Q(given__lte=F("had")), name="ballot_gives_no_more_than_it_had"),
        ]


class ExchangeQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those one's organisations asked for or were asked; the programme team's own."""
        ids = person.organisation_ids
        team = Q(need__committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(Q(asked_by__in=ids) | Q(asked_of__in=ids) | team).scoped("visible_to")


class Exchange(models.Model):
    """One city asks another to talk, about a need and perhaps a practice; what came of it is asked after three months."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="exchanges")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ExchangeState, default=ExchangeState.ASKED)
    message = models.TextField(blank=True)
    reasons = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome_asked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = ExchangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "asked_of"], condition=~Q(state="declined"), name="one_exchange_per_need_and_city"
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("asked_of")), name="exchange_is_with_another"),
        ]
