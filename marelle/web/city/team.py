"""The team of an organisation: who works there, as what, who is invited, who asks, and what was done."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.accounts import operations, proof, queries, rules
from marelle.accounts.doors import member, organisation_of
from marelle.accounts.forms import AnswerForm, DelegationForm, InviteForm, RoleForm
from marelle.accounts.models import Membership, Person
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.errors import NotAllowed
from marelle.base.idempotency import once
from marelle.web.parts import forms

PER_PAGE = 50  # acts of the journal


@door(member)
@require_safe
def team(request: HttpRequest, code: str) -> HttpResponse:
    """Everyone's roles; for administrators, what can be changed."""
    return show(request)


@door(member)
@require_POST
@asks(acting=SECOND)
@once
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Send a one-use link."""
    form = InviteForm(organisation_of(request), request.POST)
    if forms.done(form, lambda typed: operations.invite(organisation_of(request).pk, by=person(request), **typed)):
        return back(request, _("The invitation has been sent. It is good for 14 days."))
    return show(request, invite_form=form)


@door(member)
@require_POST
@asks(acting=SECOND)
@once
def withdraw(request: HttpRequest, code: str, invitation: str) -> HttpResponse:
    """Make an invitation worthless."""
    found = get_object_or_404(organisation_of(request).invitations, code=invitation)
    operations.withdraw_invitation(found.pk, by=person(request))
    return back(request, _("The invitation is withdrawn: its link no longer opens anything."))


@door(member)
@require_POST
@asks(acting=SECOND)
@once
def answer(request: HttpRequest, code: str, asked: str) -> HttpResponse:
    """Let someone in, or not."""
    found = get_object_or_404(organisation_of(request).join_requests, code=asked)
    form = AnswerForm(organisation_of(request), request.POST)
    if form.is_valid():
        accept = form.cleaned_data["answer"] == "accept"
        operations.answer_join_request(found.pk, accept=accept, role=form.cleaned_data["role"], by=person(request))
        return back(request, _("The answer has been sent."))
    return back(request)


@door(member)
@require_POST
@asks(acting=FRESH)
@once
def give_role(request: HttpRequest, code: str) -> HttpResponse:
    """One more role for a colleague."""
    form = RoleForm(organisation_of(request), queries.team_of(organisation_of(request)), request.POST)
    if form.is_valid():
        colleague = get_object_or_404(Person, code=form.cleaned_data["person"])
        operations.give_role(colleague.pk, organisation_of(request).pk, form.cleaned_data["role"], by=person(request))
        return back(request, _("The role is given."))
    return show(request, role_form=form)


@door(member)
@require_POST
@asks(acting=FRESH)
@once
def end_role(request: HttpRequest, code: str, membership: str) -> HttpResponse:
    """End a role: one's own, or a colleague's."""
    found = get_object_or_404(
        Membership.objects.living().filter(organisation=organisation_of(request)), code=membership
    )
    operations.end_role(found.pk, by=person(request))
    messages.success(request, _("The role has ended."))
    person(request).forget_memberships()
    return back(request) if rules.may_read(person(request), organisation_of(request)) else redirect("account:home")


@door(member)
@require_http_methods(["GET", "POST"])
@once
def take_over(request: HttpRequest, code: str, colleague: str) -> HttpResponse:
    """A colleague has left: their roles end, their files stay with the team."""
    require_administrator(request)
    gone = get_object_or_404(
        Person, code=colleague, memberships__in=organisation_of(request).memberships.living().values("pk")
    )
    if request.method == "GET":
        return render(request, "city/team_take_over.html", {"organisation": organisation_of(request), "gone": gone})
    proof.require_fresh_proof(request)
    held = operations.take_over(organisation_of(request).pk, gone.pk, by=person(request))
    return render(request, "city/team_taken_over.html", {"organisation": organisation_of(request), "held": held})


@door(member)
@require_POST
@asks(acting=FRESH)
@once
def delegate(request: HttpRequest, code: str) -> HttpResponse:
    """Record a delegation to hand files in."""
    form = DelegationForm(queries.team_of(organisation_of(request)), request.POST)
    if forms.done(form, lambda typed: record_delegation(request, **typed)):
        return back(request, _("The delegation is recorded."))
    return show(request, delegation_form=form)


@door(member)
@require_POST
@asks(acting=FRESH)
@once
def end_delegation(request: HttpRequest, code: str, delegation: str) -> HttpResponse:
    """End a delegation."""
    operations.end_delegation(
        get_object_or_404(organisation_of(request).delegations, code=delegation).pk, by=person(request)
    )
    return back(request, _("The delegation has ended."))


@door(member)
@require_safe
def journal(request: HttpRequest, code: str) -> HttpResponse:
    """What was done in the organisation's name, for its administrators (trust J4)."""
    require_administrator(request)
    page = Paginator(queries.journal_entries(organisation_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    acts = [queries.as_act(entry, names_readers=False) for entry in page]
    context = {"organisation": organisation_of(request), "page": page, "acts": acts}
    return render(request, "city/team_journal.html", context)


def show(request: HttpRequest, **typed: Any) -> HttpResponse:
    """The page of the team, with what was typed in the form that was refused."""
    organisation, team = organisation_of(request), queries.team_of(organisation_of(request))
    context = {
        "organisation": organisation,
        "team": team,
        "may_administer": rules.may_administer(person(request), organisation),
        "invitations": queries.invitations_of(organisation),
        "requests": queries.join_requests([organisation]),
        "delegations": queries.delegations_of(organisation),
        "invite_form": InviteForm(organisation),
        "role_form": RoleForm(organisation, team),
        "answer_form": AnswerForm(organisation),
        "delegation_form": DelegationForm(team),
        "is_light": proof.is_light(request),
    }
    return forms.page(request, "city/team.html", {**context, **typed})


def record_delegation(request: HttpRequest, *, person: str, **typed: Any) -> None:
    colleague = get_object_or_404(Person, code=person)
    operations.record_delegation(organisation_of(request).pk, colleague.pk, by=request.user, **typed)  # type: ignore[arg-type]


def require_administrator(request: HttpRequest) -> None:
    if not rules.may_administer(person(request), organisation_of(request)):
        raise NotAllowed(_("This page is for the administrators of the organisation."), rule="may_administer")


def person(request: HttpRequest) -> Person:
    someone: Person = request.user  # type: ignore[assignment]
    return someone


def back(request: HttpRequest, done: str = "") -> HttpResponse:
    """To the team, saying what was done."""
    if done:
        messages.success(request, done)
    return redirect("city:team", organisation_of(request).code)
