"""The official geography from the command line: load it, check it, search it."""

import json
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marelle.base.errors import BadData
from marelle.territories import checks, operations, queries
from marelle.territories.states import TerritoryKind


class Command(BaseCommand):
    help = "Loads, checks and searches the official geography. Loading may be done twice: it writes what has changed."

    def add_arguments(self, parser: CommandParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        load = does.add_parser("load", help="load the packaged official code, or another country's table")
        load.add_argument("file", nargs="?", type=Path, help="a CSV file: " + ", ".join(operations.files.COLUMNS))
        load.add_argument("--source", default="", help="who publishes the populations of the file")
        does.add_parser("check", help="print each invariant; exit 1 when one is broken")
        search = does.add_parser("search", help="what the type-ahead answers, best first")
        search.add_argument("text")
        search.add_argument("--kind", action="append", choices=TerritoryKind.values)
        search.add_argument("--limit", type=int, default=10)
        search.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, does: str, **options: Any) -> None:
        getattr(self, f"run_{does}")(**options)

    def run_load(self, *, file: Path | None, source: str, **options: Any) -> None:
        started = monotonic()
        try:
            if file:
                loaded = operations.load_places(file, source=source, out=self.stderr)
            else:
                loaded = operations.load_official_code(out=self.stderr)
        except BadData as error:
            raise CommandError("\n".join([error.sentence, *error.faults])) from error
        self.stdout.write(
            f"{loaded.total} territories: {loaded.created} created, {loaded.updated} updated, {loaded.unchanged} "
            f"unchanged, {loaded.ended} ended; {loaded.former_codes} former codes. {monotonic() - started:.1f} s."
        )

    def run_check(self, **options: Any) -> None:
        rows = checks.check_territories()
        for row in rows:
            self.stdout.write(("holds   " if row.holds else "BROKEN  ") + row.sentence)
            for fault in row.faults:
                self.stdout.write(f"        {fault}")
        broken = sum(not row.holds for row in rows)
        if broken:
            raise CommandError(f"{broken} of {len(rows)} invariants are broken.")
        self.stdout.write(f"{len(rows)} invariants hold.")

    def run_search(self, *, text: str, kind: list[str] | None, limit: int, as_json: bool, **options: Any) -> None:
        found = queries.suggest(text, kinds=kind, limit=limit)
        if as_json:
            self.stdout.write(json.dumps([row.as_json() for row in found], ensure_ascii=False))
            return
        for row in found:
            self.stdout.write(f"{row.code:<9} {row.kind:<16} {row.name} {row.departement_name}".rstrip())
