"""A plan that runs, as the programme team reads it: how far it is, and what was checked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.framework.queries import domains_of
from marelle.mandates import rules
from marelle.mandates.models import Mandate
from marelle.mandates.operations.following import take_verification_back, verify_reading
from marelle.plans import proposals
from marelle.plans.following import follow
from marelle.plans.queries import outline
from marelle.plans.states import FOLLOWED
from marelle.web.parts import evolutions


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def followed(request: HttpRequest, code: str) -> HttpResponse:
    """Where the plan of a mandate stands, and its readings, those to check first in sight."""
    mandate = mandate_or_404(request, code)
    domains = domains_of(mandate.plan.framework, covered=False)
    parts = outline(mandate.plan, covered=False, domains=domains)
    context = {"mandate": mandate, "parts": parts, "is_followed": mandate.plan.state in FOLLOWED}
    context["evolution"] = evolutions.of_plan(mandate.plan, domains)
    context["followed"] = follow(parts)  # each indicator of `parts` gets what was read of it
    context["answered"] = proposals.told_in_short(proposals.heard_by([mandate.organisation])[mandate.organisation_id])
    return render(request, "office/followed.html", context)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a reading was checked against its evidence, or take that back."""
    mandate, takes_back = mandate_or_404(request, code), "back" in request.POST
    act = take_verification_back if takes_back else verify_reading
    reading = act(mandate.pk, request.POST.get("reading", ""), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("To be verified again.") if takes_back else _("Verified."))
    return redirect(f"{request.path.removesuffix('/verifier')}#{reading.indicator.code}")


def mandate_or_404(request: HttpRequest, code: str) -> Mandate:
    """The mandate of an agreement, for the team of the committee that signed it. Raises Http404."""
    rows = Mandate.objects.visible_to(request.user)  # type: ignore[arg-type]
    rows = rows.select_related(
        "organisation",
        "track",
        "plan__framework",
        "agreement__application__call",
        "agreement__application__organisation",
    )
    found = get_object_or_404(rows, agreement__code=code)
    if not rules.may_handle(request.user, found.agreement.application):  # type: ignore[arg-type]
        raise Http404
    return found
