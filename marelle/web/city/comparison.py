"""A running plan beside those of similar towns."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.mandates.queries.mandates import living
from marelle.mandates.states import RUNNING
from marelle.web.city.space import enter, page
from marelle.web.parts.comparison import beside

PLACE = "organisation__territory__"
AROUND = (f"{PLACE}departement", f"{PLACE}region", f"{PLACE}intercommunality")


@door(member)
@require_GET
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of the mandate that runs, beside the towns like this one; without a mandate, why there are none."""
    space = enter(request)
    rows = living(space.organisation, space.person).filter(state__in=sorted(RUNNING))
    mandate = rows.select_related("plan__framework", *AROUND).first()
    if mandate is None:
        return page(request, "city/plan_comparison.html", space)
    context = beside(request, mandate)
    if context["table"].wanted:
        return context["table"].download()
    return page(request, "city/plan_comparison.html", space, address=reverse("city:compare", args=[code]), **context)
