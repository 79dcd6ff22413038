"""The house itself: its team, its ground, what went wrong in the machinery."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marelle.accounts.doors import programme_team
from marelle.base import checks, registers
from marelle.base.doors import door
from marelle.framework.models import Framework
from marelle.territories.queries import sources


@door(programme_team)
@require_GET
def house(request: HttpRequest) -> HttpResponse:
    """Frameworks and geography in force; letters and jobs given up."""
    context = {
        "frameworks": Framework.objects.order_by("-valid_from", "-pk"),
        "sources": sources(),
        "parked": checks.parked(),
    }
    return render(request, "office/house.html", context)


@door(programme_team)
@require_GET
def invariants(request: HttpRequest) -> HttpResponse:
    """What must always hold, verified now: the same list as `marelle check`."""
    rows = [(name, list(find())) for name, find in sorted(registers.invariants.items())]
    return render(request, "office/invariants.html", {"rows": rows})
