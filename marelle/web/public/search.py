"""What anyone may search, and the calendar anyone may subscribe to."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from marelle.base import registers
from marelle.web.parts import calendars, search
from marelle.web.public.show import public, show


@public
def search_page(request: HttpRequest) -> HttpResponse:
    """Members, territories, promises and their actions; never a person, a dossier, a draft."""
    return show(request, "public/search.html", search.show(request, None))


@public
def calls_feed(request: HttpRequest) -> HttpResponse:
    """When calls open and close."""
    return calendars.answer(registers.moments(None, None), _("Calls for applications"))
