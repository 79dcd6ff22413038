"""A working group on a page, for its members in their workspace and for the committee's team in the office: one way for both."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.accounts.models import File, Person
from marelle.base import clock
from marelle.events import rules
from marelle.events.models import Group, GroupInvitation
from marelle.events.operations import groups as operations
from marelle.events.queries import groups as queries
from marelle.web.parts import threads
from marelle.web.parts.forms import done

AREA = forms.Textarea(attrs={"rows": 6})
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SideBySideForm(forms.Form):
    """A text in French and in English."""

    fr = forms.CharField(label=gettext_lazy("In French"), required=False, widget=AREA, max_length=20_000)
    en = forms.CharField(label=gettext_lazy("In English"), required=False, widget=AREA, max_length=20_000)


class MinutesForm(forms.Form):
    """What a meeting said and decided, in one language."""

    held_on = forms.DateField(label=gettext_lazy("Meeting of"), widget=DAY)
    language = forms.ChoiceField(label=gettext_lazy("Written in"), choices=settings.LANGUAGES)
    text = forms.CharField(label=gettext_lazy("What was said and decided"), widget=AREA, max_length=20_000)


class FileForm(forms.Form):
    """One file."""

    upload = forms.FileField(
        label=gettext_lazy("File to share"),
        help_text=gettext_lazy("Only the members of the group and the committee’s team read it. 20 MB at most."),
    )


class MeetingForm(forms.Form):
    """The next meeting of the group."""

    name = forms.CharField(label=gettext_lazy("What the meeting is about"), max_length=200)
    day = forms.DateField(label=gettext_lazy("Day"), widget=DAY)
    starts = forms.TimeField(label=gettext_lazy("Begins at"), widget=HOUR, help_text=gettext_lazy("Paris time."))
    ends = forms.TimeField(label=gettext_lazy("Ends at"), widget=HOUR)
    language = forms.ChoiceField(label=gettext_lazy("Held in"), choices=settings.LANGUAGES)
    room = forms.URLField(
        label=gettext_lazy("Address of the room"), required=False, max_length=500, assume_scheme="https"
    )


class CodeForm(forms.Form):
    """Which meeting."""

    code = forms.CharField(max_length=32)


FORMS: dict[str, Callable[..., forms.Form]] = {
    "charter": SideBySideForm,
    "agenda": SideBySideForm,
    "minutes": MinutesForm,
    "file": FileForm,
    "meeting": MeetingForm,
    "no_meeting": CodeForm,
}


def find(code: str, person: Person) -> Group:
    """The group, for whoever may read it. Raises Http404."""
    rows = Group.objects.visible_to(person).select_related("committee")
    return get_object_or_404(rows, code=code)


def show(group: Group, person: Person, refused: dict[str, Any] | None = None) -> dict[str, Any]:
    """What `parts/group.html` needs. `refused`: the form that was not taken, by its name."""
    told, is_open = refused or {}, group.closed_at is None
    reference, language = operations.reference_of(group), {"language": person.language}
    fresh = {
        "charter": SideBySideForm(initial=group.charter, prefix="charter"),
        "agenda": SideBySideForm(initial=group.agenda, prefix="agenda"),
        "minutes": MinutesForm(initial={"held_on": clock.today(), **language}, prefix="minutes"),
        "file": FileForm(prefix="file"),
        "meeting": MeetingForm(initial=language, prefix="meeting"),
    }
    return {
        "group": group,
        "charter": _side_by_side(group.charter),
        "agenda": _side_by_side(group.agenda),
        "members": queries.members(group),
        "invitations": queries.invitations(group),
        "days": queries.minutes(group),
        "files": queries.files(group),
        "meetings": queries.meetings(group),
        "forms": {**fresh, **told},
        "is_open": is_open,
        "runs": rules.may_run(person, group.committee),
        "thread": threads.show(reference, person, may_write=is_open, form=told.get("thread")),
        "now": clock.now(),
    }


def show_invitation(invitation: GroupInvitation) -> dict[str, Any]:
    """What somebody invited reads before they answer: who invites them, and the charter."""
    return {"invitation": invitation, "group": invitation.group, "charter": _side_by_side(invitation.group.charter)}


def answer_invitation(request: HttpRequest, group: Group, person: Person) -> bool:
    """Accept, or decline. Raises Http404 for any other press."""
    act = request.POST.get("act")
    if act not in ("accept", "decline"):
        raise Http404
    operations.answer_invitation(group.pk, accepts=act == "accept", by=person)
    if act == "accept":
        messages.success(request, _("Welcome: you are a member of the group."))
    else:
        messages.success(request, _("You have declined the invitation."))
    return act == "accept"


def take(request: HttpRequest, group: Group, person: Person) -> dict[str, Any]:
    """Do what was sent; what was refused comes back as `{name of the form: form}`, empty once done. Raises Http404."""
    act = request.POST.get("act", "thread")
    if act == "thread":
        refused = threads.sent(request, operations.reference_of(group), person)
        return {"thread": refused} if refused else {}
    if act not in FORMS:
        raise Http404
    form = FORMS[act](request.POST, request.FILES, prefix=act)
    if done(form, lambda typed: ACTS[act](group, person, request, typed)):
        messages.success(request, _("Saved: the members of the group see it."))
        return {}
    return {act: form}


def file_of(group: Group, code: str) -> File:
    """A file shared in the group. Raises Http404."""
    return get_object_or_404(queries.files(group), code=code)


def _side_by_side(words: dict[str, str]) -> dict[str, str]:
    return {code: words.get(code, "") for code in operations.LANGUAGES}


def _charter(group: Group, person: Person, request: HttpRequest, typed: dict[str, Any]) -> None:
    _write("charter", group, person, request, typed)


def _agenda(group: Group, person: Person, request: HttpRequest, typed: dict[str, Any]) -> None:
    _write("agenda", group, person, request, typed)


def _write(field: str, group: Group, person: Person, request: HttpRequest, typed: dict[str, Any]) -> None:
    operations.write_group(group.pk, field, typed, version=_version(request), by=person)


def _minutes(group: Group, person: Person, request: HttpRequest, typed: dict[str, Any]) -> None:
    operations.write_minutes(group.pk, by=person, version=_version(request), **typed)


def _file(group: Group, person: Person, request: HttpRequest, typed: dict[str, Any]) -> None:
    operations.add_file(group.pk, typed["upload"], by=person)


def _meeting(group: Group, person: Person, request: HttpRequest, typed: dict[str, Any]) -> None:
    operations.plan_meeting(
        group.pk,
        name={typed["language"]: typed["name"]},
        starts_at=datetime.combine(typed["day"], typed["starts"], clock.PARIS),
        ends_at=datetime.combine(typed["day"], typed["ends"], clock.PARIS),
        language=typed["language"],
        room=typed["room"],
        by=person,
    )


def _no_meeting(group: Group, person: Person, request: HttpRequest, typed: dict[str, Any]) -> None:
    coming = queries.meetings(group).filter(event__code=typed["code"], starts_at__gt=clock.now())
    operations.cancel_meeting(group.pk, get_object_or_404(coming).event.code, by=person)


ACTS: dict[str, Callable[[Group, Person, HttpRequest, dict[str, Any]], None]] = {
    "charter": _charter,
    "agenda": _agenda,
    "minutes": _minutes,
    "file": _file,
    "meeting": _meeting,
    "no_meeting": _no_meeting,
}


def _version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0
