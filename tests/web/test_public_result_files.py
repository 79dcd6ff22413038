"""The report of a place and the press kit, taken from their pages; the office sees how far the worker is."""

import io
import zipfile

import pytest
from pypdf import PdfReader

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Job
from marelle.consultations.models import Consultation
from marelle.consultations.operations import result_documents as drawing
from marelle.consultations.queries import places, published, result_files
from marelle.web.public.result_files import MOST_DRAWN
from tests.factories.accounts import PersonFactory
from tests.web.public_results import CLOSES, geography, publish
from tests.web.test_office_consultation_running import at, office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_disk")]
HOME = "/consultation/2026"
TOWN, COUNTRY, KIT = f"{HOME}/lieux/commune-44143/rapport.pdf", f"{HOME}/rapport.pdf", f"{HOME}/dossier-de-presse.zip"


@pytest.fixture
def read():
    geography()
    return published.edition(publish().consultation.code)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def status(response) -> int:
    """Its status; a file is read to its end."""
    if response.streaming:
        body(response)
    return response.status_code


def first_page(response) -> str:
    return PdfReader(io.BytesIO(body(response))).pages[0].extract_text().replace("\u202f", " ")


def test_report_asked_for_before_its_turn_is_drawn_and_stays(client, read):
    assert result_files.progress(read).done == 0

    first = client.get(TOWN)
    there = result_files.report_of(read.freeze, places.find("commune:44143"), "fr")

    assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
    assert first["Content-Disposition"] == 'attachment; filename="consultation-2026-commune-44143.fr.pdf"'
    assert "Ce que les enfants ont dit : Rezé" in first_page(first)
    assert body(client.get(TOWN)) == there.read_bytes()


def test_report_is_in_the_language_of_its_address(client, read):
    assert "What children said in France" in first_page(client.get(f"/en{COUNTRY}"))
    assert "Ce que les enfants ont dit : France" in first_page(client.get(COUNTRY))


@pytest.mark.parametrize("address", [TOWN, COUNTRY, KIT])
def test_file_is_kept_by_browsers_until_another_freeze(client, read, address):
    first = client.get(address)
    told = (status(first), first["Cache-Control"])

    again = client.get(address, headers={"if-none-match": first["ETag"]})

    assert told == (200, "public, max-age=3600")
    assert (again.status_code, again.content) == (304, b"")
    assert status(client.get(address, headers={"if-none-match": '"another"'})) == 200
    assert first.cookies == again.cookies == {}


@pytest.mark.parametrize("slug", ["commune-44018", "commune-44190", "commune-99999", "nowhere", "region-11"])
def test_place_without_a_page_has_no_report(client, read, slug):
    assert client.get(f"{HOME}/lieux/{slug}/rapport.pdf").status_code == 404


@pytest.mark.parametrize("address", [TOWN, COUNTRY, KIT])
@pytest.mark.parametrize("state", ["open", "closed", "frozen", "embargoed"])
def test_nothing_may_be_taken_before_publication(client, read, address, state):
    drawing.write(read, places.country(), "fr")
    drawing.write_kit(read)
    Consultation.rows.update(state=state)

    assert client.get(address).status_code == 404


def test_one_address_does_not_have_all_drawn_at_once(client, read, monkeypatch):
    monkeypatch.setattr("marelle.web.public.result_files.MOST_DRAWN", 1)

    answers = [status(client.get(address)) for address in (TOWN, COUNTRY, TOWN)]

    assert (answers, MOST_DRAWN) == ([200, 429, 200], 20)


def test_press_kit_is_an_archive_to_take_away(client, read):
    response = client.get(KIT)

    assert response["Content-Disposition"] == 'attachment; filename="consultation-2026-dossier-de-presse.zip"'
    assert "fr/faits.md" in zipfile.ZipFile(io.BytesIO(body(response))).namelist()


def test_pages_lead_to_what_may_be_taken(client, read):
    home, town = client.get(HOME).content.decode(), client.get(f"{HOME}/lieux/commune-44143").content.decode()

    assert f'href="{COUNTRY}"' in home and f'href="{KIT}"' in home
    assert f'href="{TOWN}"' in town
    assert "rapport.pdf" not in client.get(f"{HOME}/lieux/commune-44018").content.decode()


# The office ----------------------------------------------------------------------------------------------------------
def admin(read):
    return PersonFactory(roles=[(read.consultation.committee, Role.PROGRAMME_ADMINISTRATOR)])


def test_office_sees_how_far_the_reports_are(read):
    Consultation.rows.update(published_at=CLOSES)
    by = admin(read)

    before = office(by).get(at("publication", read.consultation)).content.decode()
    for place in published.pages(read):
        for language in ("fr", "en"):
            drawing.write(read, place, language)
    after = office(by).get(at("publication", read.consultation)).content.decode()

    assert "Les rapports sont en cours : 0 sur 4 déjà prêts." in " ".join(before.replace("\u202f", " ").split())
    assert "Les rapports de 4 territoires sont prêts, en français et en anglais." in after


def test_office_is_told_of_reports_given_up(read):
    Consultation.rows.update(published_at=CLOSES)
    drawing.prepare_what_is_published(clock.now())
    Job.objects.update(state="parked")

    shown = office(admin(read)).get(at("publication", read.consultation)).content.decode()

    assert "n’ont pas pu être produits" in shown


def test_press_kit_under_embargo_is_the_programme_team_s(client, read):
    Consultation.rows.update(state="embargoed", embargo_until=CLOSES)
    place = "/bureau/consultation/2026/dossier-de-presse.zip"

    mine = office(admin(read)).get(place)

    facts = zipfile.ZipFile(io.BytesIO(mine.content)).read("fr/faits.md").decode()
    assert "Sous embargo jusqu’au" in facts
    assert mine["Cache-Control"] == "no-store"
    assert client.get(place).status_code == 302
    assert not result_files.folder(read.freeze).exists()


@pytest.mark.parametrize("state", ["frozen", "published"])
def test_press_kit_of_the_office_is_there_under_embargo_alone(read, state):
    Consultation.rows.update(state=state)

    assert office(admin(read)).get("/bureau/consultation/2026/dossier-de-presse.zip").status_code == 404
