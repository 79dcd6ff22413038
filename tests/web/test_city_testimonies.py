"""A city proposes what somebody says of the programme, completes it, takes it back; it does what was agreed with the committee."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates import models
from tests.factories import contacts as make
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import MandateFactory
from tests.pictures import picture
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
FORM = {
    "speaker": "adult",
    "quote_fr": "Les enfants nous ont montré le chemin.",
    "role": "Adjointe à l’enfance",
    "first_name": "Lucie",
    "consent_on": "2028-11-01",
    "consent_how": "Signé sur papier, gardé en mairie.",
}


@pytest.fixture(autouse=True)
def noon():
    with clock.at(datetime(2028, 11, 22, 11, tzinfo=UTC)):
        yield


@pytest.fixture
def mandate():
    return MandateFactory()


@pytest.fixture
def editor(client, mandate):
    person = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])
    sign_in(client, person)
    return person


def space(mandate):
    return f"/espace/{mandate.organisation.code}"


def words(response):
    return " ".join(response.content.decode().split())


def test_city_proposes_with_a_picture(client, mandate, editor):
    rights = {"picture_alt": "Une cour plantée d’arbres", "picture_rights": "Ville"}

    response = client.post(f"{space(mandate)}/temoignages/nouveau", FORM | rights | {"picture": picture()})

    made = models.Testimony.rows.get()
    there = f"{space(mandate)}/temoignages/{made.code}"
    assert response.headers["Location"] == f"{space(mandate)}/temoignages"
    assert (made.quotes, made.first_name, made.picture.is_apart) == ({"fr": FORM["quote_fr"]}, "Lucie", True)
    image = client.get(f"{there}/image")
    assert b"".join(image.streaming_content).startswith(b"\x89PNG")
    assert image.headers["Content-Type"] == "image/png"
    assert f'<img src="{there}/image" alt="Une cour plantée d’arbres"' in words(client.get(there))


def test_refused_testimony_comes_back_with_what_was_typed(client, mandate, editor):
    response = client.post(f"{space(mandate)}/temoignages/nouveau", FORM | {"first_name": "Lucie Martin"})

    assert (response.status_code, models.Testimony.rows.count()) == (422, 0)
    assert "Un prénom seulement, sans le nom de famille." in words(response) and "Lucie Martin" in words(response)


def test_sent_back_is_completed_by_the_city(client, mandate, editor):
    made = make.TestimonyFactory(mandate=mandate, state="returned", note="Dites à quel titre.")
    there = f"{space(mandate)}/temoignages/{made.code}"
    page = words(client.get(there))

    client.post(there, FORM | {"version": 1, "role": "Directrice d’école"})

    made.refresh_from_db()
    assert "Dites à quel titre." in page
    assert (made.state, made.role) == ("proposed", "Directrice d’école")


def test_consent_is_taken_back_by_a_press(client, mandate, editor):
    made = make.TestimonyFactory(mandate=mandate, published=True)

    client.post(f"{space(mandate)}/temoignages/{made.code}/faire", {"revoke": "1"})

    page = words(client.get(f"{space(mandate)}/temoignages"))
    assert "Accord repris le 22 novembre 2028" in page and "montré le chemin" not in page


def test_town_without_mandate_does_not_propose(client, mandate, editor):
    type(mandate).rows.filter(pk=mandate.pk).update(state="ended")

    assert client.get(f"{space(mandate)}/temoignages/nouveau").status_code == 404
    assert "Proposer un témoignage" not in words(client.get(f"{space(mandate)}/temoignages"))


def test_city_reads_what_is_shared_and_does_its_step(client, mandate, editor):
    contact = make.ContactFactory(mandate=mandate, said="Entre nous", shared=True, city_step=True)
    before = words(client.get(f"{space(mandate)}/convention"))

    client.post(f"{space(mandate)}/suites/{contact.code}")

    contact.refresh_from_db()
    assert "Nous avons fait le point sur le chantier." in before and "Envoyer le calendrier du chantier" in before
    assert ("Entre nous" in before, contact.done_by) == (False, editor)


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_a_fixed_number_of_questions(client, mandate, editor, django_assert_num_queries, count):
    for _number in range(count):
        make.TestimonyFactory(mandate=mandate)
    client.get(f"{space(mandate)}/temoignages")

    with django_assert_num_queries(6):
        client.get(f"{space(mandate)}/temoignages")
