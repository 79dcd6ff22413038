"""`marelle library load FILE`: load the list of services; nothing is written without `--write`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marelle.base.errors import MarelleError
from marelle.library.operations import services


class Command(BaseCommand):
    help = "Load the services practices and resources speak of, from a YAML file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["load"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--write", action="store_true", help="load it; without, only check it")

    def handle(self, *args: Any, file: Path, write: bool, **options: Any) -> None:
        try:
            rows = services.read_services(file)
            if write:
                services.load_services(rows)
        except MarelleError as error:
            raise CommandError("\n".join([error.sentence, *getattr(error, "faults", [])])) from error
        verb = "loaded" if write else "would be loaded (nothing written)"
        self.stdout.write(f"{len(rows)} services {verb}.")
