"""What protects and weighs published figures, from the command line, for other programs to check.

`marelle stats ptable --D 8 --V 3 --js 2 --json`; `marelle stats rake DATA.csv MARGINS.csv --json`.
"""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marelle.consultations.ptable import Infeasible, Parameters, table
from marelle.consultations.weights import Margin, Unrakable, rake

MOST = 60  # of D and js: beyond, nobody could use the table
MARGIN_COLUMNS = ("variable", "category", "total")
WEIGHT = "weight"
Lines = list[dict[str, str]]


class Command(BaseCommand):
    help = "Prints a perturbation table, or raked weights."

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
        raked = does.add_parser(
            "rake", help="weights that meet known totals, before trimming; exit 1 and a sentence when there are none"
        )
        raked.add_argument("data", type=Path, help="CSV: one column a margin variable, and weight if there is one")
        raked.add_argument("margins", type=Path, help="CSV: variable,category,total")
        raked.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, does: str, as_json: bool, **options: Any) -> None:
        if does == "rake":
            self._rake(options["data"], options["margins"], as_json)
        else:
            self._ptable(as_json, options)

    def _rake(self, data: Path, totals: Path, as_json: bool) -> None:
        margins = margins_of(totals)
        rows = lines_of(data, [margin.variable for margin in margins])
        columns = [[row[margin.variable] for row in rows] for margin in margins]
        start = [number_of(data, n, row[WEIGHT]) for n, row in enumerate(rows, 2)] if WEIGHT in rows[0] else None
        try:
            weights = rake(margins, columns, start).tolist()
        except Unrakable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps({"weights": weights}) if as_json else "\n".join(f"{w:.6f}" for w in weights))

    def _ptable(self, as_json: bool, options: dict[str, Any]) -> None:
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


# Files ---------------------------------------------------------------------------------------------------------------
def margins_of(path: Path) -> list[Margin]:
    """What the variables add to, in the order of the file. Raises CommandError."""
    totals: dict[str, dict[str, float]] = {}
    for line, row in enumerate(lines_of(path, MARGIN_COLUMNS), 2):
        of_variable = totals.setdefault(row["variable"], {})
        if row["category"] in of_variable:
            raise CommandError(f"{path.name}, line {line}: {row['variable']} has “{row['category']}” twice.")
        of_variable[row["category"]] = number_of(path, line, row["total"])
    return [Margin(variable, of_variable) for variable, of_variable in totals.items()]


def lines_of(path: Path, columns: Sequence[str]) -> Lines:
    """The lines of a CSV file by column, at least one. Raises CommandError."""
    header, *lines = _read(path)
    missing = [column for column in columns if column not in header]
    if missing:
        raise CommandError(f"{path.name} has no column “{missing[0]}”; columns are separated by commas.")
    if len(set(header)) < len(header):
        raise CommandError(f"{path.name} has two columns of one name.")
    if not lines:
        raise CommandError(f"{path.name} has a header and no line.")
    for number, line in enumerate(lines, 2):
        if len(line) != len(header):
            raise CommandError(f"{path.name}, line {number}: values for {len(line)} of {len(header)} columns.")
    return [dict(zip(header, line, strict=True)) for line in lines]


def _read(path: Path) -> list[list[str]]:
    """Every line up to the last that is not empty: one in the middle would move the weights of those below."""
    try:
        lines = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True))
    except OSError:
        raise CommandError(f"{path.name} cannot be read: is it there?") from None
    except (UnicodeDecodeError, csv.Error):
        raise CommandError(f"{path.name} is no CSV in UTF-8.") from None
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise CommandError(f"{path.name} is empty.")
    return lines


def number_of(path: Path, line: int, written: str) -> float:
    """A number with a decimal point. Raises CommandError."""
    try:
        return float(written)
    except ValueError:
        raise CommandError(f"{path.name}, line {line}: “{written}” is no number.") from None
