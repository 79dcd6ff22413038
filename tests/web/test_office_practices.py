"""Practices and resources in the office: the tray, reading, publishing; what the committee shares."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.states import Role
from marelle.library.models import Resource
from marelle.library.operations import practices as operations
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.library import ServiceFactory
from tests.library.shelf import drafted, editor, published
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TRAY = "/bureau/rencontres/pratiques"
SHELF = "/bureau/rencontres/ressources"


@pytest.fixture
def house(client):
    """A committee whose officer is signed in with a fresh proof."""
    committee = OrganisationFactory(committee=True)
    sign_in(client, PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)], application=True))
    return committee


def proposed():
    writer, town = editor()
    practice = drafted(writer, town)
    return operations.submit(practice.pk, by=writer)


def test_a_practice_is_sent_back_then_published_retained_and_retired(client, house):
    practice = proposed()
    writer = PersonFactory(roles=[(practice.organisation, Role.CITY_EDITOR)])
    address = f"{TRAY}/{practice.code}"

    page = client.get(address).content.decode()
    empty = client.post(f"{address}/renvoyer", {"note": ""})
    client.post(f"{address}/renvoyer", {"note": "Dites le coût."})
    practice.refresh_from_db()
    back = (practice.state, practice.review_note)
    operations.submit(practice.pk, by=writer)
    states = []
    for act in ("publish", "retain", "retire"):
        client.post(f"{address}/faire", {"act": act})
        practice.refresh_from_db()
        states.append(practice.state)

    assert "Les enfants avaient peur" in page
    assert (empty.status_code, back, states) == (
        422,
        ("returned", "Dites le coût."),
        ["published", "retained", "retired"],
    )
    assert client.post(f"{address}/faire", {"act": "erase"}).status_code == 404


def test_the_tray_shows_what_is_to_read_first_and_never_a_draft(client, house):
    published(committee=house)
    to_read = proposed()
    writer, town = editor()
    drafted(writer, town)

    page = client.get(TRAY)
    narrowed = client.get(f"{TRAY}?etat=published")

    rows = [row.cells[0].url for row in page.context["table"].rows]
    assert (len(rows), rows[0]) == (2, f"{TRAY}/{to_read.code}")
    assert len(narrowed.context["table"].rows) == 1


@pytest.mark.parametrize("rest", ["", "/renvoyer", "/faire"])
def test_another_committees_practice_does_not_exist(client, house, rest):
    practice = published(committee=OrganisationFactory(committee=True, code="o-other"))
    address = f"{TRAY}/{practice.code}{rest}"

    answer = client.post(address, {"act": "retire", "note": "x"}) if rest else client.get(address)

    practice.refresh_from_db()
    assert (answer.status_code, practice.state) == (404, "published")


def test_a_resource_is_prepared_joined_published_and_retired(client, house):
    service = ServiceFactory(code="logement")
    given = {"name_fr": "Guide", "name_en": "Guide", "kind": "tool", "audience": "officers", "rights": "CC-BY-4.0"}
    client.post(f"{SHELF}/nouvelle", given | {"services": ["logement"]})
    resource = Resource.rows.get()
    address = f"{SHELF}/{resource.code}"

    early = client.post(f"{address}/faire", {"act": "publish"})
    client.post(f"{address}/fichier", {"language": "fr", "file": SimpleUploadedFile("guide.csv", b"a,b\n")})
    client.post(f"{address}/faire", {"act": "publish"})
    client.post(address, given | {"name_fr": "Guide pratique"})
    public = client.get(f"/ressources/{resource.code}").content.decode()
    client.post(f"{address}/faire", {"act": "retire"})

    resource.refresh_from_db()
    assert (early.status_code, resource.state, resource.name["fr"]) == (422, "retired", "Guide pratique")
    assert ("guide.csv" in public, list(resource.services.all())) == (True, [])
    assert service.pk


def test_a_resource_without_a_name_is_refused_with_what_was_typed(client, house):
    answer = client.post(
        f"{SHELF}/nouvelle", {"author": "Le comité", "kind": "tool", "audience": "officers", "rights": "CC-BY-4.0"}
    )

    assert (answer.status_code, Resource.rows.count()) == (422, 0)
    assert "Le comité" in answer.content.decode()


def test_another_committees_resource_does_not_exist(client, house):
    other = Resource.rows.create(
        committee=OrganisationFactory(committee=True, code="o-other"),
        name={"fr": "Autre"},
        kind="tool",
        created_at="2026-06-15T09:00:00Z",
    )

    answers = [client.get(f"{SHELF}/{other.code}"), client.post(f"{SHELF}/{other.code}/faire", {"act": "publish"})]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_the_tray_asks_a_fixed_number_of_questions(client, house, count, django_assert_num_queries):
    for _number in range(count):
        published(committee=house)
    client.get(TRAY)

    with django_assert_num_queries(7):
        client.get(TRAY)
