"""Who relays a consultation, where, and the groups that answer."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.consultations.models.editions import Consultation
from marelle.consultations.states import TAKES_ANSWERS, BookletState, PartnerState, SiteKind, SittingState
from marelle.territories.models import Territory

MOST_COPIES = 60  # booklets asked for at once: the largest group


class PartnerQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations'; the programme team's consultations'."""
        team = Q(consultation__committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(Q(organisation__in=person.organisation_ids) | team).scoped("visible_to")


class Partner(Versioned):
    """Who relays a consultation: a city, a school, a centre. `organisation` is None for one that has no space here.

    `link`: drawn anew to end the signed link by which its teachers open sittings (`passes.py`).
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="relays"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=SiteKind, default=SiteKind.OTHER)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    contact_name = models.CharField(max_length=120)
    contact_email = models.EmailField()
    language = models.CharField(max_length=10, default="fr")
    state = models.CharField(max_length=10, choices=PartnerState, default=PartnerState.REGISTERED)
    link = models.CharField(max_length=32, default=random_id)
    registered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = PartnerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "organisation"],
                condition=Q(organisation__isnull=False),
                name="one_partner_per_consultation_and_organisation",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "declined"]) | Q(confirmed_at__isnull=False),
                name="partner_confirmed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place of a partner where children answer: a school, a centre."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=SiteKind)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "name"], name="one_site_per_partner_and_name")]

    def __str__(self) -> str:
        return self.name


class SittingQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations'; the programme team's consultations'."""
        team = Q(consultation__committee__in=person.committees_as(PROGRAMME_TEAM))
        own = Q(site__partner__organisation__in=person.organisation_ids)
        return self.filter(own | team).scoped("visible_to")


class Sitting(models.Model):
    """One group answering at one place. `code`: its reference here; what children type is `code_digest`'s.

    `code_digest`: HMAC-SHA256 of the eight characters (`codes.py`). `code_sealed`: them, encrypted, until it closes.
    `projector_digest`: of the key of the page shown to the group. `head_count`: children expected, as declared.
    `double_percent`: booklets typed in a second time by another person, out of a hundred, drawn by chance.
    `site` is None for answers from home. `bands`, `languages`: what is expected. `opened_by` is None by a partner's link.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="sittings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="sittings")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=SittingState, default=SittingState.PLANNED)
    code_digest = models.BinaryField(max_length=32, unique=True, null=True, blank=True)
    code_sealed = models.TextField(blank=True)
    projector_digest = models.BinaryField(max_length=32, unique=True, null=True, blank=True)
    bands = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    head_count = models.PositiveSmallIntegerField(null=True, blank=True)
    double_percent = models.PositiveSmallIntegerField(default=100)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()

    rows = Rows()
    objects = SittingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="sitting_ends_after"),
            models.CheckConstraint(
                condition=Q(head_count=None) | Q(head_count__range=(1, 60)), name="sitting_head_count_is_1_to_60"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(code_sealed=""), name="sitting_closed_has_forgotten_its_code"
            ),
            models.CheckConstraint(
                condition=Q(double_percent__range=(10, 100)), name="sitting_types_a_tenth_twice_at_least"
            ),
        ]

    def takes_answers(self, at: datetime) -> bool:
        """Whether a part sent at that time is taken."""
        return self.state in TAKES_ANSWERS and self.opens_at <= at < self.closes_at


class SittingCount(models.Model):
    """How many of one part a sitting received: written apart from the answers, at a moment of chance."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="counts")
    part = models.CharField(max_length=32)
    received = models.PositiveIntegerField(default=0)

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "part"], name="one_count_per_sitting_and_part")]


class IntakeHour(models.Model):
    """How many answers of one status the intake of the whole house gave within one hour, and how long they took.

    `within_ms`: an upper end in milliseconds (`hours.STEPS_MS`), 0 for longer. Of no edition, no group, no minute.
    """

    hour = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    within_ms = models.PositiveSmallIntegerField()
    answers = models.PositiveIntegerField(default=0)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "status", "within_ms"], name="one_line_per_hour_status_and_duration"
            )
        ]


class Booklet(models.Model):
    """A paper booklet being typed in: what was typed is sealed, and goes once it is settled (at most 30 days).

    `is_sampled`: drawn to be typed twice. `differing`: each [name of a question, whose keys were wrong]; no answer.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="booklets")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=BookletState, default=BookletState.KEYED_ONCE)
    is_sampled = models.BooleanField(default=False)
    first = models.TextField(blank=True)
    second = models.TextField(blank=True)
    first_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    compared = models.PositiveIntegerField(default=0)
    differing = models.JSONField(default=list)  # for the rate of error, by question and by clerk
    added_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="one_booklet_per_sitting_and_number"),
            models.CheckConstraint(condition=Q(number__range=(100000, 999999)), name="booklet_number_has_six_digits"),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="booklet_second_typist_is_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(first="", second=""), name="booklet_settled_has_forgotten_its_answers"
            ),
        ]


class PrintRun(models.Model):
    """Booklets asked for by one group. `file`: once drawn, a PDF or an archive of them. `refused`: why they cannot be."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="print_runs")
    band = models.CharField(max_length=10)
    language = models.CharField(max_length=40)
    form = models.CharField(max_length=10)
    copies = models.PositiveSmallIntegerField()
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refused = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(copies__range=(1, MOST_COPIES)), name="print_run_has_1_to_60_copies"),
            models.CheckConstraint(condition=Q(file=None) | Q(refused=""), name="print_run_is_drawn_or_refused"),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be drawn."""
        return self.file_id is None and not self.refused

    @property
    def title(self) -> str:
        """What its files are called: livrets-9_11-fr."""
        return f"livrets-{self.band}-{self.language}"
