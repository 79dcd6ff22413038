"""A plan as it is written: domains hold objectives, objectives hold actions, indicators say how one will know."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Aggregate, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat

from marelle.accounts.models import Organisation, Person
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.framework.models import (
    Domain,
    Framework,
    IndicatorDefinition,
    LibraryAction,
    LibraryObjective,
    Recommendation,
)
from marelle.plans.fields import GROWN_UP, yearly, yearly_words
from marelle.plans.periods import FIRST_YEAR, LAST_YEAR
from marelle.plans.states import NEEDS_A_REASON, ActionState, Direction, PlanState


class PlanQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations' plans, without working copies, which are reached through their amendment.

        A committee reads a plan with its application, which is where rights are judged.
        """
        own = self.filter(organisation__in=person.organisation_ids).exclude(state=PlanState.AMENDED)
        return own.scoped("visible_to")


class Plan(Versioned):
    """An organisation's plan under one framework version: a draft in its application, then adopted and run.

    `read_at`: when a reading was last written in it; None if none ever was.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plans")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(max_length=12, choices=PlanState, default=PlanState.DRAFT)
    vision = models.TextField(blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = PlanQuerySet.as_manager()


class Objective(Versioned):
    """What a plan aims at in one domain. `promise` is the same in plain words, for the public page.

    `number`: of its public address, once an amendment has moved objectives; before that, its place in the plan.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="objectives")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+")
    library = models.ForeignKey(LibraryObjective, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recommendations = models.ManyToManyField(Recommendation, blank=True, related_name="+")
    name = models.CharField(max_length=300, blank=True)
    promise = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveSmallIntegerField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    def __str__(self) -> str:
        return self.name


class Action(Versioned):
    """What will be done for an objective. `budget_eur`: whole euros over the mandate, None if unknown.

    `moved_on`: the day it came to its state; `reason`: why, when it is blocked, postponed or abandoned. `age_from`,
    `age_to`: years, both included. `funding`: who pays; `output`: what the action delivers. `articles` of the Convention
    and `sdg` (goals or targets), as they are typed: "12, 31", "4.2, 11".
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="actions")
    library = models.ForeignKey(LibraryAction, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=300, blank=True)
    lead_service = models.CharField(max_length=120, blank=True)
    partners = models.CharField(max_length=300, blank=True)
    involvement = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    budget_eur = models.PositiveIntegerField(null=True, blank=True)
    funding = models.CharField(max_length=300, blank=True)
    target_children = models.CharField(max_length=300, blank=True)
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    places = models.CharField(max_length=300, blank=True)
    output = models.CharField(max_length=300, blank=True)
    articles = models.CharField(max_length=200, blank=True)
    sdg = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=ActionState, default=ActionState.PLANNED)
    reason = models.CharField(max_length=300, blank=True)
    moved_on = models.DateField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=sorted(NEEDS_A_REASON)) | ~Q(reason=""), name="action_held_back_says_why"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="action_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=(Q(age_from=None) | Q(age_from__lte=GROWN_UP)) & (Q(age_to=None) | Q(age_to__lte=GROWN_UP)),
                name="action_is_for_children",
            ),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=models.F("age_from")),
                name="action_ages_run_upwards",
            ),
        ]
        indexes = [models.Index(fields=["moved_on"], condition=Q(state=ActionState.BLOCKED), name="blocked_actions")]

    def __str__(self) -> str:
        return self.name


class Listed(Aggregate):
    """Words of several rows in one text, in whichever of the two databases."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, '; ')"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """The same, by its own name."""
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


class Indicator(Versioned):
    """How one will know: from the library (`definition`) or one's own. Values in `unit`; None when unknown, with why.

    `breakdowns`: by which groups it is to be read; `owner`: the service that answers for it.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="indicators")
    definition = models.ForeignKey(
        IndicatorDefinition, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=20, choices=Direction, default=Direction.HIGHER)
    baseline = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    baseline_missing_because = models.CharField(max_length=300, blank=True)
    target = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    means_of_verification = models.CharField(max_length=300, blank=True)
    breakdowns = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    rows = Rows()
    objects = models.Manager()

    def __str__(self) -> str:
        return self.name

    @property
    def aims_in_order(self) -> list[tuple[int, Decimal]]:
        """Each year and its target: no question when they came with it (`with_aims`)."""
        if "aims_told" in self.__dict__:
            return yearly(self.aims_told or "")
        return [(aim.year, aim.value) for aim in self.aims.all()]

    @property
    def yearly_targets(self) -> str:
        """What is aimed at year by year, as it is compared: "2027: 40; 2028: 55.5"; "" when nothing is."""
        return yearly_words(self.aims_in_order)

    @yearly_targets.setter
    def yearly_targets(self, words: str) -> None:
        """Kept with the next `save`."""
        self._aimed = yearly(words)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        aimed = self.__dict__.pop("_aimed", None)
        if update_fields is not None:
            update_fields = [name for name in update_fields if name != "yearly_targets"]
        super().save(*args, update_fields=update_fields, **kwargs)
        if aimed is not None:
            self.aims.all().delete()
            self.aims.bulk_create([YearlyTarget(indicator=self, year=year, value=value) for year, value in aimed])
            self.__dict__.pop("aims_told", None)


class YearlyTarget(models.Model):
    """What an indicator aims at in one year, on the way to its target."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="aims")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=3)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "year"], name="one_target_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR) & Q(year__lte=LAST_YEAR), name="yearly_target_in_our_time"
            ),
        ]


def with_aims(rows: models.QuerySet[Indicator]) -> models.QuerySet[Indicator]:
    """Each with its yearly targets, in the same question."""
    words = Concat(
        Cast("year", models.TextField()),
        Value(": "),
        Cast("value", models.TextField()),
        output_field=models.TextField(),
    )
    aims = YearlyTarget.objects.filter(indicator=OuterRef("pk")).order_by().values("indicator")
    return rows.annotate(aims_told=Subquery(aims.annotate(told=Listed(words)).values("told")))


class Removal(models.Model):
    """A part taken out of a plan while it is written, whole: it can be put back until the plan is handed in for good.

    `words`: the part and what it held, as Django writes rows; `references`: theirs, the part first.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="removals")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=300, blank=True)
    words = models.TextField()
    references = models.JSONField(default=list)
    removed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    def __str__(self) -> str:
        return self.name
