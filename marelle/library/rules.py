"""Who may do what in the library."""

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.library.models import Adoption, Practice, Resource

__all__ = ["require"]


def may_draft(person: Person, practice: Practice) -> bool:
    """Whoever writes for the organisation; the programme team of the committee that will review it, from a talk it heard."""
    return may_write(person, practice) or accounts.in_programme_team(person, practice.committee)


def may_write(person: Person, practice: Practice) -> bool:
    """Editors, administrators and elected leads of the organisation that tells it; the programme team, what it tells for it."""
    own = accounts.may_write(person, practice.organisation)
    return own or (practice.by_committee and accounts.in_programme_team(person, practice.committee))


def may_be_asked(person: Person, practice: Practice) -> bool:
    """Anyone of the organisation that tells it, for oneself."""
    return accounts.belongs_to(person, practice.organisation)


def may_review(person: Person, practice: Practice) -> bool:
    """The programme team of its committee, never what one proposed oneself."""
    return may_look_after(person, practice) and practice.submitted_by_id != person.pk


def may_look_after(person: Person, practice: Practice) -> bool:
    """The programme team of its committee."""
    return accounts.in_programme_team(person, practice.committee)


def may_take_over(person: Person, organisation: Organisation) -> bool:
    """Whoever writes for the organisation that takes it over."""
    return accounts.may_write(person, organisation)


def may_follow(person: Person, adoption: Adoption) -> bool:
    """Whoever writes for the organisation that took it over."""
    return accounts.may_write(person, adoption.organisation)


def may_keep(person: Person, resource: Resource) -> bool:
    """The programme team of its committee."""
    return accounts.in_programme_team(person, resource.committee)


def may_read_over(person: Person, resource: Resource) -> bool:
    """The programme team of its committee, never what one proposed oneself."""
    return may_keep(person, resource) and resource.submitted_by_id != person.pk
