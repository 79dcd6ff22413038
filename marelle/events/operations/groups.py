"""Working groups: made by the committee, run by their members, private to them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import files, journal, notifications, threads
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.events import rules
from marelle.events.models import Event, Group, GroupInvitation, GroupMember, Minutes, Occurrence
from marelle.events.queries.groups import address_for, reference_of
from marelle.events.states import EVENT_STEPS, Access, EventKind, EventState, GroupRole
from marelle.library.models import Resource
from marelle.library.operations import resources
from marelle.library.states import ResourceKind

LANGUAGES = ("fr", "en")
LONGEST = 20_000  # characters of a charter, an agenda, minutes


@transaction.atomic
def make_group(
    committee: Organisation, *, by: Person, name: Mapping[str, str], charter: Mapping[str, str] | None = None
) -> Group:
    """A new working group, without members. Raises NotAllowed, BadData."""
    require(rules.may_run, by, committee)
    group = Group.rows.create(
        committee=committee, name=_words(name), charter=_words(charter or {}), created_at=clock.now()
    )
    if not group.name:
        raise BadData(_("Give the group a name."))
    journal.record(group, "group_made", by=by, organisation=committee)
    return group


@transaction.atomic
def write_group(group_id: int, field: str, words: Mapping[str, str], *, version: int, by: Person) -> Group:
    """Write its charter or its agenda, French and English side by side. `version`: of the text that was read.

    Raises NotAllowed, WrongState, and BadData when a colleague wrote meanwhile: nothing of theirs is lost.
    """
    group = _open(group_id)
    require(rules.may_read_group, by, group)
    if field not in ("charter", "agenda"):
        raise BadData(_("Choose the charter or the agenda."))
    if version != group.version:
        raise BadData(_("A colleague wrote here meanwhile: their text stands above. Join the two, then save."))
    setattr(group, field, _words(words))
    group.version += 1
    group.save(update_fields=[field, "version"])
    journal.record(group, "group_changed", by=by, organisation=group.committee, field=field)
    return group


@transaction.atomic
def close_group(group_id: int, *, by: Person) -> Group:
    """The group has done its work: its members read it still, nobody writes in it. Raises NotAllowed, WrongState."""
    group = _open(group_id)
    require(rules.may_run, by, group.committee)
    group.closed_at = clock.now()
    group.save(update_fields=["closed_at"])
    journal.record(group, "group_closed", by=by, organisation=group.committee)
    return group


@transaction.atomic
def invite_member(group_id: int, email: str, *, by: Person, role: str = GroupRole.MEMBER) -> GroupInvitation | None:
    """Invite somebody who works in an organisation the committee looks after, at home or abroad. Twice is once.

    They read the charter, then accept: until then they are not in the group. None when they are in it already.
    Raises NotAllowed, and BadData when nobody there has this address: the same words whether the account exists or not.
    """
    group = _open(group_id)
    require(rules.may_run, by, group.committee)
    if role not in GroupRole.values:
        raise BadData(_("Choose one of the answers offered."))
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True, is_robot=False).first()
    organisation = _seat(person, group.committee) if person else None
    if person is None or organisation is None:
        raise BadData(
            _("Nobody of the organisations you look after has this address. Their team may invite them first.")
        )
    if group.members.filter(person=person, left_at=None).exists():
        return None
    invitation, is_new = GroupInvitation.rows.get_or_create(
        group=group,
        person=person,
        answered_at=None,
        defaults={"organisation": organisation, "role": role, "invited_by": by, "invited_at": clock.now()},
    )
    if is_new:
        journal.record(group, "group_invited", by=by, organisation=group.committee, person=person.code)
        notifications.notify(
            [person],
            "group_invited",
            reference=reference_of(group),
            sentence=lambda: _("You are invited to join the working group “{group}”.").format(group=group),
            address=address_for(group, organisation),
        )
    return invitation


@transaction.atomic
def answer_invitation(group_id: int, *, accepts: bool, by: Person) -> GroupInvitation:
    """Join a group one is invited to, having read its charter; or decline. Raises WrongState."""
    group = _open(group_id)
    invitation = GroupInvitation.rows.filter(group=group, person=by, answered_at=None).first()
    if invitation is None or not by.memberships.living().filter(organisation=invitation.organisation_id).exists():
        raise WrongState(_("This invitation has been answered, or taken back."))
    at = clock.now()
    invitation.accepted, invitation.answered_at = accepts, at
    invitation.save(update_fields=["accepted", "answered_at"])
    if accepts:
        GroupMember.objects.create(
            group=group, person=by, organisation=invitation.organisation, role=invitation.role, joined_at=at
        )
    notifications.forget(by, reference_of(group))
    verb = "group_joined" if accepts else "group_declined"
    journal.record(group, verb, by=by, organisation=group.committee, person=by.code)
    return invitation


@transaction.atomic
def withdraw_invitation(group_id: int, person: Person, *, by: Person) -> None:
    """Take back an invitation nobody has answered. Raises NotAllowed, WrongState."""
    group = Group.rows.lock(group_id)
    require(rules.may_run, by, group.committee)
    gone, _which = GroupInvitation.rows.filter(group=group, person=person, answered_at=None).delete()
    if not gone:
        raise WrongState(_("This invitation has been answered, or taken back."))
    notifications.forget(person, reference_of(group))
    journal.record(group, "group_invitation_withdrawn", by=by, organisation=group.committee, person=person.code)


@transaction.atomic
def leave(group_id: int, person: Person, *, by: Person) -> GroupMember:
    """Leave a group, or, for the committee's team, end somebody's place in it. What was told to them is taken back."""
    group = Group.rows.lock(group_id)
    if person != by:
        require(rules.may_run, by, group.committee)
    member = group.members.filter(person=person, left_at=None).first()
    if member is None:
        raise WrongState(_("This person is not in the group any more."))
    member.left_at = clock.now()
    member.save(update_fields=["left_at"])
    threads.leave(reference_of(group), person)
    notifications.forget(person, reference_of(group))
    journal.record(group, "group_left", by=by, organisation=group.committee, person=person.code)
    return member


@transaction.atomic
def write_minutes(group_id: int, *, held_on: date, language: str, text: str, by: Person, version: int = 0) -> Minutes:
    """What a meeting said and decided, in one language: the two stand side by side. `version`: of those corrected, 0 of new ones.

    Raises NotAllowed, WrongState, and BadData when they were written or corrected meanwhile: nothing of theirs is lost.
    """
    group = _open(group_id)
    require(rules.may_read_group, by, group)
    words = text.strip()[:LONGEST]
    if not words or language not in LANGUAGES:
        raise BadData(_("Write the minutes, in French or in English."))
    found = Minutes.rows.select_for_update().filter(group=group, held_on=held_on, language=language).first()
    if found is not None and found.version != version:
        raise BadData(
            _("These minutes are written already: their text stands above. To correct them, open them there.")
        )
    found = found or Minutes(group=group, held_on=held_on, language=language, version=0)
    found.text, found.written_by, found.version = words, by, found.version + 1
    found.save()
    journal.record(group, "group_minutes_written", by=by, organisation=group.committee, language=language)
    return found


@transaction.atomic
def add_file(group_id: int, upload: UploadedFile, *, by: Person) -> File:
    """Share a file with the members, and nobody else: not even one's colleagues. Raises NotAllowed, BadData."""
    group = _open(group_id)
    require(rules.may_read_group, by, group)
    member = group.members.filter(person=by, left_at=None).select_related("organisation").first()
    owner = member.organisation if member else group.committee
    file = files.take(upload, organisation=owner, by=by)
    file.is_apart = True
    file.save(update_fields=["is_apart"])
    group.files.add(file)
    journal.record(group, "group_file_added", by=by, organisation=group.committee)
    return file


