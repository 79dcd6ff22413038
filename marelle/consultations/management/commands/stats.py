"""What protects published counts, from the command line: `marelle stats ptable --D 8 --V 3 --js 2 --json`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marelle.consultations.ptable import Infeasible, Parameters, table

MOST = 60  # of D and js: beyond, nobody could use the table


class Command(BaseCommand):
    help = "Prints the perturbation table of given parameters."

    def add_arguments(self, parser: CommandParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        asked = does.add_parser(
            "ptable", help="the rows of a perturbation table; exit 1 and a sentence when there is none"
        )
        asked.add_argument("--D", type=int, required=True, help="how far a count may move", dest="largest")
        asked.add_argument("--V", type=float, required=True, help="variance of the noise", dest="variance")
        asked.add_argument("--js", type=int, default=0, help="no count from 1 to js is published", dest="none_up_to")
        asked.add_argument("--pstay", type=float, default=None, help="least share of counts that stay", dest="stays")
        asked.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, does: str, as_json: bool, **options: Any) -> None:
        parameters = Parameters(**{name: options[name] for name in ("largest", "variance", "none_up_to", "stays")})
        if not (0 < parameters.largest <= MOST and 0 <= parameters.none_up_to <= MOST and parameters.variance > 0):
            raise CommandError(f"D is from 1 to {MOST}, js from 0 to {MOST}, V above 0.")
        if parameters.stays is not None and not 0 <= parameters.stays < 1:
            raise CommandError("pstay is a share: 0 or more, below 1.")
        try:
            rows = table(parameters)
        except Infeasible as error:
            raise CommandError(str(error)) from error
        if as_json:
            self.stdout.write(
                json.dumps({"rows": {str(i): {str(j): p for j, p in row.items()} for i, row in rows.items()}})
            )
            return
        for count, row in rows.items():
            self.stdout.write(f"{count}: " + ", ".join(f"{target} {share:.6f}" for target, share in row.items()))
