"""Where a request comes from, and where it may be sent next."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def client_address(request: HttpRequest) -> str:
    """The address of the reader's machine: what the outermost of *our* proxies saw (trust W7).

    `X-Forwarded-For` is read from its end, one name a proxy of ours; without proxies it is not read at all.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXIES:
        return direct
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return seen[-settings.PROXIES] if len(seen) >= settings.PROXIES else direct


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where `next` of the form or the address leads, if it stays in the house; else `fallback` (trust W5)."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    stays = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if stays and "\\" not in wanted else fallback
