"""Meetings of the network: webinars held twice in two languages, the two-day gathering, groups between them.

Words shown to the public are JSON objects by language, as in `framework.models`. What is asked of a person who comes
stands in `Participant`, without an account: a secret link is theirs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.events.states import (
    ANNOUNCED,
    Access,
    Confidentiality,
    EventKind,
    EventRole,
    EventState,
    ExchangeState,
    GroupRole,
    HostRole,
    ItemKind,
    Level,
    NeedState,
    QuestionState,
    RegistrationState,
    Reply,
    Urgency,
)
from marelle.framework.models import Domain, Named
from marelle.library.models import Practice, Service


# -------------------------------------------------------------------------------------------------------------- groups
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


# ------------------------------------------------------------------------------------------------------------ meetings
class Series(Named):
    """Webinars that belong together, and the project that carries them."""

    code = models.SlugField(max_length=40, unique=True)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    project = models.JSONField(default=dict)


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
        """Where it is read about, in French, without the site's name."""
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


class Occurrence(models.Model):
    """A meeting as it is held, once in each language: its time, its room, its places.

    `capacity` None: no limit. `sequence` goes up at each change, for the calendars that hold it.
    `replay`: where to see it again; `transcript`: its words, for search and for those who do not hear.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="occurrences")
    language = models.CharField(max_length=10)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
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
        return self.starts_at and self.starts_at + timedelta(minutes=self.minutes)


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


# ------------------------------------------------------------------------------------------------------------ who comes
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


# --------------------------------------------------------------------------------------------------------- what is said
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


# ---------------------------------------------------------------------------------------------------------------- needs
class NeedQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those of the cities of one's network: needs are shared to be ranked; the programme team's own, all."""
        return self.filter(
            Q(organisation__in=person.organisation_ids) | Q(committee__in=person.committees_as(PROGRAMME_TEAM))
        ).scoped("visible_to")


class Need(Versioned):
    """What a city lacks to serve its children. `childrens_words`: what they said, nobody named."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="needs")
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=NeedState, default=NeedState.STATED)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, default="fr")
    name = models.CharField(max_length=200)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.THIS_YEAR)
    what_was_tried = models.TextField(blank=True)
    childrens_words = models.TextField(blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    rows = Rows()
    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(urgency__in=[1, 2, 3]), name="need_urgency_is_known")]

    def __str__(self) -> str:
        return self.name


class Ranking(Named):
    """A round in which cities put needs in order, before a theme is set. Each city has `points` to give."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(default=5)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="ranking_ends_after")]


class Ranked(models.Model):
    """The points one city gave to one need in one round."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="given")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="ranked")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ranking", "need", "organisation"], name="points_once_per_need_and_city")
        ]


class ExchangeQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those one's organisations asked for or were asked; the programme team's own."""
        ids = person.organisation_ids
        team = Q(need__committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(Q(asked_by__in=ids) | Q(asked_of__in=ids) | team).scoped("visible_to")


class Exchange(models.Model):
    """One city asks another to talk, about a need and perhaps a practice; what came of it is asked after three months."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="exchanges")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ExchangeState, default=ExchangeState.ASKED)
    message = models.TextField(blank=True)
    reasons = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = ExchangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "asked_of"], condition=~Q(state="declined"), name="one_exchange_per_need_and_city"
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("asked_of")), name="exchange_is_with_another"),
        ]
