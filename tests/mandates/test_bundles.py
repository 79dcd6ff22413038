"""All the dossiers of a call in one file: what one may read and nothing else, for one person, for a day."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from openpyxl import load_workbook

from marelle.accounts import files
from marelle.accounts.models import File, JournalContent, Membership
from marelle.accounts.states import Role
from marelle.base.errors import NotAllowed, Unavailable, WrongState
from marelle.base.models import Job, JobState
from marelle.mandates.models import Bundle, HandIn
from marelle.mandates.operations import bundles
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, HandInFactory, ReviewFactory
from tests.mandates.office import works_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_disk")]
LEFT = datetime(2026, 6, 1, tzinfo=UTC)
RECEIPT, NOTE = b"%PDF-1.7 dossier", b"%PDF-1.7 avis du conseil des enfants"


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def call(house):
    return CallFactory(committee=house, code="2026")


@pytest.fixture
def officer(house):
    return works_as(Role.PROGRAMME_OFFICER, house, name="Odile")


def kept(organisation, content, label):
    return files.keep(content, label=label, kind="pdf", organisation=organisation, by=PersonFactory())


def dossier(call, name, code, **more):
    """An application under review, with its receipt and a document."""
    city = OrganisationFactory(name=name, code=code)
    application = ApplicationFactory(call=call, organisation=city, under_review=True, **more)
    receipt, note = kept(city, RECEIPT, "recu.pdf"), kept(city, NOTE, "../Avis du conseil : 2026.pdf")
    content = {
        "answers": {"presentation.summary": "Une rue calme"},
        "plan": {"vision": "", "objectives": []},
        "files": [],
    }
    HandInFactory(application=application, receipt=receipt, content=content).files.add(note)
    return application


def made(call, by):
    """What the worker makes of what somebody asks for."""
    asked = bundles.ask(call.pk, by=by)
    bundles.make_when_asked(Job.objects.get(arguments={"code": asked.code}), code=asked.code)
    asked.refresh_from_db()
    return asked


def opened(bundle):
    with files.opened(bundle.file) as held:
        return zipfile.ZipFile(io.BytesIO(held.read()))


def lines(archive, name):
    return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")), delimiter=";"))


# What it holds -------------------------------------------------------------------------------------------------------
def test_each_dossier_has_its_folder_and_the_manifest_says_what_is_where(call, officer):
    dossier(call, "Rezé", "44143")
    dossier(call, "L’Île-d’Yeu", "85113")

    found = made(call, officer)

    archive = opened(found)
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == [
        "001-reze-44143/dossier.json",
        "001-reze-44143/dossier.pdf",
        "001-reze-44143/pieces/01-avis-du-conseil-2026.pdf",
        "002-lile-dyeu-85113/dossier.json",
        "002-lile-dyeu-85113/dossier.pdf",
        "002-lile-dyeu-85113/pieces/01-avis-du-conseil-2026.pdf",
        "dossiers.csv",
        "dossiers.xlsx",
        "manifeste.json",
    ]
    assert archive.read("001-reze-44143/dossier.pdf") == RECEIPT
    assert json.loads(archive.read("001-reze-44143/dossier.json"))["answers"] == {
        "presentation.summary": "Une rue calme"
    }
    manifest = json.loads(archive.read("manifeste.json"))
    assert (manifest["call"], manifest["dossiers"], found.held.count()) == ("2026", 2, 2)
    assert {each["path"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != "manifeste.json"
    }


def test_list_is_the_same_as_csv_and_as_a_workbook(call, officer):
    dossier(call, "=Rezé", "44143", opinion_text="Un plan solide.")
    dossier(call, "Nantes", "44109")

    archive = opened(made(call, officer))

    table = lines(archive, "dossiers.csv")
    sheet = load_workbook(io.BytesIO(archive.read("dossiers.xlsx")), read_only=True).active
    book = [[str(cell) if cell is not None else "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert table[0][:5] == ["Dossier", "Ville", "Code", "Voie d’engagement", "État"]
    assert [row[1:3] for row in table[1:]] == [["'=Rezé", "44143"], ["Nantes", "44109"]]
    assert [[cell.removeprefix("'") for cell in row] for row in table] == book


def test_readings_are_those_one_may_read(call, officer, house):
    application = dossier(call, "Rezé", "44143")
    ReviewFactory(application=application, reviewer=PersonFactory(name="Ada"), finished=True, summary="Solide.")
    dossier(call, "Nantes", "44109")

    archive = opened(made(call, officer))

    said = lines(archive, "001-reze-44143/lectures.csv")
    assert (said[0], said[-1]) == (
        ["Lecteur ou lectrice", "État", "Critère", "Points, de 0 à 4", "Remarque"],
        ["Ada", "lecture terminée", "Conclusion", "", "Solide."],
    )
    assert "002-nantes-44109/lectures.csv" not in archive.namelist()


def test_dossier_one_has_a_tie_with_is_not_in_it_nor_a_draft_nor_another_call(call, officer, house):
    dossier(call, "Rezé", "44143")
    tied = dossier(call, "Nantes", "44109")
    ReviewFactory(application=tied, reviewer=officer, state="stepped_aside")
    ApplicationFactory(call=call, state="draft")
    dossier(CallFactory(committee=house, code="2032"), "Brest", "29019")

    archive = opened(made(call, officer))

    assert {name.split("/")[0] for name in archive.namelist() if "/" in name} == {"001-reze-44143"}


def test_file_that_is_gone_is_told_in_the_manifest(call, officer):
    dossier(call, "Rezé", "44143")
    file = HandIn.objects.get().files.get()
    (settings.FILES_ROOT / file.place).unlink()

    archive = opened(made(call, officer))

    told = {each["path"]: each["missing"] for each in json.loads(archive.read("manifeste.json"))["files"]}
    path = "001-reze-44143/pieces/01-avis-du-conseil-2026.pdf"
    assert told[path] == "Ce fichier ne peut pas être lu pour le moment."
    assert path not in archive.namelist()


def test_a_dossier_more_asks_the_same_number_of_questions(call, officer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as caught:
            bundle = made(call, officer)
        bundles.end(bundle.pk, by=officer)
        return len(caught)

    counts = []
    for number in range(4):
        application = dossier(call, f"Ville {number}", f"4410{number}")
        ReviewFactory(application=application, finished=True)
        counts.append(asked())
    assert counts[2] - counts[1] == counts[3] - counts[2] <= 9  # with the progress that is told


# For one person, for a day -------------------------------------------------------------------------------------------
def test_it_is_made_once_however_often_the_job_is_delivered(call, officer):
    dossier(call, "Rezé", "44143")
    asked = bundles.ask(call.pk, by=officer)
    job = Job.objects.get()

    for _delivery in range(2):
        bundles.make_when_asked(job, code=asked.code)

    job.refresh_from_db()
    assert (job.done, job.total) == (1, 1)
    assert File.rows.filter(kind="zip").count() == 1
    assert File.rows.get(kind="zip").is_apart
    assert not any((settings.FILES_ROOT / "incoming").iterdir())
    assert list(JournalContent.objects.filter(verb__startswith="bundle").order_by("pk").values_list("verb", flat=True)) == [
        "bundle_asked", "bundle_made",
    ]  # fmt: skip


def test_worker_that_dies_leaves_nothing_and_the_next_one_begins_anew(call, officer, monkeypatch):
    dossier(call, "Rezé", "44143")
    asked = bundles.ask(call.pk, by=officer)
    job = Job.objects.get()

    with monkeypatch.context() as broken:
        broken.setattr("marelle.accounts.files.opened", lambda file: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bundles.make_when_asked(job, code=asked.code)

    assert not any((settings.FILES_ROOT / "incoming").iterdir())
    bundles.make_when_asked(job, code=asked.code)
    asked.refresh_from_db()
    assert asked.held.count() == 1


def test_only_who_asked_takes_it_and_each_time_is_written_down(call, officer, house):
    dossier(call, "Rezé", "44143")
    found, colleague = made(call, officer), works_as(Role.PROGRAMME_ADMINISTRATOR, house)

    with pytest.raises(NotAllowed):
        bundles.take(found.pk, by=colleague)

    assert bundles.take(found.pk, by=officer) == found.file
    said = JournalContent.objects.get(verb="bundle_taken")
    assert said.person == officer


def test_it_is_destroyed_after_a_day(call, officer, django_capture_on_commit_callbacks):
    dossier(call, "Rezé", "44143")
    found = made(call, officer)
    place = settings.FILES_ROOT / found.file.place

    bundles.end_what_is_due(found.ready_at + timedelta(hours=23, minutes=59))
    assert place.exists()
    with django_capture_on_commit_callbacks(execute=True):
        bundles.end_what_is_due(found.ready_at + timedelta(hours=24))

    assert not place.exists()
    with pytest.raises(WrongState) as refused:
        bundles.take(found.pk, by=officer)
    assert refused.value.sentence == (
        "Ce fichier n’est plus là\u202f: il est détruit un jour après avoir été fait. Demandez-le de nouveau."
    )


def test_who_has_left_the_team_gets_nothing(call, officer, house):
    dossier(call, "Rezé", "44143")
    asked = bundles.ask(call.pk, by=officer)
    Membership.objects.filter(person=officer).update(ended_at=LEFT)

    bundles.make_when_asked(Job.objects.get(), code=asked.code)

    asked.refresh_from_db()
    assert (asked.file, asked.ended_at is not None) == (None, True)


def test_asking_anew_destroys_the_one_before(call, officer, django_capture_on_commit_callbacks):
    dossier(call, "Rezé", "44143")
    first = made(call, officer)

    with django_capture_on_commit_callbacks(execute=True):
        second = made(call, officer)

    first.refresh_from_db()
    assert first.ended_at is not None and not (settings.FILES_ROOT / first.file.place).exists()
    assert list(Bundle.rows.filter(ended_at=None)) == [second]


def test_one_at_a_time_unless_the_worker_gave_it_up(call, officer):
    bundles.ask(call.pk, by=officer)
    with pytest.raises(WrongState):
        bundles.ask(call.pk, by=officer)

    Job.objects.update(state=JobState.PARKED)

    assert bundles.ask(call.pk, by=officer).is_waiting


def test_one_called_off_while_it_is_made_is_not_kept(call, officer):
    dossier(call, "Rezé", "44143")
    asked = bundles.ask(call.pk, by=officer)
    bundles.end(asked.pk, by=officer)

    bundles.make_when_asked(Job.objects.get(), code=asked.code)

    assert not File.rows.filter(kind="zip").exists()


# Rights that shrink --------------------------------------------------------------------------------------------------
def test_who_steps_aside_once_the_file_is_made_takes_it_no_more(call, officer, django_capture_on_commit_callbacks):
    dossier(call, "Rezé", "44143")
    tied = dossier(call, "Nantes", "44109")
    found = made(call, officer)
    place = settings.FILES_ROOT / found.file.place
    ReviewFactory(application=tied, reviewer=officer, state="stepped_aside")

    with pytest.raises(WrongState) as refused:
        bundles.take(found.pk, by=officer)
    with django_capture_on_commit_callbacks(execute=True):
        bundles.end_what_is_due(found.ready_at + timedelta(minutes=1))

    assert refused.value.sentence == (
        "Ce fichier contient un dossier que vous ne pouvez plus lire\u202f: il va être détruit. Demandez-en un nouveau."
    )
    assert not place.exists()
    assert made(call, officer).held.count() == 1


def reading_what_is_written_next(monkeypatch, then):
    """The first file that is read while the whole is written: what happens meanwhile."""
    opened_before = files.opened

    def opened_meanwhile(file):
        monkeypatch.setattr("marelle.accounts.files.opened", opened_before)
        then()
        return opened_before(file)

    monkeypatch.setattr("marelle.accounts.files.opened", opened_meanwhile)


def test_who_steps_aside_from_what_is_written_already_gets_a_file_begun_anew(call, officer, monkeypatch):
    tied = dossier(call, "Nantes", "44109")
    dossier(call, "Rezé", "44143")
    asked = bundles.ask(call.pk, by=officer)
    reading_what_is_written_next(
        monkeypatch, lambda: ReviewFactory(application=tied, reviewer=officer, state="stepped_aside")
    )

    with pytest.raises(Unavailable):
        bundles.make_when_asked(Job.objects.get(), code=asked.code)
    assert not File.rows.filter(kind="zip").exists()
    bundles.make_when_asked(Job.objects.get(), code=asked.code)

    asked.refresh_from_db()
    assert [each.organisation.name for each in asked.held.all()] == ["Rezé"]


def test_who_steps_aside_from_what_comes_next_gets_a_file_without_it(call, officer, monkeypatch):
    dossier(call, "Rezé", "44143")
    tied = dossier(call, "Nantes", "44109")
    asked = bundles.ask(call.pk, by=officer)
    reading_what_is_written_next(
        monkeypatch, lambda: ReviewFactory(application=tied, reviewer=officer, state="stepped_aside")
    )

    bundles.make_when_asked(Job.objects.get(), code=asked.code)

    asked.refresh_from_db()
    assert [each.organisation.name for each in asked.held.all()] == ["Rezé"]
    assert {name.split("/")[0] for name in opened(asked).namelist() if "/" in name} == {"001-reze-44143"}


def test_who_leaves_the_team_while_it_is_written_leaves_no_file(call, officer, monkeypatch):
    dossier(call, "Rezé", "44143")
    asked = bundles.ask(call.pk, by=officer)
    membership = Membership.objects.filter(person=officer)
    reading_what_is_written_next(monkeypatch, lambda: membership.update(ended_at=LEFT))

    with pytest.raises(Unavailable):
        bundles.make_when_asked(Job.objects.get(), code=asked.code)
    bundles.make_when_asked(Job.objects.get(), code=asked.code)

    asked.refresh_from_db()
    assert (asked.file, asked.ended_at is not None) == (None, True)


def test_file_of_who_left_the_team_is_destroyed_by_the_next_round(call, officer):
    dossier(call, "Rezé", "44143")
    found = made(call, officer)

    bundles.end_what_is_due(found.ready_at + timedelta(minutes=1))
    found.refresh_from_db()
    assert found.ended_at is None
    Membership.objects.filter(person=officer).update(ended_at=LEFT)
    bundles.end_what_is_due(found.ready_at + timedelta(minutes=1))

    found.refresh_from_db()
    assert found.ended_at is not None
