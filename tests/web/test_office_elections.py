"""The office writes down the day of municipal elections, and takes it back."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Election
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.handovers import ElectionFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/bureau/maison/elections"


@pytest.fixture
def house(client):
    found = OrganisationFactory(committee=True)
    sign_in(client, PersonFactory(roles=[(found, Role.PROGRAMME_OFFICER)]))
    with clock.at(datetime(2028, 4, 10, 9, tzinfo=UTC)):
        yield found


def test_day_is_written_down_then_taken_back(client, house):
    client.post(PAGE, {"on": "2032-03-21", "committee": house.pk})
    written = client.get(PAGE).content.decode()
    client.post(f"{PAGE}/{Election.objects.get().code}/retirer")

    assert "21 mars 2032" in written
    assert Election.objects.count() == 0


def test_day_written_twice_is_refused_on_the_form(client, house):
    ElectionFactory(committee=house, on=date(2032, 3, 21))

    answer = client.post(PAGE, {"on": "2032-03-21", "committee": house.pk})

    assert (answer.status_code, Election.objects.count()) == (422, 1)


def test_day_of_another_committee_is_neither_seen_nor_taken_back(client, house):
    other = ElectionFactory(committee=OrganisationFactory(committee=True, code="o-other"), on=date(2032, 3, 21))

    page, taken = client.get(PAGE).content.decode(), client.post(f"{PAGE}/{other.code}/retirer")

    assert ("21 mars 2032" in page, taken.status_code, Election.objects.count()) == (False, 404, 1)
