"""Every city on one page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from marelle.accounts.doors import programme_team
from marelle.base.doors import door
from marelle.web.office import tables
from marelle.web.parts.tables import answer


@door(programme_team)
@require_GET
def city_list(request: HttpRequest) -> HttpResponse:
    """Who stands where, the silent first."""
    return answer(request, "office/cities.html", tables.cities(request))
