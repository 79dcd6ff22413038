"""What changes people, organisations, roles, invitations. One function each."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, letters, queries, rules, sessions
from marelle.accounts.models import Delegation, Invitation, JoinRequest, Membership, Organisation, Person
from marelle.accounts.notifications import notify
from marelle.accounts.robot import robot
from marelle.accounts.states import (
    PROGRAMME_TEAM,
    REQUEST_STEPS,
    ROLES_BY_KIND,
    OrganisationKind,
    RequestState,
    Role,
)
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.text import random_id
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

INVITATION_LASTS = timedelta(days=14)  # trust A6
TOKEN_BYTES = 32  # 256 bits
KIND_OF_TERRITORY = {
    TerritoryKind.COMMUNE: OrganisationKind.COMMUNE,
    TerritoryKind.INTERCOMMUNALITY: OrganisationKind.INTERCOMMUNALITY,
}


# People --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def make_person(*, email: str, name: str, language: str = "fr") -> Person:
    """The person of an address that was just proved (a code, an invitation), made if there is none."""
    address = email.strip().lower()
    person = Person.objects.filter(email__iexact=address).first()
    if person is None:
        try:
            person = _new_person(address, name, language)
        except IntegrityError:  # made by someone else meanwhile: the address was proved all the same
            person = Person.objects.get(email=address)
    EmailAddress.objects.get_or_create(user=person, email=address, defaults={"verified": True, "primary": True})
    return person


@transaction.atomic
def change_details(person_id: int, *, name: str, language: str, by: Person) -> Person:
    """Change one's own name and language. Raises NotAllowed for somebody else's."""
    person = Person.rows.lock(person_id)
    rules.require(rules.is_self, by, person)
    person.name, person.language = name.strip(), language
    person.save(update_fields=["name", "language"])
    return person


@transaction.atomic
def give_totp(person: Person, secret: str) -> None:
    """Set up an authenticator application with a known secret: demonstration persons have one ready."""
    Authenticator.objects.update_or_create(
        user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(secret)}}
    )


@transaction.atomic
def disable_person(person_id: int, *, by: Person) -> Person:
    """Close an account: every role ends, every session too. Raises NotAllowed, and WrongState for a last administrator."""
    person = Person.rows.lock(person_id)
    rules.require(rules.may_close_account, by, person)
    end_every_role(person, by=by)
    person.is_active = False
    person.save(update_fields=["is_active"])
    sessions.end_all(person)
    journal.record(person, "disabled", by=by)
    return person


# Organisations -------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_organisation(territory: Territory, *, by: Person) -> Organisation:
    """The workspace of a commune or intercommunality; who comes first administers it. Raises WrongState if it stands."""
    if territory.kind not in KIND_OF_TERRITORY or not territory.is_current:
        raise BadData(_("Only a municipality or an intercommunality of today can open its space."))
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                code=territory.code,
                kind=KIND_OF_TERRITORY[TerritoryKind(territory.kind)],
                name=territory.name,
                country=territory.country,
                territory=territory,
                created_at=clock.now(),
            )
    except IntegrityError:
        raise WrongState(_("This space has just been opened by someone else. Ask to join it.")) from None
    journal.record(organisation, "organisation_created", by=by, organisation=organisation)
    _join(by, organisation, Role.CITY_ADMINISTRATOR, by=by, verb="joined")
    for committee in queries.committees_of(organisation):
        notify(
            queries.people_of([committee], PROGRAMME_TEAM),
            "organisation_created",
            reference=f"accounts.organisation:{organisation.code}",
            sentence=lambda: _("{name} has opened its space.").format(name=organisation.name),
            address="/bureau/equipe",
            committee=committee,
        )
    return organisation


@transaction.atomic
def create_body(*, name: str, kind: str, by: Person, code: str = "", country: str = "FR") -> Organisation:
    """A school (its UAI as code), a partner or a committee (a random code)."""
    rules.require(rules.may_make_bodies, by, None)
    organisation = Organisation.objects.create(
        code=code or f"o-{random_id()}", kind=kind, name=name, country=country, created_at=clock.now()
    )
    journal.record(organisation, "organisation_created", by=by, organisation=organisation)
    return organisation


@transaction.atomic
def ask_to_join(organisation_id: int, *, by: Person, words: str = "", role: str = Role.CITY_EDITOR) -> JoinRequest:
    """Ask an existing organisation to let one in; asked twice, it is one request. Raises WrongState for a member."""
    organisation = Organisation.rows.lock(organisation_id)
    if rules.belongs_to(by, organisation):
        raise WrongState(_("You already belong to this organisation."))
    if (
        role not in ROLES_BY_KIND[OrganisationKind(organisation.kind)]
        or organisation.kind == OrganisationKind.COMMITTEE
    ):
        raise BadData(_("This role does not exist here."))
    asked = JoinRequest.objects.filter(person=by, organisation=organisation, state=RequestState.ASKED).first()
    if asked:
        return asked
    request = JoinRequest.objects.create(
        organisation=organisation, person=by, role=role, words=words[:500], asked_at=clock.now()
    )
    journal.record(request, "join_asked", by=by)
    _tell_who_may_answer(request)
    return request


@transaction.atomic
def answer_join_request(request_id: int, *, accept: bool, by: Person, role: str = "") -> JoinRequest:
    """Let someone in, or not. Raises NotAllowed, WrongState."""
    request = JoinRequest.rows.lock(request_id)
    organisation = Organisation.rows.lock(request.organisation_id)
    by.forget_memberships()
    rules.require(rules.may_answer_join_request, by, organisation)
    request.role = role or request.role
    if request.role not in ROLES_BY_KIND[OrganisationKind(organisation.kind)]:
        raise BadData(_("This role does not exist here."))
    REQUEST_STEPS.take(request, "accept" if accept else "decline")
    request.answered_by, request.answered_at = by, clock.now()
    request.save(update_fields=["role", "state", "answered_by", "answered_at"])
    journal.record(request, "join_accepted" if accept else "join_declined", by=by, role=request.role)
    if accept:
        _join(request.person, organisation, request.role, by=by, verb="role_given")
    letters.queue_join_answered(request)
    notify(
        [request.person],
        "join_answered",
        reference=f"accounts.joinrequest:{request.code}",
        sentence=lambda: (
            _("You have joined {name}.") if accept else _("{name} has not accepted your request to join.")
        ).format(name=organisation.name),
        address=f"/espace/{organisation.code}" if accept else "/compte/",
    )
    return request


# Invitations ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def invite(organisation_id: int, *, email: str, role: str, by: Person, language: str = "fr") -> tuple[Invitation, str]:
    """Send a one-use link good for 14 days; an earlier one to the same address is withdrawn. Gives the token too.

    Raises NotAllowed, BadData.
    """
    organisation = _administered(organisation_id, by)
    if role not in ROLES_BY_KIND[OrganisationKind(organisation.kind)]:
        raise BadData(_("This role does not exist here."))
    return write_invitation(organisation, email.strip().lower(), role, by=by, language=language)


def write_invitation(
    organisation: Organisation, address: str, role: str, *, by: Person, language: str = "fr"
) -> tuple[Invitation, str]:
    """The invitation and its letter, in the place of any other to this address; its caller asked the right."""
    token, at = secrets.token_urlsafe(TOKEN_BYTES), clock.now()
    _waiting(organisation, address).update(withdrawn_at=at)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=address,
        role=role,
        token_digest=digest(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    journal.record(invitation, "invited", by=by, role=role)
    letters.queue_invitation(invitation, token, language=language)
    return invitation, token


@transaction.atomic
def invite_first_administrator(
    *, email: str, organisation_name: str, country: str = "FR", another: bool = False
) -> str:
    """Make the committee, or another one, and invite who will administer it. Raises WrongState once somebody does."""
    committees = Organisation.objects.filter(kind=OrganisationKind.COMMITTEE)
    house = committees.filter(name=organisation_name).first()
    if house is None and committees.exists() and not another:
        raise WrongState(_("Another committee stands here already. To make one beside it, add --another."))
    if house is None:
        house = create_body(name=organisation_name, kind=OrganisationKind.COMMITTEE, by=robot(), country=country)
    if queries.administrators_of(house):
        raise WrongState(_("The committee has an administrator already: they invite the others."))
    _invitation, token = invite(house.pk, email=email, role=Role.PROGRAMME_ADMINISTRATOR, by=robot())
    return token


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, by: Person) -> Invitation:
    """Make a link worthless. Raises NotAllowed, and WrongState when it was used or withdrawn already."""
    _administered(Invitation.objects.get(pk=invitation_id).organisation_id, by)
    invitation = Invitation.rows.lock(invitation_id)
    _check_waiting(invitation)
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    journal.record(invitation, "invitation_withdrawn", by=by)
    return invitation


@transaction.atomic
def accept_invitation(
    token: str, *, by: Person | None = None, name: str = "", language: str = "fr", at: datetime | None = None
) -> tuple[Invitation, Person]:
    """Come in with a link: once, within 14 days. `by` is who is signed in, None for somebody new to the house.

    Raises Closed (used, withdrawn, too late), NotAllowed (somebody else's link, or an account that must sign in first).
    """
    at = at or clock.now()
    invitation = Invitation.rows.select_for_update(of=("self",)).filter(token_digest=digest(token)).first()
    if invitation is None or invitation.accepted_at or invitation.withdrawn_at or at >= invitation.expires_at:
        raise Closed(_("This invitation has been used, withdrawn, or has ended. Ask for a new one."))
    owner = Person.objects.filter(email__iexact=invitation.email).first()
    if owner != by or (by and not by.is_active):
        raise _for_another_account()
    person = by or _invited_person(invitation.email, name, language)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    journal.record(invitation, "invitation_accepted", by=person, role=invitation.role)
    _join(person, invitation.organisation, invitation.role, by=person, verb="joined")
    return invitation, person


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


# Roles ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def give_role(person_id: int, organisation_id: int, role: str, *, by: Person) -> Membership:
    """Give one more role to somebody of the organisation. Raises NotAllowed, BadData, WrongState."""
    organisation = _administered(organisation_id, by)
    person = Person.rows.lock(person_id)
    if role not in ROLES_BY_KIND[OrganisationKind(organisation.kind)]:
        raise BadData(_("This role does not exist here."))
    if not person.is_active or not (by.is_robot or rules.belongs_to(person, organisation)):
        raise WrongState(_("Invite this person first: they do not belong to the organisation."))
    return _join(person, organisation, role, by=by, verb="role_given")


@transaction.atomic
def end_role(membership_id: int, *, by: Person) -> Membership:
    """End a role, one's own or, for an administrator, a colleague's. The last administrator stays (trust R6).

    Raises NotAllowed, WrongState. Without any role left, the person is signed out everywhere.
    """
    membership = Membership.rows.select_related("organisation", "person").get(pk=membership_id)
    if membership.person_id == by.pk:
        Organisation.rows.lock(membership.organisation_id)
    else:
        _administered(membership.organisation_id, by)
    membership.refresh_from_db(fields=["ended_at"])
    if membership.ended_at:
        raise WrongState(_("This role has already ended."))
    _check_not_last(membership)
    return _end(membership, by=by)


def end_every_role(person: Person, *, by: Person, even_last: bool = False) -> None:
    """End all that a person holds. Raises WrongState for a last administrator: their organisations are locked first."""
    held = person.memberships.living()
    list(Organisation.rows.select_for_update(of=("self",)).filter(pk__in=held.values("organisation")).order_by("pk"))
    for membership in held.select_related("organisation").order_by("pk"):
        if not even_last:
            _check_not_last(membership)
        _end(membership, by=by)


@dataclass(frozen=True)
class TakenOver:
    """What a colleague who left held, now the team's: the files belong to the organisation."""

    person: Person
    roles: list[str] = field(default_factory=list)
    delegations: int = 0
    files: int = 0


@transaction.atomic
def take_over(organisation_id: int, person_id: int, *, by: Person) -> TakenOver:
    """An administrator takes over from a colleague who left: roles, delegation and invitations end, files stay.

    Raises NotAllowed, and WrongState for oneself or a stranger.
    """
    organisation = _administered(organisation_id, by)
    gone = Person.objects.get(pk=person_id)
    living = list(gone.memberships.living().filter(organisation=organisation).select_related("organisation"))
    if not living or gone.pk == by.pk:
        raise WrongState(_("This person does not work here, or is you."))
    held = TakenOver(
        person=gone,
        roles=[m.role for m in living],
        delegations=gone.delegations.filter(organisation=organisation, ended_at=None).count(),
        files=organisation.files.filter(added_by=gone, removed_at=None).count(),
    )
    for membership in living:
        _end(membership, by=by)
    journal.record(gone, "files_taken_over", by=by, organisation=organisation, roles=held.roles, files=held.files)
    notify(
        queries.administrators_of(organisation),
        "files_taken_over",
        reference=f"accounts.person:{gone.code}",
        sentence=lambda: _("{name} has left {organisation}; the team keeps the files.").format(
            name=gone.name, organisation=organisation.name
        ),
        address=queries.team_address(organisation),
    )
    return held


# Delegations ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def record_delegation(
    organisation_id: int, person_id: int, *, given_by: str, reference: str, signed_on: date, by: Person
) -> Delegation:
    """Record that the elected lead lets an administrator hand files in. Raises NotAllowed, WrongState, BadData."""
    organisation = _administered(organisation_id, by)
    person = Person.objects.get(pk=person_id)
    if Role.CITY_ADMINISTRATOR not in person.roles_in(organisation):
        raise WrongState(_("A delegation is given to an administrator of the organisation."))
    if signed_on > clock.today():
        raise BadData(_("The delegation is signed already: give a day that has passed."))
    if Delegation.objects.filter(organisation=organisation, person=person, ended_at=None).exists():
        raise WrongState(_("A delegation to this person is recorded already."))
    delegation = Delegation.objects.create(
        organisation=organisation,
        person=person,
        given_by=given_by,
        reference=reference,
        signed_on=signed_on,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    by.forget_memberships()
    journal.record(delegation, "delegation_recorded", by=by, reference=reference, signed_on=signed_on.isoformat())
    return delegation


@transaction.atomic
def end_delegation(delegation_id: int, *, by: Person) -> Delegation:
    """End a delegation. Raises NotAllowed, WrongState."""
    _administered(Delegation.objects.get(pk=delegation_id).organisation_id, by)
    delegation = Delegation.rows.lock(delegation_id)
    if delegation.ended_at:
        raise WrongState(_("This delegation has already ended."))
    delegation.ended_at = clock.now()
    delegation.save(update_fields=["ended_at"])
    journal.record(delegation, "delegation_ended", by=by)
    return delegation


# Pieces --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def _new_person(address: str, name: str, language: str) -> Person:
    person = Person(email=address, name=name.strip(), language=language, created_at=clock.now())
    person.set_unusable_password()
    person.save()
    return person


def _invited_person(email: str, name: str, language: str) -> Person:
    """Somebody new to the house. Raises NotAllowed when another link made the account in the same moment."""
    try:
        _new_person(email, name, language)
    except IntegrityError:
        raise _for_another_account() from None
    return make_person(email=email, name=name, language=language)


def _for_another_account() -> NotAllowed:
    return NotAllowed(_("This invitation is for another account. Sign in with the address it was sent to."))


def _administered(organisation_id: int, by: Person) -> Organisation:
    """The organisation, locked, and `by` its administrator at that moment: roles are read after the lock. Raises NotAllowed."""
    organisation = Organisation.rows.lock(organisation_id)
    by.forget_memberships()
    rules.require(rules.may_administer, by, organisation)
    return organisation


def _join(person: Person, organisation: Organisation, role: str, *, by: Person, verb: str) -> Membership:
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                person=person, organisation=organisation, role=role, started_at=clock.now()
            )
    except IntegrityError:
        raise WrongState(_("This person has this role already.")) from None
    person.forget_memberships()
    journal.record(membership, verb, by=by, role=role)
    return membership


