"""Lists of people and acts, used by more than one page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from marelle.accounts import rules
from marelle.accounts.journal_words import ACTS_OF_READERS, ERASED, PLATFORM, SOMEONE, WORDS
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
from marelle.base import clock, registers

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes come with either


@dataclass(frozen=True)
class Colleague:
    """One person of a team, with their roles there and whether they have a second factor."""

    person: Person
    memberships: list[Membership]
    has_second_factor: bool
    has_delegation: bool

    @property
    def must_have_second_factor(self) -> bool:
        """Whether a role held here asks for one."""
        return any(m.role in SECOND_PROOF_ROLES for m in self.memberships)


def team_of(organisation: Organisation) -> list[Colleague]:
    """Who works in the organisation today, by name. Three questions, whatever the size of the team."""
    living = organisation.memberships.living().select_related("person").order_by("person__name", "person__pk", "role")
    delegated = set(
        Delegation.objects.filter(organisation=organisation, ended_at=None).values_list("person_id", flat=True)
    )
    protected = set(
        Authenticator.objects.filter(type__in=SECOND_FACTORS, user__memberships__organisation=organisation)
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


def join_requests(organisations: Iterable[Organisation]) -> QuerySet[JoinRequest]:
    """Waiting for an answer, oldest first, of these organisations."""
    waiting = JoinRequest.objects.filter(state=RequestState.ASKED, organisation__in=organisations)
    return waiting.select_related("person", "organisation").order_by("asked_at", "pk")


def people_of(organisations: Iterable[Organisation], roles: Collection[str]) -> list[Person]:
    """Who holds one of these roles today in one of these organisations, each once, by name."""
    held = Membership.objects.living().filter(organisation__in=organisations, role__in=roles)
    return list(Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("name", "pk"))


def administrators_of(organisation: Organisation) -> list[Person]:
    """Who may answer in the organisation's name."""
    return people_of([organisation], {rules.chief_role(organisation)})


def committees_of(organisation: Organisation) -> list[Organisation]:
    """The committees that look after an organisation, the oldest first."""
    return list(Organisation.objects.looking_after(organisation).order_by("pk"))


def erasures_waiting(reader: Person) -> list[tuple[PendingAct, Person]]:
    """Persons whom somebody proposed to erase and whose accounts this reader may close, oldest proposal first."""
    acts = PendingAct.objects.filter(kind="erase", state=RequestState.ASKED).select_related("proposed_by")
    pairs = {act.reference.partition(":")[2]: act for act in acts.order_by("proposed_at", "pk")}
    near = Person.objects.in_care_of(reader.committees_as({Role.PROGRAMME_ADMINISTRATOR}))
    people = {person.code: person for person in near.filter(code__in=pairs).distinct()}
    return [(act, people[code]) for code, act in pairs.items() if code in people]


def taken_into(person: Person) -> QuerySet[Person]:
    """The accounts that were taken into this person's by two administrators."""
    acts = PendingAct.objects.filter(kind="merge", state=RequestState.ACCEPTED, payload__into=person.code)
    codes = [reference.partition(":")[2] for reference in acts.values_list("reference", flat=True)]
    return Person.objects.filter(code__in=codes).order_by("pk")


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


def journal_entries(organisation: Organisation) -> QuerySet[JournalEntry]:
    """One organisation's acts, latest first (trust J4)."""
    return _in_order(JournalEntry.objects.filter(chain__organisation=organisation))


def journal_of_committees(reader: Person) -> QuerySet[JournalEntry]:
    """Latest first: what was done in the committees this reader administers and in the organisations they look after.

    Not what was done there about another committee's dossiers. The house's own chain: acts of people known there.
    """
    committees = reader.committees_as({Role.PROGRAMME_ADMINISTRATOR})
    near = Organisation.objects.looked_after_by(committees).values("pk")
    known = Membership.objects.filter(organisation__in=near).values("person")
    entries = JournalEntry.objects.filter(
        Q(chain__organisation__in=near) | Q(chain__organisation=None, content__person__in=known)
    )
    for references in registers.elsewhere:
        for found in references(committees):
            entries = entries.exclude(content__reference__in=found)
    return _in_order(entries)


def as_act(entry: JournalEntry, *, names_readers: bool = True) -> Act:
    """The sentence of an entry; what was erased is said to be. An organisation is not told who reads its dossier."""
    content = getattr(entry, "content", None)
    organisation = entry.chain.organisation.name if entry.chain.organisation else ""
    if content is None:
        return Act(entry.at, "", str(ERASED), "", organisation)
    told = content.person if names_readers or content.verb not in ACTS_OF_READERS else None
    who = str(PLATFORM) if told and told.is_robot else (told.name if told else "") or str(SOMEONE)
    return Act(entry.at, who, str(WORDS[content.verb]), _details(content.facts), organisation)


def _in_order(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    return entries.select_related("chain__organisation", "content__person").order_by("-at", "-pk")


def _details(facts: dict[str, Any]) -> str:
    """The role a fact names, in words; other facts serve investigations, not readers."""
    roles = facts.get("roles") or ([facts["role"]] if "role" in facts else [])
    return ", ".join(str(Role(role).label) for role in roles if role in Role.values)
