"""What an organisation writes and hands in; what is thought of it: readings, scores, decision."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import BOARD_ROLES, PROGRAMME_TEAM, Role
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.framework.models import Criterion, Track
from marelle.mandates.models.calls import Call
from marelle.mandates.models.sessions import BoardSession
from marelle.mandates.models.ties import tied
from marelle.mandates.states import (
    BEGUN,
    STILL_READING,
    STILL_WRITING,
    ApplicationState,
    OpinionKind,
    Outcome,
    ReviewState,
)
from marelle.plans.models import Plan


class ApplicationQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations'. Of the calls of one's committees: the programme team, all ever handed in; a reader, those begun; the board, those with an opinion.

        In no role those of an organisation one has declared a conflict of interest with.
        """
        seen, judged = Q(organisation__in=person.organisation_ids), Q(pk__in=[])
        if team := person.committees_as(PROGRAMME_TEAM):
            judged |= Q(call__committee__in=team) & ~Q(submitted_at=None)  # in any state: some drafts are withdrawn
        if reads := person.committees_as({Role.REVIEWER}):
            begun = Review.rows.filter(reviewer=person, state__in=BEGUN)
            judged |= Q(call__committee__in=reads, pk__in=begun.values("application"))
        if board := person.committees_as(BOARD_ROLES):
            judged |= Q(call__committee__in=board) & ~Q(opinion="")
        if team or reads or board:
            seen |= judged & ~in_conflict(person)
        return self.filter(seen).scoped("visible_to")

    def waiting_for_readers(self) -> Self:
        """Admissible, not assigned, first come first."""
        return self.filter(state=ApplicationState.ADMISSIBLE).order_by("submitted_at", "pk")


class Application(Versioned):
    """What an organisation hands in to a call. The organisation owns it; people come and go.

    `fingerprint`: SHA-256 of the frozen PDF the receipt speaks of. `taken_over_at`: when it was brought in from elsewhere,
    its dossier never having been written here. `reopened_at`: when it was last sent back or put on probation.
    `complete_before`: the last day to complete it then. `late_until`: a later end given to it alone (excluded).
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="+")
    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="application")
    state = models.CharField(max_length=16, choices=ApplicationState, default=ApplicationState.INTENT)
    files = models.ManyToManyField(File, blank=True, related_name="applications")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    receipt = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returned_because = models.TextField(blank=True)
    complete_before = models.DateField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    late_until = models.DateTimeField(null=True, blank=True)
    opinion = models.CharField(max_length=24, choices=OpinionKind, blank=True)
    opinion_text = models.TextField(blank=True)
    vote_number = models.CharField(max_length=60, blank=True)
    voted_on = models.DateField(null=True, blank=True)
    taken_over_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "organisation"], name="one_application_per_call_and_organisation"),
            models.CheckConstraint(
                condition=Q(state__in=["intent", "draft", "withdrawn", "lapsed"])
                | ~Q(submitted_at=None)
                | ~Q(taken_over_at=None),
                name="application_past_draft_has_a_date",
            ),
        ]

    @property
    def is_being_written(self) -> bool:
        """Whether its organisation may still change it."""
        return self.state in STILL_WRITING


class Answer(Versioned):
    """One field of an application: `key` is "presentation.summary" or "recommendation.R1.policy" (`questions.py`).

    `taken_from`: the earlier application whose words these still are.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=80)
    value = models.TextField(blank=True)
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    taken_from = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="one_answer_per_application_and_key")
        ]


class HandIn(models.Model):
    """One handing-in of an application: what it held that day, and its receipt. Handed in again, there are two.

    `content`: answers by key, the plan, the files; `fingerprint`: SHA-256 of the receipt's PDF.
    `files`: those joined that day; the committee may still open one that was taken out since.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="hand_ins")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    receipt = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    files = models.ManyToManyField(File, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="one_hand_in_per_application_and_number")
        ]


class ReviewQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Of one's committees: one's own; the programme team all; board and commission those finished. Never the city's people.

        Who reads a dossier sees no other reading of it before having finished; then those that are finished too.
        """

        def held(roles: Collection[str]) -> Q:
            return Q(application__call__committee__in=person.committees_as(roles))

        mine = Review.rows.filter(reviewer=person)
        reads = Q(application__in=mine.filter(state__in=STILL_READING).values("application"))
        has_read = Q(application__in=mine.filter(state=ReviewState.FINISHED).values("application"))
        own = held({Role.REVIEWER}) & Q(reviewer=person)
        finished = Q(state=ReviewState.FINISHED) & (held(BOARD_ROLES) | held({Role.REVIEWER}) & has_read)
        seen = own | (held(PROGRAMME_TEAM) | finished) & ~reads
        city = Q(application__organisation__in=person.organisation_ids)
        return self.filter(seen & ~city & ~in_conflict(person, "application__")).scoped("visible_to")


class Review(Versioned):
    """One reader's reading of one application."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=14, choices=ReviewState, default=ReviewState.ASSIGNED)
    summary = models.TextField(blank=True)
    assigned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "reviewer"], name="one_review_per_application_and_reviewer")
        ]


def in_conflict(person: Person, path: str = "") -> Q:
    """Whether this person declared a conflict of interest with the application at `path`: a reading put aside, or a tie."""
    aside = Review.rows.filter(reviewer=person, state=ReviewState.STEPPED_ASIDE).values("application")
    return Q(**{f"{path}pk__in": aside}) | tied(person, f"{path}organisation")


class Score(Versioned):
    """A reader's points on one criterion, 0 to 4 (None: not scored yet), and the remark that goes with them."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="one_score_per_review_and_criterion"),
            models.CheckConstraint(condition=Q(points=None) | Q(points__lte=4), name="score_from_0_to_4"),
        ]


class Decision(models.Model):
    """What the board decided of an application, why, and on which conditions. Written only once confirmed by a second person.

    `session`: the one whose agenda it was on, if it was written out; `session_on`: its day in any case.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.TextField()
    conditions = models.TextField(blank=True)
    conditions_due_on = models.DateField(null=True, blank=True)
    session_on = models.DateField()
    session = models.ForeignKey(BoardSession, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(proposed_by=F("confirmed_by")), name="decision_taken_by_two_persons"),
            models.CheckConstraint(
                condition=~Q(outcome="probation") | (~Q(conditions="") & ~Q(conditions_due_on=None)),
                name="probation_has_conditions_and_a_date",
            ),
        ]
