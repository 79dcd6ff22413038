"""Bringing the living network in: an empty workbook, the fate of every line, a second pair of eyes, then invitations."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts import bringing, imports
from marelle.accounts.doors import programme_administrator
from marelle.accounts.models import Import, Organisation, Person
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import Role
from marelle.base.doors import door
from marelle.base.files import MEDIA_TYPES
from marelle.base.idempotency import once
from marelle.mandates.network_sheets import KIND
from marelle.mandates.operations import bringing_in as operations
from marelle.web.parts import forms
from marelle.web.parts import imports as parts
from marelle.web.parts.tables import answer

MOST = 10  # of the last ones given


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def network(request: HttpRequest) -> HttpResponse:
    """Give the network's workbook; the last ones given."""
    committee = _committees(request)[0]
    form = parts.WorkbookForm(request.POST or None, request.FILES or None)
    made: list[Import] = []
    reference = f"accounts.organisation:{committee.code}"
    whose = {"kind": KIND, "reference": reference, "organisation": committee, "by": request.user}
    if forms.done(form, lambda values: made.append(imports.give(values["file"], **whose))):
        return redirect("office:network_import", made[0].code)
    given = _given(request).order_by("-given_at", "-pk")[:MOST]
    return forms.page(request, "office/network.html", {"form": form, "given": given, "is_demo": settings.DEMO})


@door(programme_administrator)
@require_GET
@asks(reading=SECOND)
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook."""
    return _taken_away(operations.template(_committees(request)[0]), "reseau.xlsx")


@door(programme_administrator)
@require_GET
@asks(reading=SECOND)
def sample(request: HttpRequest) -> HttpResponse:
    """The same with a few invented towns. In demonstration mode only."""
    if not settings.DEMO:
        raise Http404
    return _taken_away(operations.example(_committees(request)[0]), "reseau-exemple.xlsx")


def _taken_away(content: bytes, name: str) -> HttpResponse:
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=MEDIA_TYPES["xlsx"], headers=named)


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def network_import(request: HttpRequest, given: str) -> HttpResponse:
    """The fate of every line; proposed to a colleague, or dropped."""
    found = get_object_or_404(_given(request), code=given)
    if request.method == "POST":
        messages.success(request, _act(request, found))
        return redirect("office:network_import", given)
    waiting = operations.waiting_import(found)
    context = parts.told(request, found) | {
        "waiting": waiting,
        "may_write": waiting is None,
        "address": reverse("office:network_import", args=[given]),
        "answer": reverse("office:network_answer", args=[given]),
        "held": bringing.held(found.outcome.get("codes", [])),
    }
    return answer(request, "office/network_import.html", context["table"], context)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def network_answer(request: HttpRequest, given: str) -> HttpResponse:
    """Confirm what a colleague read and proposed, or decline it."""
    found, read = get_object_or_404(_given(request), code=given), request.POST.get("read", "")
    if "decline" in request.POST:
        operations.decline(found.pk, read=read, by=_person(request))
        messages.success(request, _("It is declined: nothing was written."))
    else:
        operations.confirm(found.pk, read=read, by=_person(request))
        messages.success(request, _("It is confirmed: the network comes in."))
    return redirect("office:network_import", given)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def network_invite(request: HttpRequest, given: str) -> HttpResponse:
    """Send the invitations that were prepared."""
    found = get_object_or_404(_given(request), code=given)
    count = len(bringing.held(found.outcome.get("codes", [])))
    operations.send_invitations(found.pk, by=_person(request))
    words = ngettext("%(n)s invitation leaves.", "%(n)s invitations leave.", count)
    messages.success(request, words % {"n": count})
    return redirect("office:network_import", given)


def _act(request: HttpRequest, found: Import) -> str:
    if "drop" in request.POST:
        imports.drop(found.pk, by=_person(request))
        return _("Nothing was written. The file is forgotten.")
    operations.propose(found.pk, seen=request.POST.get("seen", ""), by=_person(request))
    return _("It is proposed: another programme administrator confirms it.")


def _person(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]


def _committees(request: HttpRequest) -> list[Organisation]:
    return _person(request).committees_as({Role.PROGRAMME_ADMINISTRATOR})


def _given(request: HttpRequest) -> QuerySet[Import]:
    rows = Import.objects.filter(kind=KIND, organisation__in=_committees(request))
    return rows.select_related("organisation", "given_by", "file")
