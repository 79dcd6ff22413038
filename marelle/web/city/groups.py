"""Working groups in the workspace: those one is a member of for this organisation, and nobody else's."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts import threads
from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.events.models import Group, GroupInvitation
from marelle.events.operations import groups as operations
from marelle.events.queries import groups as queries
from marelle.web.city.space import Space, enter, page
from marelle.web.parts import groups as shared
from marelle.web.parts.files import attachment


@door(member)
@require_safe
def groups(request: HttpRequest, code: str) -> HttpResponse:
    """The groups one is in, how much of each is new, and those one is invited to."""
    space = enter(request)
    mine = list(queries.of_member(space.person, space.organisation))
    new = threads.unread([operations.reference_of(group) for group in mine], space.person)
    lines = [{"group": group, "unread": new[operations.reference_of(group)]} for group in mine]
    invitations = queries.invitations_to(space.person, space.organisation)
    return page(request, "city/groups.html", space, lines=lines, invitations=invitations)


@door(member)
@require_safe
def group(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """One group: its charter, its meetings, what was written and shared, the conversation; its charter to who is invited."""
    space = enter(request)
    found = _mine(space, group)
    if found is None and (invitation := _invitation(space, group)):
        return page(request, "city/group_invitation.html", space, **shared.show_invitation(invitation))
    return page(request, "city/group.html", space, **shared.show(found or _group(space, group), space.person))


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """Answer its invitation; write in the group, share a file, plan a meeting; or leave it."""
    space = enter(request)
    invitation = _invitation(space, group)
    if invitation:
        joined = shared.answer_invitation(request, invitation.group, space.person)
        return redirect("city:group", code, group) if joined else redirect("city:groups", code)
    found = _group(space, group)
    if request.POST.get("act") == "leave":
        return _leave(request, space, found)
    refused = shared.take(request, found, space.person)
    if not refused:
        return redirect("city:group", code, group)
    shown = shared.show(_group(space, group), space.person, refused)
    return page(request, "city/group.html", space, status=422, **shown)


@door(member)
@require_safe
def file(request: HttpRequest, code: str, group: str, file: str) -> HttpResponseBase:
    """A file of the group, to its members."""
    return attachment(shared.file_of(_group(enter(request), group), file))


def _leave(request: HttpRequest, space: Space, group: Group) -> HttpResponse:
    operations.leave(group.pk, space.person, by=space.person)
    messages.success(request, _("You have left the group: you no longer read it."))
    return redirect("city:groups", space.code)


def _invitation(space: Space, code: str) -> GroupInvitation | None:
    """The one to this group that one has not answered, for this very organisation."""
    return queries.invitations_to(space.person, space.organisation).filter(group__code=code).first()


def _group(space: Space, code: str) -> Group:
    """A group one is in for this very organisation. Raises Http404."""
    found = _mine(space, code)
    if found is None:
        raise Http404
    return found


def _mine(space: Space, code: str) -> Group | None:
    return queries.of_member(space.person, space.organisation).filter(code=code).select_related("committee").first()
