"""What readers and the programme team note beside a field of a dossier, and answer one another. Never the city's to read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Q

from marelle.accounts.models import Person
from marelle.accounts.states import BOARD_ROLES, PROGRAMME_TEAM, Role
from marelle.base.models import OwnedQuerySet, Rows
from marelle.base.text import random_id
from marelle.mandates.models.applications import Application, HandIn, Review
from marelle.mandates.states import STILL_READING, ReviewState


class RemarkQuerySet(OwnedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Of the dossiers one may open: one's own and the team's; readers' once they have finished, and oneself too.

        The programme team reads those of readings under way as well, unless it reads that very dossier.
        """
        dossiers = Application.objects.visible_to(person)
        city = Q(application__organisation__in=person.organisation_ids)
        seen = _seen(person, "") & (Q(parent=None) | _seen(person, "parent__"))
        return self.filter(seen & ~city, application__in=dossiers.values("pk")).scoped("visible_to")


def _seen(person: Person, path: str) -> Q:
    """Whether what stands at `path` ("" or "parent__") is open to this person, whose dossier it may open."""

    def held(roles: Collection[str]) -> Q:
        return Q(**{f"{path}application__call__committee__in": person.committees_as(roles)})

    own = Q(**{f"{path}author": person})
    of_the_team = Q(**{f"{path}review": None})
    finished = Q(**{f"{path}review__state": ReviewState.FINISHED})
    mine = Review.rows.filter(reviewer=person)
    reads = Q(**{f"{path}application__in": mine.filter(state__in=STILL_READING).values("application")})
    judges = held(PROGRAMME_TEAM) | finished & held({*BOARD_ROLES, Role.REVIEWER})
    return own | of_the_team | judges & ~reads


class Remark(models.Model):
    """A note beside one field of what was handed in; an answer has a `parent`, and stands where it stands.

    `field`: "presentation.summary", "plan.vision", "action.<code>.budget_eur" (`queries.written`). `part`: how the action,
    the question… was called in that handing-in. `review`: the author's own reading; None: the programme team's.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="remarks")
    hand_in = models.ForeignKey(HandIn, on_delete=models.PROTECT, related_name="remarks")
    field = models.CharField(max_length=120)
    part = models.CharField(max_length=300)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, null=True, blank=True, related_name="remarks")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    rows = Rows()
    objects = RemarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(parent=None), name="only_what_begins_a_thread_is_resolved"
            ),
        ]
        indexes = [models.Index(fields=["application", "made_at"], name="remarks_of_a_dossier")]
