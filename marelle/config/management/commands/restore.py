"""Puts back what `marelle backup` wrote."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from marelle.config.restore import restore_backup


class Command(BaseCommand):
    help = "Puts back what `marelle backup` wrote: everything is verified before anything is touched."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="put the data that are there aside")
        parser.add_argument("--key", default="", help="the private key, when the backup was encrypted")

    def handle(self, *, file: Path, replace: bool, key: str, **options: Any) -> None:
        manifest = restore_backup(file.absolute(), replace=replace, key=key)
        rows, members = sum(manifest["rows"].values()), sum(name.startswith("files/") for name in manifest["members"])
        self.stdout.write(f"{rows} rows and {members} files put back, as of {manifest['made_at']}.")
