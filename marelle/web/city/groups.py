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
from marelle.events.models import Group
from marelle.events.operations import groups as operations
from marelle.events.queries import groups as queries
from marelle.web.city.space import Space, enter, page
from marelle.web.parts import groups as shared
from marelle.web.parts.files import attachment


@door(member)
@require_safe
def groups(request: HttpRequest, code: str) -> HttpResponse:
    """The groups one is in, and how much of each is new."""
    space = enter(request)
    mine = list(queries.of_member(space.person, space.organisation))
    new = threads.unread([operations.reference_of(group) for group in mine], space.person)
    lines = [{"group": group, "unread": new[operations.reference_of(group)]} for group in mine]
    return page(request, "city/groups.html", space, lines=lines)


@door(member)
@require_safe
def group(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """One group: its charter, its meetings, what was written and shared, the conversation."""
    space = enter(request)
    found = _group(space, group)
    return page(request, "city/group.html", space, **shared.show(found, space.person))


@door(member)
@require_POST
@once
def act(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """Write in the group, share a file, plan a meeting; or leave it."""
    space = enter(request)
    found = _group(space, group)
    if request.POST.get("act") == "leave":
        operations.leave(found.pk, space.person, by=space.person)
        messages.success(request, _("You have left the group: you no longer read it."))
        return redirect("city:groups", code)
    refused = shared.take(request, found, space.person)
    if refused:
        return page(
            request, "city/group.html", space, status=422, **shared.show(_group(space, group), space.person, refused)
        )
    return redirect("city:group", code, group)


@door(member)
@require_safe
def file(request: HttpRequest, code: str, group: str, file: str) -> HttpResponseBase:
    """A file of the group, to its members."""
    return attachment(shared.file_of(_group(enter(request), group), file))


def _group(space: Space, code: str) -> Group:
    """A group one is in for this very organisation. Raises Http404."""
    found = queries.of_member(space.person, space.organisation).filter(code=code).select_related("committee").first()
    if found is None:
        raise Http404
    return found
