"""Brings both databases to this version: the house's, then the one that holds children's answers."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate

from marelle.consultations import spool


class Command(migrate.Command):
    help = "Brings both databases to this version."

    def handle(self, *arguments: Any, **options: Any) -> None:
        super().handle(*arguments, **options)
        if not (options["app_label"] or options["plan"] or options["check_unapplied"]):
            create_answers()


def create_answers() -> None:
    """Make the answers' own database, where it is missing. Raises CommandError."""
    try:
        spool.store(settings.ANSWERS_URL).create()
    except spool.NotKept as error:
        raise CommandError(f"The database of answers could not be made: {error}") from None