def _end(membership: Membership, *, by: Person) -> Membership:
    at, person, organisation = clock.now(), membership.person, membership.organisation
    membership.ended_at = max(at, membership.started_at)  # the clock may have been put back meanwhile
    membership.save(update_fields=["ended_at"])
    person.forget_memberships()
    journal.record(membership, "role_ended", by=by, role=membership.role)
    if membership.role == Role.CITY_ADMINISTRATOR:
        for delegation in Delegation.objects.filter(person=person, organisation=organisation, ended_at=None):
            delegation.ended_at = at
            delegation.save(update_fields=["ended_at"])
            journal.record(delegation, "delegation_ended", by=by)
    _waiting(organisation, person.email).update(withdrawn_at=at)
    if not person.living_memberships:
        sessions.end_all(person)
    return membership


def _check_not_last(membership: Membership) -> None:
    """Raise WrongState for the last administrator of an organisation, whose row is locked (trust R6)."""
    organisation = membership.organisation
    if membership.role != rules.chief_role(organisation):
        return
    others = organisation.memberships.living().filter(role=membership.role, person__is_active=True)
    if not others.exclude(person=membership.person_id).exists():
        raise WrongState(_("Name another administrator first: an organisation always has one."))


def _check_waiting(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.withdrawn_at:
        raise WrongState(_("This invitation has been used or withdrawn."))


def _waiting(organisation: Organisation, email: str) -> Any:
    return organisation.invitations.filter(email__iexact=email, accepted_at=None, withdrawn_at=None)


def _tell_who_may_answer(request: JoinRequest) -> None:
    """The organisation's administrators, or the programme teams that look after it where there is none."""
    organisation = request.organisation
    administrators = queries.administrators_of(organisation)
    if administrators:
        _tell_asked(request, administrators, queries.team_address(organisation))
        return
    for committee in queries.committees_of(organisation):
        _tell_asked(request, queries.people_of([committee], PROGRAMME_TEAM), "/bureau/equipe", committee)


def _tell_asked(
    request: JoinRequest, people: list[Person], address: str, committee: Organisation | None = None
) -> None:
    notify(
        people,
        "join_asked",
        reference=f"accounts.joinrequest:{request.code}",
        sentence=lambda: _("{name} asks to join {organisation}.").format(
            name=request.person.name, organisation=request.organisation.name
        ),
        address=address,
        committee=committee,
    )
    for person in people:
        letters.queue_join_asked(request, person, address)
