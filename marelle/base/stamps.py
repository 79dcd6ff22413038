"""Versions of what is shown: a cached page carries the number it was made with."""

from django.db import connection
from django.db.models import F

from marelle.base.models import Stamp


def current(name: str = "public") -> int:
    """How many times `name` has changed. Asked at every public page, hence in plain SQL: a tenth of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM base_stamp WHERE name = %s", [name])
        found = cursor.fetchone()
    return found[0] if found else 0


def bump(name: str = "public") -> None:
    """Say that what the public sees has changed. Called by operations, inside their transaction."""
    if not Stamp.objects.filter(name=name).update(value=F("value") + 1):
        Stamp.objects.get_or_create(name=name, defaults={"value": 1})