@transaction.atomic
def plan_meeting(
    group_id: int,
    *,
    name: Mapping[str, str],
    starts_at: datetime,
    ends_at: datetime,
    language: str,
    room: str = "",
    by: Person,
) -> Event:
    """A meeting of the group, for its members alone. Raises NotAllowed, BadData, WrongState."""
    group = _open(group_id)
    require(rules.may_read_group, by, group)
    if ends_at <= starts_at:
        raise BadData(_("A meeting ends after it starts."))
    if not _words(name):
        raise BadData(_("Say what the meeting is about."))
    event = Event.rows.create(
        kind=EventKind.GROUP_MEETING,
        state=EventState.PUBLISHED,
        committee=group.committee,
        group=group,
        name=_words(name),
        access=Access.INVITATION,
        confidentiality="network",
        created_at=clock.now(),
    )
    Occurrence.objects.create(event=event, language=language, starts_at=starts_at, ends_at=ends_at, room=room)
    journal.record(group, "group_meeting_planned", by=by, organisation=group.committee)
    _tell_members(group, by, lambda: _("“{group}” meets: {meeting}.").format(group=group, meeting=event))
    return event


@transaction.atomic
def cancel_meeting(group_id: int, code: str, *, by: Person) -> Event:
    """A meeting of the group will not be held: its members are told. Raises NotAllowed, WrongState."""
    group = _open(group_id)
    require(rules.may_read_group, by, group)
    event: Event = Event.rows.lock(group.meetings.get(code=code).pk)
    EVENT_STEPS.take(event, "cancel")
    event.save(update_fields=["state"])
    journal.record(group, "group_meeting_cancelled", by=by, organisation=group.committee)
    _tell_members(group, by, lambda: _("“{meeting}” of “{group}” will not be held.").format(group=group, meeting=event))
    return event


