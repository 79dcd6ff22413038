"""The consultation in the office: editions, the questionnaire's pages, its files."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from marelle.accounts.states import Role
from marelle.consultations.drawing import Row
from marelle.consultations.models import Consultation, Medium, Questionnaire
from marelle.consultations.operations import authoring
from marelle.consultations.questionnaires import BANDS
from marelle.consultations.telling import between
from tests.consultations.test_authoring import OPUS, opened
from tests.consultations.workbooks import YES_NO, survey, workbook
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.consultations import ConsultationFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
ASKED = ("select_one yes_no", "q1", "Aimes-tu lire ?")


@pytest.fixture
def consultation():
    return ConsultationFactory(code="2026")


@pytest.fixture
def officer(consultation):
    return PersonFactory(roles=[(consultation.committee, Role.PROGRAMME_OFFICER)])


@pytest.fixture
def office(client, officer):
    sign_in(client, officer)
    return client


def book(*lines, more=(), choices=YES_NO):
    return SimpleUploadedFile("q.xlsx", workbook(survey(*(lines or (ASKED,)), more=more), choices))


def at(name, *args):
    return reverse(f"office:{name}", args=args)


def test_an_edition_is_prepared_from_the_menu(office, consultation):
    shown = office.get(at("consultations"))
    sent = {
        "code": "2028", "name_fr": "Neuvième", "opens_on": "2028-10-02", "opens_hour": "06:00", "closes_on": "2029-03-09",
        "closes_hour": "22:00", "answered_on": "2029-06-01", "city_floor": "50", "form_key": "k1",
    }  # fmt: skip
    answer = office.post(at("consultation_new"), sent)

    assert f'href="{at("consultations")}"' in shown.content.decode()
    assert answer.headers["Location"] == at("consultation", "2028")
    made = Consultation.rows.get(code="2028")
    assert (made.name, made.state, made.city_floor) == ({"fr": "Neuvième"}, "design", 50)
    assert "Neuvième" in office.get(at("consultation", "2028")).content.decode()


def test_while_an_edition_is_open_only_its_end_and_the_day_of_the_answer_are_asked(office, consultation):
    edition = ConsultationFactory(opened=True, code="2030", committee=consultation.committee)
    shown = office.get(at("consultation_change", "2030")).content.decode()
    asked = re.findall(r'<label for="(\w+)"', shown)
    sent = {
        "closes_on": "2027-01-08",
        "closes_hour": "18:00",
        "answered_on": "2027-03-01",
        "name_fr": "Autre",
        "form_key": "k2",
    }

    office.post(at("consultation_change", "2030"), sent)

    found = Consultation.rows.get(code="2030")
    assert [name.removeprefix("id_") for name in asked] == ["closes_on", "closes_hour", "answered_on"]
    assert (found.name == edition.name, str(found.answered_on)) == (True, "2027-03-01")


def test_every_page_of_an_edition_is_two_tabs_away(office, consultation):
    def tabs(address):
        shown = office.get(address).content.decode()
        return [
            re.findall(r'href="([^"]+)"', nav) for nav in re.findall(r'<nav class="tabs.*?</nav>', shown, re.DOTALL)
        ]

    [places, _pages] = tabs(at("consultation", "2026"))
    inner = [page for place in places for page in tabs(place)[1]]

    pages = [
        "consultation",
        "help_numbers",
        "questionnaire",
        "questionnaire_todo",
        "questionnaire_media",
        "questionnaire_preview",
        "questionnaire_versions",
    ]
    pages += ["questionnaire_exports", "watch", "partners", "sittings", "keying"]
    pages += ["consultation_key", "consultation_opening", "consultation_tables", "consultation_freeze"]
    pages += ["consultation_results", "consultation_publication", "consultation_research"]
    assert inner == [at(page, "2026") for page in pages]


def test_a_workbook_sent_is_shown_part_by_part_or_its_faults_by_cell(office, consultation):
    refused = office.post(at("questionnaire", "2026"), {"file": book(("geopoint", "q1", "Où ?")), "form_key": "k1"})
    taken = office.post(at("questionnaire", "2026"), {"file": book(), "form_key": "k2"})

    assert refused.status_code == 422
    assert "survey!A2: Un point sur une carte désignerait un enfant." in refused.content.decode()
    assert taken.headers["Location"] == at("questionnaire", "2026")
    assert Questionnaire.rows.count() == 1
    assert "Version 1" in office.get(at("questionnaire", "2026")).content.decode()


def test_pages_without_a_questionnaire_say_so(office, consultation):
    for name in ("questionnaire", "questionnaire_todo", "questionnaire_preview", "questionnaire_exports"):
        assert "pas encore de questionnaire" in office.get(at(name, "2026")).content.decode()
    assert office.get(at("questionnaire_export", "2026", "ddi.xml")).status_code == 404


def test_what_is_left_to_do_stands_by_language_and_a_sheet_comes_back(office, officer, consultation):
    authoring.add_version(consultation.pk, book(), by=officer)

    shown = office.get(at("questionnaire_todo", "2026")).content.decode()
    sheet = office.get(at("questionnaire_sheet", "2026") + "?langue=ar")
    back = office.post(
        at("questionnaire_todo", "2026"), {"file": SimpleUploadedFile("ar.xlsx", sheet.content), "form_key": "k"}
    )

    assert "Rien n’est enregistré en français" in shown
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="traduction-2026-ar.xlsx"'
    assert back.status_code == 422
    assert "Cette feuille ne change rien" in back.content.decode()
    filled = load_workbook(BytesIO(sheet.content))
    filled.active["F2"] = "هل تحب القراءة؟"
    held = BytesIO()
    filled.save(held)
    told = office.post(
        at("questionnaire_todo", "2026"), {"file": SimpleUploadedFile("ar.xlsx", held.getvalue()), "form_key": "k2"}
    )
    last = Questionnaire.rows.get(number=2)
    assert told.headers["Location"] == at("questionnaire_version", "2026", last.code)
    shown = office.get(told.headers["Location"]).content.decode()
    assert "<ins>هل تحب القراءة؟</ins>" in shown
    assert office.get(at("questionnaire_sheet", "2026") + "?langue=xx").status_code == 404


def test_recordings_are_sent_listed_taken_away_and_removed(office, officer, consultation):
    authoring.add_version(consultation.pk, book((*ASKED, "q1.opus"), more=["media::audio"]), by=officer)

    lacking = office.get(at("questionnaire_media", "2026")).content.decode()
    office.post(
        at("questionnaire_media", "2026"),
        {"file": SimpleUploadedFile("q1.opus", OPUS), "is_synthetic": "on", "form_key": "k1"},
    )
    refused = office.post(
        at("questionnaire_media", "2026"), {"file": SimpleUploadedFile("q1.svg", b"<svg/>"), "form_key": "k2"}
    )
    medium = Medium.rows.get()
    taken = office.get(at("questionnaire_medium", "2026", medium.code))
    shown = office.get(at("questionnaire_media", "2026")).content.decode()
    office.post(at("questionnaire_medium_remove", "2026", medium.code), {"form_key": "k3"})

    assert "non envoyés" in lacking
    assert "voix de machine" in shown
    assert refused.status_code == 422
    assert b"".join(taken.streaming_content) == OPUS
    assert Medium.rows.count() == 0


def test_the_preview_speaks_to_one_age_in_one_language(office, officer, consultation):
    lines = [
        ("type", "name", "label::Français (fr)", "label::العربية (ar)", "wording_6_8::Français (fr)", "key_in"),
        (*ASKED[:2], "Aimes-tu lire ?", "هل تحب؟", "Tu lis ?", 7),
    ]
    upload = SimpleUploadedFile("q.xlsx", workbook(lines))
    authoring.add_version(consultation.pk, upload, by=officer)

    young = office.get(at("questionnaire_preview", "2026") + "?age=6_8&langue=fr&support=papier").content.decode()
    arabic = office.get(at("questionnaire_preview", "2026") + "?age=12_14&langue=ar").content.decode()
    offered = re.findall(r'<option value="(\w+)" lang=', young)

    screen = office.get(at("questionnaire_screen", "2026", "all") + "?age=6_8&langue=fr").content.decode()

    assert "Tu lis ?" in screen and 'name="q1"' in screen and "119" in screen
    assert office.get(at("questionnaire_screen", "2026", "other")).status_code == 404
    assert "7. Tu lis ?" in young
    assert offered == ["fr", "ar"]
    assert 'lang="ar" dir="rtl">هل تحب؟' in arabic
    assert 'lang="fr" dir="ltr">' in arabic
    assert "en français, faute de traduction" in arabic


def test_a_mended_version_is_read_beside_the_frozen_one_and_confirmed_by_another(client, office, officer, consultation):
    authoring.add_version(consultation.pk, book(), by=officer)
    opened(consultation, officer)
    mended = authoring.add_version(consultation.pk, book((*ASKED[:2], "Aimes-tu lire chez toi ?")), by=officer)
    address = at("questionnaire_version", "2026", mended.code)

    own = office.get(address).content.decode()
    refused = office.post(address, {"form_key": "k1"})
    sign_in(client, PersonFactory(roles=[(consultation.committee, Role.PROGRAMME_OFFICER)]))
    other = client.get(address).content.decode()
    client.post(address, {"form_key": "k2"})

    assert "<ins>" in own and "une autre personne de l’équipe confirme" in own
    assert refused.status_code == 403
    assert "J’ai lu les différences" in other
    mended.refresh_from_db()
    assert mended.state == "frozen"


def test_the_questionnaire_leaves_in_five_formats(office, officer, consultation):
    upload = book()
    content = upload.read()
    authoring.add_version(consultation.pk, SimpleUploadedFile("q.xlsx", content), by=officer)

    files = {
        name: office.get(at("questionnaire_export", "2026", name))
        for name in ("classeur.xlsx", "xform.xml", "ddi.xml", "questionnaire.json", "guide.xlsx")
    }
    offered = office.get(at("questionnaire_exports", "2026")).content.decode()

    assert b"".join(files["classeur.xlsx"].streaming_content) == content
    assert b"<h:html" in files["xform.xml"].content
    assert b'xmlns="ddi:codebook:2_5"' in files["ddi.xml"].content
    assert files["questionnaire.json"].content.decode() == Questionnaire.rows.get().canonical
    assert files["guide.xlsx"].headers["Content-Disposition"] == 'attachment; filename="guide-de-lecture-2026.xlsx"'
    assert [name for name in files if at("questionnaire_export", "2026", name) not in offered] == []
    assert office.get(at("questionnaire_export", "2026", "other.xml")).status_code == 404


def test_a_booklet_to_read_over_is_drawn_of_an_age_and_a_language_and_cannot_be_typed_in(office, officer, consultation):
    authoring.add_version(consultation.pk, book(), by=officer)
    listed = office.get(at("questionnaire_exports", "2026")).content.decode()

    drawn = office.get(at("questionnaire_export", "2026", "livret-9_11-fr.pdf"))
    others = [f"livret-{name}.pdf" for name in ("9_11-en", "7_11-fr", "9_11-fr-x")]

    assert all(at("questionnaire_export", "2026", f"livret-{band}-fr.pdf") in listed for band in BANDS)
    pages = [page.extract_text() for page in PdfReader(BytesIO(drawn.content)).pages]
    assert "Aimes-tu lire" in " ".join(pages) and "Livret 000000" in pages[0]
    assert [office.get(at("questionnaire_export", "2026", name)).status_code for name in others] == [404, 404, 404]


def test_a_workbook_to_begin_from_is_offered_before_any_is_sent_and_is_taken_back_as_it_is(office, consultation):
    address = at("questionnaire_export", "2026", "modele.xlsx")

    offered = f'href="{address}"' in office.get(at("questionnaire", "2026")).content.decode()
    empty = SimpleUploadedFile("modele.xlsx", office.get(address).content)
    answer = office.post(at("questionnaire", "2026"), {"file": empty, "form_key": "k1"})

    assert (offered, answer.status_code) == (True, 302)
    assert Questionnaire.rows.get().canonical.count("lecture") >= 1


def test_another_committee_s_edition_does_not_exist(client, consultation):
    elsewhere = OrganisationFactory(kind="committee", code="o-other")
    sign_in(client, PersonFactory(roles=[(elsewhere, Role.PROGRAMME_OFFICER)]))

    assert client.get(at("consultation", "2026")).status_code == 404
    assert client.get(at("consultations")).content.decode().count("<article") == 0


def test_the_list_asks_as_much_for_one_edition_as_for_three(office, officer, consultation, django_assert_num_queries):
    def asked(count):
        with django_assert_num_queries(count):
            office.get(at("consultations"))

    office.get(at("consultations"))
    asked(LIST_QUERIES)
    for year in ("2027", "2028"):
        authoring.add_version(ConsultationFactory(code=year, committee=consultation.committee).pk, book(), by=officer)
    asked(LIST_QUERIES)


LIST_QUERIES = 6


def test_numbers_a_child_may_call_are_changed_and_taken_away_on_their_page(office, consultation):
    place = at("help_numbers", "2026")
    said = {"said_fr": "écoute, la nuit aussi", "said_ar": "نستمع إليك", "place": "2"}

    filled = office.get(place + "?numero=3018").content.decode()
    refused = office.post(place, {"number": "allô", **said, "form_key": "k1"})
    office.post(place, {"number": "116 111", "was": "3018", **said, "form_key": "k2"})
    office.post(place, {"remove": "3114", "form_key": "k3"})
    office.post(place, {"remove": "119", "form_key": "k4"})
    last = office.post(place, {"remove": "116 111", "form_key": "k5"})

    assert 'value="harcèlement, violences en ligne"' in filled and 'name="was" value="3018"' in filled
    assert (refused.status_code, last.status_code) == (422, 422)
    consultation.refresh_from_db()
    assert consultation.help_numbers == [{"number": "116 111", "fr": "écoute, la nuit aussi", "ar": "نستمع إليك"}]
    assert "Français, العربية" in office.get(place).content.decode()


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"share": 20.0, "low": 15.0, "high": 26.0}, "15 to 26%"),
        ({"edge": -2}, ""),
        ({"edge": 2}, ""),
    ],
    ids=["told", "near 0", "near 100"],
)
def test_the_interval_says_no_end_the_share_hides(known, words):
    with translation.override("en"):
        assert between(Row("yes", **known)) == words
