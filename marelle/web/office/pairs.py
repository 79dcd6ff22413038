"""A joint candidature in the office: the two dossiers side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marelle.accounts.doors import committee
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.mandates.models import Pair
from marelle.mandates.queries import pairs as queries


@door(committee)
@require_safe
@asks(reading=SECOND)
def pair(request: HttpRequest, code: str) -> HttpResponse:
    """Who exercises what, what each plans in each domain, the actions carried by both: of what one may open."""
    found = get_object_or_404(Pair.objects.select_related("call__framework", "commune", "intercommunality"), code=code)
    readable = queries.readable(found, request.user)
    if found.accepted_at is None or not readable:
        raise Http404
    by_organisation = {application.organisation_id: application for application in readable}
    plans = {key: queries.as_handed_in(application) for key, application in by_organisation.items()}
    known = {action["code"] for plan in plans.values() for objective in plan for action in objective["actions"]}
    context = {
        "pair": found,
        "sides": [(o, by_organisation.get(o.pk)) for o in (found.commune, found.intercommunality)],
        "lines": queries.lines(found, plans),
        "shared": [line for line in queries.shared(found) if line.action.code in known],
    }
    return render(request, "office/pair.html", context)
