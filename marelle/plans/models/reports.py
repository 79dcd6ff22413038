"""What a town hands in of its running plan: a short sheet each year, a report half-way, one at the end."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Organisation, Person
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.plans.models.plans import Objective, Plan
from marelle.plans.states import RatedBy, ReportKind, ReportState, Verdict


class ReportQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations' reports. A committee reads them with their mandate, where rights are judged."""
        return self.filter(plan__organisation__in=person.organisation_ids).scoped("visible_to")

    def public(self) -> Self:
        """Those that were accepted: anyone may read them, the newest first."""
        return self.filter(state=ReportState.ACCEPTED).order_by("-due_on", "kind", "pk").scoped("public")

    def overdue(self, on: date) -> Self:
        """Not handed in, and its day is past. The oldest first."""
        waited = [ReportState.ASKED, ReportState.RETURNED]
        return self.filter(state__in=waited, due_on__lt=on).order_by("due_on", "pk")


class Report(Versioned):
    """One report of a plan: asked when its window opens, written, handed in, sent back or accepted.

    `year`: the year a yearly sheet tells of; for the others the year they are due in. `covers_from`, `covers_until`:
    first and last day told of. `due_on`: as it was when the window opened, or as the committee put it off since.
    `first_due_on`: the day it was due before the committee put it off (None: it never did); `put_off_because`: why.
    `edited_by`: who wrote in it last.
    `content`: what was handed in, frozen, with the figures of that day; `fingerprint`: SHA-256 of it; `document`: its PDF.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=ReportKind)
    year = models.PositiveSmallIntegerField()
    covers_from = models.DateField()
    covers_until = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.ASKED)
    first_due_on = models.DateField(null=True, blank=True)
    put_off_because = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    highlights = models.TextField(blank=True)
    difficulties = models.TextField(blank=True)
    participation = models.TextField(blank=True)
    fairness = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    help_wanted = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    content = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_because = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "year"], name="one_report_per_plan_kind_and_year"),
            models.CheckConstraint(condition=Q(covers_from__lte=F("covers_until")), name="report_covers_a_day_or_more"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"])
                | (Q(submitted_at__isnull=False, submitted_by__isnull=False) & ~Q(fingerprint="")),
                name="report_handed_in_has_a_date_and_a_fingerprint",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | (Q(returned_at__isnull=False) & ~Q(returned_because="")),
                name="report_sent_back_says_why",
            ),
            models.CheckConstraint(
                condition=Q(first_due_on=None) | (Q(due_on__gt=F("first_due_on")) & ~Q(put_off_because="")),
                name="report_put_off_is_due_later_and_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False) | (~Q(state="accepted") & Q(accepted_at=None)),
                name="report_accepted_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="reports_by_state_and_day")]

    def __str__(self) -> str:
        word = str(self.get_kind_display())
        return f"{word} {self.year}" if self.kind == ReportKind.YEARLY else word

    @property
    def organisation(self) -> Organisation:
        """Whose it is."""
        return self.plan.organisation

    @property
    def is_open(self) -> bool:
        """Whether its town may still write in it."""
        return self.state in {ReportState.ASKED, ReportState.RETURNED}

    def is_overdue(self, on: date) -> bool:
        """Not handed in, and its day is past."""
        return self.is_open and self.due_on < on


class Rating(Versioned):
    """How far an objective is, said by the town, by a group of its children, or by the committee. Never averaged, nor added up.

    `group`: which group of children; each stands apart. `verdict`: blank while its town has only said why. `rated_by`: who wrote it; None for children, who have no account.
    `replaced_at`: when another took its place.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="ratings")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="ratings")
    by = models.CharField(max_length=10, choices=RatedBy)
    group = models.ForeignKey(
        "plans.GroupCode", on_delete=models.CASCADE, null=True, blank=True, related_name="ratings"
    )
    verdict = models.CharField(max_length=12, choices=Verdict)
    why = models.TextField(blank=True)
    rated_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rated_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "objective", "by"],
                condition=Q(replaced_at=None, group=None),
                name="one_living_rating_per_report_objective_and_rater",
            ),
            models.UniqueConstraint(
                fields=["objective", "group"],
                condition=Q(replaced_at=None),
                name="one_living_rating_per_objective_and_group",
            ),
            models.CheckConstraint(condition=Q(group=None) | Q(by="children"), name="only_children_rate_as_a_group"),
            models.CheckConstraint(
                condition=Q(by="children") ^ Q(rated_by__isnull=False), name="children_have_no_account"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_verdict_display())
