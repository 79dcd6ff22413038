"""A member beside the towns like it, for anyone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from marelle.web.parts.comparison import beside
from marelle.web.public.cities import found
from marelle.web.public.show import public, show


@public
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Its figures, the middle of a group of similar towns, the whole network: never a ranking."""
    territory, mandate = found(code)
    if mandate is None or (territory is not None and territory.code != code):
        raise Http404
    context = beside(request, mandate)
    if context["table"].wanted:
        return context["table"].download()
    address = reverse("public:compare", args=[code])
    context |= {"organisation": mandate.organisation, "address": address, "noindex": bool(request.GET)}
    return show(request, "public/comparison.html", context)
