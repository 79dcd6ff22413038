"""Those who come to a meeting, without an account, and what they ask for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from marelle.accounts.models import Organisation, Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.events.models.meetings import Event, Occurrence, ProgrammeItem
from marelle.events.states import (
    RegistrationState,
    Reply,
)


class Participant(models.Model):
    """Somebody who comes, without an account: `key` is the secret of their link, sent to their address alone.

    `erased_at`: name and address gone, so that counts stay true.
    """

    key = models.CharField(max_length=32, unique=True, default=random_id)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    function = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="fr")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=Q(erased_at=None), name="one_living_participant_per_address"
            )
        ]


class Delegation(models.Model):
    """Those one organisation sends to a gathering, registered together by one of its officers."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="delegations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "organisation"], name="one_delegation_per_event_and_organisation")
        ]


class Registration(models.Model):
    """A place asked by a participant: in an occurrence (`item` None), or in one of the items they choose.

    `code`: what the badge's square says. The waiting list is in order of `waits_since`; a place offered from it is kept
    until `offered_until`.
    `recording_consent` None: not asked, or not answered; asked apart from the rest.
    `reminded_days`: how many days before the last reminder was sent; None, none was.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="registrations")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="registrations")
    item = models.ForeignKey(
        ProgrammeItem, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations"
    )
    delegation = models.ForeignKey(
        Delegation, on_delete=models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    state = models.CharField(max_length=10, choices=RegistrationState, default=RegistrationState.ASKED)
    asked_at = models.DateTimeField()
    waits_since = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    recording_consent = models.BooleanField(null=True, blank=True)
    present_at = models.DateTimeField(null=True, blank=True)
    reminded_days = models.PositiveSmallIntegerField(null=True, blank=True)
    feedback_asked_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "occurrence"],
                condition=Q(item=None) & ~Q(state="cancelled"),
                name="one_living_registration_per_participant_and_occurrence",
            ),
            models.UniqueConstraint(
                fields=["participant", "item"],
                condition=~Q(item=None) & ~Q(state="cancelled"),
                name="one_living_choice_per_participant_and_item",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | ~Q(offered_until=None), name="offered_place_has_an_end"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "offered"]) | ~Q(waits_since=None), name="waiting_has_a_beginning"
            ),
            models.CheckConstraint(condition=~Q(state="present") | ~Q(present_at=None), name="presence_has_a_time"),
        ]
        indexes = [models.Index(fields=["occurrence", "item", "state"], name="places_by_state")]


class Comfort(models.Model):
    """What somebody needs to eat and to take part; erased 15 days after the meeting (trust T6)."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="comfort")
    dietary = models.CharField(max_length=300, blank=True)
    access = models.CharField(max_length=300, blank=True)


class Invitation(models.Model):
    """An organisation invited to a gathering, and what it answered."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reply = models.CharField(max_length=10, choices=Reply, default=Reply.SILENT)
    sent_at = models.DateTimeField()
    chased_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "organisation"], name="one_invitation_per_event_and_organisation"),
            models.CheckConstraint(condition=Q(reply="silent") | ~Q(replied_at=None), name="reply_has_a_date"),
        ]


class Feedback(models.Model):
    """Five answers after a meeting, once a registration: `answers` by question, 1 to 5; `words` free."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="feedback")
    answers = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    given_at = models.DateTimeField()
