"""What is told of an action as it goes: a few words, a day, a photo with its rights."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.plans.models.plans import Action
from marelle.plans.states import PhotoUse


class Note(models.Model):
    """A note of an action, for the town's own people until it is shown to everyone. Corrected, it keeps what it was.

    `thread`: the code of its first version, shared by all. `photo_alt`: what it shows, for who does not see it;
    `photo_credit`: who took it; `photo_use`: what the persons shown agreed to, blank when it shows nobody;
    `consent`: how and when they agreed, without a name; `consent_withdrawn_on`: the day one of them went back on it, and
    the photo went. `shown_at`: when it was made public. `replaced_at`: when a correction took its place.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    thread = models.CharField(max_length=32, db_index=True)
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="notes")
    words = models.CharField(max_length=1000)
    day = models.DateField()
    photo = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    photo_alt = models.CharField(max_length=300, blank=True)
    photo_credit = models.CharField(max_length=120, blank=True)
    photo_use = models.CharField(max_length=8, choices=PhotoUse, blank=True)
    consent = models.CharField(max_length=300, blank=True)
    consent_withdrawn_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(replaced_at=None), name="one_living_version_per_note"
            ),
            models.CheckConstraint(
                condition=Q(photo=None) | (~Q(photo_alt="") & ~Q(photo_credit="")),
                name="photo_of_a_note_says_what_and_whose",
            ),
            models.CheckConstraint(
                condition=Q(photo_use="") | ~Q(consent=""), name="photo_of_persons_says_how_they_agreed"
            ),
            models.CheckConstraint(
                condition=Q(photo=None) | Q(shown_at=None) | Q(photo_use="") | Q(photo_use="public"),
                name="photo_of_persons_is_shown_as_they_agreed",
            ),
            models.CheckConstraint(
                condition=Q(consent_withdrawn_on=None) | Q(photo=None), name="photo_goes_with_its_consent"
            ),
        ]

    def __str__(self) -> str:
        return self.words
