"""The plan in a spreadsheet, in the workspace: taken away, brought back, read over, written."""

import io
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from marelle.accounts import imports
from marelle.accounts.models import Import
from marelle.accounts.states import Role
from marelle.base import clock, jobs
from marelle.base.models import Job
from marelle.plans.models import Action
from marelle.plans.operations import writing
from tests.factories.accounts import ImportFactory, OrganisationFactory, PersonFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, PlanFactory

pytestmark = pytest.mark.django_db
PAGE = "/espace/67447/plan/tableur"
# session, person, memberships, sign-in, plan, imports
QUESTIONS = 7


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def plan():
    return PlanFactory(organisation=OrganisationFactory(code="67447", name="Schiltigheim"))


@pytest.fixture
def action(plan):
    return ActionFactory(objective=ObjectiveFactory(plan=plan))


@pytest.fixture
def officer(client, plan):
    person = PersonFactory(name="Léa Martin", roles=[(plan.organisation, Role.CITY_EDITOR)])
    client.force_login(person)
    return person


def taken_away(client):
    answer = client.get(f"{PAGE}/plan.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan-67447-2028-04-03.xlsx"'
    return load_workbook(io.BytesIO(answer.content))


def test_another_kind_of_file_is_told_how_to_become_a_workbook(client, officer):
    page = client.post(PAGE, {"file": SimpleUploadedFile("plan.ods", b"PK")})

    assert (page.status_code, Import.objects.count()) == (422, 0)
    assert "Enregistrez-le en classeur (XLSX) depuis votre tableur, puis redonnez-le." in page.content.decode()


def brought_back(client, book, **sent):
    out = io.BytesIO()
    book.save(out)
    return client.post(PAGE, {"file": SimpleUploadedFile("plan.xlsx", out.getvalue()), **sent})


def words(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def test_officer_takes_the_plan_away_and_brings_it_back_changed(client, officer, action):
    book = taken_away(client)
    book["Actions"]["E3"].value = "Voirie"
    book["Actions"]["H3"].value = "demain"

    given = brought_back(client, book)
    read = client.get(given.url)
    again = client.post(given.url, {"seen": Import.objects.get().digest})

    action.refresh_from_db()
    assert given.url == f"{PAGE}/{Import.objects.get().code}"
    told = words(read)
    assert "1 changement 1 chose ne peut pas être prise" in told
    assert "Actions!E3 change Fermer la rue de l’école aux voitures Service pilote Voirie" in told
    assert (
        "Actions!H3 n’est pas pris Fermer la rue de l’école aux voitures demain Indiquez le jour sous la forme" in told
    )
    assert (again.url, action.lead_service) == (given.url, "Voirie")
    assert "C’est écrit." in words(client.get(given.url))


def test_clash_is_settled_on_the_page(client, officer, plan, action):
    book = taken_away(client)
    book["Actions"]["E3"].value = "Voirie"
    writing.save_plan_field(plan.pk, f"action.{action.code}.lead_service", "Écoles", was="", version=1, by=officer)

    address = brought_back(client, book).url
    read = words(client.get(address))
    client.post(address, {"seen": Import.objects.get().digest, "clash.0": "file"})

    action.refresh_from_db()
    assert "Garder ce qui est ici : Écoles Prendre ce que dit le fichier : Voirie" in read.replace("\u202f", " ")
    assert action.lead_service == "Voirie"


def test_file_given_is_dropped(client, officer, action):
    book = taken_away(client)
    book["Actions"]["E3"].value = "Voirie"
    address = brought_back(client, book).url

    client.post(address, {"drop": "1"})

    action.refresh_from_db()
    given = Import.objects.select_related("file").get()
    assert (given.state, given.file.removed_at is not None, action.lead_service) == ("dropped", True, "")


def test_strange_file_is_refused_on_the_form_and_not_kept(client, officer, plan):
    answer = client.post(PAGE, {"file": SimpleUploadedFile("plan.xlsx", b"PK\x03\x04 rien")})

    assert (answer.status_code, Import.objects.count()) == (422, 0)


def test_long_file_is_read_by_the_worker_and_its_page_tells_how_far(client, officer, plan, action, monkeypatch):
    monkeypatch.setattr(imports, "SMALL", 0)
    book = taken_away(client)
    book["Actions"]["E3"].value = "Voirie"

    address = brought_back(client, book).url
    job = Job.objects.get(task="read_workbook")
    jobs.tell_progress(job, 500, 5000)
    waiting = client.get(address).content.decode()
    jobs._tasks[job.task](job, **job.arguments)
    client.post(address, {"seen": Import.objects.get().digest})
    asked = Job.objects.get(task="write_workbook")
    for _twice in range(2):  # a worker killed after its last effect is sent again
        jobs._tasks[asked.task](asked, **asked.arguments)

    assert ['hx-trigger="every 2s"' in waiting, '<progress value="500" max="5000"' in waiting] == [True, True]
    assert Import.objects.get().state == "written"
    assert Action.objects.get().lead_service == "Voirie"
    done = client.get(address).content.decode()
    assert ["<h1>Ce que ce fichier a changé</h1>" in done, 'hx-trigger="every 2s"' in done] == [True, False]


def test_worker_killed_while_writing_leaves_nothing_then_all(client, officer, plan, action, monkeypatch):
    monkeypatch.setattr(imports, "SMALL", 0)
    book = taken_away(client)
    book["Actions"]["E3"].value = "Voirie"
    for column, value in {"B": "O1", "D": "Planter"}.items():
        book["Actions"][f"{column}9"].value = value
    address = brought_back(client, book).url
    given = Import.objects.get()
    imports.read(given.pk, lambda done, total: None)
    client.post(address, {"seen": Import.objects.get().digest})

    class Killed(BaseException):
        pass

    def kill(frozen, **outcome):
        raise Killed

    with monkeypatch.context() as world:
        world.setattr(imports, "written", kill)
        with pytest.raises(Killed):
            imports.write(given.pk, lambda done, total: None)
    before = (Action.objects.count(), Import.objects.get().state)
    imports.write(given.pk, lambda done, total: None)

    assert before == (1, "writing")
    assert (Action.objects.count(), Import.objects.get().state) == (2, "written")


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_a_fixed_number_of_questions(client, officer, plan, count, django_assert_num_queries):
    ImportFactory.create_batch(
        count, organisation=plan.organisation, reference=f"plans.plan:{plan.code}", given_by=officer
    )

    client.get(PAGE)  # the first page of a session is written down

    with django_assert_num_queries(QUESTIONS):
        client.get(PAGE)


def test_at_renewal_the_editor_leads_to_the_workbook_of_the_draft(client, plan, action, officer):
    """The plan that runs is the newest otherwise: what was written of the next one would come back into it."""
    draft = PlanFactory(organisation=plan.organisation)
    ActionFactory(objective=ObjectiveFactory(plan=draft), name="Ouvrir un pédibus")
    type(plan).rows.filter(pk=plan.pk).update(state="running")

    page = client.get(f"{PAGE}?plan={draft.code}").content.decode()
    answer = client.get(f"{PAGE}/plan.xlsx?plan={draft.code}")
    book = load_workbook(io.BytesIO(answer.content))

    assert f"plan.xlsx?plan={draft.code}" in page
    assert "Ouvrir un pédibus" in [cell.value for row in book["Actions"].iter_rows() for cell in row]
    assert client.get(f"{PAGE}?plan={PlanFactory().code}").status_code == 404
    given = client.post(f"{PAGE}?plan={draft.code}", {"file": SimpleUploadedFile("plan.xlsx", answer.content)})
    assert (given.status_code, Import.objects.get().reference) == (302, f"plans.plan:{draft.code}")
