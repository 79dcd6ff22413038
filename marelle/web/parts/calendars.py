"""Calendar feeds as answers."""

from collections.abc import Iterable

from django.http import HttpResponse

from marelle.base.calendars import as_ical
from marelle.base.registers import Moment


def answer(moments: Iterable[Moment], name: str) -> HttpResponse:
    """The feed, ready to be subscribed to."""
    return HttpResponse(as_ical(moments, name), content_type="text/calendar; charset=utf-8")
