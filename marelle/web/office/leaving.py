"""Accounts that end: closed by one programme administrator, erased by two."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marelle.accounts import erasing, operations, pending, queries
from marelle.accounts.doors import programme_administrator
from marelle.accounts.forms import LeavingForm
from marelle.accounts.proof import FRESH, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.web.office.people import show


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def leave(request: HttpRequest) -> HttpResponse:
    """Close an account, or propose to erase a person."""
    form = LeavingForm(request.user, request.POST)  # type: ignore[arg-type]
    if not form.is_valid():
        return show(request, leaving_form=form)
    if form.cleaned_data["act"] == "close":
        operations.disable_person(form.person.pk, by=request.user)  # type: ignore[arg-type, union-attr]
        messages.success(request, _("The account is closed: its roles have ended, it opens nothing any more."))
    else:
        erasing.propose_erasure(form.person.pk, by=request.user)  # type: ignore[arg-type, union-attr]
        messages.success(request, _("The erasure is proposed: another programme administrator confirms it."))
    return redirect("office:people")


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def answer(request: HttpRequest, act: str) -> HttpResponse:
    """Erase the person somebody proposed to erase, or decline."""
    if act not in {waiting.code for waiting, _person in queries.erasures_waiting(request.user)}:  # type: ignore[arg-type]
        raise Http404
    if "decline" in request.POST:
        pending.decline(act, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The erasure is declined: nothing has changed."))
    else:
        erasing.confirm_erasure(act, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The person is erased."))
    return redirect("office:people")
