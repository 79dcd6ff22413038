"""What children say: what they propose and what they are answered, the code by which a group rates, their own page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import Organisation, Person
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.plans import voices
from marelle.plans.models.plans import Plan
from marelle.plans.models.reports import Report
from marelle.plans.states import AnswerKind, GroupKind, ProposalSource, ProposalState, SentenceState


class ProposalQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those one's own organisations were given."""
        return self.filter(organisation__in=person.organisation_ids).scoped("visible_to")

    def public(self) -> Self:
        """Those somebody has read over for everyone; where they are shown also depends on the mandate."""
        hidden = [ProposalState.WITHDRAWN]
        return self.filter(shown_at__isnull=False).exclude(state__in=hidden).scoped("public")


class Proposal(Versioned):
    """What children propose to their town, in their words as an adult kept them: of a group, never of a child.

    `source`, `group_name`: which group it comes from. `received_on`: None when nobody knows the day any more.
    `shown_at`: when somebody read it over and let everyone read it.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proposals")
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals")
    words = models.CharField(max_length=600)
    source = models.CharField(max_length=12, choices=ProposalSource)
    group_name = models.CharField(max_length=120, blank=True)
    received_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)
    shown_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="proposal_has_words"),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_because=""), name="proposal_withdrawn_says_why"
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None, shown_by=None) | Q(shown_at__isnull=False, shown_by__isnull=False),
                name="proposal_shown_was_read_over_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="proposals_by_town_and_state")]

    def __str__(self) -> str:
        return self.words

    @property
    def due_on(self) -> date | None:
        """The last day to answer; None when nobody knows the day it came."""
        return voices.answer_due(self.received_on)


class Answer(models.Model):
    """What children are answered: yes, in part or no, why, and when it will be done. Corrected, it keeps what it said.

    `planned_for`: a day or a period, as `plans.periods` writes it; blank when it will not be done.
    `answered_on`: the day the children were told. `replaced_at`: when a correction took its place.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=8, choices=AnswerKind)
    why = models.CharField(max_length=600)
    planned_for = models.CharField(max_length=10, blank=True)
    answered_on = models.DateField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(replaced_at=None), name="one_living_answer_per_proposal"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="answer_says_why"),
            models.CheckConstraint(condition=Q(kind="no") | ~Q(planned_for=""), name="answer_of_yes_says_when"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class GroupCode(models.Model):
    """A group of children that rates a report together, by a code an adult holds: no account, no name, no count.

    A council and two classes are three groups: `number` tells those of a kind apart. `digest`: what is kept of the code, which stands nowhere. `answered_at`: when the group last answered.
    `sentence`: what the group adds; nobody else reads it before somebody has read it over (`sentence_state`).
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="group_codes")
    kind = models.CharField(max_length=8, choices=GroupKind)
    number = models.PositiveSmallIntegerField(default=1)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    sentence = models.CharField(max_length=200, blank=True)
    sentence_state = models.CharField(max_length=8, choices=SentenceState, default=SentenceState.NONE)
    sentence_read_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "number"], name="one_group_per_report_kind_and_number"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="group_code_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=~Q(sentence_state="shown") | Q(sentence_read_by__isnull=False),
                name="group_sentence_shown_was_read_over",
            ),
        ]

    def __str__(self) -> str:
        word = str(self.get_kind_display())
        return word if self.number == 1 else f"{word} ({self.number})"

    def is_living(self, at: datetime) -> bool:
        """Whether a group may still answer with it."""
        return self.revoked_at is None and at < self.expires_at


class ChildSentence(Versioned):
    """A sentence of the page for children that somebody of the town wrote again.

    `part`: which one, as `plans.child_page` names them. `instead_of`: the sentence the data gave that day, so that one
    is told when the data has changed since.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="child_sentences")
    part = models.CharField(max_length=60)
    words = models.CharField(max_length=300)
    instead_of = models.CharField(max_length=600)
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "part"], name="one_child_sentence_per_plan_and_part"),
            models.CheckConstraint(condition=~Q(words=""), name="child_sentence_has_words"),
        ]

    def __str__(self) -> str:
        return self.words
