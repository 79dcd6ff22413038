"""The organisation's files: what was joined, received, signed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from marelle.accounts.doors import member
from marelle.accounts.models import File
from marelle.base.doors import door
from marelle.web.city.space import enter, page

MOST_SHOWN = 500


@door(member)
@require_GET
def documents(request: HttpRequest, code: str) -> HttpResponse:
    """Every file of the organisation, the newest first."""
    space = enter(request)
    files = File.objects.visible_to(space.person).filter(organisation=space.organisation, removed_at=None)
    files = files.select_related("added_by").order_by("-added_at", "-pk")[:MOST_SHOWN]
    return page(request, "city/documents.html", space, files=list(files))
