"""Addresses of this face. Their doors are in `config.doors`: the library makes the views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from marelle.web.api.api import api

app_name = "api"


def answering_head(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """HEAD is answered as GET (RFC 9110, 9.3.2); the server leaves the body out."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = asked

    return answer


urlpatterns: list[URLPattern] = [
    path(str(given.pattern), answering_head(given.callback), name=given.name) for given in api.urls[0]
]
