"""Who may do what with accounts and organisations, and `require`, which every operation asks."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import CITY_ROLES, COMMITTEE_ROLES, PROGRAMME_TEAM, OrganisationKind, Role
from marelle.base.errors import NotAllowed

Rule = Callable[[Person, Any], bool]


def require(rule: Rule, person: Person, thing: Any) -> None:
    """Raise NotAllowed unless `rule(person, thing)`."""
    if not person.is_active or not (person.is_robot or rule(person, thing)):
        raise NotAllowed(_("Your role does not allow this."), rule=rule.__name__)


def belongs_to(person: Person, organisation: Organisation) -> bool:
    """Anyone with a role in the organisation today."""
    return bool(person.roles_in(organisation))


def may_read(person: Person, organisation: Organisation) -> bool:
    """Anyone with a city or partner role in the organisation."""
    return bool(person.roles_in(organisation) & (CITY_ROLES | {Role.PARTNER_AUTHOR}))


def may_write(person: Person, organisation: Organisation) -> bool:
    """Editors, administrators and elected leads of the organisation."""
    return bool(person.roles_in(organisation) & {Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD})


def may_add_file(person: Person, organisation: Organisation) -> bool:
    """Whoever writes for the organisation; for a partner its authors, for the committee its people."""
    return may_write(person, organisation) or bool(
        person.roles_in(organisation) & (COMMITTEE_ROLES | {Role.PARTNER_AUTHOR})
    )


def may_administer(person: Person, organisation: Organisation) -> bool:
    """Its administrators; for the committee, its programme administrators."""
    return chief_role(organisation) in person.roles_in(organisation)


def chief_role(organisation: Organisation) -> Role:
    """The role that administers an organisation of its kind."""
    return Role.PROGRAMME_ADMINISTRATOR if organisation.kind == OrganisationKind.COMMITTEE else Role.CITY_ADMINISTRATOR


def is_self(person: Person, other: Person) -> bool:
    """Oneself."""
    return person.pk == other.pk


def may_answer_join_request(person: Person, organisation: Organisation) -> bool:
    """The organisation's administrators, or the programme team of a committee that looks after it."""
    return may_administer(person, organisation) or looks_after(person, organisation)


def looks_after(person: Person, organisation: Organisation) -> bool:
    """The programme team of a committee that looks after the organisation."""
    near = Organisation.objects.looked_after_by(person.committees_as(PROGRAMME_TEAM))
    return near.filter(pk=organisation.pk).exists()


def may_close_account(person: Person, other: Person) -> bool:
    """A programme administrator, when the other works nowhere but where their committees look after."""
    own = person.committees_as({Role.PROGRAMME_ADMINISTRATOR})
    return Person.objects.in_care_of(own).filter(pk=other.pk).exists()


def may_reconcile(person: Person, other: Person) -> bool:
    """Who may close an account may say that an issuer's identity opens it; nobody says so of themselves."""
    return not is_self(person, other) and may_close_account(person, other)


def may_make_bodies(person: Person, thing: Any = None) -> bool:
    """A programme administrator of any committee."""
    return Role.PROGRAMME_ADMINISTRATOR in person.committee_roles


def may_sign_for(person: Person, organisation: Organisation) -> bool:
    """The elected lead of the organisation; for the committee, a programme administrator."""
    chief = Role.PROGRAMME_ADMINISTRATOR if organisation.kind == OrganisationKind.COMMITTEE else Role.ELECTED_LEAD
    return chief in person.roles_in(organisation)


def may_hand_in(person: Person, organisation: Organisation) -> bool:
    """The elected lead, or an administrator with a recorded delegation."""
    if Role.ELECTED_LEAD in person.roles_in(organisation):
        return True
    return Role.CITY_ADMINISTRATOR in person.roles_in(organisation) and has_delegation(person, organisation)


def has_delegation(person: Person, organisation: Organisation) -> bool:
    """A delegation recorded and not ended."""
    return any(m.has_delegation for m in person.living_memberships if m.organisation_id == organisation.pk)


def in_programme_team(person: Person, committee: Organisation) -> bool:
    """Programme officers and administrators of this committee."""
    return bool(person.roles_in(committee) & PROGRAMME_TEAM)


def is_programme_administrator(person: Person, committee: Organisation) -> bool:
    """Programme administrators of this committee."""
    return Role.PROGRAMME_ADMINISTRATOR in person.roles_in(committee)
