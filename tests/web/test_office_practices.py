"""Practices and resources in the office: the tray, reading, publishing; what the committee shares."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.library.models import Practice, Resource
from marelle.library.operations import corrections, resources
from marelle.library.operations import practices as operations
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DemonstrationFramework, DomainFactory
from tests.factories.library import ServiceFactory
from tests.library.shelf import WORDS, drafted, editor, published
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TRAY = "/bureau/rencontres/pratiques"
SHELF = "/bureau/rencontres/ressources"


def colleague(client, house):
    """Somebody else of the same team signs in."""
    person = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)], application=True)
    sign_in(client, person)
    return person


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


def test_the_office_tells_a_practice_for_a_city_and_another_reads_it(client, house):
    writer, town = editor()
    domain = DomainFactory(framework=DemonstrationFramework())
    begun = client.post(f"{TRAY}/nouvelle", {"organisation": town.code, "name": "La rue aux enfants"})
    practice = Practice.rows.get()
    address = f"{TRAY}/{practice.code}/ecrire"
    shown = client.get(address).content.decode()
    early = client.post(address, {"act": "submit"})
    fields = {f"fr.{name}": words for name, words in WORDS.items()}
    was = {f"was:{name}": "La rue aux enfants" if name == "fr.name" else "" for name in fields}

    client.post(address, fields | was)
    client.post(f"{TRAY}/{practice.code}/champ", {"name": "about.cost_eur", "value": "900", "was": ""})
    client.post(address, {"act": "describe", "domain": [domain.pk], "language": ["fr"]})
    client.post(address, {"act": "attach", "file": SimpleUploadedFile("plan.csv", b"a,b\n")})
    client.post(address, {"act": "submit"})
    alone = client.post(f"{TRAY}/{practice.code}/faire", {"act": "publish"})
    colleague(client, house)
    client.post(f"{TRAY}/{practice.code}/faire", {"act": "publish"})
    public = client.get(f"/pratiques/{practice.code}").content.decode()

    practice.refresh_from_db()
    assert (begun["Location"], early.status_code, alone.status_code) == (address, 422, 403)
    assert ("La rue aux enfants" in shown, practice.organisation, practice.state) == (True, town, "published")
    assert (practice.cost_eur, practice.files.get().organisation) == (900, house)
    assert Notification.objects.filter(person=writer, kind="practice_drafted").count() == 1
    assert (town.name in public, house.name in public) == (True, True)


def test_the_office_tells_a_practice_for_a_city_abroad(client, house):
    given = {"abroad": "Palerme", "country": "it", "name": "Una strada"}

    refused = client.post(f"{TRAY}/nouvelle", {"name": "Una strada", "abroad": "Palerme"})
    client.post(f"{TRAY}/nouvelle", given)

    practice = Practice.rows.get()
    assert (refused.status_code, "Palerme" in refused.content.decode()) == (422, True)
    assert (practice.organisation.name, practice.organisation.country, practice.by_committee) == ("Palerme", "IT", True)


def test_a_practice_a_city_tells_is_not_written_by_the_office(client, house):
    practice = proposed()
    operations.send_back(practice.pk, "Dites le coût.", by=PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)]))

    answers = [
        client.get(f"{TRAY}/{practice.code}/ecrire"),
        client.post(f"{TRAY}/{practice.code}/ecrire", {"act": "submit"}),
        client.post(f"{TRAY}/{practice.code}/champ", {"name": "fr.name", "value": "x", "was": ""}),
    ]

    practice.refresh_from_db()
    assert ([answer.status_code for answer in answers], practice.state) == ([404] * 3, "returned")


def test_a_correction_is_read_by_what_it_changes_then_shown(client, house):
    practice = proposed()
    writer = PersonFactory(roles=[(practice.organisation, Role.CITY_EDITOR)])
    client.post(f"{TRAY}/{practice.code}/faire", {"act": "publish"})
    correction = corrections.correct(practice.pk, by=writer)
    operations.save_field(correction.pk, "fr.name", "La rue calme", was=WORDS["name"], version=0, by=writer)
    operations.save_field(correction.pk, "about.what_changed", "Le nom.", was="", version=0, by=writer)
    operations.submit(correction.pk, by=writer)

    page = client.get(f"{TRAY}/{correction.code}").content.decode()
    refused = client.post(f"{TRAY}/{correction.code}/faire", {"act": "publish"})
    done = client.post(f"{TRAY}/{correction.code}/faire", {"act": "replace"})
    shown = client.get(f"{TRAY}/{practice.code}").content.decode()
    before = client.get(f"{TRAY}/{correction.code}").content.decode()

    assert ("<ins>calme</ins>" in page, 'value="replace"' in page, 'value="publish"' in page) == (True, True, False)
    assert (refused.status_code, done["Location"]) == (409, f"{TRAY}/{practice.code}")
    assert ("La rue calme" in shown, "Le nom." in shown, f"{TRAY}/{correction.code}" in shown) == (True, True, True)
    assert ("La rue aux enfants" in before, 'name="act"' in before) == (True, False)


@pytest.mark.parametrize("rest", ["", "/renvoyer", "/faire", "/ecrire", "/champ"])
def test_another_committees_practice_does_not_exist(client, house, rest):
    practice = published(committee=OrganisationFactory(committee=True, code="o-other"))
    address = f"{TRAY}/{practice.code}{rest}"

    answer = client.post(address, {"act": "retire", "note": "x"}) if rest else client.get(address)

    practice.refresh_from_db()
    assert (answer.status_code, practice.state) == (404, "published")


def test_a_resource_is_prepared_joined_read_over_published_and_retired(client, house):
    service, domain = ServiceFactory(code="logement"), DomainFactory(framework=DemonstrationFramework())
    given = {"name_fr": "Guide", "name_en": "Guide", "kind": "tool", "audience": "officers", "rights": "CC-BY-4.0"}
    client.post(f"{SHELF}/nouvelle", given | {"services": ["logement"], "domains": [domain.pk]})
    resource = Resource.rows.get()
    address = f"{SHELF}/{resource.code}"
    sorted_as = (list(resource.services.all()), list(resource.domains.all()))

    early = client.post(f"{address}/faire", {"act": "submit"})
    client.post(f"{address}/fichier", {"language": "fr", "file": SimpleUploadedFile("guide.csv", b"a,b\n")})
    client.post(f"{address}/faire", {"act": "submit"})
    own = client.get(address).content.decode()
    alone = client.post(f"{address}/faire", {"act": "publish"})
    colleague(client, house)
    other = client.get(address).content.decode()
    client.post(f"{address}/faire", {"act": "publish"})
    client.post(f"{address}/faire", {"act": "retain"})
    client.post(address, given | {"name_fr": "Guide pratique"})
    public = client.get(f"/ressources/{resource.code}").content.decode()
    client.post(f"{address}/faire", {"act": "retire"})

    resource.refresh_from_db()
    assert sorted_as == ([service], [domain])
    assert (early.status_code, alone.status_code, resource.state) == (422, 403, "retired")
    assert ('value="publish"' in own, 'value="publish"' in other) == (False, True)
    assert ("guide.csv" in public, resource.name["fr"], list(resource.services.all())) == (True, "Guide pratique", [])


def test_a_resource_comes_back_with_a_note(client, house):
    writer = PersonFactory(roles=[(house, Role.PROGRAMME_ADMINISTRATOR)])
    resource = resources.draft_resource(house, by=writer, name={"fr": "Guide"}, kind="tool")
    resources.add_file(resource.pk, SimpleUploadedFile("guide.csv", b"a,b\n"), "fr", by=writer)
    resources.submit_resource(resource.pk, by=writer)
    address = f"{SHELF}/{resource.code}"

    empty = client.post(f"{address}/renvoyer", {"note": ""})
    back = client.post(f"{address}/renvoyer", {"note": "Une version anglaise ?"})
    page = client.get(address).content.decode()

    resource.refresh_from_db()
    assert (empty.status_code, back.status_code, resource.state) == (422, 302, "returned")
    assert "Une version anglaise ?" in page


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
