"""Who asks that the sign-in service opens their account: a programme administrator compares, and answers (trust A13)."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts import identities as reconciling
from marelle.accounts.doors import programme_administrator
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once


@door(programme_administrator)
@require_safe
@asks(reading=SECOND)
def identities(request: HttpRequest) -> HttpResponse:
    """Each request: what the service says of who asked, beside the account as we know it."""
    context = {
        "waiting": reconciling.waiting(request.user),  # type: ignore[arg-type]
        "name": settings.OIDC.get("name", ""),
        "reader": request.user,
    }
    return render(request, "office/identities.html", context)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def answer(request: HttpRequest, act: str) -> HttpResponse:
    """Tie the identity to the account, or leave things as they are."""
    if act not in {row["act"].code for row in reconciling.waiting(request.user)}:  # type: ignore[arg-type]
        raise Http404
    if "decline" in request.POST:
        reconciling.decline(act, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Declined: nothing has changed."))
    else:
        reconciling.confirm(act, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Confirmed: its person comes in that way from now on, and is told by letter."))
    return redirect("office:identities")
