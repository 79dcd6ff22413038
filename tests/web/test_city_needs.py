"""Needs in the workspace: stated, changed, ranked; who may help; an exchange asked in one press, answered by the other."""

import re

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.events.models import Ballot, Exchange, Need
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import IN_TIME, ExchangeFactory, NeedFactory, RankingFactory
from tests.factories.library import PracticeFactory, PracticeTextFactory, ServiceFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def committee():
    return OrganisationFactory(committee=True)


@pytest.fixture
def service():
    return ServiceFactory(code="tutelle")


@pytest.fixture
def city(committee):
    return OrganisationFactory(code="61001", name="Bourg")


@pytest.fixture
def editor(city, client):
    person = PersonFactory(name="Sacha", roles=[(city, Role.CITY_EDITOR)])
    sign_in(client, person)
    return person


@pytest.fixture
def port(service):
    place = OrganisationFactory(code="61002", name="Port-Vieux")
    practice = PracticeFactory(organisation=place, languages=["fr"])
    practice.services.add(service)
    PracticeTextFactory(practice=practice, name="Des tuteurs au port")
    return place


def hidden(page):
    """The hidden fields of the last form of a page, as a browser sends them back."""
    form = re.findall(r"<form.*?</form>", page.content.decode(), re.S)[-1]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form))


def test_a_need_is_stated_and_shows_who_may_help(client, editor, city, service, port):
    typed = {"name": "Trouver des tuteurs", "service": "tutelle", "urgency": "3", "childrens_words": "« J’attends. »"}

    answer = client.post("/espace/61001/rencontres/besoins/nouveau", typed, follow=True)

    need = Need.rows.get()
    assert answer.redirect_chain == [(f"/espace/61001/rencontres/besoins/{need.code}", 302)]
    page = answer.content.decode()
    assert [word in page for word in ("Port-Vieux", "Des tuteurs au port", "+30", "+10", "« J’attends. »")] == [
        True
    ] * 5


def test_the_form_asks_never_to_name_a_child(client, editor):
    page = client.get("/espace/61001/rencontres/besoins/nouveau").content.decode()

    assert "jamais un prénom" in page


def test_a_need_without_subject_is_refused_with_all_that_was_typed(client, editor, service):
    answer = client.post("/espace/61001/rencontres/besoins/nouveau", {"name": "Un besoin rare", "urgency": "3"})

    assert (answer.status_code, Need.rows.count(), "Un besoin rare" in answer.content.decode()) == (422, 0, True)


def test_a_need_is_changed_as_a_browser_sends_it(client, editor, city, committee, service):
    need = NeedFactory(organisation=city, committee=committee, service=service)
    address = f"/espace/61001/rencontres/besoins/{need.code}/modifier"
    fields = hidden(client.get(address))

    answer = client.post(address, {**fields, "name": "Former des tuteurs", "service": "tutelle", "urgency": "3"})

    need.refresh_from_db()
    assert (answer.status_code, need.name, need.urgency, need.version) == (302, "Former des tuteurs", 3, 2)


def test_what_a_colleague_wrote_meanwhile_is_not_lost(client, editor, city, committee, service):
    need = NeedFactory(organisation=city, committee=committee, service=service)
    address = f"/espace/61001/rencontres/besoins/{need.code}/modifier"
    fields = hidden(client.get(address))
    Need.rows.filter(pk=need.pk).update(name="Le leur", version=2)

    answer = client.post(address, {**fields, "name": "Le mien", "service": "tutelle", "urgency": "2"})

    need.refresh_from_db()
    page = answer.content.decode()
    assert (answer.status_code, need.name, "Le mien" in page, "Le leur" in page) == (422, "Le leur", True, True)


def test_the_points_of_a_city_are_given_in_one_press(client, editor, city, committee):
    ranking, need, other = RankingFactory(committee=committee), *NeedFactory.create_batch(2, committee=committee)
    address = f"/espace/61001/rencontres/besoins/classements/{ranking.code}"

    refused = client.post(address, {need.code: "4", other.code: "2"})
    taken = client.post(address, {need.code: "4", other.code: "1"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert list(Ballot.objects.values_list("organisation__code", "given")) == [("61001", 5)]


def test_other_cities_read_what_is_ranked_not_the_childrens_words(client, editor, committee):
    ranking = RankingFactory(committee=committee)
    NeedFactory(committee=committee, name="kqzneed", what_was_tried="kqztried", childrens_words="kqzchildren")

    page = client.get(f"/espace/61001/rencontres/besoins/classements/{ranking.code}").content.decode()

    assert [word in page for word in ("kqzneed", "kqztried", "kqzchildren")] == [True, False, False]


def test_an_exchange_is_asked_in_one_press_and_accepted(client, editor, city, committee, service, port):
    need = NeedFactory(organisation=city, committee=committee, service=service, childrens_words="kqzchildren")
    writer = PersonFactory(roles=[(port, Role.CITY_EDITOR)])

    client.post(f"/espace/61001/rencontres/besoins/{need.code}/demander", {"city": "61002"})
    exchange = Exchange.rows.get()
    sign_in(client, writer)
    page = client.get(f"/espace/61002/rencontres/echanges/{exchange.code}").content.decode()
    client.post(f"/espace/61002/rencontres/echanges/{exchange.code}", {"act": "accept"})

    exchange.refresh_from_db()
    assert (exchange.state, need.name in page, "kqzchildren" in page) == ("accepted", True, False)


@pytest.mark.parametrize(
    "address",
    [
        "/espace/61001/rencontres/besoins/{need}",
        "/espace/61001/rencontres/besoins/{need}/modifier",
        "/espace/61002/rencontres/besoins/{need}",
        "/espace/61001/rencontres/echanges/{exchange}",
    ],
)
def test_another_city_s_need_and_exchange_are_not_there(client, city, port, committee, address):
    need, exchange = NeedFactory(organisation=city, committee=committee), ExchangeFactory()
    stranger = PersonFactory(roles=[(port, Role.CITY_ADMINISTRATOR)])
    sign_in(client, stranger)

    answer = client.get(address.format(need=need.code, exchange=exchange.code))

    assert answer.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(client, editor, city, committee, count, django_assert_num_queries):
    for need in NeedFactory.create_batch(count, organisation=city, committee=committee):
        ExchangeFactory(need=need, asked_by=city)
    client.get("/espace/61001/rencontres/besoins")

    with django_assert_num_queries(7):
        client.get("/espace/61001/rencontres/besoins")
