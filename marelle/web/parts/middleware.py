"""What happens around every view, outermost first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from marelle.base import clock, stamps
from marelle.base.errors import MarelleError
from marelle.base.uploads import InMemory
from marelle.events.queries.meetings import board_stamp
from marelle.web.parts import error_pages, scope
from marelle.web.parts.arrival import seconds_since_begun
from marelle.web.parts.page_cache import Page, Pages, make_page

Next = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    ]
)  # trust W1
ALL_OFF = (
    "accelerometer autoplay browsing-topics camera display-capture encrypted-media fullscreen gamepad"
    " geolocation gyroscope hid idle-detection local-fonts magnetometer microphone midi payment picture-in-picture"
    " publickey-credentials-create publickey-credentials-get screen-wake-lock serial usb xr-spatial-tracking"
)


def permissions(opened: str = "") -> str:
    """The policy of a page where one feature alone is open to our own pages; none by default."""
    return ", ".join(f"{feature}=({'self' if feature == opened else ''})" for feature in ALL_OFF.split())


HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": permissions(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}  # trust W2
ANY_SITE = {
    "Access-Control-Allow-Origin": "*",  # open data: any page may read it, nobody's cookies with it
    "Access-Control-Expose-Headers": "ETag, Retry-After",
}
MAY_READ = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"
OPEN_FACES = {"public", "api"}  # no cookie, the same bytes for everyone


def face_of(request: HttpRequest) -> str:
    """The face that answered; empty for a static file or an address nobody has, "behind" for third-party views."""
    match = request.resolver_match
    if match is None:
        return ""
    return match.namespaces[0] if match.namespaces else "behind"


class StampArrival:
    """Note when a request began, before its body is read: what decides of a deadline (trust F10)."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reads = request.method in {"GET", "HEAD", "OPTIONS"}  # reading judges no deadline
        now = clock.here() if reads else clock.now()
        request.arrived_at = now - timedelta(seconds=seconds_since_begun(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class SecurityHeaders:
    """Headers of every answer (trust W1, W2, W10). A view may set a policy of its own.

    Files set a stricter one; the pages that ask for a passkey open that one feature.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = request.path_info.startswith("/api/")
        asks_first = is_open and request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204, headers=MAY_READ) if asks_first else self.get_response(request)
        for name, value in {**HEADERS, **(ANY_SITE if is_open else {})}.items():
            response.headers.setdefault(name, value)
        if "frame-ancestors *" in response.headers["Content-Security-Policy"]:
            del response.headers["X-Frame-Options"]  # older browsers read it, newer ones the policy: they must agree
        if settings.SECURE:
            response.headers.setdefault("Strict-Transport-Security", TWO_YEARS)
        face = face_of(request)
        is_static = not face and response.status_code < 400
        if not is_static and (face not in OPEN_FACES or response.status_code >= 400):
            response.headers["Cache-Control"] = "no-store"
        return response


class PublicPageCache:
    """Answer for public pages already made, until something the public sees changes (`stamps.bump`)."""

    def __init__(self, get_response: Next):
        self.get_response = get_response
        self.pages = Pages(settings.PAGE_CACHE_BYTES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not self.pages.limit:
            return self.get_response(request)
        address = f"{request.get_full_path()} {request.headers.get('Accept', '') if wants_json(request) else ''}"
        page, stamp = None, 0
        if not scope.is_behind_a_door(request.path_info):
            stamp = stamps.current(stamp_of(request.path_info))
            page = self.pages.find(address, stamp)
        if page is None:
            response = self.get_response(request)
            if not may_be_kept(request, response):
                return response
            page = make_page(response.content, kept_headers(response), stamp)
            if request.method == "GET":
                self.pages.keep(address, page)
        return answer_with(request, page)


def stamp_of(path: str) -> str:
    """What makes a page old: its own board for the live pages of a meeting, whose readers are many; else anything public."""
    _before, found, code = path.removesuffix("/questions").removesuffix("/direct").rpartition("/webinaires/")
    return board_stamp(code) if found and "/direct" in path and "/" not in code else "public"


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks: the same address may answer it otherwise."""
    return "json" in request.headers.get("Accept", "")


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """A whole public page, the same for everyone: no cookie, no key of a form, nothing marked as passing."""
    return (
        face_of(request) in OPEN_FACES
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not getattr(request, "is_for_one_reader", False)
        and "no-store" not in response.headers.get("Cache-Control", "")
        and "cookie" not in response.headers.get("Vary", "").lower()
        and "Content-Encoding" not in response.headers
    )


def kept_headers(response: HttpResponse) -> dict[str, str]:
    """The answer's own headers; the address alone decides of the language."""
    headers = {k: v for k, v in response.headers.items() if k not in {"Vary", "Content-Length", "ETag"}}
    headers.setdefault("Cache-Control", "public, no-cache")
    return headers


def answer_with(request: HttpRequest, page: Page) -> HttpResponse:
    """The page, compressed for who reads gzip; 304 for who has it."""
    packed = page.packed and "gzip" in request.headers.get("Accept-Encoding", "")
    if page.etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304, headers=dict(page.headers))
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(page.packed if packed else page.body, headers=dict(page.headers))
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = page.etag
    patch_vary_headers(response, ["Accept-Encoding", "Accept"])
    return response


def holds_nul(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether the address or the form holds a NUL, which no keyboard types and PostgreSQL does not keep."""
    sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    words = [word for given in sent for name, values in given.lists() for word in (name, *values)]
    return any("\x00" in str(word) for word in (*words, *kwargs.values()))


class ErrorPages:
    """Turn an error raised by any view into a page that says what is kept and what to do next.

    A view stopped by a lock of the database is tried once more, then answers 503 (trust section 8).
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if most := getattr(view, "most_in_memory", 0):
            request.upload_handlers = [InMemory(request, most)]
        if holds_nul(request, kwargs):
            raise BadRequest("a NUL character")
        return scope.other_address(request, kwargs)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError) and error_pages.is_passing(error):
            if getattr(request, "tried_again", False):
                return error_pages.busy(request, error)
            request.tried_again = True  # type: ignore[attr-defined]
            return self._try_again(request, request.resolver_match)
        if isinstance(error, MarelleError):
            return error_pages.explain(request, error)
        return None

    def _try_again(self, request: HttpRequest, match: Any) -> HttpResponse:
        for _name, uploads in request.FILES.lists():
            for upload in uploads:
                upload.seek(0)
        try:
            return match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            response = self.process_exception(request, error)
            if response is None:
                raise
            return response
