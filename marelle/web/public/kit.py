"""The kit to print, for anyone; the poster of one group, for who holds the key of its page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from marelle.consultations import documents
from marelle.consultations.queries import access, shown
from marelle.web.public.show import public, show


@public
def kit(request: HttpRequest) -> HttpResponse:
    """The sheets, each with what it is for."""
    language = get_language() or "fr"
    numbers = shown.help_numbers()
    sheets = [(name, documents.sheet_words(name, language, numbers)) for name in documents.SHEETS]
    return show(request, "public/kit.html", {"sheets": sheets})


@public
def document(request: HttpRequest, name: str) -> HttpResponse:
    """One of them."""
    if name not in documents.SHEETS:
        raise Http404
    drawn = documents.sheet(name, (get_language() or "fr")[:2], shown.help_numbers())
    return paper(drawn, f"{name}.pdf")


@public
def poster(request: HttpRequest, key: str) -> HttpResponse:
    """The code and its square, to hang on the wall of a group."""
    sitting = access.sitting_of(key)
    opened = access.unseal(sitting) if sitting else None
    if sitting is None or opened is None:
        raise Http404
    return paper(documents.poster(sitting, opened.code, (get_language() or "fr")[:2]), "affiche.pdf", is_secret=True)


def paper(drawn: bytes, name: str, *, is_secret: bool = False) -> HttpResponse:
    """A PDF to take away; a secret one is kept by nobody."""
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if is_secret:
        response["Cache-Control"] = "no-store"
    return response
