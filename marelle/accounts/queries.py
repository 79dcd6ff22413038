"""Lists of people and acts, used by more than one page."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from marelle.accounts import rules
from marelle.accounts.journal_words import ACTS_OF_READERS, ERASED, SOMEONE, WORDS
from marelle.accounts.models import (
    Delegation,
    Invitation,
    JoinRequest,
    JournalEntry,
    Membership,
    Organisation,
    PendingAct,
    Person,
)
from marelle.accounts.states import SECOND_PROOF_ROLES, OrganisationKind, RequestState, Role
from marelle.base import clock

TEAM_ROLES = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_ADMINISTRATOR)


@dataclass(frozen=True)
class Colleague:
    """One person of a team, with their roles there and whether they have set up an application."""

    person: Person
    memberships: list[Membership]
    has_application: bool
    has_delegation: bool

    @property
    def must_have_application(self) -> bool:
        """Whether a role held here asks for one."""
        return any(m.role in SECOND_PROOF_ROLES for m in self.memberships)


def team_of(organisation: Organisation) -> list[Colleague]:
    """Who works in the organisation today, by name. Three questions, whatever the size of the team."""
    living = organisation.memberships.living().select_related("person").order_by("person__name", "person__pk", "role")
    delegated = set(
        Delegation.objects.filter(organisation=organisation, ended_at=None).values_list("person_id", flat=True)
    )
    protected = set(
        Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__memberships__organisation=organisation)
        .distinct()
        .values_list("user_id", flat=True)
    )
    held: dict[Person, list[Membership]] = {}
    for membership in living:
        held.setdefault(membership.person, []).append(membership)
    return [Colleague(person, roles, person.pk in protected, person.pk in delegated) for person, roles in held.items()]


def invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """Sent and still good, latest first."""
    waiting = Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
    return waiting.filter(expires_at__gt=clock.now()).select_related("invited_by").order_by("-invited_at", "-pk")


def delegations_of(organisation: Organisation) -> QuerySet[Delegation]:
    """Recorded and not ended, by name."""
    living = Delegation.objects.filter(organisation=organisation, ended_at=None)
    return living.select_related("person", "recorded_by").order_by("person__name", "pk")


def join_requests(organisation: Organisation | None = None) -> QuerySet[JoinRequest]:
    """Waiting for an answer, oldest first; of one organisation or of all."""
    waiting = JoinRequest.objects.filter(state=RequestState.ASKED)
    if organisation is not None:
        waiting = waiting.filter(organisation=organisation)
    return waiting.select_related("person", "organisation").order_by("asked_at", "pk")


def administrators_of(organisation: Organisation) -> list[Person]:
    """Who may answer in the organisation's name."""
    role = rules.chief_role(organisation)
    living = Membership.objects.living().filter(organisation=organisation, role=role, person__is_active=True)
    return [m.person for m in living.select_related("person").order_by("pk")]


def erasures_waiting() -> list[tuple[PendingAct, Person]]:
    """Persons whom somebody proposed to erase, oldest proposal first. Two questions."""
    acts = PendingAct.objects.filter(kind="erase", state=RequestState.ASKED).select_related("proposed_by")
    pairs = {act.reference.partition(":")[2]: act for act in acts.order_by("proposed_at", "pk")}
    people = {person.code: person for person in Person.objects.filter(code__in=pairs)}
    return [(act, people[code]) for code, act in pairs.items() if code in people]


def programme_team() -> list[Person]:
    """Programme officers and administrators, each once."""
    living = Membership.objects.living().filter(organisation__kind=OrganisationKind.COMMITTEE, role__in=TEAM_ROLES)
    ids = living.filter(person__is_active=True).values("person")
    return list(Person.objects.filter(pk__in=ids).order_by("pk"))


def team_address(organisation: Organisation) -> str:
    """Where the organisation's team is looked after."""
    if organisation.kind == OrganisationKind.COMMITTEE:
        return "/bureau/equipe"
    return f"/espace/{organisation.code}/equipe"


@dataclass(frozen=True)
class Act:
    """One line of the journal as its readers see it."""

    at: Any
    who: str
    words: str
    details: str
    organisation: str


def journal_entries(organisation: Organisation | None = None) -> QuerySet[JournalEntry]:
    """Latest first: one organisation's acts (trust J4), or all."""
    entries = JournalEntry.objects.all() if organisation is None else _of(organisation)
    return entries.select_related("chain__organisation", "content__person").order_by("-at", "-pk")


def as_act(entry: JournalEntry, *, names_readers: bool = True) -> Act:
    """The sentence of an entry; what was erased is said to be. An organisation is not told who reads its dossier."""
    content = getattr(entry, "content", None)
    organisation = entry.chain.organisation.name if entry.chain.organisation else ""
    if content is None:
        return Act(entry.at, "", str(ERASED), "", organisation)
    told = content.person if names_readers or content.verb not in ACTS_OF_READERS else None
    who = (told.name if told else "") or str(SOMEONE)
    return Act(entry.at, who, str(WORDS[content.verb]), _details(content.facts), organisation)


def _of(organisation: Organisation) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(chain__organisation=organisation)


def _details(facts: dict[str, Any]) -> str:
    """The role a fact names, in words; other facts serve investigations, not readers."""
    roles = facts.get("roles") or ([facts["role"]] if "role" in facts else [])
    return ", ".join(str(Role(role).label) for role in roles if role in Role.values)
