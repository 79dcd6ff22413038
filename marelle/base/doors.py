"""Who may knock at a view. A view without a door fails the tests, and answers nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from marelle.base.errors import NotAllowed

Test = Callable[[HttpRequest], bool]


def door(test: Test) -> Callable:
    """Declare who may knock: `@door(signed_in)`. The test returns True, False, or raises a MarelleError."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if test is not anyone:
                if not request.user.is_authenticated:
                    return redirect_to_login(page_of(request) or request.get_full_path())
                if not test(request):
                    raise NotAllowed("", door=test.__name__)
            return view(request, *args, **kwargs)

        inner.door = test.__name__  # type: ignore[attr-defined]
        return inner

    return wrap


def page_of(request: HttpRequest) -> str | None:
    """The page a form was sent from, when it is one of ours; None for what is only read."""
    before = urlsplit(request.headers.get("Referer", ""))
    if request.method != "POST" or before.netloc != request.get_host() or not before.path.startswith("/"):
        return None
    return before.path + (f"?{before.query}" if before.query else "")


def anyone(request: HttpRequest) -> bool:
    """Public: no account, no cookie."""
    return True


def signed_in(request: HttpRequest) -> bool:
    """Whoever has signed in."""
    return request.user.is_authenticated
