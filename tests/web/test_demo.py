import re

import pytest

from marelle.accounts.states import Role
from marelle.demo.people import BY_KEY, CHARACTERS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.base import LetterFactory
from tests.factories.mandates import ApplicationFactory

pytestmark = pytest.mark.django_db

KEYS = [
    "city-admin", "city-editor", "city-reader", "signatory", "other-city-admin", "epci-admin", "committee-admin",
    "committee-admin-2", "committee-officer", "reviewer-1", "reviewer-2", "moderator-abroad", "partner", "facilitator", "member-admin", "board",
]  # fmt: skip


@pytest.fixture
def board():
    return PersonFactory(
        email=BY_KEY["board"].email, roles=[(OrganisationFactory(committee=True), Role.BOARD_MEMBER)], application=True
    )


def test_characters_are_the_agreed_ones():
    assert [c.key for c in CHARACTERS] == KEYS


@pytest.mark.parametrize(("method", "path"), [("get", "/demo"), ("get", "/demo/courriels"), ("post", "/demo/entrer")])
def test_demo_does_not_exist_outside_the_demonstration(client, board, method, path):
    """trust A11. No account is there to be taken: the one-click door exists in demonstration mode only."""
    answer = getattr(client, method)(path, {"person": "board"})

    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_enter_becomes_someone_in_one_post(client, board, settings):
    settings.DEMO = True

    answer = client.post("/demo/entrer", {"person": "board"})

    assert (answer.status_code, answer["Location"]) == (302, "/bureau/")
    assert client.session["_auth_user_id"] == str(board.pk)


def test_enter_counts_as_a_sign_in_with_its_second_proof(client, board, settings):
    """trust A4. In the demonstration one press is a full sign-in; deciding still asks for the code of the moment."""
    settings.DEMO = True
    client.post("/demo/entrer", {"person": "board"})
    application = ApplicationFactory(opinion_given=True)

    read = client.get(f"/bureau/candidatures/{application.code}")
    decided = client.post(f"/bureau/candidatures/{application.code}/decision", {"read": "x"})
    proof = client.get(decided["Location"])

    assert (read.status_code, decided.status_code) == (200, 302)
    assert (proof.status_code, re.search(r"data-demo-code>\d{6}<", proof.content.decode()) is not None) == (200, True)


def test_enter_is_light_without_the_application(client, settings):
    """trust A4. Who carries no application has proved nothing."""
    settings.DEMO = True
    town = OrganisationFactory()
    PersonFactory(email=BY_KEY["city-editor"].email, roles=[(town, Role.CITY_EDITOR)])

    client.post("/demo/entrer", {"person": "city-editor"})

    assert [record["method"] for record in client.session["account_authentication_methods"]] == ["code"]


@pytest.mark.parametrize("person", ["nobody", "", "robot"])
def test_enter_knows_only_its_characters(client, board, settings, person):
    settings.DEMO = True

    answer = client.post("/demo/entrer", {"person": person})

    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_enter_refuses_another_site(client, board, settings):
    settings.DEMO = True

    answer = client.post("/demo/entrer", {"person": "board"}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


def test_demo_page_sets_no_cookie(client, board, settings):
    settings.DEMO = True

    answer = client.get("/demo")

    assert (answer.status_code, list(answer.cookies)) == (200, [])
    assert BY_KEY["board"].name in answer.content.decode()


@pytest.mark.parametrize(("address", "shown"), [("AYA@example.org", 1), ("nobody@example.org", 0), ("", 0)])
def test_letters_are_read_by_who_knows_their_address(client, settings, address, shown):
    """Where no mail server is, nobody would reach their own page otherwise."""
    settings.DEMO, settings.SITE_ADDRESS = True, "https://marelle.example"
    LetterFactory(address="aya@example.org", text="https://marelle.example/mes-rencontres/secret")
    LetterFactory(address="other@example.org", text="https://marelle.example/mes-rencontres/another")

    answer = client.get("/demo/courriels", {"adresse": address})

    words = answer.content.decode()
    assert (answer.status_code, words.count('href="https://marelle.example/mes-rencontres/secret"')) == (200, shown)
    assert "another" not in words