def _tell_members(group: Group, by: Person, sentence: Callable[[], str]) -> None:
    """Everyone in the group but whoever acts, each led to the page of their own organisation."""
    for member in group.members.filter(left_at=None).exclude(person=by).select_related("person", "organisation"):
        notifications.notify(
            [member.person],
            "group_meeting",
            reference=reference_of(group),
            sentence=sentence,
            address=address_for(group, member.organisation),
        )


@transaction.atomic
def put_in_library(group_id: int, file: File, language: str, *, by: Person) -> Resource:
    """What the group made, as a draft of the library: a copy, since the group's own file stays private. Raises NotAllowed."""
    group = Group.rows.lock(group_id)
    require(rules.may_run, by, group.committee)
    name = {code: f"{group.name.get(code) or group}: {file.label}" for code in LANGUAGES}
    resource = resources.draft_resource(
        group.committee, by=by, name=name, summary=dict(group.name), kind=ResourceKind.MINUTES, author=str(group)
    )
    with files.opened(file) as content:
        copy = files.keep(content.read(), label=file.label, kind=file.kind, organisation=group.committee, by=by)
    resources.keep_file(resource, copy, language, by=by)
    return resource


def _seat(person: Person, committee: Organisation) -> Organisation | None:
    """The organisation somebody sits for: the first of theirs that the committee looks after."""
    near = Organisation.objects.looked_after_by([committee]).values("pk")
    seats = person.memberships.living().filter(organisation__in=near).select_related("organisation")
    first = seats.order_by("started_at", "pk").first()
    return first.organisation if first else None


def _open(group_id: int) -> Group:
    group: Group = Group.rows.lock(group_id)
    if group.closed_at is not None:
        raise WrongState(_("This group is closed: it can be read, nothing is added to it."))
    return group


def _words(words: Mapping[str, Any]) -> dict[str, str]:
    said = {code: str(words.get(code) or "").strip()[:LONGEST] for code in LANGUAGES}
    return {code: text for code, text in said.items() if text}
