"""Two accounts of one person become one: compared, proposed by one programme administrator, confirmed by another."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts import merging
from marelle.accounts.doors import programme_administrator
from marelle.accounts.forms import MergeForm
from marelle.accounts.models import Person
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import Role
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.web.parts import forms


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
def merge(request: HttpRequest) -> HttpResponse:
    """What waits for an answer; two addresses to compare, and then both accounts side by side. Nothing changes here."""
    form = MergeForm(request.user, request.POST or None)  # type: ignore[arg-type]
    compared = merging.sides(form.cleaned_data["one"], form.cleaned_data["other"]) if form.is_valid() else None
    context = {
        "form": form,
        "compared": compared,
        "pairs": zip(compared, reversed(compared), strict=True) if compared else [],
        "waiting": merging.waiting(request.user),  # type: ignore[arg-type]
        "reader": request.user,
    }
    return forms.page(request, "office/merge.html", context)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def propose(request: HttpRequest, closing: str, staying: str) -> HttpResponse:
    """Propose that one account is taken into the other."""
    near = Person.objects.in_care_of(request.user.committees_as({Role.PROGRAMME_ADMINISTRATOR})).distinct()  # type: ignore[union-attr]
    one, other = (get_object_or_404(near, code=code) for code in (closing, staying))
    merging.propose(one.pk, other.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Proposed: another programme administrator compares both accounts, and confirms."))
    return redirect("office:merge")


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def answer(request: HttpRequest, act: str) -> HttpResponse:
    """Make the two accounts one, or leave things as they are."""
    if act not in {row.act.code for row in merging.waiting(request.user)}:  # type: ignore[arg-type]
        raise Http404
    if "decline" in request.POST:
        merging.decline(act, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Declined: both accounts are as they were."))
    else:
        merging.confirm(act, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The two accounts are one. Its person is signed out, and told at both addresses."))
    return redirect("office:merge")
