"""The report of a place and the press kit of an edition, to take away: drawn by the worker, or at once when asked before it."""

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from marelle.consultations.models import Freeze
from marelle.consultations.operations import result_documents
from marelle.consultations.queries import places, published, result_files
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition
from marelle.consultations.result_documents import LANGUAGES
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.public.result_places import edition_or_404, place_or_404
from marelle.web.public.show import public

MOST_DRAWN = 20  # a minute for one address: each takes a second of a processor, those that are there cost nothing
KEPT = 3600  # seconds in a browser: a second freeze of an edition is rare
PDF, ZIP = "application/pdf", "application/zip"


@public
def country_report(request: HttpRequest, code: str) -> HttpResponseBase:
    """The report of the whole country. Raises Http404, TooMany, Unavailable."""
    return report(request, edition_or_404(code), places.country())


@public
def place_report(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """The report of a place that has a page. Raises Http404, TooMany, Unavailable."""
    read = edition_or_404(code)
    return report(request, read, place_or_404(read, slug))


def report(request: HttpRequest, read: Edition, place: Place) -> HttpResponseBase:
    """The report in the language of the address."""
    spoken = (get_language() or "fr")[:2]
    language = spoken if spoken in LANGUAGES else LANGUAGES[0]
    found = result_files.report_of(read.freeze, place, language)
    if found is None and published.has_page(read, [place.zone]):
        once_in_a_while(request)
        found = result_documents.write(read, place, language)
    if found is None:
        raise Http404
    return taken_away(request, read.freeze, found, f"consultation-{read.consultation.code}-{found.name}", PDF)


@public
def press_kit(request: HttpRequest, code: str) -> HttpResponseBase:
    """What stands clear, with charts, a table and what it is worth. Raises Http404, TooMany, Unavailable."""
    read = edition_or_404(code)
    found = result_files.kit_of(read.freeze)
    if found is None:
        once_in_a_while(request)
        found = result_documents.write_kit(read)
    return taken_away(request, read.freeze, found, f"consultation-{code}-{found.name}", ZIP)


def once_in_a_while(request: HttpRequest) -> None:
    """Count a document that is drawn because a page asks. Raises TooMany."""
    limits.count("result-documents", client_address(request), most=MOST_DRAWN, seconds=limits.MINUTE)


def taken_away(request: HttpRequest, freeze: Freeze, path: Path, name: str, kind: str) -> HttpResponseBase:
    """The file, or that it has not changed since it was taken."""
    etag = result_files.etag(freeze, path.name)
    unchanged: HttpResponse | None = get_conditional_response(request, etag=etag)
    response = unchanged or FileResponse(path.open("rb"), content_type=kind, as_attachment=True, filename=name)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={KEPT}"
    return response
