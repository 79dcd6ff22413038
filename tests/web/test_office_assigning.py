"""Sharing the readings of a call out in the office: looked over, changed by hand, given."""

import pytest

from marelle.accounts.states import Role
from marelle.mandates.models import Review
from tests import signing_in
from tests.factories.accounts import OrganisationFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, ReviewFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
ADDRESS = "/bureau/appels/2026/lecteurs"
QUESTIONS = 14


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def call(house):
    return CallFactory(committee=house, code="2026", readers_required=2)


@pytest.fixture
def readers(house):
    return [works_as(Role.REVIEWER, house, name=name) for name in ("Ada", "Ben", "Cléo")]


@pytest.fixture(autouse=True)
def officer(client, house):
    person = works_as(Role.PROGRAMME_OFFICER, house)
    signing_in.sign_in(client, person)
    client.get("/bureau/lectures")
    return person


def test_proposal_is_shown_and_nothing_is_given_before(client, call, readers):
    ApplicationFactory(call=call, admissible=True, organisation__name="Bourg")

    text = client.get(ADDRESS).text

    assert text.count(" selected>Ada") == 1
    assert text.count(" selected>Ben") == 1
    assert Review.rows.count() == 0
    assert ADDRESS in client.get("/bureau/appels/2026").text


def test_proposal_changed_by_hand_is_given(client, call, readers):
    dossier = ApplicationFactory(call=call, admissible=True)
    chosen = {f"{dossier.code}_0": readers[2].code, f"{dossier.code}_1": ""}

    answer = client.post(ADDRESS, chosen)

    assert answer.status_code == 302
    assert [review.reviewer for review in Review.rows.all()] == [readers[2]]


def test_one_reader_twice_is_refused(client, call, readers):
    dossier = ApplicationFactory(call=call, admissible=True)

    answer = client.post(ADDRESS, {f"{dossier.code}_{n}": readers[0].code for n in range(2)})

    assert answer.status_code == 422
    assert "Cette personne est déjà choisie" in answer.text
    assert Review.rows.count() == 0


def test_page_asks_no_more_questions_for_more_dossiers(client, call, readers, django_assert_num_queries):
    counts = []
    for wanted in (1, 3):
        while call.applications.count() < wanted:
            ApplicationFactory(call=call, admissible=True, organisation__name="Bourg")
        with django_assert_num_queries(QUESTIONS):
            counts.append(client.get(ADDRESS).text.count(">Bourg</a>"))

    assert counts == [1, 3]


def test_call_of_another_committee_does_not_exist(client, call):
    CallFactory(committee=OrganisationFactory(committee=True, code="o-other"), code="autre")

    assert client.get("/bureau/appels/autre/lecteurs").status_code == 404


def test_a_reading_nobody_has_begun_is_taken_back_on_the_page_of_its_dossier(client, call, readers):
    dossier = ApplicationFactory(call=call, under_review=True)
    waiting = ReviewFactory(application=dossier, reviewer=readers[0])
    ReviewFactory(application=dossier, reviewer=readers[1], started=True)
    page = f"/bureau/candidatures/{dossier.code}"
    offered = f"/bureau/lectures/{waiting.code}/reprendre"

    text = client.get(page).text
    answer = client.post(offered)

    assert (text.count("/reprendre"), offered in text) == (1, True)
    assert (answer.status_code, answer.url) == (302, page)
    after = client.get(page).text
    assert "Ada n’a plus cette lecture et le sait" in after
    assert "/reprendre" not in after
    assert client.post(offered).status_code == 404


def test_who_reads_a_dossier_already_is_not_offered_again(client, call, readers):
    dossier = ApplicationFactory(call=call, under_review=True)
    ReviewFactory(application=dossier, reviewer=readers[0])
    page = f"/bureau/candidatures/{dossier.code}"

    offered = client.get(page).context["assign_form"].fields["reader"].queryset

    assert [person.name for person in offered] == ["Ben", "Cléo"]
    assert client.post(f"{page}/lecteurs", {"reader": readers[0].code}).context["assign_form"].errors
