"""Versions of what is shown: a cached page carries the number it was made with."""

from django.db.models import F

from marelle.base.models import Stamp


def current(name: str = "public") -> int:
    """How many times `name` has changed."""
    return Stamp.objects.filter(name=name).values_list("value", flat=True).first() or 0


def bump(name: str = "public") -> None:
    """Say that what the public sees has changed. Called by operations, inside their transaction."""
    if not Stamp.objects.filter(name=name).update(value=F("value") + 1):
        Stamp.objects.get_or_create(name=name, defaults={"value": 1})
