"""The catalogue of the open data, for the machines that harvest it: Turtle, RDF/XML or JSON-LD, as they ask."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from marelle.web.parts import triples
from marelle.web.parts.open_catalogue import statements
from marelle.web.public.show import public

WRITERS = {"jsonld": triples.json_ld, "ttl": triples.turtle, "rdf": triples.xml}
KINDS = {"application/ld+json": "jsonld", "text/turtle": "ttl", "application/rdf+xml": "rdf"}
MEDIA = {kind: media for media, kind in KINDS.items()}


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """Lead to the catalogue as it is asked for; a reader without wishes gets JSON-LD."""
    wanted = request.get_preferred_type(list(KINDS)) or "application/ld+json"
    response = HttpResponseRedirect(reverse("public:open_catalogue_file", args=[KINDS[wanted]]))
    patch_vary_headers(response, ["Accept"])
    return response


@public
def catalogue_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The catalogue in one form."""
    if kind not in WRITERS:
        raise Http404
    response = HttpResponse(WRITERS[kind](statements()), content_type=f"{MEDIA[kind]}; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"  # open data: pages of other sites may read it
    return response
