"""What a city already had, brought line by line into the plan it writes."""

from __future__ import annotations

from django.db import models

from marelle.accounts.models import Person
from marelle.base.models import Rows, Versioned
from marelle.base.text import random_id
from marelle.plans.models.plans import Plan


class BroughtText(Versioned):
    """A file or a text that was read: its lines wait to be confirmed, the file itself is not kept.

    `lines`: [words, place, domain], the last the code of the domain named by the heading above, blank when none is.
    `choices`: by number of line, what it becomes: "objective:<domain>", "action", "action:<objective>", "skip".
    `names`: by number of line, a shorter name, where the line is too long for one. `written`: the code of what it became.
    """

    code = models.CharField(max_length=32, unique=True, default=random_id)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="brought")
    label = models.CharField(max_length=200, blank=True)
    lines = models.JSONField()
    choices = models.JSONField(default=dict, blank=True)
    names = models.JSONField(default=dict, blank=True)
    written = models.JSONField(default=dict, blank=True)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    rows = Rows()
    objects = models.Manager()

    def __str__(self) -> str:
        return self.label
