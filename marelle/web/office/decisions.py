"""What waits for the board."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marelle.accounts.doors import committee
from marelle.base.doors import door
from marelle.mandates.queries import office


@door(committee)
@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    """Proposals waiting to be confirmed, the oldest first."""
    return render(request, "office/decisions.html", {"waiting": office.decisions_waiting(request.user)})
