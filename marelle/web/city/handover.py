"""Handing the file over: the pack on one page and in one PDF, who takes over, and saying that it is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts import rules
from marelle.accounts.doors import member
from marelle.accounts.forms import InviteForm
from marelle.accounts.proof import SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.handover_documents import handover_pdf
from marelle.mandates.models import Handover
from marelle.mandates.operations import handovers as operations
from marelle.mandates.queries.handovers import open_handover, pack
from marelle.web.city.space import Space, enter
from marelle.web.parts.forms import done, page


@door(member)
@require_http_methods(["GET", "POST"])
@asks(acting=SECOND)
@once
def handover(request: HttpRequest, code: str) -> HttpResponse:
    """The pack; for an administrator, naming who takes over."""
    space = enter(request)
    form = InviteForm(space.organisation, request.POST or None, auto_id="%s")
    if done(form, lambda typed: operations.name_successor(space.organisation.pk, by=space.person, **typed)):
        messages.success(
            request, _("The invitation has been sent: it opens this space, where the pack is the first thing to read.")
        )
        return redirect("city:handover", code)
    return page(request, "city/handover.html", {**_told(space), "form": form})


@door(member)
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The same on paper."""
    space = enter(request)
    response = HttpResponse(handover_pdf(pack(space.organisation, space.person)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="passation-{code}-{clock.today().isoformat()}.pdf"'
    return response


@door(member)
@require_POST
@once
def close(request: HttpRequest, code: str) -> HttpResponse:
    """The file is handed over."""
    space = enter(request)
    rows = Handover.objects.visible_to(space.person).filter(organisation=space.organisation, closed_at=None)
    operations.close_handover(get_object_or_404(rows).pk, by=space.person)
    messages.success(request, _("The file is handed over."))
    return redirect("city:handover", code)


def _told(space: Space) -> dict[str, Any]:
    found = open_handover(space.organisation, space.person)
    return {
        "space": space,
        "organisation": space.organisation,
        "pack": pack(space.organisation, space.person),
        "handover": found,
        "takes_over": bool(found and found.successor and found.successor == space.person.email.lower()),
        "may_administer": rules.may_administer(space.person, space.organisation),
    }
