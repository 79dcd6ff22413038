"""What the committee and a city said to one another, and what follows; the lists the team keeps; reminders."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.mandates.models.mandates import Mandate
from marelle.mandates.states import ContactKind, RemindingState, ViewPage

COMMITTEE = "agreement__application__call__committee__in"  # from a mandate


class ContactQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """The programme team of the committee that signed; never about an organisation one belongs to."""
        theirs = Q(**{f"mandate__{COMMITTEE}": person.committees_as(PROGRAMME_TEAM)})
        return self.filter(theirs & ~Q(mandate__organisation__in=person.organisation_ids)).scoped("visible_to")

    def told_to(self, person: Person) -> Self:
        """Of one's own organisations: what was shared, and the steps that are theirs. Never what the committee noted."""
        shared = Q(is_shared=True) | Q(next_is_city=True)
        return self.filter(shared, mandate__organisation__in=person.organisation_ids).defer("said").scoped("told_to")


class Contact(Versioned):
    """A visit, a call, a message or a meeting about a mandate. `said` is the committee's; `summary` the city's too if shared.

    The next step agreed: what, until which day, by a person of the committee (`next_by`) or by the city (`next_is_city`).
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=8, choices=ContactKind)
    on = models.DateField()
    with_whom = models.CharField(max_length=200, blank=True)
    said = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    next_step = models.CharField(max_length=300, blank=True)
    next_on = models.DateField(null=True, blank=True)
    next_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    next_is_city = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    rows = Rows()
    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_step="", next_on=None, next_by=None, next_is_city=False)
                | (~Q(next_step="") & ~Q(next_on=None) & (Q(next_by=None) ^ Q(next_is_city=False))),
                name="next_step_has_a_day_and_someone",
            ),
            models.CheckConstraint(condition=Q(is_shared=False) | ~Q(summary=""), name="shared_contact_has_a_summary"),
            models.CheckConstraint(condition=Q(done_at=None) | ~Q(next_step=""), name="only_a_next_step_is_done"),
        ]
        indexes = [
            models.Index(
                fields=["next_on"], condition=Q(done_at=None) & ~Q(next_step=""), name="steps_agreed_not_yet_done"
            )
        ]


class SavedViewQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own, and those the teams of one's committees share."""
        shared = Q(is_shared=True, committee__in=person.committees_as(PROGRAMME_TEAM))
        return self.filter(Q(owner=person) | shared).scoped("visible_to")


class SavedView(models.Model):
    """Filters of a list under a name: one's own, or shared with the team. `query`: as the address carries them."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=10, choices=ViewPage, default=ViewPage.STEERING)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=500, blank=True)
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    rows = Rows()
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "committee", "page", "name"], name="one_view_of_a_name_per_owner")
        ]

    def __str__(self) -> str:
        return self.name


class RemindingQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """The programme team's of one's committees."""
        return self.filter(committee__in=person.committees_as(PROGRAMME_TEAM)).scoped("visible_to")


class Reminding(Versioned):
    """One letter with blanks for several cities: written, read over city by city, confirmed, then sent once to each."""

    code = models.CharField(max_length=32, unique=True, default=random_id)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RemindingState, default=RemindingState.DRAFT)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = RemindingQuerySet.as_manager()


class Reminder(models.Model):
    """The letter of one city. `words`: as it was read over and confirmed; `people`: to how many it left; 0, nobody works there."""

    reminding = models.ForeignKey(Reminding, on_delete=models.CASCADE, related_name="reminders")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="reminders")
    words = models.TextField(blank=True)
    people = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reminding", "mandate"], name="one_reminder_per_reminding_and_mandate"),
            models.CheckConstraint(condition=Q(sent_at=None) | ~Q(words=""), name="reminder_sent_has_words"),
        ]
        indexes = [models.Index(fields=["mandate", "sent_at"], name="reminders_of_a_mandate")]
