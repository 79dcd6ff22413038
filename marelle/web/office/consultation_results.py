"""The consultation in the office: protected counts of the whole edition, question by question."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.consultations.catalogue import FRANCE
from marelle.consultations.queries.results import latest_freeze, results
from marelle.web.office.consultations import own
from marelle.web.parts.results import file_table, floors, lines, told


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def result_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every question of the edition as it may be told, and what protects the children."""
    found = own(request, edition)
    freeze = latest_freeze(found)
    asked = results(found, freeze) if freeze else []
    table = None
    if freeze:
        rows = lines(FRANCE, asked, freeze.code, weighted=bool(freeze.manifest.get("margins")))
        table = file_table(request, f"consultation-{found.code}", rows)
        if table.wanted:
            return table.download()
    context = {"consultation": found, "freeze": freeze, "tab": "results", "table": table, "floors": floors(found)}
    return render(request, "office/consultation_results.html", context | {"results": [told(one) for one in asked]})
