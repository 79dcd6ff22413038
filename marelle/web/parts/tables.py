"""One table for every list: shown by `parts/table.html`, taken away as CSV, XLSX or JSON by the same columns."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import IO, Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marelle.base import clock, tabular
from marelle.base.tabular import Value
from marelle.base.text import fold
from marelle.web.templatetags.marelle import day, moment, number

PER_PAGE = 50  # rows, settled 29
FORMATS = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON"}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True)
class Column:
    """One column: `value(row)` is plain (text, number, day, moment, None when unknown), never HTML.

    `name`: in addresses and files. `title`: on screen. `order`: the field of the database it sorts by; of a list,
    anything not empty. `kind`: "text", "number", "state" (the value is the state's code). `address(row)`: where the
    cell leads. `shown(row)`: what the screen says when a file says otherwise (a state's word). `only`: "screen" for what is
    pressed, "files" for what nobody reads on screen.
    """

    name: str
    title: Any
    value: Callable[[Any], Value]
    kind: str = "text"
    order: str = ""
    address: Callable[[Any], str] | None = None
    shown: Callable[[Any], Any] | None = None
    only: str = ""


@dataclass(frozen=True)
class Heading:
    """The top of a column: where a press on it leads, and how it sorts now ("ascending", "descending", "")."""

    title: Any
    is_number: bool
    sort_url: str
    sorted: str


@dataclass(frozen=True)
class Cell:
    """What one cell of the screen shows; `state` is the code behind a state's word."""

    text: Any
    url: str
    column: Heading
    state: str = ""


@dataclass(frozen=True)
class Line:
    """The cells of one row."""

    cells: list[Cell]


class Table:
    """A list as `parts/table.html` shows it and as files take it away.

    `rows` is a queryset, a list already in order, or pages of rows that sort themselves (`in_order`). The address says the rest: `tri` sorts ("-" before for the
    other way), `page` turns, `format` takes away. `totals` maps names of columns to what the last line says.
    """

    def __init__(
        self,
        request: HttpRequest,
        *,
        name: str,
        caption: Any,
        columns: Sequence[Column],
        rows: QuerySet | Sequence[Any],
        empty: Any = "",
        per_page: int = PER_PAGE,
        formats: Sequence[str] = tuple(FORMATS),
        totals: dict[str, Any] | None = None,
    ):
        self.asked: QueryDict = request.GET
        self.name, self.caption, self.empty = name, caption, empty
        self.given, self.source, self.per_page = list(columns), rows, per_page
        self.formats, self.sums = tuple(formats), totals or {}

    # What the address asks -------------------------------------------------------------------------------------------
    @property
    def wanted(self) -> str:
        """The file asked for: "csv", "xlsx", "json", or "" for the page."""
        kind = self.asked.get("format", "")
        return kind if kind in self.formats else ""

    @cached_property
    def sort(self) -> tuple[Column | None, bool]:
        """The column asked for, and whether from the greatest down."""
        wanted = self.asked.get("tri", "")
        name, down = wanted.removeprefix("-"), wanted.startswith("-")
        return next((c for c in self.given if c.name == name and c.order), None), down

    @cached_property
    def ordered(self) -> QuerySet | Sequence[Any]:
        """Every row, in the order asked for; unknown values last."""
        column, down = self.sort
        if column is None:
            return self.source
        if isinstance(self.source, QuerySet):
            key = F(column.order)
            return self.source.order_by(key.desc(nulls_last=True) if down else key.asc(nulls_last=True), "pk")
        if hasattr(self.source, "in_order"):  # rows that are read by pages
            return self.source.in_order(column.order, down)
        known = [row for row in self.source if column.value(row) is not None]
        unknown = [row for row in self.source if column.value(row) is None]
        return sorted(known, key=lambda row: _sortable(column.value(row)), reverse=down) + unknown

    # What the page shows ---------------------------------------------------------------------------------------------
    @cached_property
    def page(self) -> Page:
        """The rows shown now."""
        return Paginator(self.ordered, self.per_page).get_page(self.asked.get("page"))

    @property
    def total(self) -> int:
        """Rows in the whole list."""
        return self.page.paginator.count

    @cached_property
    def on_screen(self) -> list[Column]:
        """The columns a page shows."""
        return [column for column in self.given if column.only != "files"]

    @cached_property
    def columns(self) -> list[Heading]:
        """The titles, with their links to sort."""
        current, down = self.sort
        headings = []
        for column in self.on_screen:
            turned = f"-{column.name}" if column is current and not down else column.name
            address = self._address(tri=turned, page=None) if column.order else ""
            direction = ("descending" if down else "ascending") if column is current else ""
            headings.append(Heading(column.title, column.kind == "number", address, direction))
        return headings

    @cached_property
    def rows(self) -> list[Line]:
        """The lines of the page shown."""
        pairs = list(zip(self.on_screen, self.columns, strict=True))
        return [Line([_cell(column, heading, row) for column, heading in pairs]) for row in self.page]

    def forget(self) -> None:
        """Let go of the lines, once they are drawn: a template's context points at itself, and would hold them till Python looks for such circles."""
        for name in ("rows", "page"):
            self.__dict__.pop(name, None)

    @property
    def totals(self) -> list[Cell]:
        """The last line, if the list has one."""
        if not self.sums:
            return []
        pairs = zip(self.on_screen, self.columns, strict=True)
        return [Cell(self.sums.get(column.name, ""), "", heading) for column, heading in pairs]

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """Name and address of each file the list may be taken away as."""
        return [(FORMATS[kind], self._address(format=kind, page=None)) for kind in self.formats]

    @property
    def query(self) -> str:
        """The other filters, for the links that turn pages."""
        return self._address(page=None).removeprefix("?")

    def _address(self, **changes: str | None) -> str:
        query = self.asked.copy()
        for name, value in {"format": None, **changes}.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        return f"?{query.urlencode()}"

    # What is taken away ----------------------------------------------------------------------------------------------
    def download(self) -> HttpResponse:
        """The whole list as the file asked for; `bom=1` puts a byte-order mark before a CSV, for old spreadsheets."""
        kind, rows = self.wanted or self.formats[0], self.ordered
        columns = [column for column in self.given if column.only != "screen"]
        if kind == "csv":
            content = as_csv(columns, rows, with_mark=self.asked.get("bom") == "1")
        elif kind == "xlsx":
            content = as_xlsx(columns, rows, str(self.caption))
        else:
            content = as_json(columns, rows)
        name = f"{slugify(self.name)}-{clock.today():%Y-%m-%d}.{kind}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=CONTENT_TYPES[kind], headers=disposition)


def answer(request: HttpRequest, template: str, table: Table, context: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a list, or the list itself when the address asks for a `format`."""
    if table.wanted:
        return table.download()
    response = render(request, template, {"table": table, **(context or {})})
    table.forget()
    return response


def as_csv(columns: Sequence[Column], rows: Iterable[Any], *, with_mark: bool = False) -> bytes:
    """Comma-separated, UTF-8, the columns' names first; no cell may start a formula."""
    return "".join(csv_lines(columns, rows, with_mark=with_mark)).encode()


def csv_lines(columns: Sequence[Column], rows: Iterable[Any], *, with_mark: bool = False) -> Iterator[str]:
    """The same, line by line."""
    names = [column.name for column in columns]
    return tabular.csv_lines(_lines(columns, rows, names), with_mark=with_mark)


def as_xlsx(columns: Sequence[Column], rows: Iterable[Any], title: str = "") -> bytes:
    """One sheet; text is kept as text whatever it begins with, numbers and days stay numbers and days."""
    out = io.BytesIO()
    write_xlsx(columns, rows, out, title)
    return out.getvalue()


def write_xlsx(columns: Sequence[Column], rows: Iterable[Any], out: IO[bytes], title: str = "") -> None:
    """The same, into a file: the rows are not kept in memory."""
    titles = [str(column.title) for column in columns]
    tabular.write_sheet(_lines(columns, rows, titles), out, title)


def _lines(columns: Sequence[Column], rows: Iterable[Any], names: Sequence[str]) -> Iterator[Sequence[Value]]:
    yield names
    for row in rows:
        yield [column.value(row) for column in columns]


def as_json(columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    """A list of objects; days and moments as ISO 8601 writes them, unknown as null."""
    return "".join(json_lines(columns, rows)).encode()


def json_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The same, object by object."""
    yield "["
    for position, row in enumerate(rows):
        found = {column.name: _json_value(column.value(row)) for column in columns}
        yield (",\n" if position else "") + json.dumps(found, ensure_ascii=False)
    yield "]"


def _json_value(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    return float(value) if isinstance(value, Decimal) else str(value)


def _cell(column: Column, heading: Heading, row: Any) -> Cell:
    value = column.value(row)
    text = column.shown(row) if column.shown else _screen(value)
    state = str(value or "") if column.kind == "state" else ""
    return Cell(text, column.address(row) if column.address else "", heading, state)


def _screen(value: Value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if value is None or isinstance(value, str):
        return value or ""
    return number(value.normalize() if isinstance(value, Decimal) else value)  # no needless zero


def _sortable(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value
