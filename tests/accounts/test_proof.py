"""Light sessions and fresh proofs."""

import time

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib.sessions.backends.cache import SessionStore
from django.test import RequestFactory

from marelle.accounts import proof
from marelle.accounts.states import Role
from marelle.base.errors import ProofNeeded
from tests.factories.accounts import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def request_of(person, *methods, old=0, data=None, **headers):
    """A page asked for by someone who proved who they are by `methods`."""
    factory = RequestFactory()
    request = factory.get("/page?a=1", **headers) if data is None else factory.post("/page", data, **headers)
    request.user, request.session = person, SessionStore()
    for method in methods:
        record_authentication(request, person, method)
    for record in request.session.get("account_authentication_methods", []):
        record["at"] -= old
    return request


def editor(**more):
    return PersonFactory(roles=[(OrganisationFactory(), Role.CITY_EDITOR)], **more)


def administrator(**more):
    return PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)], **more)


@pytest.mark.parametrize(
    ("someone", "methods", "light"),
    [
        (editor, [], True),
        (editor, ["code"], True),
        (editor, ["code", "password"], False),
        (editor, ["mfa"], False),
        (administrator, ["code", "password"], True),
        (administrator, ["code", "mfa"], False),
    ],
)
def test_is_light(someone, methods, light):
    """trust A3, A4. A code by e-mail is light; an administrator's password alone is too."""
    request = request_of(someone(), *methods)

    assert proof.is_light(request) == light


@pytest.mark.parametrize(("old", "fresh"), [(0, True), (590, True), (610, False)])
def test_has_fresh_proof(old, fresh):
    """trust A9. Ten minutes."""
    request = request_of(editor(), "password", old=old)

    assert proof.has_fresh_proof(request) == fresh


def test_require_second_proof_accepts_an_old_one():
    """trust A4. A session that is not light stays so until it ends."""
    proof.require_second_proof(request_of(administrator(application=True), "code", "mfa", old=5000))


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ({"someone": administrator, "application": True}, "mfa_reauthenticate"),
        ({"someone": administrator, "secret_word": "x"}, "mfa_activate_totp"),
        ({"someone": editor, "secret_word": "x"}, "account_reauthenticate"),
        ({"someone": editor}, "mfa_activate_totp"),
    ],
    ids=["application", "must set one up", "password", "nothing yet"],
)
def test_require_fresh_proof_leads_to_the_proof(person, address):
    """trust A3, A9. Each is led to what they can prove with, and back."""
    from django.urls import reverse

    someone = person.pop("someone")(**person)

    with pytest.raises(ProofNeeded) as error:
        proof.require_fresh_proof(request_of(someone, "code"))

    assert error.value.facts == {"address": f"{reverse(address)}?next=%2Fpage%3Fa%3D1"}


def test_require_fresh_proof_keeps_the_form():
    """trust D1. What was typed is sent again after the proof."""
    request = request_of(editor(secret_word="x"), "code", data={"words": "dit"})

    with pytest.raises(ProofNeeded) as error:
        proof.require_fresh_proof(request)

    assert error.value.facts["address"].endswith("?next=%2Fpage")
    assert "words=dit" in request.session["account_reauthentication_state"]["request"]


def test_require_second_proof_forgets_a_form_given_up():
    """trust A4. Only the form one has just sent is sent again: not an older one of the same page."""
    request = request_of(editor(secret_word="x"), "code", data={"words": "dit"})
    with pytest.raises(ProofNeeded):
        proof.require_second_proof(request)
    page = RequestFactory().get("/page")
    page.user, page.session = request.user, request.session

    with pytest.raises(ProofNeeded):
        proof.require_second_proof(page)

    assert "account_reauthentication_state" not in page.session


def test_records_use_real_time():
    """settled 24. Proofs are dated by the host's clock."""
    request = request_of(editor(), "password")

    assert abs(proof._last_proof_at(request) - time.time()) < 5
