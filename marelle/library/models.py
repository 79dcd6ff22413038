"""What the network keeps and shares: practices told by cities, what others made of them, tools and documents.

Words of a practice or a resource stand in rows by language: one is enough, none is invented.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.countries import country_name
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.framework.models import Domain, Named
from marelle.library.states import (
    IN_HAND,
    ON_THE_SHELF,
    PUBLIC_STATES,
    AdoptionState,
    Audience,
    EvidenceLevel,
    Outcome,
    PracticeState,
    ResourceKind,
    ResourceState,
)
from marelle.plans.models import Action


class Service(Named):
    """A service a city runs for children: guardianship, alternative care, housing, education… From a data file."""

    code = models.SlugField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)


class PracticeQuerySet(OwnedQuerySet):
    def public(self) -> Self:
        """What anyone may read."""
        return self.filter(state__in=PUBLIC_STATES).scoped("public")

    def visible_to(self, person: Person) -> Self:
        """What anyone may read; one's own organisations', in any state; for the programme team, what was proposed to it.

        A draft that the team writes itself, for an organisation, is its own too.
        """
        own = Q(organisation__in=person.organisation_ids)
        told = ~Q(state=PracticeState.DRAFT) | Q(by_committee=True)
        team = Q(committee__in=person.committees_as(PROGRAMME_TEAM)) & told
        return self.filter(Q(state__in=PUBLIC_STATES) | own | team).scoped("visible_to")


class Practice(Versioned):
    """What a city did, told so that another can do it. `committee` reviews it; `language`: that of its first words.

    `contact`: a person of the organisation who agreed, on `contact_agreed_at`, to be asked; `languages`: those they speak.
    `rights`: under which terms its words and files may be taken over. `by_committee`: the committee writes it for the
    organisation. `corrects`: the practice whose words this one is to replace, and once that is done, whose former words it
    keeps, replaced on `corrected_at` because of `what_changed`. On the shelf, `corrected_at`: the last time words changed.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="practices")
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=PracticeState, default=PracticeState.DRAFT)
    language = models.CharField(max_length=10, default="fr")
    domains = models.ManyToManyField(Domain, blank=True, related_name="+")
    services = models.ManyToManyField(Service, blank=True, related_name="practices")
    evidence_level = models.CharField(max_length=10, choices=EvidenceLevel, default=EvidenceLevel.TOLD)
    cost_eur = models.PositiveIntegerField(null=True, blank=True)
    contact = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    contact_agreed_at = models.DateTimeField(null=True, blank=True)
    languages = models.JSONField(default=list, blank=True)
    rights = models.CharField(max_length=40, default="CC-BY-4.0")
    files = models.ManyToManyField(File, blank=True, related_name="+")
    review_note = models.TextField(blank=True)
    by_committee = models.BooleanField(default=False)
    submitted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    what_changed = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(state__in=sorted(IN_HAND)), name="one_correction_in_hand_per_practice"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(PUBLIC_STATES)) | Q(corrects=None), name="a_correction_is_never_public"
            ),
            models.CheckConstraint(
                condition=Q(contact=None) | ~Q(contact_agreed_at=None), name="practice_contact_has_agreed"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(PUBLIC_STATES)) | ~Q(published_at=None), name="public_practice_has_a_date"
            ),
        ]

    @property
    def abroad(self) -> str:
        """The country of a town that is not in its committee's; empty at home."""
        country = self.organisation.country
        return "" if country == self.committee.country else country_name(country)


class PracticeText(Versioned):
    """The words of a practice in one language."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=400, blank=True)
    context = models.TextField(blank=True)
    problem = models.TextField(blank=True)
    what_was_done = models.TextField(blank=True)
    cost = models.TextField(blank=True)
    partners = models.TextField(blank=True)
    childrens_part = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    pitfalls = models.TextField(blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "language"], name="one_text_per_practice_and_language")
        ]

    def __str__(self) -> str:
        return self.name


class Word(models.Model):
    """A word of a published practice, brought to its stem, for the search. `weight`: how much it says, name above all."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    stem = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "language", "stem"], name="one_weight_per_practice_and_stem")
        ]
        indexes = [models.Index(fields=["stem", "practice", "weight"], name="words_by_stem")]


class AdoptionQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations', those of one's practices; for the programme team, those of the practices it reviews."""
        ids = person.organisation_ids
        team = Q(practice__committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(Q(organisation__in=ids) | Q(practice__organisation__in=ids) | team).scoped("visible_to")


class Adoption(Versioned):
    """A practice taken over by another organisation: planned, adapted, and what it gave after 6 and 12 months."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="adoptions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="adoptions")
    action = models.ForeignKey(Action, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=AdoptionState, default=AdoptionState.PLANNED)
    what_was_changed = models.TextField(blank=True)
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    dropped_because = models.CharField(max_length=300, blank=True)

    rows = Rows()
    objects = AdoptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "organisation"],
                condition=~Q(state="dropped"),
                name="one_living_adoption_per_practice_and_organisation",
            )
        ]


class AdoptionResult(models.Model):
    """What an adoption gave, asked `after_months` (6 or 12) months later."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="results")
    after_months = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    words = models.TextField(blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adoption", "after_months"], name="one_result_per_adoption_and_date"),
            models.CheckConstraint(condition=Q(after_months__in=[6, 12]), name="result_after_6_or_12_months"),
        ]


class ResourceQuerySet(OwnedQuerySet):
    def public(self) -> Self:
        """What anyone may take away."""
        return self.filter(state__in=ON_THE_SHELF).scoped("public")

    def visible_to(self, person: Person) -> Self:
        """What anyone may take away; for the programme team, all of its own."""
        team = Q(committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(Q(state__in=ON_THE_SHELF) | team).scoped("visible_to")


class Resource(Versioned, Named):
    """A tool, a model or a document anyone may take away. `summary`: by language, as its name."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=12, choices=ResourceKind)
    state = models.CharField(max_length=12, choices=ResourceState, default=ResourceState.DRAFT)
    summary = models.JSONField(default=dict)
    audience = models.CharField(max_length=14, choices=Audience, default=Audience.OFFICERS)
    domains = models.ManyToManyField(Domain, blank=True, related_name="+")
    services = models.ManyToManyField(Service, blank=True, related_name="resources")
    author = models.CharField(max_length=200, blank=True)
    rights = models.CharField(max_length=40, default="CC-BY-4.0")
    submitted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    review_note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = ResourceQuerySet.as_manager()


class ResourceFile(models.Model):
    """One version of a resource in one language: the newest number is the one in use."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField()
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "language", "number"], name="one_file_per_resource_version")
        ]
