"""The plan in a spreadsheet: taken away as a workbook, brought back, read over, then written."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marelle.accounts import imports
from marelle.accounts.doors import member
from marelle.accounts.models import Import
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.files import MEDIA_TYPES
from marelle.base.idempotency import once
from marelle.plans import sheets
from marelle.plans.models import Amendment, Plan
from marelle.plans.states import AMENDING
from marelle.web.city.plan import newest, visible
from marelle.web.city.running import plans_of
from marelle.web.city.space import Space, enter
from marelle.web.parts import forms
from marelle.web.parts import imports as parts
from marelle.web.parts.tables import answer

MOST = 5  # of the last ones given


@door(member)
@require_http_methods(["GET", "POST"])
@once
def spreadsheet(request: HttpRequest, code: str) -> HttpResponse:
    """Take the plan away, bring it back; the last ones brought."""
    space = enter(request)
    plan = _plan_or_404(request, space)
    form = parts.PlanWorkbookForm(request.POST or None, request.FILES or None)
    made: list[Import] = []
    reference = f"plans.plan:{plan.code}"
    whose = {"kind": sheets.KIND, "reference": reference, "organisation": space.organisation, "by": space.person}
    if forms.done(form, lambda v: made.append(imports.give(v["file"], removes=v["removes"], **whose))):
        return redirect("city:spreadsheet_read", code, made[0].code)
    given = Import.objects.filter(organisation=space.organisation, reference=reference).order_by("-given_at", "-pk")
    context = {"space": space, "organisation": space.organisation, "plan": plan, "form": form, "given": given[:MOST]}
    writing = Amendment.objects.visible_to(space.person).filter(plan=plan, state__in=sorted(AMENDING))
    context["into_copy"] = sheets.into_the_copy() if writing.exists() else ""
    return forms.page(request, "city/plan_spreadsheet.html", context)


@door(member)
@require_GET
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The workbook of the plan, as it stands now."""
    space = enter(request)
    name = f"{slugify(_('plan'))}-{space.code}-{clock.today():%Y-%m-%d}.xlsx"
    content = sheets.workbook(_plan_or_404(request, space))
    return HttpResponse(
        content,
        content_type=MEDIA_TYPES["xlsx"],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@door(member)
@require_http_methods(["GET", "POST"])
@once
def spreadsheet_read(request: HttpRequest, code: str, given: str) -> HttpResponse:
    """What a workbook would do; confirmed, it is written."""
    space = enter(request)
    references = [f"plans.plan:{plan}" for plan in plans_of(space).values_list("code", flat=True)]
    rows = Import.objects.filter(organisation=space.organisation, reference__in=references)
    found = get_object_or_404(rows.select_related("given_by"), code=given)
    if request.method == "POST":
        if said := parts.answer(request, found, space.person):
            messages.success(request, said)
        return redirect("city:spreadsheet_read", code, given)
    context = parts.told(request, found) | {"space": space, "organisation": space.organisation}
    address = {"address": reverse("city:spreadsheet_read", args=[code, given]), "may_write": space.may_write}
    return answer(request, "city/plan_import.html", context["table"], context | address)


def _plan_or_404(request: HttpRequest, space: Space) -> Plan:
    """The plan the address names (`?plan=`, its code), else the newest one. Raises Http404."""
    if code := request.GET.get("plan"):
        return get_object_or_404(visible(space), code=code)
    plan = newest(space)
    if plan is None:
        raise Http404
    return plan
