"""The open lists by pages: the same names, columns and filters as the files (`web.parts.open_data`)."""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import override
from ninja import Field, NinjaAPI, Query, Schema
from pydantic import create_model

from marelle.mandates.queries.open_data import Asked
from marelle.web.api.asking import count_ask
from marelle.web.api.schemas import ErrorOut
from marelle.web.parts.open_data import DATASETS, Column, Dataset

MOST = 1000  # rows of a page
CODE = re.compile(r"[0-9A-Za-z_-]{1,40}")
WORD = {"max_length": 80, "pattern": "^[0-9A-Za-z-]*$"}  # trust W9
FILTERS: dict[str, Any] = {
    "code": (str, Field("", description="Only this town: INSEE or SIREN code.", examples=["67447"], **WORD)),
    "departement": (str, Field("", description="Only towns of this département: INSEE code.", examples=["67"], **WORD)),
    "region": (str, Field("", description="Only towns of this région: INSEE code.", examples=["44"], **WORD)),
    "track": (str, Field("", description="Only mandates of this way into the network.", examples=["titre"], **WORD)),
    "domain": (str, Field("", description="Only what stands in this domain.", examples=["education"], **WORD)),
    "since": (
        date | None,
        Field(None, description="Only what is new or changed from this day on.", examples=["2028-01-01"]),
    ),
}
PAGING: dict[str, Any] = {
    "cursor": (
        str,
        Field("", max_length=80, pattern="^[0-9A-Za-z_-]*$", description="Where the page begins: follow `next`."),
    ),
    "limit": (int, Field(100, ge=1, le=MOST, description="Rows of a page.", examples=[100])),
}
UNCHANGED = {
    "responses": {304: {"description": "Nothing has changed since the answer whose ETag is in If-None-Match."}}
}


def add_lists(api: NinjaAPI) -> None:
    """One address a list."""
    with override("en"):
        for dataset in DATASETS:
            api.get(
                f"/{dataset.name}",
                response={200: page_schema(dataset), 404: ErrorOut, 422: ErrorOut, 429: ErrorOut},
                url_name=dataset.name,
                operation_id=dataset.name,
                summary=str(dataset.title),
                description=str(dataset.about),
                openapi_extra=UNCHANGED,
            )(page_of(dataset))


def page_of(dataset: Dataset) -> Callable[..., dict[str, Any]]:
    """The view of a list."""
    asking: Any = create_model(
        f"{dataset.name.title()}Asked",
        __base__=Schema,
        **{name: FILTERS[name] for name in dataset.source.filters},
        **PAGING,
    )

    def view(request: HttpRequest, given: Query[asking]) -> dict[str, Any]:  # type: ignore[type-arg, valid-type]
        count_ask(request, "api")
        asked: dict[str, Any] = given.dict()
        cursor, size = asked.pop("cursor"), asked.pop("limit")
        rows = dataset.page(Asked(**asked), position(cursor), size + 1)
        return {"items": rows[:size], "next": next_address(request, rows, size)}

    return view


def next_address(request: HttpRequest, rows: list[dict[str, Any]], size: int) -> str | None:
    """The address of the page after this one; None at the end."""
    if len(rows) <= size:
        return None
    query = request.GET.dict() | {"cursor": cursor_after(rows[size - 1]["code"])}
    return f"{settings.SITE_ADDRESS}{request.path}?{urlencode(query)}"


def cursor_after(code: str) -> str:
    """What says where a page ended, whatever is added meanwhile."""
    return base64.urlsafe_b64encode(code.encode()).decode().rstrip("=")


def position(cursor: str) -> str:
    """The code a cursor stands after. Raises Http404 for one that was not given here."""
    try:
        code = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise Http404 from None
    if code and not CODE.fullmatch(code):
        raise Http404
    return code


# What OpenAPI tells ---------------------------------------------------------------------------------------------------
def page_schema(dataset: Dataset) -> Any:
    """A page of a list, as OpenAPI tells it."""
    row: Any = create_model(
        f"{dataset.name.title()}Row", __base__=Schema, **{column.name: field_of(column) for column in dataset.columns}
    )
    items = (list[row], Field(description=str(dataset.about)))
    following = (str | None, Field(None, description="Address of the next page; null at the end."))
    return create_model(f"{dataset.name.title()}Page", __base__=Schema, items=items, next=following)


def field_of(column: Column) -> tuple[Any, Any]:
    """A column: its type, what it says, an example."""
    kind: Any = Literal[column.values] if column.values else column.kind
    unit = f" Unit: {column.unit}." if column.unit else ""
    words = f"{column.meaning}{unit} Source: {column.source}."
    return (kind | None if column.may_be_unknown else kind, Field(description=words, examples=[column.example]))
