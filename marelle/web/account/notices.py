"""Everything one was told, wherever one works."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts import notifications
from marelle.base.doors import door, signed_in
from marelle.web.parts import today

MOST = 200  # lines; older ones are in the digest


@door(signed_in)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """One's notifications, unread first."""
    told = today.lines(today.notices(request.user)[:MOST])
    return render(request, "account/notifications.html", {"notifications": told})


@door(signed_in)
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark one's notifications as read."""
    notifications.mark_read(request.user)
    return redirect("account:messages")
