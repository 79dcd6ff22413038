"""Who follows a town by mail: an address that its owner confirmed, and nothing else."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from marelle.accounts.models import Organisation
from marelle.base.models import Rows
from marelle.base.text import random_id


class Follower(models.Model):
    """Somebody who gets a mail a month about one town. The row goes when they stop.

    `key`: the secret of their link. `told_until`: what changed before it has been told, or was nothing.
    """

    key = models.CharField(max_length=32, unique=True, default=random_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="followers")
    email = models.EmailField()
    language = models.CharField(max_length=10, default="fr")
    confirmed_at = models.DateTimeField()
    told_until = models.DateTimeField(db_index=True)

    rows = Rows()
    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("email"), name="one_follower_per_address_and_town"),
        ]
