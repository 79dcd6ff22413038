"""Writes everything into one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from marelle.config.backup import write_backup


class Command(BaseCommand):
    help = "Writes the database, the files and the settings without secrets into one file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        manifest = write_backup(file.absolute())
        size = file.stat().st_size / 2**20
        rows, members = sum(manifest["rows"].values()), sum(name.startswith("files/") for name in manifest["members"])
        self.stdout.write(f"{rows} rows and {members} files written to {file} ({size:.1f} MB).")
