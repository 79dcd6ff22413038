"""What is said around a meeting: suggestions, questions, declarations signed together."""

from __future__ import annotations

from django.db import models

from marelle.accounts.models import Organisation, Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.events.models.meetings import Event
from marelle.events.models.participants import Participant
from marelle.events.states import (
    QuestionState,
)
from marelle.framework.models import Named


class Suggestion(models.Model):
    """What somebody would like a meeting to speak of, said beforehand."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="suggestions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10)
    text = models.CharField(max_length=600)
    made_at = models.DateTimeField()


class Question(models.Model):
    """A question on the live board, the same for every occurrence. `translation`: by language, the moderator's."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    participant = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10)
    text = models.CharField(max_length=600)
    translation = models.JSONField(default=dict, blank=True)
    answer = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.PROPOSED)
    votes = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()


class Vote(models.Model):
    """One voice for a question, once a participant."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "participant"], name="one_vote_per_question")]


class Declaration(Named):
    """A text organisations sign together, through their signatory. `text`: by language; frozen once opened."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="declarations")
    text = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()


class DeclarationSignature(models.Model):
    """One organisation's signature: who signed, and the fingerprint of what they had read."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["declaration", "organisation"], name="one_signature_per_organisation")
        ]
