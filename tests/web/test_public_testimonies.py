"""What anyone reads of testimonies: on the first page and on the city's; consent taken back, gone from kept pages too."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.operations import testimonies as operations
from tests.factories import contacts as make
from tests.factories.accounts import PersonFactory
from tests.pictures import picture
from tests.web.public_town import member

pytestmark = pytest.mark.django_db
QUOTE = "Les enfants nous ont montré le chemin."


@pytest.fixture(autouse=True)
def noon():
    with clock.at(datetime(2028, 11, 22, 11, tzinfo=UTC)):
        yield


@pytest.fixture
def mandate():
    return member()


@pytest.fixture
def editor(mandate):
    return PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def told(mandate, editor):
    """A testimony with its picture, published."""
    made = make.TestimonyFactory(mandate=mandate)
    words = {"picture_alt": "Une cour plantée d’arbres", "picture_rights": "Ville de Rennes"}
    operations.change_testimony(made.pk, by=editor, version=1, was={}, picture=picture(), **words)
    officer = PersonFactory(roles=[(mandate.agreement.application.call.committee, Role.PROGRAMME_OFFICER)])
    return operations.publish_testimony(made.pk, names_nobody=True, by=officer)


def asked(client, address):
    """The status of a file’s answer, and two of its headers."""
    response = client.get(address)
    b"".join(response) if response.streaming else response.content  # read whole, a file is closed
    return response.status_code, response.headers["Content-Type"], response.headers["Cache-Control"]


def pages(client, mandate):
    """The pages that show testimonies, as anyone reads them."""
    return [client.get(there).content.decode() for there in ("/", f"/villes/{mandate.organisation.code}")]


def test_published_stands_on_the_first_page_and_on_the_citys(client, mandate, told):
    image = f'<img src="/villes/{mandate.organisation.code}/temoignages/{told.code}" alt="Une cour plantée d’arbres"'

    assert [QUOTE in page for page in pages(client, mandate)] == [True, True]
    assert [image in page for page in pages(client, mandate)] == [True, True]
    assert all("Ville de Rennes" in page and "Lucie, Adjointe à l’enfance" in page for page in pages(client, mandate))


@pytest.mark.parametrize("end", [operations.revoke_consent, operations.withdraw_testimony])
def test_taken_back_is_gone_at_once_from_kept_pages_too(
    client, mandate, editor, told, end, django_capture_on_commit_callbacks
):
    image = f"/villes/{mandate.organisation.code}/temoignages/{told.code}"
    before = [QUOTE in page for page in pages(client, mandate)], asked(client, image)[0]

    with django_capture_on_commit_callbacks(execute=True):
        end(told.pk, by=editor)

    assert before == ([True, True], 200)
    assert ([QUOTE in page for page in pages(client, mandate)], asked(client, image)[0]) == ([False, False], 404)


def test_picture_is_kept_by_nobody_and_belongs_to_its_city(client, mandate, told):
    other = member("67482", "Strasbourg")

    assert asked(client, f"/villes/{mandate.organisation.code}/temoignages/{told.code}") == (
        200,
        "image/png",
        "no-store",
    )
    assert asked(client, f"/villes/{other.organisation.code}/temoignages/{told.code}")[0] == 404


@pytest.mark.parametrize("state", ["proposed", "returned", "withdrawn"])
def test_what_is_not_published_is_nowhere(client, mandate, state):
    make.TestimonyFactory(mandate=mandate, state=state)

    assert [QUOTE in page for page in pages(client, mandate)] == [False, False]


def test_quote_is_in_its_own_language(client, mandate):
    make.TestimonyFactory(mandate=mandate, published=True, quotes={"en": "They showed us the way."})

    assert ['<blockquote lang="en">' in page for page in pages(client, mandate)] == [True, True]
