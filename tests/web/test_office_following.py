"""The programme team follows a plan that runs and verifies what its town read."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.operations.following import verify_reading
from marelle.plans.models import Reading
from marelle.plans.operations.running import Typed, record_reading
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, ReadingFactory
from tests.factories.voices import AnswerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LATER = datetime(2028, 4, 3, 9, tzinfo=UTC)


@pytest.fixture
def mandate():
    found = MandateFactory(agreement__application__plan__state="running")
    objective = ObjectiveFactory(plan=found.plan)
    ActionFactory(objective=objective, state="blocked", reason="Le marché est à refaire.")
    IndicatorFactory(objective=objective, name="Écoles apaisées", baseline=20, target=80)
    return found


@pytest.fixture
def reading(mandate):
    return ReadingFactory(indicator=mandate.plan.objectives.get().indicators.get(), value=50)


@pytest.fixture
def officer(client, mandate):
    person = PersonFactory(roles=[(mandate.agreement.application.call.committee, Role.PROGRAMME_OFFICER)])
    sign_in(client, person)
    return person


def address(mandate):
    return f"/bureau/conventions/{mandate.agreement.code}/suivi"


def test_officer_verifies_a_reading(client, officer, mandate, reading):
    before = client.get(address(mandate)).content.decode()

    response = client.post(f"{address(mandate)}/verifier", {"reading": reading.code})

    after = client.get(address(mandate)).content.decode()
    reading.refresh_from_db()
    assert response.headers["Location"] == f"{address(mandate)}#{reading.indicator.code}"
    assert (reading.proof_level, reading.verified_by) == ("verified", officer)
    assert ["50\u202f% du chemin" in page for page in (before, after)] == [True, True]
    assert ["Vérifié\u202f: 2027" in page for page in (before, after)] == [True, False]
    assert "Le marché est à refaire." in before


def test_verification_is_taken_back_the_day_it_was_made(client, officer, mandate, reading):
    client.post(f"{address(mandate)}/verifier", {"reading": reading.code})
    verified = client.get(address(mandate)).content.decode()

    for _press in range(2):
        client.post(f"{address(mandate)}/verifier", {"reading": reading.code, "back": "1"})

    reading.refresh_from_db()
    assert (reading.proof_level, reading.verified_by) == ("declared", None)
    assert "Vérifier 2027 à nouveau" in verified
    assert "Vérifié\u202f: 2027" in client.get(address(mandate)).content.decode()
    assert JournalContent.objects.filter(verb="reading_unverified").count() == 1


def test_verification_of_yesterday_stays(client, officer, mandate, reading):
    with clock.at(datetime(2028, 4, 2, 21, 59, tzinfo=UTC)):  # a minute before midnight in Paris
        verify_reading(mandate.pk, reading.code, by=officer)

    with clock.at(datetime(2028, 4, 2, 22, 0, tzinfo=UTC)):
        response = client.post(f"{address(mandate)}/verifier", {"reading": reading.code, "back": "1"})
        page = client.get(address(mandate)).content.decode()

    reading.refresh_from_db()
    assert (response.status_code, reading.proof_level, 'name="back"' in page) == (409, "verified", False)


def test_verified_twice_is_once(client, officer, mandate, reading):
    for _press in range(2):
        client.post(f"{address(mandate)}/verifier", {"reading": reading.code})

    assert list(JournalContent.objects.filter(verb="reading_verified").values_list("verb", flat=True)) == [
        "reading_verified"
    ]


@pytest.mark.parametrize("fault", ["corrected", "unknown", "another plan"])
def test_what_was_not_read_is_not_verified(client, officer, mandate, reading, fault):
    given = reading.code
    if fault == "corrected":
        Reading.objects.update(replaced_at=reading.recorded_at)
    if fault == "unknown":
        Reading.objects.update(value=None, missing_because="Pas compté.")
    if fault == "another plan":
        given = ReadingFactory(value=3).code

    response = client.post(f"{address(mandate)}/verifier", {"reading": given})

    assert (response.status_code, Reading.objects.exclude(verified_at=None).count()) == (422, 0)


def test_correction_is_to_be_verified_again(officer, client, mandate, reading):
    client.post(f"{address(mandate)}/verifier", {"reading": reading.code})
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])

    with clock.at(LATER):
        record_reading(reading.indicator.pk, Typed("2027", value=Decimal(44)), by=editor)

    assert Reading.objects.get(replaced_at=None).proof_level == "declared"


def test_team_opens_the_evidence_and_another_committee_does_not(client, officer, mandate, reading):
    file = FileFactory(organisation=mandate.organisation, label="arrete.pdf")
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])
    with clock.at(LATER):
        record_reading(reading.indicator.pk, Typed("2026", value=Decimal(30), evidence=file), by=editor)
    stranger = PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-b"), Role.PROGRAMME_OFFICER)])

    seen = [type(file).objects.visible_to(person).filter(pk=file.pk).exists() for person in (officer, stranger)]
    sign_in(client, stranger)

    assert seen == [True, False]
    assert client.get(address(mandate)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_follow_up_of_the_office_asks_a_fixed_number_of_questions(
    client, officer, mandate, django_assert_num_queries, count
):
    objective = mandate.plan.objectives.get()
    for _number in range(count):
        ReadingFactory(indicator=IndicatorFactory(objective=objective))
        ActionFactory(objective=objective)
    client.get(address(mandate))

    with django_assert_num_queries(13):
        client.get(address(mandate))


def test_team_reads_how_children_are_answered(client, officer, mandate):
    before = client.get(address(mandate)).content.decode()
    AnswerFactory(proposal__organisation=mandate.organisation)

    after = client.get(address(mandate)).content.decode()

    assert ["1 proposition sur 1 a reçu sa réponse" in page for page in (before, after)] == [False, True]
