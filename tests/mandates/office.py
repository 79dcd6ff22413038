"""Who works in the committee's office, for the tests of what it does."""

from marelle.accounts.states import Role
from tests.factories.accounts import OrganisationFactory, PersonFactory


def committee():
    """The national committee."""
    return OrganisationFactory(committee=True)


def works_as(role: Role, house, **person):
    """Someone with one role in the committee."""
    return PersonFactory(roles=[(house, role)], **person)
