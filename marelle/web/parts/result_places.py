"""The report of one place on a page: every question by age, beside its région and the country."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404

from marelle.consultations import catalogue, telling
from marelle.consultations.catalogue import ALL, EVERYONE, Group
from marelle.consultations.queries import places, published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition, Told
from marelle.consultations.telling import Result
from marelle.web.parts import result_tables


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


def why(here: Told) -> str:
    """Why a place has no page, or ""."""
    return telling.why_not(here.status) if here.status else ""


def report(here: Told, others: list[Told]) -> list[dict[str, Any]]:
    """Every question by theme, told here by age and beside the larger places; or why it is not."""
    ages = [(age, ALL) for age in catalogue.AGES[here.ages]] if here.ages != ALL else []
    parts = enumerate(here.parts.items(), start=1)
    return [
        {"title": title, "number": n, "rows": [_row(here, others, each, ages) for each in asked]}
        for n, (title, asked) in parts
    ]


def _row(here: Told, others: list[Told], result: Result, ages: list[Group]) -> dict[str, Any]:
    name = result.question.name
    known = {"name": name, "title": result.title, "sentence": result.sentence(EVERYONE)}
    return known | {"table": result_tables.beside(here, others, name, ages)}
