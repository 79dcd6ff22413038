"""Whom an act concerns."""

from marelle.accounts.models import Organisation, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import BOARD_ROLES, PROGRAMME_TEAM, OrganisationKind, Role

WRITERS = frozenset({Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD})


def writers_of(organisation: Organisation) -> list[Person]:
    """Editors, administrators and elected leads of an organisation today, by name."""
    return people_of([organisation], WRITERS)


def contacts_of(organisation: Organisation) -> list[Person]:
    """Who answers for an organisation today: its administrators, else whoever writes for it."""
    return people_of([organisation], {Role.CITY_ADMINISTRATOR}) or writers_of(organisation)


def signatories_of(organisation: Organisation) -> list[Person]:
    """Who may sign for an organisation today."""
    chief = Role.PROGRAMME_ADMINISTRATOR if organisation.kind == OrganisationKind.COMMITTEE else Role.ELECTED_LEAD
    return people_of([organisation], {chief})


def who_hand_in(organisation: Organisation) -> list[Person]:
    """Who may hand in for an organisation today: its elected leads, and administrators with a recorded delegation."""
    leads = people_of([organisation], {Role.ELECTED_LEAD})
    delegated = set(organisation.delegations.filter(ended_at=None).values_list("person", flat=True))
    chiefs = people_of([organisation], {Role.CITY_ADMINISTRATOR}) if delegated else []
    return [*leads, *(chief for chief in chiefs if chief.pk in delegated and chief not in leads)]


def concerned_by(organisation: Organisation) -> list[Person]:
    """Who follows an agreement for one of its parties: its writers; for the committee, the programme team."""
    return people_of([organisation], PROGRAMME_TEAM if organisation.kind == OrganisationKind.COMMITTEE else WRITERS)


def readers(committee: Organisation) -> list[Person]:
    """Who may be given this committee's applications to read, by name."""
    return people_of([committee], {Role.REVIEWER})


def board_of(committee: Organisation) -> list[Person]:
    """The members of this committee's board and commission, by name."""
    return people_of([committee], BOARD_ROLES)
