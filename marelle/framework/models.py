"""Programmes, tracks, and dated versions of the framework. Everything a network chooses is a row here.

Names are JSON objects by language, `{"fr": …, "en": …}`; `text` gives the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language


def text(names: Mapping[str, str] | None, language: str | None = None) -> str:
    """The words in `language` (the reader's by default), else in French, else in whichever there is."""
    if not names:
        return ""
    language = (language or get_language() or "fr").split("-")[0]
    return names.get(language) or names.get("fr") or next(iter(names.values()))


class Named(models.Model):
    """Something with a name in several languages."""

    name = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return text(self.name)


class Programme(Named):
    """City title, light network, schools: what organisations take part in."""

    code = models.CharField(max_length=40, unique=True)


class Track(Named):
    """A way into a programme: how long, what is asked, what is granted. `vote_name`: what its council's vote is called.

    `report_dates`: when the programme chose them, `{"yearly": "01-31", "mid_term": 36, "final": 66}`: a day of the year,
    months after the beginning. See `mandates.figures.milestones` for those it did not choose. `heavy_budget_percent`: of
    the whole budget of a plan that runs; a change that moves more of it is judged by the commission. `pairs_sign_together`:
    in a joint candidature, neither agreement takes effect before the other is ready.
    """

    code = models.CharField(max_length=40, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="tracks")
    years = models.PositiveSmallIntegerField()
    organisation_kinds = models.JSONField(default=list)
    follows_framework = models.BooleanField(default=True)
    title_granted = models.BooleanField(default=True)
    council_vote = models.CharField(max_length=10, default="required")
    vote_name = models.JSONField(default=dict, blank=True)
    agreement = models.CharField(max_length=10, default="required")
    reports = models.JSONField(default=list)
    report_dates = models.JSONField(default=dict, blank=True)
    heavy_budget_percent = models.PositiveSmallIntegerField(default=10)
    pairs_sign_together = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(years__gte=1), name="track_lasts_a_year_or_more"),
            models.CheckConstraint(condition=Q(heavy_budget_percent__lte=100), name="track_budget_share_is_a_percent"),
        ]


class Framework(Named):
    """One dated version of what is asked: domains, recommendations, criteria, indicators. Frozen once a call uses it.

    `joining`, as in the file: the questions of "May we join?", the outcomes they lead to, and what joining costs.
    `coherence`, as in the file: the rules by which a plan is read over (`plans.coherence`), with their words and thresholds.
    """

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    status = models.CharField(max_length=20, default="demonstration")
    valid_from = models.DateField()
    fingerprint = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    involvement = models.JSONField(default=list)
    self_assessment = models.JSONField(default=dict)
    joining = models.JSONField(default=dict, blank=True)
    coherence = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_framework_per_code_and_version")]

    @property
    def languages(self) -> list[str]:
        """The languages its programme writes in: those of its name."""
        return list(self.name)

    @property
    def towns_language(self) -> str:
        """The language its towns write in: French where it has it, as `text` would say, else its first."""
        return "fr" if "fr" in self.name else next(iter(self.name), "fr")


class GoalArea(Named):
    """One goal area of the international handbook."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="goal_areas")
    number = models.PositiveSmallIntegerField()


class Right(Named):
    """An article of the Convention on the Rights of the Child, by its number."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="rights")
    article = models.PositiveSmallIntegerField()


class Domain(Named):
    """One of the domains of a framework version; what the public calls an "engagement"."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="domains")
    code = models.CharField(max_length=20)
    slug = models.SlugField(max_length=60)
    short = models.JSONField(default=dict)
    colour = models.CharField(max_length=20, blank=True)
    shape = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    goal_areas = models.JSONField(default=list)
    rights = models.JSONField(default=list)
    sdg = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="one_domain_per_code_and_framework")]

    @property
    def short_name(self) -> str:
        """The short name, else the name."""
        return text(self.short) or str(self)


class LibraryObjective(Named):
    """An objective the framework offers to those who write a plan."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="objectives")
    code = models.CharField(max_length=20)
    rights = models.JSONField(default=list)
    sdg = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)


class LibraryAction(Named):
    """An example of action, offered when writing a plan."""

    objective = models.ForeignKey(LibraryObjective, on_delete=models.CASCADE, related_name="actions")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=0)


class Recommendation(Named):
    """What the framework recommends in a domain; the self-assessment asks about each."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="recommendations")
    code = models.CharField(max_length=20)
    basis = models.CharField(max_length=20, blank=True)
    objectives = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)


class IndicatorDefinition(Named):
    """An indicator of the library: kind, unit, direction, roll-up rule, means of verification."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="indicators")
    objective = models.ForeignKey(LibraryObjective, on_delete=models.CASCADE, null=True, related_name="indicators")
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    measure = models.CharField(max_length=20)
    unit = models.JSONField(default=dict)
    direction = models.CharField(max_length=20)
    rollup = models.CharField(max_length=20)
    numerator = models.JSONField(default=dict)
    denominator = models.JSONField(default=dict)
    factor = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=200, blank=True)
    means_of_verification = models.CharField(max_length=200, blank=True)
    breakdowns = models.JSONField(default=list)
    note = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    @property
    def unit_name(self) -> str:
        """The unit in the reader's language."""
        return text(self.unit)


class Criterion(Named):
    """What a reviewer scores, 0 to 4; the weights of a framework sum to 100."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="one_criterion_per_code_and_framework"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="criterion_weight_from_1_to_100"),
        ]
