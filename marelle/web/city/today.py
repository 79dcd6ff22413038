"""The first page of a workspace, its messages, its search, its calendar."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marelle.accounts import notifications
from marelle.accounts.doors import member, organisation_of
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import may_read
from marelle.base import feeds, registers
from marelle.base.doors import anyone, door
from marelle.web.parts import calendars, holding, search, today


@door(member)
@require_safe
def home(request: HttpRequest, code: str) -> HttpResponse:
    """The next date, at most three acts, what changed, who holds what."""
    organisation = organisation_of(request)
    key = feeds.living(request.user.code, organisation.code)
    address = settings.SITE_ADDRESS + reverse("city:feed", args=[code, key.code]) if key else ""
    context = today.show(request.user, organisation) | {"feed_key": key, "feed_address": address}
    context["who_holds"] = holding.gathered(context["held"])
    return render(request, "city/today.html", context)


@door(member)
@require_safe
def with_slash(request: HttpRequest, code: str) -> HttpResponse:
    """The same place, as some write it."""
    return redirect("city:today", code)


@door(member)
@require_safe
def messages_of_place(request: HttpRequest, code: str) -> HttpResponse:
    """One's notifications about this organisation."""
    organisation = organisation_of(request)
    told = today.lines(today.notices(request.user, organisation)[:100])
    return render(request, "city/notifications.html", {"organisation": organisation, "notifications": told})


@door(member)
@require_POST
def mark_read(request: HttpRequest, code: str) -> HttpResponse:
    """Mark what this page lists as read."""
    organisation = organisation_of(request)
    unread = today.notices(request.user, organisation).filter(read_at=None)
    notifications.mark_read(request.user, unread.values_list("code", flat=True))
    return redirect("city:messages", organisation.code)


@door(member)
@require_safe
def search_page(request: HttpRequest, code: str) -> HttpResponse:
    """What this person may see, here and elsewhere."""
    organisation = organisation_of(request)
    return render(request, "city/search.html", search.show(request, request.user) | {"organisation": organisation})


@door(member)
@require_POST
def change_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Make the address of one's own calendar, or close it."""
    organisation = organisation_of(request)
    feeds.withdraw(request.user.code, organisation.code)
    if request.POST.get("act") == "open":
        feeds.open_feed(request.user.code, organisation.code)
        messages.success(request, _("Your calendar has an address. Keep it to yourself: whoever has it can read it."))
    else:
        messages.success(request, _("The address of your calendar is closed."))
    return redirect("city:today", organisation.code)


@door(anyone)
@require_safe
def feed(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A person's dates in an organisation: the key opens, the roles of the day decide what is read."""
    found = feeds.find(key, code)
    person = Person.objects.filter(code=found.person_code, is_active=True).first() if found else None
    organisation = Organisation.objects.filter(code=code).first()
    if person is None or organisation is None or not may_read(person, organisation):
        raise Http404
    return calendars.answer(registers.moments(person, organisation), organisation.name)
