"""What was said at a meeting, kept: one press makes a practice of a talk."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Event, ProgrammeItem
from marelle.events.operations import talks


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def make_practice(request: HttpRequest, item: str) -> HttpResponse:
    """A talk becomes a draft, in the name of who gave it."""
    found = _mine(request, item)
    made = talks.make_practice(found.pk, request.POST.get("organisation", ""), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("A practice is drafted from this talk: those who gave it are told, and complete it."))
    return redirect("office:practice", made.code)


def _mine(request: HttpRequest, code: str) -> ProgrammeItem:
    """A part of a meeting of one's committee. Raises Http404."""
    committees = request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]
    events = Event.objects.visible_to(request.user).filter(committee__in=committees)  # type: ignore[arg-type]
    found = ProgrammeItem.objects.filter(code=code, event__in=events.values("pk")).first()
    if found is None:
        raise Http404
    return found
