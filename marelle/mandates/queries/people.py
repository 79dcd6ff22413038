"""Whom an act concerns."""

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind, Role

WRITERS = (Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD)
PROGRAMME_TEAM = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_ADMINISTRATOR)


def writers_of(organisation: Organisation) -> list[Person]:
    """Editors, administrators and elected leads of an organisation today, by name."""
    return _holding(WRITERS, organisation=organisation)


def signatories_of(organisation: Organisation) -> list[Person]:
    """Who may sign for an organisation today."""
    chief = Role.PROGRAMME_ADMINISTRATOR if organisation.kind == OrganisationKind.COMMITTEE else Role.ELECTED_LEAD
    return _holding((chief,), organisation=organisation)


def concerned_by(organisation: Organisation) -> list[Person]:
    """Who follows an agreement for one of its parties: its writers; for the committee, the programme team."""
    return programme_team() if organisation.kind == OrganisationKind.COMMITTEE else writers_of(organisation)


def programme_team() -> list[Person]:
    """Officers and administrators of the committee today."""
    return _holding(PROGRAMME_TEAM, organisation__kind=OrganisationKind.COMMITTEE)


def board() -> list[Person]:
    """The members of the board today."""
    return _holding((Role.BOARD_MEMBER,), organisation__kind=OrganisationKind.COMMITTEE)


def readers() -> list[Person]:
    """Who may be given applications to read."""
    return _holding((Role.REVIEWER,), organisation__kind=OrganisationKind.COMMITTEE)


def _holding(roles: tuple[str, ...], **where: object) -> list[Person]:
    memberships = {f"memberships__{name}": value for name, value in where.items()}
    people = Person.objects.filter(
        memberships__ended_at=None, memberships__role__in=roles, is_active=True, **memberships
    )
    return list(people.distinct().order_by("name", "pk"))
