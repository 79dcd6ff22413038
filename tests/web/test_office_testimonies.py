"""The committee reads testimonies over: published, sent back, taken back."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from tests.factories import contacts as make
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/bureau/temoignages"


@pytest.fixture(autouse=True)
def noon():
    with clock.at(datetime(2028, 11, 22, 11, tzinfo=UTC)):
        yield


@pytest.fixture
def mandate():
    return MandateFactory(agreement__application__organisation__name="Rennes")


@pytest.fixture
def officer(client, mandate):
    person = PersonFactory(roles=[(mandate.agreement.application.call.committee, Role.PROGRAMME_OFFICER)])
    sign_in(client, person)
    return person


def words(response):
    return " ".join(response.content.decode().split())


def test_read_over_then_published(client, mandate, officer):
    made = make.TestimonyFactory(mandate=mandate, quotes={"fr": "Bonjour", "en": "Hello"})
    page = words(client.get(f"{PAGE}/{made.code}"))

    unread = client.post(f"{PAGE}/{made.code}/faire", {"publish": "1"})
    client.post(f"{PAGE}/{made.code}/faire", {"publish": "1", "names_nobody": "on"})

    made.refresh_from_db()
    assert '<blockquote lang="en"><p>Hello</p></blockquote><blockquote lang="fr"><p>Bonjour</p></blockquote>' in page
    assert (unread.status_code, made.state, made.published_by) == (422, "published", officer)


def test_sent_back_with_what_is_missing(client, mandate, officer):
    made = make.TestimonyFactory(mandate=mandate)

    refused = client.post(f"{PAGE}/{made.code}/faire", {"send_back": "1", "note": ""})
    client.post(f"{PAGE}/{made.code}/faire", {"send_back": "1", "note": "Dites à quel titre."})

    made.refresh_from_db()
    assert (refused.status_code, made.state, made.note) == (422, "returned", "Dites à quel titre.")


def test_consent_taken_back_is_told_and_nothing_is_left_to_press(client, mandate, officer):
    made = make.TestimonyFactory(mandate=mandate, published=True)

    client.post(f"{PAGE}/{made.code}/faire", {"revoke": "1"})

    page = words(client.get(f"{PAGE}/{made.code}"))
    assert "Accord repris le 22 novembre 2028" in page
    assert ["montré le chemin" in page, "faire" in page.partition("<main")[2].partition("</main>")[0]] == [False, False]


def test_another_committees_does_not_exist(client, mandate):
    made = make.TestimonyFactory(mandate=mandate)
    sign_in(client, PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-b"), Role.PROGRAMME_OFFICER)]))

    assert (client.get(f"{PAGE}/{made.code}").status_code, "Rennes" in words(client.get(PAGE))) == (404, False)


@pytest.mark.parametrize("count", [1, 3])
def test_tray_asks_a_fixed_number_of_questions(client, mandate, officer, django_assert_num_queries, count):
    for _number in range(count):
        make.TestimonyFactory(mandate=mandate)
    client.get(PAGE)

    with django_assert_num_queries(6):
        client.get(PAGE)
