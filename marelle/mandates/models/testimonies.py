"""What somebody says of the programme in a member city, with consent, for everyone to read."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import File, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.models import OwnedQuerySet, Rows, Versioned
from marelle.base.text import random_id
from marelle.mandates.models.contacts import COMMITTEE
from marelle.mandates.models.mandates import Mandate
from marelle.mandates.states import MEMBER_STATES, Speaker, TestimonyState


class TestimonyQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """One's own organisations'; the programme team's of the committee that signed."""
        own = Q(mandate__organisation__in=person.organisation_ids)
        theirs = Q(**{f"mandate__{COMMITTEE}": person.committees_as(PROGRAMME_TEAM)})
        return self.filter(own | theirs).scoped("visible_to")

    def public(self) -> Self:
        """Published, consented to, of members of today; the newest first."""
        shown = self.filter(state=TestimonyState.PUBLISHED, revoked_at=None, mandate__state__in=sorted(MEMBER_STATES))
        return shown.order_by("-published_at", "-pk").scoped("public")


class Testimony(Versioned):
    """A quote, who says it in which role, with their consent. It speaks of a mandate, hence here and not on the library's shelf.

    `quotes`: by language. Of an adult, a first name at most; of a child, neither name nor picture. Revoked: the words, the
    name and the picture are gone; that it was there stays.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="testimonies")
    state = models.CharField(max_length=10, choices=TestimonyState, default=TestimonyState.PROPOSED)
    quotes = models.JSONField(default=dict)
    speaker = models.CharField(max_length=5, choices=Speaker, default=Speaker.ADULT)
    role = models.CharField(max_length=120)
    first_name = models.CharField(max_length=30, blank=True)
    picture = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    picture_alt = models.CharField(max_length=200, blank=True)
    picture_rights = models.CharField(max_length=200, blank=True)
    consent_on = models.DateField()
    consent_how = models.CharField(max_length=300)
    revoked_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = TestimonyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(speaker="adult") | Q(first_name="", picture=None), name="child_has_no_name_and_no_picture"
            ),
            models.CheckConstraint(
                condition=Q(picture=None) | (~Q(picture_alt="") & ~Q(picture_rights="")),
                name="picture_has_words_and_rights",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(state="withdrawn", first_name="", picture=None),
                name="revoked_testimony_is_withdrawn_and_empty",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | (~Q(published_at=None) & ~Q(published_by=None)),
                name="published_testimony_says_when_and_by_whom",
            ),
        ]
