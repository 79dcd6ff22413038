"""What is open: each list as a file, and the page that says what their columns mean."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.base import clock
from marelle.base.errors import BadData
from marelle.consultations.queries import published
from marelle.mandates.queries.open_data import Asked
from marelle.web.parts import limits, tables
from marelle.web.parts.addresses import client_address
from marelle.web.parts.open_data import DATASETS, Dataset, by_name
from marelle.web.parts.tables import CONTENT_TYPES, Table
from marelle.web.public.show import public, show

MOST_FILES = 60  # a minute, from one address
MOST_LINES = 100_000  # of a spreadsheet: beyond, a CSV file is written line by line
LONGEST = 80  # characters read of any filter: trust W9


@public
def donnees(request: HttpRequest) -> HttpResponse:
    """What may be taken away, how to cite it, what each column means."""
    context = {
        "datasets": [(dataset, dictionary(request, dataset)) for dataset in DATASETS],
        "files": list(tables.FORMATS.items()),
        "editions": published.editions(),
        "today": clock.today(),
    }
    return show(request, "public/open_data.html", context)


@dataclass(frozen=True)
class Explained:
    """A column as the dictionary shows it."""

    name: str
    meaning: Any
    unit: Any
    source: Any


TITLES = (
    tables.Column("name", gettext_lazy("Column"), lambda row: row.name),
    tables.Column("meaning", gettext_lazy("What it says"), lambda row: str(row.meaning)),
    tables.Column("unit", gettext_lazy("Unit"), lambda row: str(row.unit)),
    tables.Column("source", gettext_lazy("Who says it"), lambda row: str(row.source)),
)


def dictionary(request: HttpRequest, dataset: Dataset) -> Table:
    """The columns of a list, explained."""
    rows = [Explained(c.name, meaning(c), c.unit, c.source) for c in dataset.columns]
    caption = _("Columns of %(name)s") % {"name": dataset.name}
    return Table(request, name=dataset.name, caption=caption, columns=TITLES, rows=rows, formats=())


def meaning(column: Any) -> str:
    """What a column says, and the few values it may hold."""
    return f"{column.meaning} ({', '.join(column.values)})" if column.values else str(column.meaning)


@public
def file(request: HttpRequest, name: str, kind: str) -> HttpResponse | StreamingHttpResponse:
    """One list as a file, narrowed as the address says."""
    dataset = by_name(name)
    if dataset is None or kind not in tables.FORMATS:
        raise Http404
    limits.count("open-data", client_address(request), most=MOST_FILES, seconds=limits.MINUTE)
    asked = read(dataset, request.GET)
    response = as_spreadsheet(dataset, asked) if kind == "xlsx" else as_text(dataset, asked, kind, request.GET)
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y-%m-%d}.{kind}"'
    response["Access-Control-Allow-Origin"] = "*"  # open data: pages of other sites may read it
    return response


def read(dataset: Dataset, given: QueryDict) -> Asked:
    """The filters of the address; those this list does not know are left aside. Raises BadData for a day that is none."""
    asked: dict[str, Any] = {name: given.get(name, "").strip()[:LONGEST] for name in dataset.source.filters}
    since = asked.pop("since", "")
    try:
        return Asked(**asked, since=date.fromisoformat(since) if since else None)
    except ValueError:
        raise BadData(_("Write the day as 2028-01-31.")) from None


def columns(dataset: Dataset) -> list[tables.Column]:
    """The columns as the engine of files takes them: the same names in every format."""
    return [tables.Column(name, name, itemgetter(name)) for name in dataset.names]


def as_text(dataset: Dataset, asked: Asked, kind: str, given: QueryDict) -> StreamingHttpResponse:
    """CSV or JSON, row after row; `bom=1`: the mark some spreadsheets need."""
    rows = dataset.every_one(asked)
    if kind == "csv":
        written: Iterator[str] = tables.csv_lines(columns(dataset), rows, with_mark=given.get("bom") == "1")
    else:
        written = tables.json_lines(columns(dataset), rows)
    return StreamingHttpResponse(written, content_type=CONTENT_TYPES[kind])


def as_spreadsheet(dataset: Dataset, asked: Asked) -> FileResponse:
    """One sheet, written to the disk then given. Raises BadData when it would be too long."""
    if dataset.source.find(asked).count() > MOST_LINES:
        raise BadData(_("This list is too long for a spreadsheet: take the CSV file, or one région at a time."))
    out = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    tables.write_xlsx(columns(dataset), dataset.every_one(asked), out, dataset.name)
    out.seek(0)
    return FileResponse(out, content_type=CONTENT_TYPES["xlsx"])
