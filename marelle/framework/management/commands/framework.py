"""`marelle framework load FILE`: load a framework version; nothing is written without `--write`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marelle.base.errors import MarelleError
from marelle.framework import operations
from marelle.framework.checks import faults_of


class Command(BaseCommand):
    help = "Load programmes, tracks and one version of the framework from a YAML file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["load"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--write", action="store_true", help="load it; without, only check it")

    def handle(self, *args: Any, file: Path, write: bool, **options: Any) -> None:
        try:
            data = operations.read_framework(file)
            faults = faults_of(data)
            if write and not faults:
                operations.load_framework(data)
        except MarelleError as error:
            raise CommandError("\n".join([error.sentence, *getattr(error, "faults", [])])) from error
        if faults:
            raise CommandError("\n".join(faults))
        head, domains = data["framework"], len(data["domains"])
        verb = "loaded" if write else "would be loaded (nothing written)"
        self.stdout.write(f"{head['code']} {head['version']}: {domains} domains {verb}.")
