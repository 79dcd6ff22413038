"""The places a consultation tells of, and the report of one: every question by age, beside its région and the country."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from marelle.consultations import catalogue, telling
from marelle.consultations.queries import contrasts, published
from marelle.consultations.queries.geography import WORDS
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition
from marelle.territories.queries import suggest
from marelle.territories.states import TerritoryKind
from marelle.web.parts.result_places import larger, place_or_404, report, why
from marelle.web.public.show import public, show

LONGEST = 80  # characters read of what was typed
MOST_FOUND = 20


def edition_or_404(code: str) -> Edition:
    """The published edition of an address. Raises Http404."""
    read = published.edition(code)
    if read is None:
        raise Http404
    return read


def about(read: Edition) -> dict[str, Any]:
    """What each page says of the edition."""
    return {"consultation": read.consultation, "freeze": read.freeze, "code": read.consultation.code}


@public
def place_list(request: HttpRequest, code: str) -> HttpResponse:
    """The places that have a page, by level; or those that fit what was typed, with or without one."""
    read, typed = edition_or_404(code), request.GET.get("q", "")[:LONGEST].strip()
    known = published.pages(read)
    context = about(read) | {"typed": typed, "count": len(known), "noindex": bool(request.GET)}
    if typed:
        context["found"] = search(typed, {place.zone for place in known})
    else:
        context["levels"] = by_level(known)
    return show(request, "public/results_places.html", context)


def search(typed: str, known: set[str]) -> list[dict[str, Any]]:
    """Places that fit, each with whether it has a page."""
    found = [(one, f"{WORDS[TerritoryKind(one.kind)]}:{one.code}") for one in suggest(typed, list(WORDS), MOST_FOUND)]
    return [
        {"place": Place(zone, one.name, (), one.departement or ""), "has_page": zone in known} for one, zone in found
    ]


def by_level(known: list[Place]) -> list[dict[str, Any]]:
    """Places gathered by level, the largest first; the whole country is the home of the results."""
    levels: dict[str, list[Place]] = {}
    for place in known:
        if not place.is_country:
            levels.setdefault(place.level, []).append(place)
    return [{"level": level, "title": telling.level(level), "places": found} for level, found in levels.items()]


@public
def place_report(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """One place: every question by age, beside its région and the country; or that too few answered, and where to read on."""
    read = edition_or_404(code)
    place = place_or_404(read, slug)
    here = published.told(read, published.by_age, [place])[place.zone]
    zones = published.told(read, published.everyone, place.around)
    told = [each for each in larger(zones, place) if not each.status]
    context = about(read) | {"place": place, "here": here, "nearest": next(iter(told), None), "why": why(here)}
    if not here.status:
        others = [each for each in told if each.place.level in catalogue.COUNTED]
        context |= {"parts": report(here, others), "who": contrasts.who(here.results)}
        context |= {"apart": contrasts.differences(here, others[-1]) if others else [], "others": others}
    return show(request, "public/results_place.html", context | {"noindex": bool(here.status)})
