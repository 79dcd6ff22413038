"""The consultation in the workspace: registering, groups, their codes for who holds them, counts for all."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.consultations import codes
from marelle.consultations.models import Partner, Sitting
from marelle.consultations.queries import access
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.consultations import (
    IN_TIME,
    ConsultationFactory,
    PartnerFactory,
    QuestionnaireFactory,
    SiteFactory,
    SittingCountFactory,
    SittingFactory,
)
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db
# session, person, sign-in, memberships, edition, partner, all its groups, the list
QUESTIONS = 8
CLASS = {"bands": ["9_11"], "head_count": "25", "hours": "2", "name": "CM2 B"}


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def town():
    return OrganisationFactory(code="67447", name="Schiltigheim", territory=TerritoryFactory(code="67447"))


@pytest.fixture
def editor(client, town):
    person = PersonFactory(roles=[(town, Role.CITY_EDITOR)])
    client.force_login(person)
    return person


@pytest.fixture
def site(town):
    partner = PartnerFactory(confirmed=True, organisation=town, territory=town.territory)
    return SiteFactory(partner=partner)


SPACE = "/espace/67447/consultation"


def test_a_town_registers(client, editor, town):
    ConsultationFactory(opened=True)

    answer = client.post(
        SPACE, {"kind": "leisure", "contact_name": "Camille", "contact_email": "camille@ville.example"}
    )

    made = Partner.rows.get()
    assert (answer.status_code, made.organisation, made.name, made.territory) == (
        302,
        town,
        "Schiltigheim",
        town.territory,
    )
    assert "registered" in client.get("/en" + SPACE).content.decode().lower()


def test_a_group_is_opened_closed_and_opened_again(client, editor, site):
    opened = client.post(f"{SPACE}/groupes/nouveau", CLASS | {"site": site.code, "day_0": "", "day_1": ""})
    sitting = Sitting.rows.get()
    page = client.get(opened["Location"])
    code = access.unseal(sitting).code

    acts = [
        client.post(f"{opened['Location']}/faire", {"act": act}).status_code
        for act in ("raise", "close", "reopen", "dance")
    ]

    again = Sitting.rows.get()
    assert (codes.shown(code) in page.content.decode(), page["Cache-Control"], acts) == (
        True,
        "no-store",
        [302, 302, 302, 404],
    )
    assert (again.state, again.head_count, access.unseal(again).code == code) == ("running", 30, False)


def test_a_group_is_planned_prepared_and_called_off(client, editor, site):
    day = IN_TIME + timedelta(days=1)
    said = CLASS | {"site": site.code, "day_0": f"{day:%Y-%m-%d}", "day_1": "09:30"}

    planned = client.post(f"{SPACE}/groupes/nouveau", said)
    state = Sitting.rows.get().state
    client.post(f"{planned['Location']}/faire", {"act": "prepare"})
    poster = client.get(f"{planned['Location']}/affiche.pdf")
    client.post(f"{planned['Location']}/faire", {"act": "cancel"})

    sitting = Sitting.rows.get()
    assert (state, poster.content[:5], sitting.state, sitting.code_sealed) == ("planned", b"%PDF-", "cancelled", "")
    assert client.get(f"{planned['Location']}/affiche.pdf").status_code == 404


def test_a_reader_sees_counts_and_no_code(client, town, site):
    client.force_login(PersonFactory(roles=[(town, Role.CITY_READER)]))
    sitting = SittingFactory(site=site, code_sealed=access.seal(access.Opened("ABCDEFGH", "k" * 26)))
    SittingCountFactory(sitting=sitting, received=12)

    listed = client.get(SPACE).content.decode()
    page = client.get(f"{SPACE}/groupes/{sitting.code}").content.decode()
    poster = client.get(f"{SPACE}/groupes/{sitting.code}/affiche.pdf")

    assert (">12<" in listed, "12" in page, poster.status_code) == (True, True, 404)
    assert [word in listed + page for word in ("ABCD-EFGH", "k" * 26, access.link_of(site.partner))] == [False] * 3


@pytest.mark.parametrize("groups", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(client, editor, site, groups, django_assert_num_queries):
    for _n in range(groups):
        SittingCountFactory(sitting=SittingFactory(site=site), received=3)

    client.get(SPACE)  # a browser is noted at its first page
    with django_assert_num_queries(QUESTIONS):
        page = client.get("/en" + SPACE).content.decode()

    assert page.count("fewer than 5") == groups + (groups == 1)


def test_the_group_of_another_town_is_nowhere(client, editor, site):
    other = SittingFactory()

    assert client.get(f"{SPACE}/groupes/{other.code}").status_code == 404


def test_the_link_is_drawn_anew(client, editor, site):
    before = access.link_of(site.partner)

    client.post(f"{SPACE}/lien")

    assert (before in client.get(SPACE).content.decode(), client.get(f"/passation/{before}").status_code) == (
        False,
        404,
    )


def test_the_guide_is_taken_once_what_is_asked_is_frozen(client, editor):
    edition = ConsultationFactory(opened=True, code="2026")
    before = client.get(f"{SPACE}/guide.xlsx").status_code
    known = {"canonical": QUESTIONNAIRE.canonical, "content_hash": QUESTIONNAIRE.content_hash}
    QuestionnaireFactory(consultation=edition, state="frozen", frozen_at=IN_TIME, **known)

    page = client.get(SPACE).content.decode()
    taken = client.get(f"{SPACE}/guide.xlsx")

    told = load_workbook(BytesIO(taken.content))["Questions"]
    assert (before, f'href="{SPACE}/guide.xlsx"' in page) == (404, True)
    assert [row[1] for row in told.iter_rows(min_row=2, values_only=True)] == [
        q.name for q in QUESTIONNAIRE.questions()
    ]
