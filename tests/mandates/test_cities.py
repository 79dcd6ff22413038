"""The committee writes to a city."""

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed
from marelle.base.models import Letter
from marelle.mandates.operations.cities import write_to_city
from tests.factories.accounts import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return PersonFactory(roles=[(OrganisationFactory(committee=True), Role.PROGRAMME_OFFICER)])


def test_letter_goes_to_the_administrators_in_the_words_typed(officer):
    city = OrganisationFactory()
    chief = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])
    PersonFactory(roles=[(city, Role.CITY_EDITOR)])

    write_to_city(city.pk, "Où en êtes-vous ?\nNous pouvons aider.", by=officer)

    letter = Letter.objects.get()
    assert letter.address == chief.email
    assert "Où en êtes-vous ?\nNous pouvons aider." in letter.text
    assert officer.email in letter.text
    assert JournalContent.objects.filter(verb="written_to", person=officer).count() == 1


def test_letter_goes_to_the_writers_where_nobody_administers(officer):
    city = OrganisationFactory()
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])

    write_to_city(city.pk, "Bonjour", by=officer)

    assert [letter.address for letter in Letter.objects.all()] == [editor.email]


def test_two_letters_are_two(officer):
    city = OrganisationFactory()
    PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])

    write_to_city(city.pk, "Bonjour", by=officer)
    write_to_city(city.pk, "Bonjour encore", by=officer)

    assert Letter.objects.count() == 2


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.BOARD_MEMBER, Role.CITY_ADMINISTRATOR])
def test_others_do_not_write_to_a_city(role, officer):
    house = officer.living_memberships[0].organisation
    city = OrganisationFactory()
    someone = PersonFactory(roles=[(city if role == Role.CITY_ADMINISTRATOR else house, role)])

    with pytest.raises(NotAllowed):
        write_to_city(city.pk, "Bonjour", by=someone)

    assert Letter.objects.count() == 0


@pytest.mark.parametrize("words, has_people", [("  ", True), ("Bonjour", False)])
def test_nothing_to_say_or_nobody_to_say_it_to_is_refused(words, has_people, officer):
    city = OrganisationFactory()
    if has_people:
        PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])

    with pytest.raises(BadData):
        write_to_city(city.pk, words, by=officer)

    assert (Letter.objects.count(), JournalContent.objects.filter(verb="written_to").count()) == (0, 0)
