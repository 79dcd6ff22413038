"""What each sheet of an edition weighs: raked to what is known of all children, where enough sheets tell (section 9).

A class without a total (a gender no census knows, a place that is not known) keeps its share, and so does one of fewer than
thirty sheets that has no neighbour to join: nothing is guessed of whom too few speak for. Pure.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence

from marelle.consultations.questionnaires import BANDS, GENDERS
from marelle.consultations.weights import CLASS_FLOOR, Ints, Margin, Unrakable, calibrated, merged, thousandths

VARIABLES = ("region", "age", "gender")
COLUMNS = ["variable", "category", "total"]
NEIGHBOUR = "neighbour"  # a fourth column, if wanted: the class a small one joins
KNOWN = {"age": BANDS, "gender": GENDERS}

Rows = Sequence[Sequence[str]]  # variable, category, total, neighbour or ""


class NotMargins(ValueError):
    """A file of margins that cannot be read: `line` (0: the whole file), `why` a word of FAULTS."""

    def __init__(self, line: int, why: str):
        super().__init__(line, why)
        self.line, self.why = line, why


FAULTS = ("unreadable", "columns", "empty", "variable", "category", "total", "twice")


def read_margins(data: bytes) -> list[list[str]]:
    """The rows of a CSV file `variable,category,total[,neighbour]`, comma or semicolon. Raises NotMargins."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotMargins(0, "unreadable") from error
    mark = ";" if ";" in text.partition("\n")[0] else ","
    lines = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter=mark)]
    header, *rest = [line for line in lines if any(line)] or [[]]
    if header not in (COLUMNS, [*COLUMNS, NEIGHBOUR]):
        raise NotMargins(1, "columns")
    if not rest:
        raise NotMargins(0, "empty")
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(rest, start=2):
        if len(line) != len(header):
            raise NotMargins(number, "columns")
        _check(number, line, seen)
    return [[*line, ""][:4] for line in rest]


def _check(number: int, line: Sequence[str], seen: set[tuple[str, str]]) -> None:
    variable, category, total = line[:3]
    if variable not in VARIABLES:
        raise NotMargins(number, "variable")
    if not category or category not in KNOWN.get(variable, (category,)):
        raise NotMargins(number, "category")
    if not total.isdecimal() or int(total) == 0:
        raise NotMargins(number, "total")
    if (variable, category) in seen:
        raise NotMargins(number, "twice")
    seen.add((variable, category))


def weigh(rows: Rows, sheets: Mapping[str, Sequence[str]]) -> Ints:
    """What each sheet weighs, in thousandths. `sheets`: the category of each, by variable. Raises Unrakable."""
    margins, columns = [], []
    for variable in dict.fromkeys(row[0] for row in rows):
        margin, column = _settled(variable, [row for row in rows if row[0] == variable], sheets[variable])
        margins.append(margin)
        columns.append(column)
    return thousandths(calibrated(margins, columns))


def _settled(variable: str, rows: Rows, column: Sequence[str]) -> tuple[Margin, list[str]]:
    """A margin every sheet has a class of, adding to the sheets there are."""
    here = Counter(column)
    totals = {category: float(total) for _variable, category, total, _neighbour in rows}
    neighbours = {row[1]: row[3] for row in rows if row[3] in totals}
    known = {c: total for c, total in totals.items() if here[c] >= CLASS_FLOOR or c in neighbours}
    inside = [place for place, category in enumerate(column) if category in known]
    joined = Margin(variable, known, {c: n for c, n in neighbours.items() if n in known})
    told, settled = merged(joined, [column[place] for place in inside]) if inside else (joined, [])
    whole = list(column)
    for place, category in zip(inside, settled, strict=True):
        whole[place] = category
    scale = len(inside) / sum(told.totals.values()) if inside else 1.0
    final = {category: total * scale for category, total in told.totals.items()} if inside else {}
    left = {category: float(count) for category, count in Counter(whole).items() if category not in final}
    return Margin(variable, final | left), whole


__all__ = ["FAULTS", "VARIABLES", "NotMargins", "Unrakable", "read_margins", "weigh"]
