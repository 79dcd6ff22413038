"""Conflicts of interest declared once for all: the dossiers concerned are closed, in every role."""

import pytest

from marelle.accounts.states import Role
from marelle.base.errors import NotAllowed
from marelle.mandates import rules
from marelle.mandates.models import Application, Review, Tie
from marelle.mandates.operations import reviews, ties
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import ApplicationFactory, ReviewFactory, TieFactory
from tests.factories.territories import TerritoryFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db


def place(kind):
    """The territory of a town, or one it lies in; and the dossier of that town."""
    around = {
        "departement": TerritoryFactory(departement_kind=True),
        "region": TerritoryFactory(region_kind=True),
        "intercommunality": TerritoryFactory(intercommunality=True),
    }
    town = TerritoryFactory(code="67482")
    for name, larger in around.items():
        setattr(town, name, larger)
    town.save()
    city = OrganisationFactory(code="67482", territory=town)
    application = ApplicationFactory(opinion_given=True, organisation=city)
    return {**around, "commune": town, "organisation": city}[kind], application


@pytest.mark.parametrize("kind", ["organisation", "commune", "intercommunality", "departement", "region"])
@pytest.mark.parametrize("role", [Role.PROGRAMME_OFFICER, Role.REVIEWER, Role.BOARD_MEMBER], ids=str)
def test_a_tie_closes_the_dossiers_of_a_city_or_a_territory(role, kind):
    where, application = place(kind)
    elsewhere = ApplicationFactory(opinion_given=True)
    person = works_as(role, committee())
    for dossier in (application, elsewhere):
        ReviewFactory(application=dossier, reviewer=person, finished=True)
    before = set(Application.objects.visible_to(person))

    ties.declare_tie(where, by=person)

    assert before == {application, elsewhere}
    assert set(Application.objects.visible_to(person)) == {elsewhere}
    assert set(Review.objects.visible_to(person).values_list("application", flat=True)) == {elsewhere.pk}
    assert (rules.may_be_reader(person, application), rules.may_handle(person, application)) == (False, False)


def test_a_tie_that_is_over_opens_them_again():
    where, application = place("departement")
    person = works_as(Role.PROGRAMME_OFFICER, committee())
    tie = ties.declare_tie(where, by=person)

    ended = [ties.end_tie(tie.pk, by=person) for _click in range(2)]

    assert [row.ended_at for row in ended] == [Tie.rows.get().ended_at] * 2
    assert list(Application.objects.visible_to(person)) == [application]


def test_the_same_tie_twice_is_one():
    where, _application = place("departement")
    person = works_as(Role.REVIEWER, committee())

    found = [ties.declare_tie(where, by=person) for _click in range(2)]

    assert found == [Tie.rows.get()] * 2


def test_nobody_is_given_the_dossier_of_a_territory_they_are_tied_to():
    where, _decided = place("departement")
    neighbour = OrganisationFactory(territory=TerritoryFactory(departement=where))
    house, application = committee(), ApplicationFactory(admissible=True, organisation=neighbour)
    reader = works_as(Role.REVIEWER, house)
    ties.declare_tie(where, by=reader)

    with pytest.raises(NotAllowed):
        reviews.assign_reader(application.pk, reader, by=works_as(Role.PROGRAMME_OFFICER, house))

    assert Review.rows.count() == 0


def test_one_s_own_city_stays_one_s_own():
    """A tie closes what the committee does with a dossier, never the dossier of one's own organisation to its people."""
    city = OrganisationFactory()
    application = ApplicationFactory(organisation=city)
    person = PersonFactory(roles=[(city, Role.CITY_EDITOR), (committee(), Role.REVIEWER)])

    ties.declare_tie(city, by=person)

    assert list(Application.objects.visible_to(person)) == [application]


@pytest.mark.parametrize("act", ["declare", "end"])
def test_ties_are_their_own_person_s_to_tell(act):
    tie, stranger = TieFactory(), PersonFactory()

    with pytest.raises(NotAllowed):
        if act == "declare":
            ties.declare_tie(tie.organisation, by=stranger)
        else:
            ties.end_tie(tie.pk, by=stranger)

    assert (Tie.rows.get().ended_at, Tie.rows.count()) == (None, 1)
    assert list(Tie.objects.visible_to(stranger)) == []
