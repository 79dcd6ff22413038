"""The pages of a joint candidature: the commune's, the intercommunality's, the committee's."""

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Application, Pair, Power
from marelle.mandates.operations import pairs as operations
from tests.factories.framework import DomainFactory
from tests.factories.mandates import IN_TIME, HandInFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory
from tests.mandates.office import works_as
from tests.mandates.test_pairs import Two
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def two():
    made = Two()
    domain = DomainFactory(framework=made.call.framework, name={"fr": "Être en sécurité", "en": "Safety"})
    for application, name in ((made.own, "Une rue calme"), (made.other, "Des bus le soir")):
        objective = ObjectiveFactory(plan=application.plan, domain=domain, name=f"Objectif : {name}")
        ActionFactory(objective=objective, name=name, lead_service="Voirie")
    made.domain = domain
    return made


def page(client, person, address):
    sign_in(client, person)
    return client.get(address)


def at(organisation, *more):
    return "/".join([f"/espace/{organisation.code}/candidature/conjointe", *more])


def test_commune_proposes_and_the_other_accepts_on_its_page(client, two):
    sign_in(client, two.ada)
    offered = client.get(at(two.town)).content.decode()
    client.post(at(two.town, "proposer"), {"other": two.metropolis.code})
    pair = Pair.rows.get()

    sign_in(client, two.max)
    asked = client.get(at(two.metropolis)).content.decode()
    before = client.get(at(two.metropolis, pair.code)).content.decode()
    client.post(at(two.metropolis, pair.code, "faire"), {"act": "accept"})
    after = client.get(at(two.metropolis, pair.code)).content.decode()

    assert "Métropole-Test" in offered
    assert "Vous le propose." in asked
    assert "Une rue calme" not in before
    assert "Une rue calme" in after


def test_nobody_else_finds_the_page(client, two):
    pair, others = two.accepted(), Two()

    found = page(client, others.ada, at(others.town, pair.code))

    assert found.status_code == 404


def test_who_exercises_a_domain_is_written_on_the_page(client, two):
    pair = two.accepted()
    sign_in(client, two.ada)
    typed = {"act": "power", "domain": two.domain.code, "holder": "both", "words": "Les écoles.", "version": "0"}

    saved = client.post(at(two.town, pair.code, "faire"), typed)
    refused = client.post(at(two.town, pair.code, "faire"), typed | {"words": "x" * 501, "version": "1"})

    assert saved["Location"] == f"{at(two.town, pair.code)}#{two.domain.slug}"
    assert refused.status_code == 422
    assert "x" * 501 in refused.content.decode()
    assert Power.rows.get().words == "Les écoles."


def test_action_shared_stands_on_both_pages(client, two):
    pair = two.accepted()
    action = two.own.plan.objectives.get().actions.get()
    sign_in(client, two.ada)

    client.post(at(two.town, pair.code, "faire"), {"act": "share", "action": action.code})
    theirs = page(client, two.max, at(two.metropolis, pair.code)).content.decode()

    assert f"Être en sécurité · dans le plan de {two.town}" in " ".join(theirs.split())


def test_committee_reads_what_was_handed_in_and_not_what_is_written_since(client, two):
    pair = two.accepted()
    officer = works_as(Role.PROGRAMME_OFFICER, two.call.committee)
    handed = {"code": "o1", "domain": two.domain.code, "name": "Objectif déposé", "actions": []}
    HandInFactory(application=two.own, content={"answers": {}, "plan": {"objectives": [handed]}, "files": []})
    Application.rows.filter(pk=two.own.pk).update(state="returned", submitted_at=IN_TIME)

    shown = page(client, officer, f"/bureau/candidatures/conjointes/{pair.code}").content.decode()

    assert "Objectif déposé" in shown
    assert "Une rue calme" not in shown
    assert "Des bus le soir" not in shown  # nothing of the other has been handed in
    assert "Ne vous est pas ouverte." in shown


def test_pair_proposed_and_not_accepted_is_nobody_s_in_the_office(client, two):
    pair = two.proposed()
    Application.rows.filter(pk=two.own.pk).update(state="submitted", submitted_at=IN_TIME)
    officer = works_as(Role.PROGRAMME_OFFICER, two.call.committee)

    assert page(client, officer, f"/bureau/candidatures/conjointes/{pair.code}").status_code == 404


def test_ended_pair_leaves_the_page(client, two):
    pair = two.accepted()
    operations.end_pair(pair.pk, two.town, by=two.ada)

    assert page(client, two.ada, at(two.town, pair.code)).status_code == 404
    assert "Proposer une candidature conjointe" in page(client, two.ada, at(two.town)).content.decode()
