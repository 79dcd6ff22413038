"""The committee's people, who asks to join anywhere, and the journal of the whole house."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts import operations, queries, rules
from marelle.accounts.doors import programme_administrator, programme_team
from marelle.accounts.forms import AnswerForm, InviteForm, LeavingForm, RoleForm
from marelle.accounts.models import Invitation, JoinRequest, Membership, Organisation, Person
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.web.parts import forms

PER_PAGE = 50  # acts of the journal


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def people(request: HttpRequest) -> HttpResponse:
    """Members of the committee, their roles and protection; requests to join where no administrator answered."""
    return show(request)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def invite(request: HttpRequest) -> HttpResponse:
    """Send a one-use link to a future member of the committee."""
    form = InviteForm(committee(request), request.POST)
    if forms.done(form, lambda typed: operations.invite(committee(request).pk, by=request.user, **typed)):  # type: ignore[arg-type]
        messages.success(request, _("The invitation has been sent. It is good for 14 days."))
        return redirect("office:people")
    return show(request, invite_form=form)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def withdraw(request: HttpRequest, invitation: str) -> HttpResponse:
    """Make an invitation worthless."""
    found = get_object_or_404(Invitation.objects.filter(organisation__in=committees(request)), code=invitation)
    operations.withdraw_invitation(found.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The invitation is withdrawn: its link no longer opens anything."))
    return redirect("office:people")


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def give_role(request: HttpRequest) -> HttpResponse:
    """One more role for a member."""
    house = committee(request)
    form = RoleForm(house, queries.team_of(house), request.POST)
    if form.is_valid():
        colleague = get_object_or_404(Person, code=form.cleaned_data["person"])
        operations.give_role(colleague.pk, house.pk, form.cleaned_data["role"], by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The role is given."))
        return redirect("office:people")
    return show(request, role_form=form)


@door(programme_administrator)
@require_POST
@asks(acting=FRESH)
@once
def end_role(request: HttpRequest, membership: str) -> HttpResponse:
    """End a member's role."""
    living = Membership.objects.living().filter(organisation__in=committees(request))
    operations.end_role(get_object_or_404(living, code=membership).pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The role has ended."))
    return redirect("office:people")


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def answer(request: HttpRequest, asked: str) -> HttpResponse:
    """Let someone into an organisation, or not, where no administrator did."""
    rows = JoinRequest.objects.filter(organisation__in=looked_after(request)).select_related("organisation")
    found = get_object_or_404(rows, code=asked)
    form = AnswerForm(found.organisation, request.POST)
    if form.is_valid():
        accept, role = form.cleaned_data["answer"] == "accept", form.cleaned_data["role"]
        operations.answer_join_request(found.pk, accept=accept, role=role, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The answer has been sent."))
    return redirect("office:people")


@door(programme_administrator)
@require_safe
@asks(reading=SECOND)
def journal(request: HttpRequest) -> HttpResponse:
    """Every act of one's committees and of the organisations they look after, latest first."""
    page = Paginator(queries.journal_of_committees(request.user), PER_PAGE).get_page(request.GET.get("page"))
    acts = [queries.as_act(entry) for entry in page]
    return render(request, "office/people_journal.html", {"page": page, "acts": acts})


def show(request: HttpRequest, **typed: Any) -> HttpResponse:
    """The page, with what was typed in the form that was refused."""
    house = committee(request)
    team = queries.team_of(house)
    requests = [(asked, AnswerForm(asked.organisation)) for asked in queries.join_requests(looked_after(request))]
    may_administer = rules.may_administer(request.user, house)  # type: ignore[arg-type]
    context = {
        "committee": house,
        "committees": committees(request),
        "reader": request.user,
        "team": team,
        "may_administer": may_administer,
        "erasures": queries.erasures_waiting(request.user) if may_administer else [],  # type: ignore[arg-type]
        "leaving_form": LeavingForm(request.user),  # type: ignore[arg-type]
        "invitations": queries.invitations_of(house),
        "requests": requests,
        "invite_form": InviteForm(house),
        "role_form": RoleForm(house, team),
    }
    return forms.page(request, "office/people.html", {**context, **typed})


def committee(request: HttpRequest) -> Organisation:
    """The committee this page is about: the one the address or the form names, else the reader's first. Raises Http404."""
    mine = committees(request)
    named = request.POST.get("committee") or request.GET.get("committee")
    found = next((house for house in mine if named in (None, "", house.code)), None)
    if found is None:
        raise Http404
    return found


def committees(request: HttpRequest) -> list[Organisation]:
    """Those whose people the reader looks after."""
    return request.user.committees_as(PROGRAMME_TEAM)  # type: ignore[union-attr]


def looked_after(request: HttpRequest) -> QuerySet[Organisation]:
    """The organisations the reader answers for."""
    return Organisation.objects.looked_after_by(committees(request))
