"""Changing a plan that runs: a working copy, what differs from the plan, why, and the answer of the committee."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.accounts.proof import require_second_proof
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.operations import amendments as operations
from marelle.mandates.queries import people
from marelle.mandates.queries.coherence import of_amendment
from marelle.plans.models import Amendment, Plan
from marelle.plans.operations import amending
from marelle.plans.queries import DomainOutline, content
from marelle.plans.states import FOLLOWED, OPEN_AMENDMENTS
from marelle.plans.versions import clashing, differences_of, meanwhile_in
from marelle.web.city import plan_editor
from marelle.web.city.plan_editor import Editor, Ways
from marelle.web.city.space import Space, enter, page
from marelle.web.parts.amendments import reasons, told
from marelle.web.parts.coherence import Told, in_editor, shown
from marelle.web.parts.forms import done
from marelle.web.parts.saving import Outcome, answer_one

AREA = forms.Textarea(attrs={"rows": 5, "maxlength": amending.LONGEST_WHY})


class WhyForm(forms.Form):
    """Why the plan should change."""

    why = forms.CharField(
        label=gettext_lazy("Why should the plan change?"), widget=AREA, max_length=amending.LONGEST_WHY, required=False,
        help_text=gettext_lazy("The committee reads it; the public too, once the change is accepted. Name no one."),
    )  # fmt: skip


@door(member)
@require_http_methods(["GET", "POST"])
def amendment(request: HttpRequest, code: str) -> HttpResponse:
    """The working copy as it is written; what was handed in, once it is; how to begin, when there is none."""
    space = enter(request)
    found = _open(space)
    if found is None:
        return page(request, "city/amendment_begin.html", space, plan=_running_or_404(space), past=_past(space))
    if request.method == "GET" and not (space.may_write and found.is_being_written):
        return redirect("city:amendment_read", code)
    editor = _editor(space, found)
    outcome = plan_editor.save(request, editor) if request.method == "POST" else Outcome()
    if request.method == "POST" and plan_editor.status(outcome) == 200:
        return plan_editor.saved(request, editor)
    context = {**plan_editor.context(request, editor, outcome), **_meanwhile(found), "amendment": found}
    context["remarks"] = _remarks(found, context["parts"], editor.ways.page)
    return page(request, "city/amendment_edit.html", space, status=plan_editor.status(outcome), **context)


@door(member)
@require_POST
@once
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Open a working copy."""
    space = enter(request)
    amending.begin(_running_or_404(space).pk, by=space.person)
    messages.success(request, _("Your working copy is open: the plan that runs does not move."))
    return redirect("city:amendment", code)


@door(member)
@require_POST
def field(request: HttpRequest, code: str) -> HttpResponse:
    """Save one field of the working copy while its writer writes."""
    space = enter(request)
    editor = _editor(space, _open_or_404(space))
    return answer_one(request, editor.save_field, title=_("a field of the plan"), back=editor.ways.page)


@door(member)
@require_POST
@once
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a part to the working copy."""
    space = enter(request)
    return plan_editor.add(request, _editor(space, _open_or_404(space)))


@door(member)
@require_POST
@once
def cover(request: HttpRequest, code: str) -> HttpResponse:
    """Say which recommendations an objective of the working copy answers."""
    space = enter(request)
    return plan_editor.cover(request, _editor(space, _open_or_404(space)))


@door(member)
@require_POST
@once
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Move a part of the working copy up or down, take it out, or put it back."""
    space = enter(request)
    return plan_editor.change(request, _editor(space, _open_or_404(space)))


@door(member)
@require_POST
@once
def catch_up(request: HttpRequest, code: str) -> HttpResponse:
    """Bring into the working copy what the running plan became meanwhile."""
    space = enter(request)
    amending.catch_up(_open_or_404(space).pk, by=space.person)
    messages.success(request, _("Your copy has followed the plan; what you wrote in it has stayed."))
    return redirect("city:amendment_read", code)


