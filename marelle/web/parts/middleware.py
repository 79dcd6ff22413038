"""What happens around every view, outermost first."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marelle.base import clock
from marelle.base.errors import MarelleError

Next = Callable[[HttpRequest], HttpResponse]


class StampArrival:
    """Note when a request began, by the one clock, before its body is read."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = clock.now()  # type: ignore[attr-defined]
        return self.get_response(request)


class SecurityHeaders:
    """Headers of every answer (trust W1, W2, W10)."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class PublicPageCache:
    """Keep public pages as rendered, stamped by the version of what the public sees."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class ErrorPages:
    """Turn a MarelleError raised by any view into a page that says what to do next."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, MarelleError):
            return render(request, "errors/explained.html", {"error": error}, status=error.status)
        return None
