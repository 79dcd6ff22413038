"""Two to five applications of a call side by side: chosen, read on one screen, taken away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from marelle.accounts.doors import committee
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.mandates.models import Call
from marelle.mandates.queries import side_by_side as queries
from marelle.mandates.queries.side_by_side import LEAST, MOST, Side
from marelle.web.parts.tables import Column, Table, Value, answer

Row = tuple[str, list[Value]]  # what is compared, and what each says


@door(committee)
@require_GET
@asks(reading=SECOND)
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """What one chose, side by side; before that, the choice."""
    rows = Call.objects.visible_to(request.user).select_related("framework", "committee")  # type: ignore[arg-type]
    call, chosen = get_object_or_404(rows, code=code), request.GET.getlist("candidature")
    person: Any = request.user
    offered = queries.offered(call, person)
    context = {"call": call, "offered": offered, "chosen": chosen}
    if len(chosen) > MOST or len(chosen) == 1:
        messages.error(request, _("Choose from two to five applications."))
    if not LEAST <= len(chosen) <= MOST:
        return render(request, "office/side_by_side.html", context)
    sides = queries.of(call, person, [each for each in offered if each.code in chosen])
    return answer(request, "office/side_by_side.html", _table(request, call, sides), context)


def _table(request: HttpRequest, call: Call, sides: list[Side]) -> Table:
    """A column an application."""
    return Table(
        request,
        name=f"comparaison-{call.code}",
        caption=_("Applications side by side"),
        columns=[
            Column("quoi", pgettext("what is compared", "What"), lambda row: row[0]),
            *(_column(number, side) for number, side in enumerate(sides)),
        ],
        rows=[*_facts(sides), *_scores(call, sides)],
        per_page=400,
    )


def _column(number: int, side: Side) -> Column:
    application = side.application
    return Column(application.organisation.code, application.organisation.name, lambda row: row[1][number])


def _facts(sides: list[Side]) -> list[Row]:
    """What each holds."""
    towns = [side.application.organisation.territory for side in sides]
    told = {
        _("Track"): [str(side.application.track) for side in sides],
        _("State"): [str(side.application.get_state_display()) for side in sides],
        _("Inhabitants"): [town.population if town else None for town in towns],
        _("Objectives"): [side.counts["objective"] for side in sides],
        _("Actions"): [side.counts["action"] for side in sides],
        _("Actions in which children take part"): [side.counts["with_children"] for side in sides],
        _("Indicators"): [side.counts["indicator"] for side in sides],
        _("Budget of the actions that have one, in euros"): [side.budget for side in sides],
        _("Remarks of coherence"): [side.counts["remarks"] for side in sides],
    }
    return list(told.items())


def _scores(call: Call, sides: list[Side]) -> list[Row]:
    """What the readers gave, each reader's points apart; then the opinion."""
    rows: list[Row] = [
        (str(criterion), [_several(side.points(criterion)) for side in sides])
        for criterion in queries.criteria_of(call)
    ]
    totals = [[round(each.total) for each in side.readings if each.total is not None] for side in sides]
    rows.append((_("Total of each reading, of 100"), [_several(found) for found in totals]))
    opinions: list[Value] = [str(side.application.get_opinion_display()) for side in sides]
    return [*rows, (pgettext("of the commission", "Opinion"), opinions)]


def _several(points: list[int]) -> str:
    return pgettext("between the points of two readers", " and ").join(map(str, points))


def address(call: Call, codes: list[str]) -> str:
    """Where these stand side by side."""
    asked = "&".join(f"candidature={code}" for code in codes[:MOST])
    return f"{reverse('office:side_by_side', args=[call.code])}?{asked}"
