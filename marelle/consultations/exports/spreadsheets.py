"""Published tables as a spreadsheet: codes stay text, whatever they look like."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from marelle.base.tabular import write_sheet
from marelle.consultations.exports.lines import FIELDS, Field, Line, values

MOST_LINES = 100_000  # beyond, CSV and Parquet alone: as the other open data of the house


def write(lines: Iterable[Line], place: Path, title: str, fields: Sequence[Field] = FIELDS) -> None:
    """One sheet, its lines written as they come."""
    names = [field.name for field in fields]
    with place.open("wb") as out:
        write_sheet(chain([names], (values(line, fields) for line in lines)), out, title)
