"""What children propose to the town, and what they are answered; the codes by which a group of them rates a report."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.base import clock, origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.framework.queries import domains_of
from marelle.plans import proposals as queries
from marelle.plans import voices
from marelle.plans.models import GroupCode, Objective, Plan, Proposal, Report
from marelle.plans.operations import group_codes
from marelle.plans.operations import proposals as operations
from marelle.plans.operations.proposals import Said, Told
from marelle.plans.operations.writing import BEING_WRITTEN, TAKES_ACTIONS
from marelle.plans.queries import outline
from marelle.plans.states import FOLLOWED, AnswerKind, GroupKind, ProposalSource, ProposalState, ReportState
from marelle.web.city.space import Space, enter, page
from marelle.web.parts.forms import done

DAY = {"type": "date"}
BEING_TOLD = frozenset({ReportState.ASKED, ReportState.RETURNED})  # reports a group may rate
MOST_REPORTS = 12  # those of two mandates that one may still speak of


class SaidForm(forms.Form):
    """What children propose, as an adult keeps it."""

    words = forms.CharField(
        label=gettext_lazy("What the children propose, in their words"),
        max_length=operations.LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("What a group says, never one child. No first name, no class so small that one would be recognised."),
    )  # fmt: skip
    source = forms.ChoiceField(
        label=gettext_lazy("Where it comes from"), choices=ProposalSource, widget=forms.RadioSelect
    )
    group_name = forms.CharField(
        label=gettext_lazy("Name of the group"), max_length=120, required=False,
        help_text=gettext_lazy("“Children’s council”, “a class of Jules-Verne school”."),
    )  # fmt: skip
    received_on = forms.DateField(
        label=gettext_lazy("The day it came"), required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        help_text=gettext_lazy("The answer is due three months later. Leave blank if nobody knows the day any more."),
    )  # fmt: skip
    names_nobody = forms.BooleanField(
        label=gettext_lazy("I have read it over: no child is named, nor can be recognised")
    )


class ToldForm(forms.Form):
    """What the children are answered."""

    kind = forms.ChoiceField(label=gettext_lazy("Our answer"), choices=AnswerKind, widget=forms.RadioSelect)
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=operations.LONGEST, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Say “you”. Short sentences, words of every day: a child of nine reads it alone."),
    )  # fmt: skip
    planned_for = forms.CharField(
        label=gettext_lazy("When it will be done"), max_length=10, required=False,
        help_text=gettext_lazy("2029 for a year, 2029-S1 for half of it, 2029-09 or 2029-09-14. Blank if the answer is no."),
    )  # fmt: skip
    answered_on = forms.DateField(
        label=gettext_lazy("The day the children were told"), required=False,
        widget=forms.DateInput(DAY, format="%Y-%m-%d"), help_text=gettext_lazy("Today if you leave it blank."),
    )  # fmt: skip


# Proposals -----------------------------------------------------------------------------------------------------------
@door(member)
@require_http_methods(["GET", "POST"])
@once
def proposals(request: HttpRequest, code: str) -> HttpResponse:
    """What children propose, what waits for its answer, and one more to write down."""
    space, made = enter(request), []
    form = SaidForm(request.POST or None, auto_id="%s")
    if done(form, lambda typed: made.append(_keep(space, typed))):
        messages.success(request, _("Written down. Read it over, then show it to everyone."))
        return redirect("city:proposal", code, made[0].code)
    return page(request, "city/proposals.html", space, status=_status(form), form=form, **_all_of_them(space))


def _all_of_them(space: Space) -> dict[str, Any]:
    """The proposals by where they stand, and the share answered in time."""
    rows = queries.with_answers(_own(space))
    heard = queries.heard_by([space.organisation])[space.organisation.pk]
    return {
        "waiting": [p for p in rows if p.state == ProposalState.PROPOSED],
        "answered": [p for p in rows if p.state == ProposalState.ANSWERED],
        "withdrawn": [p for p in rows if p.state == ProposalState.WITHDRAWN],
        "heard": heard,
        "share": queries.told_in_short(heard),
        "today": clock.today(),
    }


def _keep(space: Space, typed: dict[str, Any]) -> Proposal:
    plan = in_force(space)
    return operations.keep_proposal(space.organisation, _said(typed), by=space.person, plan=plan)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def proposal(request: HttpRequest, code: str, proposal: str) -> HttpResponse:
    """One proposal: its words, its answer and what that said before, what becomes of it."""
    space = enter(request)
    found = _proposal_or_404(space, proposal)
    form = ToldForm(request.POST or None, initial=_answered(found), auto_id="%s")
    if done(form, lambda typed: operations.answer(found.pk, Told(**typed), by=space.person)):
        messages.success(request, _("The children are answered."))
        return redirect("city:proposal", code, proposal)
    return page(request, "city/proposal.html", space, status=_status(form), form=form, **_story_of(found, space))


def _story_of(found: Any, space: Space) -> dict[str, Any]:
    """What is known of one, what to look at again in its words, what may be done."""
    return {
        "proposal": found,
        "names": voices.perhaps_names(found.words),
        "ease": voices.ease(found.given.why) if found.given else None,
        "strip": origins.strip_for(operations.reference(found), space.person),
        "late": found.due_on is not None and found.due_on < clock.today() and found.given is None,
        "may_answer": space.may_write and found.state != ProposalState.WITHDRAWN,
    }


@door(member)
@require_http_methods(["GET", "POST"])
@once
def change(request: HttpRequest, code: str, proposal: str) -> HttpResponse:
    """Write a proposal otherwise, while it waits for its answer."""
    space = enter(request)
    found = _proposal_or_404(space, proposal)
    form = SaidForm(request.POST or None, initial=vars(found), auto_id="%s")
    if done(form, lambda typed: operations.change_proposal(found.pk, _said(typed), by=space.person)):
        messages.success(request, _("Saved."))
        return redirect("city:proposal", code, proposal)
    return page(request, "city/proposal_change.html", space, status=_status(form), form=form, proposal=found)


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, proposal: str) -> HttpResponse:
    """Show it to everyone, stop showing it, or take it out."""
    space, sent = enter(request), request.POST
    found, what = _proposal_or_404(space, proposal), sent.get("act", "")
    if what not in ("show", "hide", "withdraw"):
        raise Http404
    if what == "withdraw":
        operations.withdraw(found.pk, sent.get("because", ""), by=space.person)
    else:
        {"show": operations.show, "hide": operations.hide}[what](found.pk, by=space.person)
    messages.success(request, _("Saved."))
    return redirect("city:proposal", code, proposal)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def carry_on(request: HttpRequest, code: str, proposal: str) -> HttpResponse:
    """Choose where it goes in the plan: a new action, a new objective while the plan is written, or what stands already."""
    space = enter(request)
    found, plan = _proposal_or_404(space, proposal), taking(space)
    if request.method != "POST" or plan is None:
        return page(request, "city/proposal_carry_on.html", space, proposal=found, **places(plan))
    place, there = request.POST.get("to", ""), request.POST.get("there", "")
    if there:
        operations.tie(found.pk, there, by=space.person)
        messages.success(request, _("The thread says it: this answers the children."))
        return redirect("city:proposal", code, proposal)
    made = operations.carry_on(found.pk, plan.pk, place, by=space.person)
    messages.success(request, _("“%(name)s” is in your plan.") % {"name": made.name})
    return redirect("city:objective" if isinstance(made, Objective) else "city:action", code, made.code)


def places(plan: Plan | None) -> dict[str, Any]:
    """Where it may go: the objectives of the plan and their actions; the domains, while the plan is written."""
    if plan is None:
        return {"plan": None}
    parts = outline(plan, covered=False, domains=domains_of(plan.framework))
    return {"plan": plan, "parts": parts, "takes_objectives": plan.state in BEING_WRITTEN}


def _own(space: Space) -> QuerySet[Proposal]:
    return Proposal.objects.visible_to(space.person).filter(organisation=space.organisation)


def _proposal_or_404(space: Space, code: str) -> Any:
    """A proposal of the organisation, with its answers. Raises Http404."""
    found = queries.with_answers(_own(space).filter(code=code).select_related("written_by", "shown_by", "plan"))
    if not found:
        raise Http404
    return found[0]


def taking(space: Space) -> Plan | None:
    """The plan that takes what children say: the one that runs, else the one being written."""
    rows = Plan.objects.visible_to(space.person).filter(
        organisation=space.organisation, state__in=sorted(TAKES_ACTIONS)
    )
    found = list(rows.select_related("framework").order_by("-created_at", "-pk"))
    return next((plan for plan in found if plan.state in FOLLOWED), found[0] if found else None)


def in_force(space: Space) -> Plan | None:
    """The plan that runs."""
    rows = Plan.objects.visible_to(space.person).filter(organisation=space.organisation, state__in=sorted(FOLLOWED))
    return rows.select_related("framework").order_by("-created_at", "-pk").first()


def _said(typed: dict[str, Any]) -> Said:
    return Said(typed["words"], typed["source"], typed["group_name"], typed["received_on"])


def _answered(found: Any) -> dict[str, Any]:
    """What the form of an answer begins with: the one in force, to correct it."""
    names = ("kind", "why", "planned_for", "answered_on")
    return {name: getattr(found.given, name) for name in names} if found.given else {}


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


# Codes of groups -----------------------------------------------------------------------------------------------------
@door(member)
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest, code: str) -> HttpResponse:
    """The reports a group of children may rate, each with its code; a new one is shown once."""
    space = enter(request)
    made, plain = _made(request, space) if request.method == "POST" else (None, "")
    context: dict[str, Any] = {"reports": _spoken_of(space), "kinds": GroupKind.choices, "now": clock.now()}
    context |= {"made": made, "plain": plain, "rating": settings.SITE_ADDRESS + reverse("public:group_rating")}
    answer = page(request, "city/group_codes.html", space, **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _reports(space: Space) -> QuerySet[Report]:
    return Report.objects.visible_to(space.person).filter(plan__organisation=space.organisation)


def _spoken_of(space: Space) -> QuerySet[Report]:
    """Those being written, and those a group had a code for, each with its groups in the order they were made."""
    latest = Prefetch("group_codes", GroupCode.objects.order_by("made_at", "pk"))
    held = Q(state__in=sorted(BEING_TOLD)) | Exists(GroupCode.objects.filter(report=OuterRef("pk")))
    return _reports(space).filter(held).prefetch_related(latest).order_by("-due_on", "kind", "pk")[:MOST_REPORTS]


def _groups(space: Space) -> QuerySet[GroupCode]:
    return GroupCode.objects.filter(report__in=_reports(space).values("pk"))


def _made(request: HttpRequest, space: Space) -> tuple[GroupCode, str]:
    if request.POST.get("group"):
        held = get_object_or_404(_groups(space), code=request.POST["group"])
        return group_codes.reopen(held.pk, by=space.person)
    report = get_object_or_404(_reports(space), code=request.POST.get("report", ""))
    return group_codes.make_code(report.pk, request.POST.get("kind", ""), by=space.person)


@door(member)
@require_POST
@once
def code_act(request: HttpRequest, code: str, held: str) -> HttpResponse:
    """Withdraw a code; show what the group added, or keep it."""
    space, what = enter(request), request.POST.get("act", "")
    found = get_object_or_404(_groups(space), code=held)
    if what == "revoke":
        group_codes.revoke(found.pk, by=space.person)
    elif what in ("show", "keep"):
        group_codes.read_sentence(found.pk, is_shown=what == "show", by=space.person)
    else:
        raise Http404
    messages.success(request, _("Saved."))
    return redirect("city:group_codes", code)
