"""Public forms have no cookie, so no CSRF token: they look at where the browser says it comes from (trust W4, A12)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from marelle.base.errors import NotAllowed

SAFE = {"GET", "HEAD", "OPTIONS"}


def same_origin(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse what another site's page sends. Takes the place of the CSRF token on faces without cookies.

    Raises NotAllowed. A client that says nothing of its origin (a script) has no ambient right to lend.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE and comes_from_elsewhere(request):
            raise NotAllowed(_("This form was sent from another site. Open its page here and send it again."))
        return view(request, *args, **kwargs)

    return csrf_exempt(inner)


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site's page sent this."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    sent = urlsplit(origin)
    return (sent.scheme, sent.netloc) != (request.scheme, request.get_host())
