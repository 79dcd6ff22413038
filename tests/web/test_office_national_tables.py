"""The office asks for a table of the whole country over two or three axes, and reads why some do not exist."""

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.consultations.models import Consultation, NationalTable
from tests.consultations.frozen import AT
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import NationalTableFactory
from tests.web.public_results import publish
from tests.web.test_office_consultation_running import at, office
from tests.web.test_public_results import words

pytestmark = pytest.mark.django_db
TABLE = {"question": "heard", "first": "play", "second": "age"}


@pytest.fixture
def freeze():
    with clock.at(AT):
        yield publish()


def officer(freeze, role=Role.PROGRAMME_OFFICER):
    return office(PersonFactory(roles=[(freeze.consultation.committee, role)]))


def address(freeze):
    return at("national_tables", freeze.consultation)


def test_officer_asks_for_a_table(freeze):
    page = officer(freeze)

    told = words(page.post(address(freeze), TABLE, follow=True))

    assert "par âge, « Joues-tu dehors ? » en préparation" in told
    assert NationalTable.objects.values_list("question", "axes", "state").get() == ("heard", "age.play", "asked")


def test_what_is_refused_is_said_on_the_form_and_nothing_is_asked(freeze):
    refused = officer(freeze).post(address(freeze), TABLE | {"first": "age"})

    assert refused.status_code == 422 and "Le même axe est choisi deux fois." in words(refused)
    assert not NationalTable.objects.exists()


def test_drawn_tables_lead_to_their_page_and_refused_ones_say_why(freeze):
    NationalTableFactory(freeze=freeze, axes="age.play", drawn=True)
    NationalTableFactory(freeze=freeze, axes="gender.play", state="refused", why="unsafe")

    shown = officer(freeze).get(address(freeze))

    assert "/consultation/2026/heard?croise=age.play" in shown.content.decode()
    assert "croise=gender.play" not in shown.content.decode()
    assert "Il pourrait trahir des enfants." in words(shown)


@pytest.mark.parametrize(
    ("state", "why"), [("frozen", "une fois les résultats publics"), ("purged", "Les réponses ont été détruites")]
)
def test_before_and_after_its_time_the_page_says_so(freeze, state, why):
    Consultation.rows.update(state=state)

    page = officer(freeze)

    shown = page.get(address(freeze))
    assert why in words(shown) and "Demander ce tableau" not in words(shown)
    assert page.post(address(freeze), TABLE).status_code in (409, 422)
    assert not NationalTable.objects.exists()


def test_reviewer_does_not_ask(freeze):
    assert officer(freeze, Role.REVIEWER).get(address(freeze)).status_code == 403
