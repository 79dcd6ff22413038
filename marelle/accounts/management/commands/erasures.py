"""Erases again whoever the list of erasures names: after a backup was put back (trust T8)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marelle.accounts import erasing, erasures


class Command(BaseCommand):
    help = "Erases again whoever was erased since a backup: `marelle restore` does it by itself."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="a list kept elsewhere; else the one of this house")
        parser.add_argument("--write", action="store_true", help="without it, nothing is written")

    def handle(self, *, file: Path | None, write: bool, **options: Any) -> None:
        back = [code for code in erasures.listed(file or settings.DATA / erasures.FILE) if erasing.came_back(code)]
        if write:
            for code in back:
                erasing.erase_again(code)
            erasures.write_down()
        self.stdout.write(
            f"{len(back)} people {'erased again' if write else 'would be erased again (nothing written)'}."
        )
