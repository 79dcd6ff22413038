"""Several people act on one organisation in the same moment."""

import pytest

from marelle.accounts import operations
from marelle.accounts.models import Membership, Person
from marelle.accounts.states import Role
from marelle.base.errors import NotAllowed, WrongState
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


def two_chiefs():
    """A city, its two administrators, their roles; each has already been asked what they may do."""
    city = OrganisationFactory()
    chiefs = [PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)]) for _ in range(2)]
    assert all(chief.living_memberships for chief in chiefs)
    return city, chiefs, [chief.memberships.get() for chief in chiefs]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["leave", "end the other", "take over"])
def test_two_administrators_at_once_leave_one(act):
    """trust R6, R7. Both leave, or each ends the other: one succeeds, one administrator stays. Roles are read after the lock."""
    for _ in range(10):
        city, chiefs, roles = two_chiefs()
        acts = {
            "leave": lambda n, chiefs=chiefs, roles=roles: operations.end_role(roles[n].pk, by=chiefs[n]),
            "end the other": lambda n, chiefs=chiefs, roles=roles: operations.end_role(roles[1 - n].pk, by=chiefs[n]),
            "take over": lambda n, city=city, chiefs=chiefs: operations.take_over(
                city.pk, chiefs[1 - n].pk, by=chiefs[n]
            ),
        }

        answers = at_once(acts[act], 2)

        refused = [answer for answer in answers if isinstance(answer, WrongState | NotAllowed)]
        assert (len(refused), Membership.objects.living().filter(organisation=city).count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_address_signed_up_twice_at_once_is_one_person():
    """trust D2. Both proved the same address: both come in, as one."""
    for round_ in range(10):
        email = f"camille{round_}@marelle.example"
        made = at_once(lambda n, email=email: operations.make_person(email=email, name="Camille"), 4)
        assert {type(person) for person in made} == {Person}
        assert len({person.pk for person in made}) == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_accepted_at_once_make_one_person():
    """trust D2, A6. The second is told that the account exists now; its link still serves once signed in."""
    for round_ in range(10):
        email, chief = f"dominique{round_}@marelle.example", PersonFactory(robot=True, email=f"r{round_}@x.invalid")
        tokens = [operations.invite(OrganisationFactory().pk, email=email, role="CE", by=chief)[1] for _ in range(2)]

        answers = at_once(lambda n, tokens=tokens: operations.accept_invitation(tokens[n], name="Dominique"), 2)

        assert sorted(type(answer).__name__ for answer in answers) == [NotAllowed.__name__, "tuple"]
        assert Person.objects.filter(email=email).count() == 1
