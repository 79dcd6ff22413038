"""The first page of the office, its messages, its search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts import notifications
from marelle.accounts.doors import committee
from marelle.base.doors import door
from marelle.web.parts import search, today


@door(committee)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The next date, at most three acts, what changed."""
    return render(request, "office/today.html", today.show(request.user, *request.user.committees_as()))


@door(committee)
@require_safe
def without_slash(request: HttpRequest) -> HttpResponse:
    """The same place, as some write it."""
    return redirect("office:today")


@door(committee)
@require_safe
def messages_of_place(request: HttpRequest) -> HttpResponse:
    """One's notifications about the office."""
    told = today.lines(today.notices(request.user, *request.user.committees_as())[:100])
    return render(request, "office/notifications.html", {"notifications": told})


@door(committee)
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark what this page lists as read."""
    unread = today.notices(request.user, *request.user.committees_as()).filter(read_at=None)
    notifications.mark_read(request.user, unread.values_list("code", flat=True))
    return redirect("office:messages")


@door(committee)
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What this person may see."""
    return render(request, "office/search.html", search.show(request, request.user))