@door(member)
@require_http_methods(["GET", "POST"])
def differences(request: HttpRequest, code: str) -> HttpResponse:
    """What differs from the plan that runs, why, and handing it in."""
    space = enter(request)
    found = _open_or_404(space)
    form = WhyForm(request.POST or None, initial={"why": found.why}, auto_id="%s")
    if request.method == "POST":
        if "keep" not in request.POST:
            require_second_proof(request)
        if done(form, lambda typed: _hand_in(request, found, typed["why"])):
            return redirect("city:amendment_read", code)
    context = {**_told(found), **_meanwhile(found), "form": form, "who_hand_in": people.who_hand_in(space.organisation)}
    return page(request, "city/amendment_read.html", space, status=422 if form.errors else 200, **context)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Give the change up, after a second look."""
    space = enter(request)
    found = _open_or_404(space)
    if request.method == "POST":
        operations.withdraw(found.pk, by=space.person)
        messages.success(request, _("The change is given up: the plan goes on as it is."))
        return redirect("city:plan", code)
    return page(request, "city/amendment_withdraw.html", space, amendment=found)


@door(member)
@require_GET
def kept(request: HttpRequest, code: str, amendment: str) -> HttpResponse:
    """A change that was answered or given up, as it was."""
    space = enter(request)
    found = get_object_or_404(_of(space).exclude(state__in=sorted(OPEN_AMENDMENTS)), code=amendment)
    return page(request, "city/amendment_kept.html", space, plan_runs=found.plan.state in FOLLOWED, **_told(found))


def _of(space: Space) -> Any:
    """The changes of the organisation's plans."""
    rows = Amendment.objects.visible_to(space.person).filter(plan__organisation=space.organisation)
    return rows.select_related("plan__framework", "copy", "begun_by", "submitted_by", "answered_by")


def _open(space: Space) -> Amendment | None:
    found: Amendment | None = _of(space).filter(state__in=sorted(OPEN_AMENDMENTS)).order_by("-begun_at").first()
    return found


def _open_or_404(space: Space) -> Amendment:
    found = _open(space)
    if found is None:
        raise Http404
    return found


def _past(space: Space) -> list[Amendment]:
    """What was answered or given up, the newest first."""
    return list(_of(space).exclude(state__in=sorted(OPEN_AMENDMENTS)).order_by("-begun_at", "-pk"))


def _running_or_404(space: Space) -> Plan:
    """The newest plan that runs."""
    plans = Plan.objects.visible_to(space.person).filter(organisation=space.organisation, state__in=sorted(FOLLOWED))
    found = plans.order_by("-created_at", "-pk").first()
    if found is None:
        raise Http404
    return found


def _editor(space: Space, found: Amendment) -> Editor:
    """The editor of the working copy."""
    names = {"page": "", "field": "_field", "add": "_add", "cover": "_cover", "change": "_change"}
    ways = {way: reverse(f"city:amendment{name}", args=[space.code]) for way, name in names.items()}
    return Editor(space, found.copy, found.plan.framework, Ways(**ways))  # type: ignore[arg-type]


def _remarks(found: Amendment, parts: Sequence[DomainOutline], page: str) -> Told:
    """What does not hold together in the working copy."""
    domains = [part.domain for part in parts]
    return shown(of_amendment(found, content(found.copy, parts), domains), domains, in_editor(page))  # type: ignore[arg-type]


def _hand_in(request: HttpRequest, found: Amendment, why: str) -> None:
    """Keep the reasons alone, or hand in."""
    if "keep" in request.POST:
        amending.explain(found.pk, why, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Saved."))
        return
    operations.hand_in(found.pk, by=request.user, why=why)  # type: ignore[arg-type]
    messages.success(request, _("The change is handed in: the committee is told."))


def _told(found: Amendment) -> dict[str, Any]:
    """What it changes, in words."""
    groups = told(differences_of(found), found.plan.framework)
    return {"amendment": found, "groups": groups, "reasons": reasons(found)}


def _meanwhile(found: Amendment) -> dict[str, Any]:
    """What the plan became since it was copied."""
    groups = told(meanwhile_in(found), found.plan.framework) if found.is_being_written else []
    return {"meanwhile": groups, "clashes": bool(groups and clashing(found))}
