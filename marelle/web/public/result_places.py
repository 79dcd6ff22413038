"""The places a consultation tells of, and the report of one: every question by age, beside its région and the country."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from marelle.consultations import catalogue, telling
from marelle.consultations.catalogue import ALL, EVERYONE
from marelle.consultations.queries import places, published
from marelle.consultations.queries.geography import WORDS
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition, Told
from marelle.territories.queries import suggest
from marelle.territories.states import TerritoryKind
from marelle.web.parts import result_tables
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


def place_or_404(read: Edition, slug: str) -> Place:
    """The place an address names, "" for the whole country. Raises Http404 for what is none."""
    if not slug:
        return places.country()
    zone = places.zone_of(slug)
    found = places.find(zone) if zone else None
    if found is None and zone and published.has_page(read, [zone]):
        return Place(zone, zone.partition(":")[2], (places.country(),))  # of a code that is no longer in force
    if found is None:
        raise Http404
    return found


def larger(zones: Mapping[str, Told], place: Place) -> list[Told]:
    """What the larger places tell, the nearest first."""
    return [zones[one.zone] for one in place.around]


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
        context |= {"parts": report(here, others), "who": result_tables.who(here.results)}
        context |= {"apart": result_tables.differences(here, others[-1]) if others else [], "others": others}
    return show(request, "public/results_place.html", context | {"noindex": bool(here.status)})


def why(here: Told) -> str:
    """Why a place has no page, or ""."""
    return telling.why_not(here.status) if here.status else ""


def report(here: Told, others: list[Told]) -> list[dict[str, Any]]:
    """Every question by theme, told here by age and beside the larger places; or why it is not."""
    ages = [(age, ALL) for age in catalogue.AGES[here.ages]] if here.ages != ALL else []
    parts: dict[str, list[dict[str, Any]]] = {}
    for result in here.results:
        table = result_tables.beside(here, others, result.question.name, ages)
        row = {
            "name": result.question.name,
            "title": result.title,
            "sentence": result.sentence(EVERYONE),
            "table": table,
        }
        parts.setdefault(result.part, []).append(row)
    return [{"title": title, "number": n, "rows": rows} for n, (title, rows) in enumerate(parts.items(), start=1)]
