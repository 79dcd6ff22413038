"""What the committee asked: each point ticked off, in a few words if one likes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.operations import points as operations
from marelle.web.city.space import application_or_404, enter


@door(member)
@require_POST
@once
def tick(request: HttpRequest, code: str, point: str) -> HttpResponse:
    """Tick a point off, or open it again."""
    space = enter(request)
    is_done = "undo" not in request.POST
    answer = request.POST.get("answer", "")
    operations.tick(application_or_404(space).pk, point, is_done=is_done, answer=answer, by=space.person)
    messages.success(request, _("The point is ticked off.") if is_done else _("The point is open again."))
    return redirect("city:application", code)
