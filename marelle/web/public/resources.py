"""Resources, for anyone: tools, models, expertise documents, lessons notes, and the way to the practices."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from marelle.base.languages import native_name
from marelle.framework.models import text
from marelle.library.models import Resource, Service
from marelle.library.operations.practices import LANGUAGES
from marelle.library.queries import practices
from marelle.library.queries import resources as queries
from marelle.library.queries.resources import Filters
from marelle.library.states import Audience, ResourceKind
from marelle.web.parts.files import attachment
from marelle.web.parts.practices import rights_name
from marelle.web.public.show import public, show

PAGE_SIZE = 20
NEWEST = 6


@public
def resources(request: HttpRequest) -> HttpResponse:
    """What one may take away; the newest practices beside."""
    filters = Filters.read(request.GET)
    paginator = Paginator(queries.shelf(filters), PAGE_SIZE)
    context = {
        "filters": filters,
        "page": paginator.get_page(request.GET.get("page")),
        "count": paginator.count,
        "kinds": ResourceKind.choices,
        "audiences": Audience.choices,
        "services": list(Service.objects.order_by("position", "pk")),
        "languages": [(code, native_name(code)) for code in LANGUAGES],
        "practices": practices.cards(list(practices.shelf(practices.Filters())[:NEWEST])),
        "query": urlencode(filters.parameters),
        "noindex": bool(filters.parameters),
    }
    return show(request, "public/resources.html", context)


@public
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource: what it is for, its files, the versions before."""
    found = found_or_404(code)
    newest = {kept.pk for kept in queries.in_use(found)}
    versions = [(kept, native_name(kept.language)) for kept in queries.files_of(found) if not kept.file.removed_at]
    context = {
        "resource": found,
        "summary": text(found.summary),
        "files": [line for line in versions if line[0].pk in newest],
        "before": [line for line in versions if line[0].pk not in newest],
        "services": list(found.services.order_by("position", "pk")),
        "domains": list(found.domains.order_by("position", "pk")),
        "rights": rights_name(found.rights),
    }
    return show(request, "public/resource.html", context)


@public
def resource_file(request: HttpRequest, code: str, file_code: str) -> FileResponse:
    """A version of a published resource; any other file is a 404."""
    file = queries.public_file(found_or_404(code), file_code)
    if file is None:
        raise Http404
    return attachment(file)


def found_or_404(code: str) -> Resource:
    found = queries.public_one(code)
    if found is None:
        raise Http404
    return found
