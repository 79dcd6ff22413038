"""What stands around an error: one's own menu when signed in, the public one otherwise."""

import re

import pytest
from django.test import Client

from marelle.accounts.states import Role
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PUBLIC = "Le réseau"


def menu_of(answer):
    """The entries of the menu of a page."""
    inside = answer.content.decode().partition('<nav class="menu"')[2].partition("</nav>")[0]
    return [entry.strip() for entry in re.findall(r"<li><a [^>]*>([^<]*)</a>", inside)]


@pytest.fixture
def town():
    return OrganisationFactory(code="67482")


@pytest.mark.parametrize(
    ("at_office", "role", "path", "status", "entry"),
    [
        (False, Role.CITY_READER, "/espace/67482/rencontres/pratiques/nouvelle", 409, "Aujourd’hui"),
        (False, Role.CITY_READER, "/espace/67482/rien", 404, "Mes espaces"),
        (False, Role.CITY_READER, "/espace/67482/plan/actions/rien", 404, "Aujourd’hui"),
        (False, Role.CITY_READER, "/bureau/rien", 404, "Mes espaces"),
        (False, Role.CITY_READER, "/compte/rien", 404, "Mes espaces"),
        (True, Role.BOARD_MEMBER, "/bureau/maison", 403, "Aujourd’hui"),
        (True, Role.BOARD_MEMBER, "/en/bureau/rien", 404, "Today"),
        (False, Role.CITY_READER, "/rien", 404, PUBLIC),
        (False, Role.CITY_READER, "/villes/rien", 404, PUBLIC),
    ],
)
def test_an_error_keeps_the_menu_of_who_is_signed_in(client, town, at_office, role, path, status, entry):
    place = OrganisationFactory(committee=True) if at_office else town
    sign_in(client, PersonFactory(roles=[(place, role)], application=True))

    answer = client.post(path) if path.endswith("nouvelle") else client.get(path)

    assert (answer.status_code, menu_of(answer)[0]) == (status, entry)


@pytest.mark.parametrize("path", ["/espace/67482/rien", "/bureau/rien", "/rien"])
def test_an_error_shows_a_visitor_the_public_menu(client, town, path):
    answer = client.get(path)

    assert (answer.status_code, menu_of(answer)[0]) == (404, PUBLIC)
    assert answer.cookies == {}


def test_a_form_refused_keeps_ones_own_header(town):
    strict = Client(enforce_csrf_checks=True)
    person = PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)], application=True, name="Camille Essai")
    sign_in(strict, person)

    answer = strict.post("/espace/67482/equipe/inviter", {})

    assert (answer.status_code, "Camille Essai" in answer.content.decode()) == (403, True)


def test_a_form_that_is_not_recognised_says_how_to_find_its_words_again(town):
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)], application=True))

    page = strict.post("/espace/67482/equipe/inviter", {}).content.decode()

    assert ("Ce formulaire n’a pas été reconnu" in page, "destinée à d’autres personnes" in page) == (True, False)
    assert "Revenez avec la flèche du navigateur" in page
