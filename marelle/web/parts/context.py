"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marelle.base import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demonstration, and its day; where the source is. Never the person: public pages must be the same for everyone."""
    return {
        "demo": settings.DEMO,
        "demo_clock": clock.today() if settings.DEMO else None,
        "source_code": settings.SOURCE_CODE,
    }
