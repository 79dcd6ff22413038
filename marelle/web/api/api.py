"""The API for other programs: read only, no account, no cookie, the same answers for everyone."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError

from marelle.base.errors import MarelleError
from marelle.mandates.queries import members as network
from marelle.territories.queries import suggest
from marelle.web.api.asking import count_ask
from marelle.web.api.lists import add_lists
from marelle.web.api.schemas import ErrorOut, Kind, MemberOut, TerritoryOut
from marelle.web.parts import error_pages

LONGEST = 80  # characters of a search, trust W9
TYPED = 10  # asks behind a name being typed, one a letter: a search in memory, which costs a thousandth of a second
EVERY_KIND: Any = Query([], description="Only these kinds; repeated for several.")
ABOUT = """Towns of the network of child-friendly cities, what they promised, what was read of it, and the official geography
they stand in. Read only, no account, from any site.

Lists come by pages: follow `next` until it is null; what is added meanwhile moves no row. `ETag` and `If-None-Match` spare
what has not changed. So many asks a minute from one address; beyond, 429 says after how many seconds to try again. The same
lists as CSV, XLSX and JSON files, and the dictionary of their columns, are at /donnees."""
REFUSED = {422: ErrorOut, 429: ErrorOut}


class Interface(NinjaAPI):
    """Answers carry what tells whether they have changed."""

    def create_response(self, request: HttpRequest, data: Any, **given: Any) -> HttpResponse:
        """The answer with its ETag; an empty one for who has it already."""
        response = super().create_response(request, data, **given)
        if response.status_code != 200:
            return response
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
        known = request.headers.get("If-None-Match", "")
        if etag in known or known.strip() == "*":
            response = HttpResponse(status=304)
        response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
        return response


api = Interface(
    title="Marelle",
    version="1",
    description=ABOUT,
    docs_url=None,  # its page would ask other hosts
    urls_namespace="api",
    openapi_extra={"info": {"license": {"name": "Licence Ouverte 2.0", "identifier": "etalab-2.0"}}},
)
add_lists(api)


@api.get("/territories", response={200: list[TerritoryOut], **REFUSED}, url_name="territories")
def territories(
    request: HttpRequest,
    q: str = Query("", max_length=LONGEST, description="A name, or a postal, INSEE or SIREN code, as it is typed."),  # type: ignore[type-arg]
    kind: list[Kind] = EVERY_KIND,
    limit: int = Query(10, ge=1, le=50, description="How many answers, at most."),  # type: ignore[type-arg]
) -> Any:
    """Territories that fit what somebody is typing, best first."""
    count_ask(request, "api-typed", times=TYPED, by=10)
    return [suggestion.as_json() for suggestion in suggest(q, kind or None, limit)]


@api.get("/members", response={200: list[MemberOut], **REFUSED}, url_name="members")
def members(
    request: HttpRequest,
    page: int = Query(1, ge=1, le=1000, description="Which page, from 1."),  # type: ignore[type-arg]
    size: int = Query(100, ge=1, le=1000, description="Rows of a page."),  # type: ignore[type-arg]
) -> Any:
    """Members of the network by name, page after page; an empty page ends them."""
    count_ask(request, "api")
    rows = network.page_of(network.members(), "name", (page - 1) * size, size)
    return [{**row._asdict(), "url": f"{settings.SITE_ADDRESS}/villes/{row.code}"} for row in rows]


# Errors, as JSON -----------------------------------------------------------------------------------------------------
def refuse(request: HttpRequest, status: int, sentence: str, faults: list[str] | None = None) -> HttpResponse:
    """A refusal, with a reference to quote."""
    body = {"error": sentence, "faults": faults or [], "reference": error_pages.new_reference()}
    return api.create_response(request, body, status=status)


@api.exception_handler(ValidationError)
def on_wrong_values(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """One sentence a fault, naming the parameter."""
    names = ([part for part in fault["loc"] if isinstance(part, str)][-1] for fault in error.errors)
    faults = [f"{name}: {fault['msg']}" for name, fault in zip(names, error.errors, strict=True)]
    return refuse(request, 422, _("A parameter cannot be read. The list says which, and why."), faults)


@api.exception_handler(MarelleError)
def on_refusal(request: HttpRequest, error: MarelleError) -> HttpResponse:
    """The error's own sentence."""
    response = refuse(request, error.status, error.sentence, getattr(error, "faults", []))
    if error.status in (429, 503):
        response.headers["Retry-After"] = str(int(error.facts.get("retry_after", error_pages.RETRY_AFTER)))
    return response


@api.exception_handler(Http404)
def on_absence(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing there."""
    return refuse(request, 404, _("There is nothing here."))


@api.exception_handler(HttpError)
def on_other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library refuses by itself."""
    return refuse(request, error.status_code, str(error))
