"""Meetings: what they are about, when they are held, what they are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.events.models.groups import Group, GroupMember
from marelle.events.states import (
    ANNOUNCED,
    Access,
    Confidentiality,
    EventKind,
    EventRole,
    EventState,
    HostRole,
    ItemKind,
    Level,
)
from marelle.framework.models import Domain, Named
from marelle.library.models import Service


class Series(Named):
    """Webinars that belong together, and the project that carries them. By language: `project` its name, `summary`."""

    code = models.SlugField(max_length=40, unique=True)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    project = models.JSONField(default=dict, blank=True)
    summary = models.JSONField(default=dict, blank=True)

    objects = models.Manager()
    rows = Rows()


class EventQuerySet(OwnedQuerySet):
    def public(self) -> Self:
        """What anyone may read about: announced, and not only for a group or for guests."""
        return self.filter(state__in=ANNOUNCED, group=None).exclude(access=Access.INVITATION).scoped("public")

    def visible_to(self, person: Person) -> Self:
        """What anyone may read about; what one organises, moderates or is invited to; one's groups'; the team's own."""
        public = Q(state__in=ANNOUNCED, group=None) & ~Q(access=Access.INVITATION)
        ids = person.organisation_ids
        invited = Q(state__in=ANNOUNCED, invitations__organisation__in=ids)
        hosted = Q(hosts__organisation__in=ids) | Q(roles__person=person)
        groups = GroupMember.objects.filter(person=person, left_at=None)
        grouped = Q(state__in=ANNOUNCED, group__in=groups.values("group"))
        team = Q(committee__in=person.committees_as(PROGRAMME_TEAM))
        seen = self.model._default_manager.filter(public | invited | hosted | grouped | team)
        return self.filter(pk__in=seen.values("pk")).scoped("visible_to")


class Event(Versioned, Named):
    """A meeting and its concept note. A webinar has an occurrence a language; a gathering has one, of two days or so.

    By language: `name`, `context`, `objectives`, `format`, `audience`, `lessons` (what is kept of it, once held).
    `year` names a gathering in its address. `registration_closes_at` is judged by the house's clock.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    kind = models.CharField(max_length=14, choices=EventKind)
    state = models.CharField(max_length=12, choices=EventState, default=EventState.DRAFT)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="events")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    context = models.JSONField(default=dict, blank=True)
    objectives = models.JSONField(default=dict, blank=True)
    format = models.JSONField(default=dict, blank=True)
    audience = models.JSONField(default=dict, blank=True)
    services = models.ManyToManyField(Service, blank=True, related_name="events")
    domains = models.ManyToManyField(Domain, blank=True, related_name="+")
    access = models.CharField(max_length=12, choices=Access, default=Access.PUBLIC)
    confidentiality = models.CharField(max_length=14, choices=Confidentiality, default=Confidentiality.PUBLIC)
    zone = models.CharField(max_length=40, default="Europe/Paris")
    place = models.CharField(max_length=200, blank=True)
    registration_opens_at = models.DateTimeField(null=True, blank=True)
    registration_closes_at = models.DateTimeField(null=True, blank=True)
    suggestions_until = models.DateTimeField(null=True, blank=True)
    asks_recording_consent = models.BooleanField(default=False)
    lessons = models.JSONField(default=dict, blank=True)
    lessons_published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    cancelled_because = models.CharField(max_length=300, blank=True)
    files = models.ManyToManyField(File, blank=True, related_name="+")

    rows = Rows()
    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "year"], condition=Q(kind="gathering"), name="one_gathering_a_year_and_committee"
            ),
            models.CheckConstraint(condition=~Q(kind="gathering") | ~Q(year=None), name="gathering_has_a_year"),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="registration_closes_after_it_opens",
            ),
        ]

    @property
    def address(self) -> str:
        """Where it is read about, in French, without the site's name. A group's: in the office (`groups.read_at`)."""
        if self.group is not None:
            return f"/bureau/rencontres/groupes/{self.group.code}"
        if self.kind == EventKind.GATHERING:
            return f"/rencontre/{self.year}"
        return f"/webinaires/{self.code}"


class Host(models.Model):
    """An organisation that carries a meeting with others, from any country."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="hosts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=14, choices=HostRole, default=HostRole.CO_ORGANISER)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "organisation"], name="a_host_once_a_meeting")]


class Room(models.Model):
    """A room of a gathering, found by its name in the items held there. `capacity`: how many people it holds."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=80)
    capacity = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="one_room_per_event_and_name")]


class Occurrence(models.Model):
    """A meeting as it is held, once in each language: its time, its room, its places.

    `capacity` None: no limit. `sequence` goes up at each change, for the calendars that hold it. `zone` blank: the
    meeting's.
    `replay`: where to see it again; `transcript`: its words, for search and for those who do not hear.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="occurrences")
    language = models.CharField(max_length=10)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=40, blank=True)
    room = models.URLField(max_length=500, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    replay = models.URLField(max_length=500, blank=True)
    transcript = models.TextField(blank=True)

    objects = models.Manager()
    rows = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="occurrence_ends_after_it_starts"),
            models.UniqueConstraint(fields=["event", "language"], name="one_occurrence_per_event_and_language"),
        ]

    @property
    def lasts(self) -> int:
        """Its length in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def local_zone(self) -> str:
        """Where its hours are said."""
        return self.zone or self.event.zone


class EventPerson(models.Model):
    """Who does what in a meeting, in one of its occurrences or in all (None). `person` None: named, without an account."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="roles")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    item = models.ForeignKey("ProgrammeItem", on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    role = models.CharField(max_length=12, choices=EventRole)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)


class ProgrammeItem(Versioned, Named):
    """A part of a meeting: a workshop of the gathering, the peer-learning half hour of a webinar.

    A gathering's items have their own `starts_at`; a webinar's are `minutes` long, one after the other by `position`,
    the same in each of its occurrences. `capacity` None: no limit. `is_choice`: participants choose it.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=14, choices=ItemKind)
    description = models.JSONField(default=dict, blank=True)
    theme = models.JSONField(default=dict, blank=True)
    level = models.CharField(max_length=12, choices=Level, default=Level.ANY)
    language = models.CharField(max_length=10, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    room = models.CharField(max_length=80, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    is_choice = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    outcome = models.JSONField(default=dict, blank=True)
    files = models.ManyToManyField(File, blank=True, related_name="+")

    objects = models.Manager()
    rows = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="item_lasts_a_minute_or_more"),
            models.CheckConstraint(condition=Q(is_choice=False) | ~Q(starts_at=None), name="item_chosen_has_a_time"),
        ]

    @property
    def ends_at(self) -> datetime | None:
        """Its end; None when it has no time of its own."""
        return self.starts_at and self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)


class RunSheetLine(models.Model):
    """A line of the moderator's run sheet: from `minute` of the meeting, who does what. By language: `what`, `note`."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="run_sheet")
    minute = models.PositiveSmallIntegerField()
    what = models.JSONField(default=dict)
    who = models.CharField(max_length=200, blank=True)
    note = models.JSONField(default=dict, blank=True)
    item = models.ForeignKey(ProgrammeItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "minute"], name="one_line_a_minute_of_run_sheet")]
