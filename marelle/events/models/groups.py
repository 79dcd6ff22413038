"""Working groups: their members and what they write."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.events.states import (
    GroupRole,
)
from marelle.framework.models import Named


class GroupQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those one is a member of, and, for the programme team, those of its committee."""
        mine = GroupMember.objects.filter(person=person, left_at=None)
        team = Q(committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(Q(pk__in=mine.values("group")) | team).scoped("visible_to")


class Group(Versioned, Named):
    """A working group: its charter, by language; its members, its meetings, what it makes. Private to its members."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="groups")
    charter = models.JSONField(default=dict)
    agenda = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    files = models.ManyToManyField(File, blank=True, related_name="+")

    rows = Rows()
    objects = GroupQuerySet.as_manager()


class GroupMember(models.Model):
    """A person in a working group, for an organisation, from a day to another."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=GroupRole, default=GroupRole.MEMBER)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(left_at=None), name="one_living_place_per_group_and_person"
            )
        ]


class GroupInvitation(models.Model):
    """Somebody asked to join a working group: they read its charter, then accept or decline. Until then they read no more."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=GroupRole, default=GroupRole.MEMBER)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=Q(answered_at=None),
                name="one_waiting_invitation_per_group_and_person",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, accepted=None) | Q(answered_at__isnull=False, accepted__isnull=False),
                name="invitation_answered_has_an_answer",
            ),
        ]


class Minutes(Versioned):
    """What a meeting of a group said and decided, in one language."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="minutes")
    language = models.CharField(max_length=10)
    held_on = models.DateField()
    text = models.TextField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    rows = Rows()
    objects = models.Manager()
