"""Working groups as pages read them: whose they are, who is in them, minutes side by side."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM, OrganisationKind
from marelle.events.models import Group, GroupInvitation, GroupMember, Minutes, Occurrence
from marelle.events.states import EventKind, EventState


@dataclass(frozen=True)
class Day:
    """One meeting's minutes, in each language; empty where nobody wrote them. `said`: those that are written."""

    held_on: date
    french: str
    english: str
    said: list[Minutes]


def of_member(person: Person, organisation: Organisation) -> QuerySet[Group]:
    """Those one is a member of for an organisation: those at work first."""
    mine = GroupMember.objects.filter(person=person, organisation=organisation, left_at=None)
    return (
        Group.objects.visible_to(person).filter(pk__in=mine.values("group")).order_by("closed_at", "created_at", "pk")
    )


def of_team(person: Person) -> QuerySet[Group]:
    """Those of one's committees, with how many are in them; the latest made first."""
    rows = Group.objects.visible_to(person).filter(committee__in=person.committees_as(PROGRAMME_TEAM))
    return rows.annotate(living=Count("members", filter=Q(members__left_at=None))).order_by("-created_at", "-pk")


def members(group: Group) -> QuerySet[GroupMember]:
    """Who is in it today: those who run it first, then by name."""
    rows = group.members.filter(left_at=None).select_related("person", "organisation")
    return rows.order_by("role", "person__name", "pk")


def invitations(group: Group) -> QuerySet[GroupInvitation]:
    """Who was asked to join and has not answered, in order."""
    rows = group.invitations.filter(answered_at=None).select_related("person", "organisation")
    return rows.order_by("invited_at", "pk")


def invitations_to(person: Person, organisation: Organisation) -> QuerySet[GroupInvitation]:
    """The groups somebody is asked to join for an organisation, and has not answered."""
    waiting = GroupInvitation.objects.filter(person=person, organisation=organisation, answered_at=None)
    rows = waiting.filter(group__closed_at=None).select_related("group__committee", "invited_by")
    return rows.order_by("invited_at", "pk")


def minutes(group: Group) -> list[Day]:
    """Day by day, the latest first, French and English side by side."""
    days: dict[date, dict[str, Minutes]] = {}
    for row in group.minutes.select_related("written_by").order_by("-held_on", "pk"):
        days.setdefault(row.held_on, {})[row.language] = row
    return [Day(held_on, _text(said, "fr"), _text(said, "en"), list(said.values())) for held_on, said in days.items()]


def _text(said: dict[str, Minutes], language: str) -> str:
    return said[language].text if language in said else ""


def files(group: Group) -> QuerySet[File]:
    """What was shared in it, the latest first."""
    return group.files.filter(removed_at=None).select_related("added_by").order_by("-added_at", "-pk")


def meetings(group: Group) -> QuerySet[Occurrence]:
    """Its meetings, the next or the latest first."""
    rows = Occurrence.objects.filter(event__group=group, event__kind=EventKind.GROUP_MEETING)
    return rows.exclude(event__state=EventState.CANCELLED).select_related("event").order_by("-starts_at", "-pk")


def reference_of(group: Group) -> str:
    """How the thread and the conversation name it."""
    return f"events.group:{group.code}"


def address_for(group: Group, organisation: Organisation) -> str:
    """Where somebody of that organisation reads it."""
    if organisation.kind == OrganisationKind.COMMITTEE:
        return f"/bureau/rencontres/groupes/{group.code}"
    return f"/espace/{organisation.code}/rencontres/groupes/{group.code}"


def read_at(group: Group, reader: Person) -> str:
    """Where this person reads it: in the workspace they sit for, else in the office."""
    seat = group.members.filter(person=reader, left_at=None).select_related("organisation").first()
    return address_for(group, seat.organisation if seat else group.committee)


def meetings_of(person: Person, organisation: Organisation, since: datetime) -> QuerySet[Occurrence]:
    """The meetings to come of the groups one is in for an organisation, in order."""
    groups = of_member(person, organisation).order_by().values("pk")
    rows = Occurrence.objects.filter(event__group__in=groups, ends_at__gt=since, event__state=EventState.PUBLISHED)
    return rows.order_by("starts_at", "pk")
