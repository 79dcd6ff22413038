"""Partners, groups and counts in the office."""

import csv
import io
import re
from datetime import timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Letter
from marelle.consultations.models import Partner, Sitting
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import (
    IN_TIME,
    ConsultationFactory,
    IntakeHourFactory,
    PartnerFactory,
    SiteFactory,
    SittingCountFactory,
    SittingFactory,
)
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
# session, person, sign-in, memberships, edition, its questionnaires, partners
QUESTIONS_OF_PARTNERS = 7
# the same, groups and their number
QUESTIONS_OF_GROUPS = 8
# the first six, groups, départements, partners, the alarm, hours of the intake, the worker’s sign
QUESTIONS_OF_COUNTS = 12


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def edition():
    return ConsultationFactory(opened=True, code="2026")


@pytest.fixture
def officer(client, edition):
    person = PersonFactory(roles=[(edition.committee, Role.PROGRAMME_OFFICER)], application=True)
    sign_in(client, person)
    return person


HERE = "/bureau/consultation/2026"


def group(edition, *, came, department=None, kind="school", head_count=25):
    commune = TerritoryFactory(departement=department)
    partner = PartnerFactory(confirmed=True, consultation=edition)
    sitting = SittingFactory(site=SiteFactory(partner=partner, kind=kind, territory=commune), head_count=head_count)
    SittingCountFactory(sitting=sitting, received=came)
    return sitting


def test_a_partner_is_read_and_confirmed(client, officer, edition):
    partner = PartnerFactory(consultation=edition, name="École Jules-Verne")
    address = f"{HERE}/partenaires/{partner.code}"

    listed = client.get(f"{HERE}/partenaires").content.decode()
    answers = [client.post(address, {"act": act}).status_code for act in ("dance", "confirm", "draw", "finish")]

    partner.refresh_from_db()
    assert ("École Jules-Verne" in listed, answers, partner.state) == (True, [404, 302, 302, 302], "done")
    assert list(Letter.objects.order_by("pk").values_list("kind", flat=True)) == ["partner_confirmed", "partner_link"]


def test_a_partner_that_telephoned_is_registered(client, officer, edition):
    TerritoryFactory(name="Ermont")
    said = {
        "name": "Centre des Tilleuls",
        "kind": "leisure",
        "territory": "Ermont",
        "contact_name": "Sacha",
        "contact_email": "sacha@centre.example",
    }

    refused = client.post(f"{HERE}/partenaires", said | {"contact_email": "sacha"})
    taken = client.post(f"{HERE}/partenaires", said)

    assert (refused.status_code, taken.status_code, Partner.rows.get().name) == (422, 302, "Centre des Tilleuls")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_ask_a_fixed_number_of_questions(client, officer, edition, rows, django_assert_num_queries):
    for _n in range(rows):
        group(edition, came=7)

    client.get(f"{HERE}/partenaires")  # a browser is noted at its first page
    with django_assert_num_queries(QUESTIONS_OF_PARTNERS):
        assert client.get(f"{HERE}/partenaires").status_code == 200
    with django_assert_num_queries(QUESTIONS_OF_GROUPS):
        assert client.get(f"{HERE}/passations").status_code == 200
    with django_assert_num_queries(QUESTIONS_OF_COUNTS):
        assert client.get(f"{HERE}/suivi").status_code == 200


def test_under_five_is_said_in_words_on_the_page_and_left_blank_in_files(client, officer, edition):
    group(edition, came=4)
    group(edition, came=6)

    page = client.get(f"/en{HERE}/passations").content.decode()
    file = client.get(f"{HERE}/passations?format=csv").content.decode("utf-8-sig")

    received = sorted(row[-1] for row in csv.reader(io.StringIO(file)))[:2]
    assert ("fewer than 5" in page, received) == (True, ["", "6"])


def test_counts_say_who_is_reached_and_who_is_not(client, officer, edition):
    ain = TerritoryFactory(kind="departement", code="01", name="Ain")
    TerritoryFactory(kind="departement", code="02", name="Aisne")
    group(edition, came=20, department=ain, head_count=25)
    group(edition, came=3, department=ain, kind="shelter", head_count=5)

    page = client.get(f"/en{HERE}/suivi").content.decode()

    told = (
        "<dd>30</dd>",
        "<dd>20</dd>",
        "<dd>67</dd>",
        "Aisne (02)",
        "week of 2 November 2026",
        "social centre",
        "12 to 14 years: no group",
    )
    assert [words for words in told if words not in " ".join(page.split())] == []
    assert ("Ain (01)" in page, "fewer than 5" in page) == (False, True)


def test_hours_of_the_intake_are_told_by_fives(client, officer, edition):
    before = client.get(f"/en{HERE}/suivi").content.decode()
    IntakeHourFactory(hour=IN_TIME - timedelta(hours=3), answers=14)
    IntakeHourFactory(hour=IN_TIME - timedelta(hours=3), status=422, answers=4)
    IntakeHourFactory(hour=IN_TIME - timedelta(hours=3), status=500, answers=1, within_ms=0)

    page = " ".join(client.get(f"/en{HERE}/suivi").content.decode().split())

    _head, line = re.findall(r"<tr>(.*?)</tr>", page.split("Answers of the intake</caption>")[1].split("</tbody>")[0])
    cells = [re.sub("<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?>(.*?)</td>", line)]
    assert cells == ["10", "fewer than 5", "fewer than 5", "0", "fewer than 5", "20 ms", "more than 5 s"]
    assert "Answers of the intake" not in before


def test_a_week_to_come_received_nothing_and_home_reaches_nobody(client, officer, edition):
    ain = TerritoryFactory(kind="departement", code="01", name="Ain")
    SittingFactory(site=None, consultation=edition, territory=ain, state="running", head_count=None)
    later = IN_TIME + timedelta(days=14)
    site = SiteFactory(partner__consultation=edition)
    SittingFactory(site=site, state="planned", opens_at=later, closes_at=later + timedelta(hours=1))

    page = " ".join(client.get(f"/en{HERE}/suivi").content.decode().split())
    groups = client.get(f"/en{HERE}/passations").content.decode()

    to_come = page.split('<th scope="row">Week of 16 November 2026</th>')[1].split("</tr>")[0]
    assert ("fewer than 5" in to_come, "Ain (01)" in page, "planned" in groups) == (False, True, True)
    assert groups.count("fewer than 5") == 1  # of the group from home, which has begun


def test_a_week_of_answers_from_home_is_opened_once(client, officer, edition):
    TerritoryFactory(departement_kind=True)

    for _n in range(2):
        assert client.post(f"{HERE}/passations/a-la-maison").status_code == 302

    assert Sitting.rows.filter(site=None).count() == 1


def test_another_committee_finds_nothing(client, edition):
    other = ConsultationFactory(code="2031", committee__code="o-autre", committee__kind="committee")
    sign_in(client, PersonFactory(roles=[(other.committee, Role.PROGRAMME_OFFICER)], application=True))

    assert [client.get(f"{HERE}/{page}").status_code for page in ("partenaires", "passations", "suivi")] == [404] * 3
