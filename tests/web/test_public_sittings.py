"""The consultation for everyone: registering, opening a group by a link, the page of the room, answers from home."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.idempotency import new_key
from marelle.base.models import Letter
from marelle.config.logs import Secrets
from marelle.consultations import codes, documents
from marelle.consultations.languages import help_numbers
from marelle.consultations.models import Partner, Sitting
from marelle.consultations.operations import sittings
from marelle.consultations.queries import access
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import (
    IN_TIME,
    ConsultationFactory,
    PartnerFactory,
    SiteFactory,
    SittingCountFactory,
    SittingFactory,
)
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db
# the group, what it received
QUESTIONS_OF_ROOM = 2
CLASS = {"bands": ["9_11"], "head_count": "25", "hours": "2", "name": "CM2 B"}


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def opened():
    """A group that answers, with its key."""
    site = SiteFactory()
    return sittings.open_now(site.pk, sittings.Group(("9_11",), 25), by=access.Link(access.link_of(site.partner)))


def test_everyone_reads_what_the_consultation_is(client):
    ConsultationFactory(opened=True)

    page = client.get("/consultation").content.decode()

    assert [word in page for word in ("Consultation nationale", "119", "/consultation/inscription", "/e")] == [True] * 4


def test_without_an_edition_the_page_says_so(client):
    ConsultationFactory()

    answers = [
        client.get(path).status_code
        for path in ("/consultation", "/consultation/inscription", "/consultation/a-la-maison")
    ]

    assert answers == [200, 404, 404]


def test_a_school_registers_by_mail(client):
    ConsultationFactory(opened=True)
    place = TerritoryFactory(name="Ermont")
    said = {
        "name": "École Jules-Verne",
        "kind": "school",
        "territory": "Ermont",
        "contact_name": "Camille",
        "contact_email": "camille@ecole.example",
    }

    refused = client.post("/consultation/inscription", said | {"territory": "Nowhere"})
    asked = client.post("/consultation/inscription", said)
    address = re.search(r"https?://[^/]+(/consultation/inscription/\S+)", Letter.objects.get().text)[1]
    looked = client.get(address)
    before = Partner.rows.count()
    pressed = client.post(address)

    made = Partner.rows.get()
    assert (refused.status_code, asked.status_code, looked.status_code, pressed.status_code) == (422, 302, 200, 200)
    assert (before, made.name, made.territory, made.state) == (0, "École Jules-Verne", place, "registered")
    assert client.cookies == {}


def test_once_asked_the_form_gives_way_to_the_letter(client):
    ConsultationFactory(opened=True)

    page = client.get("/consultation/inscription?courriel=1").content.decode()

    assert ("Regardez vos messages" in page, "<form" in page) == (True, False)


def test_a_teacher_gets_the_code_in_one_form(client):
    partner = PartnerFactory(confirmed=True, name="École Jules-Verne")
    address = f"/passation/{access.link_of(partner)}"
    said = CLASS | {
        "place": "École Jules-Verne",
        "kind": "school",
        "commune": partner.territory.code,
        "form_key": new_key(),
    }

    form = client.get(address)
    refused = client.post(address, said | {"head_count": "61"})
    first = client.post(address, said)
    again = client.post(address, said)
    room = client.get(first["Location"])

    sitting = Sitting.rows.get()
    code = codes.shown(access.unseal(sitting).code)
    assert (form.status_code, refused.status_code, first.status_code, room.status_code) == (200, 422, 302, 200)
    assert (again["Location"] == first["Location"], code in room.content.decode()) == (True, True)
    assert (sitting.opened_by, sitting.name, sitting.site.name) == (None, "CM2 B", "École Jules-Verne")
    assert {answer["Cache-Control"] for answer in (form, refused, room)} == {"no-store"}
    assert client.cookies == {}


def test_a_known_place_is_chosen_in_one_press(client):
    site = SiteFactory()
    address = f"/passation/{access.link_of(site.partner)}"

    answer = client.post(address, CLASS | {"site": site.code})

    assert (answer.status_code, Sitting.rows.get().site) == (302, site)


@pytest.mark.parametrize(
    "path",
    [
        "/passation/partner.x.1.y",
        "/passation/x",
        "/relais/partner.x.1.y",
        f"/animer/{'x' * 26}",
        f"/animer/{'x' * 26}/affiche.pdf",
        "/consultation/inscription/x",
    ],
)
def test_an_address_nobody_was_given_opens_nothing(client, path):
    assert (client.get(path).status_code, client.post(path).status_code in (404, 405)) == (404, True)


def test_the_links_of_a_partner_are_not_each_other(client):
    partner = PartnerFactory(confirmed=True)

    crossed = [f"/relais/{access.link_of(partner)}", f"/passation/{access.link_of(partner, own=True)}"]

    assert [client.get(path).status_code for path in crossed] == [404, 404]


@pytest.mark.parametrize(
    ("received", "words"), [(0, "fewer than 5"), (4, "fewer than 5"), (7, "5 at least"), (24, "20 at least")]
)
def test_the_room_counts_by_fives(client, opened, received, words):
    sitting, keys = opened
    SittingCountFactory(sitting=sitting, received=received)
    SittingCountFactory(sitting=sitting, part="school", received=max(received - 3, 0))

    page = client.get(f"/en/animer/{keys.projector}").content.decode()

    assert (words in page, f">{received}<" in page) == (True, False)


def test_the_room_asks_little(client, opened, django_assert_num_queries):
    _sitting, keys = opened

    with django_assert_num_queries(QUESTIONS_OF_ROOM):
        page = client.get(f"/animer/{keys.projector}")

    assert (len(page.content) < 12_000, "<script" in page.content.decode()) == (True, False)
    assert 'http-equiv="refresh" content="20"' in page.content.decode()
    assert [part in page.content.decode() for part in ("<header", "<nav", "<footer")] == [False] * 3
    assert "http-equiv" not in client.get(f"/animer/{keys.projector}?arret=1").content.decode()


def test_the_room_expects_more_children_then_closes(client, opened):
    sitting, keys = opened
    address = f"/animer/{keys.projector}"

    raised = client.post(address, {"act": "raise"})
    foreign = client.post(address, {"act": "close"}, headers={"Sec-Fetch-Site": "cross-site"})
    closed = client.post(address, {"act": "close"})
    again = client.post(address, {"act": "close"})

    sitting.refresh_from_db()
    assert (raised.status_code, foreign.status_code, closed.status_code, again.status_code) == (302, 403, 302, 200)
    assert (sitting.head_count, sitting.state) == (30, "closed")
    page = client.get(address).content.decode()
    assert ("Le groupe est fermé" in page, codes.shown(keys.code) in page, "http-equiv" in page) == (True, False, False)


def test_no_code_is_logged_whatever_is_asked(client, opened, caplog):
    _sitting, keys = opened
    link = access.link_of(Partner.rows.get())

    client.get(f"/animer/{keys.projector}")
    client.post(f"/animer/{keys.projector}", {"act": "dance"})
    client.post(f"/passation/{link}", {})
    client.post(f"/animer/{keys.projector}", {"act": "close"})

    for record in caplog.records:
        Secrets().filter(record)
    told = " ".join(record.getMessage() for record in caplog.records)
    assert (len(caplog.records) > 0, [word for word in (*keys, link) if word in told]) == (True, [])


def test_the_contact_follows_and_closes(client, opened):
    sitting, _keys = opened
    SittingCountFactory(sitting=sitting, received=12)
    address = f"/relais/{access.link_of(sitting.site.partner, own=True)}"

    page = client.get(address).content.decode()
    closed = client.post(address, {"act": "close", "group": sitting.code})
    other = client.post(address, {"act": "close", "group": SittingFactory().code})
    again = client.post(address, {"act": "reopen", "group": sitting.code})
    drawn = client.post(address, {"act": "draw"})

    assert ([answer.status_code for answer in (closed, other, again, drawn)], ">12<" in page) == (
        [302, 404, 302, 200],
        True,
    )
    assert again["Location"].startswith("/animer/")
    assert client.get(address).status_code == 404


def test_children_answer_from_home_by_the_code_of_their_departement(client):
    consultation = ConsultationFactory(opened=True)
    place = TerritoryFactory(departement_kind=True)
    officer = PersonFactory(roles=[(consultation.committee, Role.PROGRAMME_OFFICER)])
    before = client.get("/consultation/a-la-maison").content.decode()
    made = sittings.open_home_week(consultation.pk, date(2026, 11, 3), by=officer)

    page = client.get(f"/consultation/a-la-maison?departement={place.code}").content.decode()
    with clock.at(IN_TIME + timedelta(days=7)):
        after = client.get(f"/consultation/a-la-maison?departement={place.code}").content.decode()

    code = access.unseal(made[0]).code
    assert [f"/e/{code}" in words for words in (before, page, after)] == [False, True, False]


def test_the_poster_and_the_sheets_are_papers(client, opened):
    _sitting, keys = opened

    poster = client.get(f"/animer/{keys.projector}/affiche.pdf")
    kit = client.get("/consultation/kit")

    assert (poster.content[:5], poster["Cache-Control"], kit.status_code) == (b"%PDF-", "no-store", 200)
    assert client.get("/consultation/kit/nothing.pdf").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_sheet_of_the_kit_is_one_page(language):
    sheets = {name: documents.sheet(name, language, help_numbers()) for name in documents.SHEETS}

    assert {name: len(PdfReader(BytesIO(sheet)).pages) for name, sheet in sheets.items()} == dict.fromkeys(sheets, 1)
