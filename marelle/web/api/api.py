"""The API for other programs: read only, no account, no cookie, the same answers for everyone."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError

from marelle.base.errors import MarelleError
from marelle.mandates.queries import members as network
from marelle.territories.queries import suggest
from marelle.web.api.schemas import ErrorOut, Kind, MemberOut, TerritoryOut
from marelle.web.parts import error_pages, limits
from marelle.web.parts.addresses import client_address

LONGEST = 80  # characters of a search, trust W9
TYPED = 10  # asks behind a name being typed, one a letter: a search in memory, which costs a thousandth of a second
EVERY_KIND: Any = Query([], description="Only these kinds; repeated for several.")
REFUSED = {422: ErrorOut, 429: ErrorOut}

api = NinjaAPI(
    title="Marelle",
    version="1",
    description="Members of the network of child-friendly cities, and the official geography they stand in.",
    docs_url=None,  # its page would ask other hosts
    urls_namespace="api",
)


@api.get("/territories", response={200: list[TerritoryOut], **REFUSED}, url_name="territories")
def territories(
    request: HttpRequest,
    q: str = Query("", max_length=LONGEST, description="A name, or a postal, INSEE or SIREN code, as it is typed."),  # type: ignore[type-arg]
    kind: list[Kind] = EVERY_KIND,
    limit: int = Query(10, ge=1, le=50),  # type: ignore[type-arg]
) -> Any:
    """Territories that fit what somebody is typing, best first."""
    count_ask(request, "api-typed", times=TYPED, by=10)
    return [suggestion.as_json() for suggestion in suggest(q, kind or None, limit)]


@api.get("/members", response={200: list[MemberOut], **REFUSED}, url_name="members")
def members(
    request: HttpRequest,
    page: int = Query(1, ge=1, le=1000),  # type: ignore[type-arg]
    size: int = Query(100, ge=1, le=1000),  # type: ignore[type-arg]
) -> Any:
    """Members of the network by name, page after page; an empty page ends them."""
    count_ask(request, "api")
    rows = network.page_of(network.members(), "name", (page - 1) * size, size)
    return [{**row._asdict(), "url": f"{settings.SITE_ADDRESS}/villes/{row.code}"} for row in rows]


def count_ask(request: HttpRequest, name: str, *, times: int = 1, by: int = 1) -> None:
    """So many a minute from one address, whoever asks: a header that says "our own page" is a word anyone may write (trust L3)."""
    request.is_for_one_reader = True  # type: ignore[attr-defined]  # a kept answer would not be counted
    most = settings.API_PER_MINUTE * times
    limits.count(name, client_address(request), most=most, seconds=limits.MINUTE, by=by)


# Errors, as JSON -----------------------------------------------------------------------------------------------------
def refuse(status: int, sentence: str, faults: list[str] | None = None) -> HttpResponse:
    """A refusal, with a reference to quote."""
    body = {"error": sentence, "faults": faults or [], "reference": error_pages.new_reference()}
    return api.create_response(None, body, status=status)  # type: ignore[arg-type]


@api.exception_handler(ValidationError)
def on_wrong_values(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """One sentence a fault, naming the parameter."""
    names = ([part for part in fault["loc"] if isinstance(part, str)][-1] for fault in error.errors)
    faults = [f"{name}: {fault['msg']}" for name, fault in zip(names, error.errors, strict=True)]
    return refuse(422, _("A parameter cannot be read. The list says which, and why."), faults)


@api.exception_handler(MarelleError)
def on_refusal(request: HttpRequest, error: MarelleError) -> HttpResponse:
    """The error's own sentence."""
    response = refuse(error.status, error.sentence, getattr(error, "faults", []))
    if error.status in (429, 503):
        response.headers["Retry-After"] = str(int(error.facts.get("retry_after", error_pages.RETRY_AFTER)))
    return response


@api.exception_handler(Http404)
def on_absence(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing there."""
    return refuse(404, _("There is nothing here."))


@api.exception_handler(HttpError)
def on_other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library refuses by itself."""
    return refuse(error.status_code, str(error))
