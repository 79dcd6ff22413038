"""The lines of the published tables and the meaning of their columns, said once for every file and every page.

A coded or withheld value is never a number: its cell is empty, `status` says why.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marelle.consultations import catalogue
from marelle.consultations.drawing import Column, Row

CODED_LOW, CODED_HIGH = "coded_low", "coded_high"  # of a share that is not told as a number
YES, NO = "yes", "no"
Value = str | int | float | None


@dataclass(frozen=True)
class Line:
    """One option of one column of one zone; `row` is None where nothing may be said of the column.

    `crossed`: the question the table is crossed with, or "".
    """

    zone: str
    column: Column
    row: Row | None
    weighted: bool
    freeze: str
    crossed: str = ""

    @property
    def code(self) -> str:
        """The official code of the zone: 44143, FR."""
        return self.zone.partition(":")[2] or self.zone


@dataclass(frozen=True)
class Field:
    """One column of the files. `kind`: "text", "number", "whole" or "flag" (yes, no)."""

    name: str
    title: str | Promise
    meaning: str | Promise
    value: Callable[[Line], Value]
    kind: str = "text"


def lines_of(zone: str, columns: Iterable[Column], freeze: str, *, weighted: bool, crossed: str = "") -> Iterator[Line]:
    """Every option of every column of one zone, in the order children were asked."""
    rows = ((column, row) for column in columns for row in (column.shares or [None]))
    return (Line(zone, column, row, weighted, freeze, crossed) for column, row in rows)


def status(line: Line) -> str:
    """Why no number is told, or "": `below_floor`, `coded_low_5`, `coded_high_95`."""
    if line.row is None:
        return line.column.status
    if line.row.edge < 0:
        return f"{CODED_LOW}_{-line.row.edge}"
    return f"{CODED_HIGH}_{100 - line.row.edge}" if line.row.edge > 0 else ""


def values(line: Line, fields: Sequence[Field] | None = None) -> list[Value]:
    """The cells of one line, in the order of `fields`, else of `FIELDS`."""
    return [field.value(line) for field in fields or FIELDS]


def plain(value: float | None) -> float | int | None:
    """A number without idle zeros: 66, and not 66.0."""
    return int(value) if value is not None and value == int(value) else value


def _of_row(name: str) -> Callable[[Line], Value]:
    return lambda line: plain(getattr(line.row, name)) if line.row else None


def _of_column(name: str) -> Callable[[Line], Value]:
    return lambda line: plain(getattr(line.column, name)) if line.row else None


FIELDS = (
    Field("zone_level", _("Level"), _("Level of the place: commune, epci, departement, region or country."), lambda line: catalogue.level_of(line.zone)),
    Field("zone", _("Zone"), _("Official code of the place, as text: INSEE, SIREN of an intercommunality, or FR."), lambda line: line.code),
    Field("question", _("Question"), _("Name of the question in the codebook."), lambda line: line.column.question),
    Field("option", _("Answer"), _("Name of the answer in the codebook; “dk” is “I don’t know”; empty where nothing is told of the question."), lambda line: line.row.option if line.row else ""),
    Field("age", _("Age"), _("Ages of the children: 6_8, 9_11, 12_14, 15_18, or 6_11, 12_18; “all” together."), lambda line: line.column.age),
    Field("sex", _("Gender"), _("Gender as children said it: girl, boy, other, no (would rather not say); “all” together."), lambda line: line.column.gender),
    Field("share", _("Share, %"), _("Share of the children who gave this answer, in per cent; empty where it is coded or withheld."), _of_row("share"), "number"),
    Field("low", _("From, %"), _("Lower end of the indicative interval, in per cent."), _of_row("low"), "number"),
    Field("high", _("To, %"), _("Upper end of the indicative interval, in per cent."), _of_row("high"), "number"),
    Field("effective", _("Worth, children"), _("Children of a random sample without noise that the share is worth: the interval is worked out from it."), _of_row("effective"), "whole"),
    Field("base", _("Children, about"), _("Children behind the question in this group, to the nearest ten."), _of_column("base"), "whole"),
    Field("count", _("Count, about"), _("Children who gave this answer, to the nearest five; told of régions and of the country alone."), _of_row("count"), "whole"),
    Field("refused", _("Not answered, %"), _("Children who were asked and gave no answer, in per cent, to the nearest five."), _of_column("refused"), "whole"),
    Field("design", _("Effect of the weights"), _("By how much weights widen the variance; 1 without weights."), _of_column("design"), "number"),
    Field("weighted", _("Weighted"), _("Whether shares are weighted, yes or no: from the département up alone, when margins were loaded."), lambda line: YES if line.weighted else NO, "flag"),
    Field("status", _("Why nothing is told"), _("Why there is no number: coded_low_5 (5 per cent or less), coded_high_95 (95 per cent or more), below_floor, sibling, sensitive_level, not_asked."), status),
    Field("freeze", _("Freeze"), _("The freeze the numbers come from."), lambda line: line.freeze),
)  # fmt: skip
CROSSED = (
    *FIELDS[:6],
    Field("crossed", _("Crossed with"), _("The question this one is crossed with."), lambda line: line.crossed),
    Field("among", _("Among"), _("What these children answered to it."), lambda line: line.column.profile),
    *FIELDS[6:],
)
NAMES = tuple(field.name for field in FIELDS)
