"""Changes of running plans, as the committee reads and answers them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts.doors import committee
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.operations import amendments as operations
from marelle.mandates.queries import amendments as queries
from marelle.plans.models import Amendment
from marelle.plans.states import AmendmentState, Weight
from marelle.plans.versions import clashing, meanwhile_in
from marelle.web.parts.amendments import reasons, told
from marelle.web.parts.forms import done, page

PROPOSED = {"accept": gettext_lazy("Accept it"), "refuse": gettext_lazy("Refuse it")}  # as the commission reads it


class AnswerForm(forms.Form):
    """What is answered to a change of a plan; for a heavy one, what the commission is asked to confirm."""

    outcome = forms.ChoiceField(label=gettext_lazy("Answer"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"), widget=forms.Textarea(attrs={"rows": 5, "maxlength": 3000}), max_length=3000,
        required=False, help_text=gettext_lazy("The city will read them."),
    )  # fmt: skip

    def __init__(self, amendment: Amendment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, auto_id="%s")
        heavy = amendment.weight == Weight.HEAVY
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            ("accept", _("Propose to accept it") if heavy else _("Accept it")),
            ("refuse", _("Propose to refuse it") if heavy else _("Refuse it")),
            ("send_back", _("Send it back to the city")),
        ]


@door(committee)
@require_safe
@asks(reading=SECOND)
def amendment_list(request: HttpRequest) -> HttpResponse:
    """What was handed in, to answer first."""
    rows = queries.in_tray(request.user)  # type: ignore[arg-type]
    waiting = [row for row in rows if row.state == AmendmentState.SUBMITTED]
    context = {"waiting": waiting, "others": [row for row in rows if row not in waiting]}
    context["may_steer"] = bool(request.user.committees_as(PROGRAMME_TEAM))  # type: ignore[union-attr]
    return render(request, "office/amendments.html", context)


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def amendment(request: HttpRequest, code: str) -> HttpResponse:
    """What it changes, why, how much it weighs; and the answer, or the proposal of one."""
    found = _visible(request, code)
    form = AnswerForm(found, request.POST or None)
    if done(form, lambda values: _answer(request, found, values["outcome"], values["reasons"])):
        return redirect("office:amendment", code)
    return page(request, "office/amendment.html", {**_context(request, found), "form": form})


@door(committee)
@require_POST
@asks(acting=FRESH)
@once
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The commission confirms the answer that was read, or not."""
    found, read = _visible(request, code), request.POST.get("read", "")
    act = operations.decline if "decline" in request.POST else operations.confirm
    act(found.pk, by=request.user, read=read)  # type: ignore[operator]
    messages.success(request, _("It is done, and written in the journal."))
    return redirect("office:amendment", code)


def _answer(request: HttpRequest, found: Amendment, outcome: str, why: str) -> None:
    if outcome == "send_back":
        operations.send_back(found.pk, by=request.user, reasons=why)  # type: ignore[arg-type]
        messages.success(request, _("The city has been told what to see to."))
    elif found.weight == Weight.HEAVY:
        operations.propose(found.pk, by=request.user, outcome=outcome, reasons=why)  # type: ignore[arg-type]
        messages.success(request, _("The commission has been asked to confirm."))
    else:
        operations.answer(found.pk, by=request.user, outcome=outcome, reasons=why)  # type: ignore[arg-type]
        messages.success(request, _("The city has been told."))


def _visible(request: HttpRequest, code: str) -> Amendment:
    """A change handed in to one of the reader's committees. Raises Http404."""
    rows = queries.read_by(request.user).select_related("plan__framework", "plan__organisation", "submitted_by")  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)


def _context(request: HttpRequest, found: Amendment) -> dict[str, Any]:
    mandate, waits = queries.mandate_of(found), found.state == AmendmentState.SUBMITTED
    waiting = queries.waiting_answer(found) if waits else None
    handles = rules.may_handle(request.user, mandate.agreement.application)  # type: ignore[arg-type]
    return {
        "amendment": found,
        "mandate": mandate,
        "groups": told(queries.handed_in(found), found.plan.framework),
        "reasons": reasons(found),
        "meanwhile": told(meanwhile_in(found), found.plan.framework) if waits else [],
        "clashes": waits and bool(clashing(found)),
        "waiting": waiting,
        "proposed": PROPOSED[waiting.payload["outcome"]] if waiting else "",
        "may_answer": waits and waiting is None and handles,
        "may_confirm": rules.may_confirm_amendment(request.user, mandate),  # type: ignore[arg-type]
        "may_follow": handles,
    }
