"""What the committee answers publicly about a call."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from marelle.accounts.models import File, Person
from marelle.base.models import Rows
from marelle.base.text import random_id
from marelle.mandates.models.calls import Call


class CallAnswer(models.Model):
    """A question asked about a call and its answer, for everybody: in the committee's words, naming nobody.

    `question`, `answer`: texts by language. `replaces`: the answer it was written instead of. `retired_at`: since when the
    public no longer reads it.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="answers")
    question = models.JSONField()
    answer = models.JSONField()
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(retired_at__gte=F("published_at")),
                name="call_answer_retired_after_it_is_published",
            )
        ]
