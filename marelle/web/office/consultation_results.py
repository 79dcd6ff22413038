"""The consultation in the office: the results of a place as everyone will read them, before they are public and after."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.consultations import catalogue, method, telling
from marelle.consultations.models import Consultation
from marelle.consultations.queries import contrasts, published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import READABLE, Edition
from marelle.consultations.queries.results import preview
from marelle.consultations.states import ConsultationState
from marelle.web.office.consultations import own
from marelle.web.parts.result_places import larger, place_or_404, report, why
from marelle.web.parts.results import file_table, lines, told
from marelle.web.parts.tables import Table


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def result_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every question of the edition as it may be told of one place, and what protects the children."""
    found = own(request, edition)
    read, context = preview(found), {"consultation": found, "tab": "results", "protection": method.protection(found)}
    if read is None:
        return render(request, "office/consultation_results.html", context)
    place = place_or_404(read, request.GET.get("lieu", ""))
    if not _is_open(found, place.level):
        raise Http404
    table = _file(request, read, place)
    if table.wanted:
        return table.download()
    context |= {"freeze": read.freeze, "table": table, "is_public": found.state in READABLE}
    return render(request, "office/consultation_results.html", context | _shown(read, place))


def _is_open(consultation: Consultation, level: str) -> bool:
    """Whether a level is read already: towns once their tables are the last ones (specs/disclosure.md, R5).

    Until then sheets may be taken back and frozen again: two draws of noise, town by town, would say more than either.
    """
    return consultation.state != ConsultationState.FROZEN or level in catalogue.COUNTED


def _file(request: HttpRequest, read: Edition, place: Place) -> Table:
    """Every column the place tells."""
    asked = published.told(read, published.every, [place])[place.zone].results
    rows = lines(place.zone, asked, read.freeze.code, weighted=read.is_weighted(place.zone))
    return file_table(request, "-".join(filter(None, ["consultation", read.consultation.code, place.slug])), rows)


def _shown(read: Edition, place: Place) -> dict[str, Any]:
    """The place with what it tells, or why it tells nothing; the places one may choose."""
    here = published.told(read, published.by_one, [place])[place.zone]
    known = {"place": place, "here": here, "why": why(here), "levels": _levels(read, place)}
    zones = published.told(read, published.everyone, place.around)
    others = [each for each in larger(zones, place) if not each.status]
    if here.status:
        return known | {"nearest": next(iter(others), None)}
    known |= {"who": contrasts.who(here.results)}
    if place.is_country:
        return known | {"results": [told(one) for one in here.results]}
    beside = [each for each in others if each.place.level in catalogue.COUNTED]
    apart = contrasts.differences(here, beside[-1]) if beside else []
    return known | {"parts": report(here, beside), "apart": apart}


def _levels(read: Edition, chosen: Place) -> list[tuple[str, list[Place]]]:
    """The places that have a page, by level, the whole country first; and the one chosen, which may have none."""
    known = [place for place in published.pages(read) if _is_open(read.consultation, place.level)]
    levels: dict[str, list[Place]] = {}
    for place in [*known, *([] if chosen.zone in {each.zone for each in known} else [chosen])]:
        levels.setdefault(place.level, []).append(place)
    return [(telling.level(level), found) for level, found in levels.items()]
