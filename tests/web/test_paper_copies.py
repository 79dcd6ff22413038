"""The copy signed on paper, on screen: given in the workspace, compared in the office, read again by both."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marelle.accounts.models import File
from marelle.base import clock
from marelle.mandates.models import Agreement, PaperCopy
from tests.mandates.agreements_scene import SENT, scene
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CITY = "/espace/10001/convention/papier"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SIGNS = datetime(2026, 9, 28, 8, tzinfo=UTC)


@pytest.fixture
def world():
    with clock.at(SENT):
        found = scene()
        found.agreement = found.sent()
    with clock.at(SIGNS):
        yield found


def typed(world, **changes):
    """The committee's signature stands first, the city's second."""
    scan = SimpleUploadedFile("scan.pdf", PDF, content_type="application/pdf")
    both = {"name_0": "Luc Président", "capacity_0": "Président", "on_0": "2026-09-24"}
    both |= {"name_1": "Ana Maire", "capacity_1": "Maire", "on_1": "2026-09-22"}
    return {"file": scan, "fingerprint_seen": world.agreement.fingerprint, **both, **changes}


def office_of(world):
    return f"/bureau/conventions/{world.agreement.code}/papier"


def test_copy_is_given_by_the_city_and_taken_by_the_office(world):
    city, office = sign_in(Client(), world.mayor), sign_in(Client(), world.chief)

    asked = city.get(CITY).content.decode()
    answer = city.post(CITY, typed(world))
    copy = PaperCopy.rows.get()
    seen = office.get(office_of(world)).content.decode()
    read = office.get(f"{office_of(world)}/{copy.code}.pdf")
    unread = office.post(f"{office_of(world)}/reponse", {"read": copy.code, "fingerprint_seen": copy.fingerprint})
    form = {"read": copy.code, "compared": "on", "fingerprint_seen": copy.fingerprint}
    taken = office.post(f"{office_of(world)}/reponse", form)
    own = city.get(f"{CITY}/{copy.code}.pdf")
    told = city.get("/espace/10001/convention").content.decode()

    assert "Bourg-sur-Test\u202f: qui a signé" in asked
    assert (answer.status_code, unread.status_code, taken.status_code) == (302, 422, 302)
    assert "Ana Maire, Maire, le 22 septembre 2026" in seen
    assert [b"".join(r.streaming_content) for r in (read, own)] == [PDF, PDF]
    assert Agreement.rows.get().state == "signed"
    assert "Ana Maire, Maire, a signé sur papier le 22 septembre 2026" in told


def test_copy_is_refused_from_its_page(world):
    city, office = sign_in(Client(), world.mayor), sign_in(Client(), world.chief)
    city.post(CITY, typed(world))
    form = {"read": PaperCopy.rows.get().code, "refuse": "1", "because": "La page 3 manque."}

    empty = office.post(f"{office_of(world)}/reponse", form | {"because": ""})
    refused = office.post(f"{office_of(world)}/reponse", form)
    page = city.get(CITY).content.decode()

    assert (empty.status_code, refused.status_code) == (422, 302)
    assert ("La page 3 manque." in page, "Déposer cette copie" in page) == (True, True)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"capacity_1": ""}, 422),
        ({"on_1": "2026-09-29"}, 422),
        ({"file": ""}, 422),
        ({"fingerprint_seen": "0" * 64}, 409),
        ({f"{name}_{n}": "" for name in ("name", "capacity", "on") for n in (0, 1)}, 422),
    ],
    ids=["as what", "tomorrow", "no file", "another text", "nobody"],
)
def test_copy_refused_leaves_no_file_behind(world, changes, status):
    city = sign_in(Client(), world.mayor)
    before = File.rows.count()

    answer = city.post(CITY, typed(world, **changes))

    assert (answer.status_code, File.rows.count(), PaperCopy.rows.count()) == (status, before, 0)


def test_editor_gives_no_copy(world):
    editor = sign_in(Client(), world.editor)

    page = editor.get(CITY).content.decode()
    answer = editor.post(CITY, typed(world))

    assert "la copie ici" in page
    assert (answer.status_code, PaperCopy.rows.count()) == (403, 0)


def test_office_gives_the_copy_that_came_by_post(world):
    office = sign_in(Client(), world.chief)

    answer = office.post(office_of(world), typed(world))
    page = office.get(office_of(world)).content.decode()

    assert (answer.status_code, PaperCopy.rows.get().file.organisation) == (302, world.committee)
    assert "Je retiens" not in page
    assert "Une administratrice ou un administrateur" in page
