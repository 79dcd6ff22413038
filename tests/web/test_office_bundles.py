"""The dossiers of a call in one file, in the office: asked for, followed, taken away by who asked, destroyed."""

import io
import zipfile

import pytest

from marelle.accounts import files
from marelle.accounts.states import Role
from marelle.base.models import Job, JobState
from marelle.mandates.models import Bundle
from marelle.mandates.operations import bundles
from tests import signing_in
from tests.factories.accounts import OrganisationFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, HandInFactory
from tests.mandates.office import works_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_disk")]
ADDRESS = "/bureau/appels/2026/dossiers"


@pytest.fixture
def call():
    house = OrganisationFactory(committee=True)
    made = CallFactory(committee=house, code="2026")
    application = ApplicationFactory(call=made, submitted=True, organisation__name="Bourg")
    city = application.organisation
    receipt = files.keep(b"%PDF-1.7", label="recu.pdf", kind="pdf", organisation=city, by=application.created_by)
    HandInFactory(application=application, receipt=receipt)
    return made


@pytest.fixture(autouse=True)
def officer(client, call):
    person = works_as(Role.PROGRAMME_OFFICER, call.committee)
    signing_in.sign_in(client, person)
    client.get("/bureau/appels")
    return person


def work():
    """The worker takes what waits."""
    bundle = Bundle.rows.get(ready_at=None, ended_at=None)
    bundles.make_when_asked(Job.objects.get(arguments={"code": bundle.code}), code=bundle.code)
    return Bundle.rows.get(pk=bundle.pk)


def test_officer_asks_follows_and_takes_the_file_away(client):
    assert f'href="{ADDRESS}"' in client.get("/bureau/appels/2026").text
    assert "Réunir les dossiers" in client.get(ADDRESS).text

    client.post(ADDRESS)
    waiting = client.get(ADDRESS).text
    made = work()
    ready = client.get(ADDRESS).text
    taken = client.get(f"{ADDRESS}/{made.code}.zip")

    assert "Les dossiers sont en train d’être réunis." in waiting and 'hx-trigger="every 2s"' in waiting
    assert "<strong>1 dossier</strong>" in ready and "hx-trigger" not in ready
    assert taken["Content-Disposition"] == 'attachment; filename="dossiers-2026.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content)))
    assert [name.partition("/")[2] for name in archive.namelist() if "/" in name] == ["dossier.pdf", "dossier.json"]


def test_colleague_sees_neither_the_file_nor_that_it_was_asked_for(client, call):
    client.post(ADDRESS)
    made = work()
    signing_in.sign_in(client, works_as(Role.PROGRAMME_OFFICER, call.committee))

    assert client.get(f"{ADDRESS}/{made.code}.zip").status_code == 404
    assert "Réunir les dossiers" in client.get(ADDRESS).text


def test_file_is_destroyed_by_hand(client):
    client.post(ADDRESS)
    made = work()

    client.post(ADDRESS, {"destroy": "1"})

    page = client.get(ADDRESS).text
    assert "Le fichier est détruit." in page and "Réunir les dossiers" in page
    assert client.get(f"{ADDRESS}/{made.code}.zip").status_code == 409


def test_one_called_off_is_asked_for_again(client):
    client.post(ADDRESS)

    client.post(ADDRESS, {"destroy": "1"})

    assert "Réunir les dossiers" in client.get(ADDRESS).text
    assert Bundle.rows.get().ended_at is not None


def test_one_the_worker_gave_up_says_so(client):
    client.post(ADDRESS)
    Job.objects.update(state=JobState.PARKED)

    page = client.get(ADDRESS).text

    assert "Cinq essais n’ont pas suffi." in page and "Réunir les dossiers" in page
