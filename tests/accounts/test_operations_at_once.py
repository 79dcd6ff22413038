"""Several people act on one organisation in the same moment."""

import pytest

from marelle.accounts import operations
from marelle.accounts.models import Membership
from marelle.accounts.states import Role
from marelle.base.errors import WrongState
from tests.base.threads import at_once
from tests.factories.accounts import OrganisationFactory, PersonFactory


@pytest.mark.django_db(transaction=True)
def test_two_administrators_disabled_at_once_leave_one():
    """trust R6. Each was not the last when looked at: the organisation is locked, so the second one is."""
    committee = OrganisationFactory(committee=True)
    cities = [OrganisationFactory() for _ in range(10)]
    chief = PersonFactory(roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)])

    for city in cities:
        people = [PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)]) for _ in range(2)]
        answers = at_once(lambda n, people=people: operations.disable_person(people[n].pk, by=chief), 2)
        assert sorted(type(answer).__name__ for answer in answers) == ["Person", WrongState.__name__]

    living = Membership.objects.living().filter(role=Role.CITY_ADMINISTRATOR)
    assert sorted(living.values_list("organisation", flat=True)) == [city.pk for city in cities]
