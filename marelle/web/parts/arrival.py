"""How long a request has been on its way: what was sent before a deadline must not be late for our own slowness."""

import math
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest

CAME = "marelle.came"  # in the WSGI environment: a monotonic moment, the first of ours
LONGEST = 3600.0  # seconds; more is no upload, it is a mistake


def note(environ: dict[str, Any]) -> None:
    """Say when a request reached us, before it waits for its turn."""
    environ[CAME] = time.monotonic()


def seconds_since_begun(request: HttpRequest) -> float:
    """Since its first byte reached our proxy, when it says so, and since it reached us (trust F10)."""
    waited = time.monotonic() - request.META[CAME] if CAME in request.META else 0.0
    return waited + _before_us(request)


def _before_us(request: HttpRequest) -> float:
    """What our proxy spent receiving it. A header nobody vouches for is not read; anything but one number counts for nothing."""
    if not settings.PROXIES or not settings.TIME_HEADER:
        return 0.0
    try:
        spent = float(request.headers.get(settings.TIME_HEADER, ""))
    except ValueError:
        return 0.0
    return spent if math.isfinite(spent) and 0 <= spent <= LONGEST else 0.0
