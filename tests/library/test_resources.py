"""Resources: prepared by the team, versions by language, on the shelf and off it."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from marelle.accounts.models import Notification
from marelle.base import dues
from marelle.base.dues import Watch
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.library.models import Resource, Service
from marelle.library.operations import resources as operations
from marelle.library.queries import resources as queries
from marelle.library.registered.practices import no_service, shared, to_read_over
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.library import ResourceFactory, ServiceFactory
from tests.library.shelf import team

pytestmark = pytest.mark.django_db
SERVICES = Path(__file__).parents[2] / "data" / "library" / "services.yaml"


def upload(name="guide.csv"):
    return SimpleUploadedFile(name, b"a,b\n1,2\n")


def drafted(by, committee, **words):
    given = {"name": {"fr": "Guide"}, "kind": "tool", "audience": "officers"} | words
    return operations.draft_resource(committee, by=by, **given)


def test_a_resource_goes_to_the_shelf_with_a_file_and_off_it():
    officer, committee = team()
    colleague, _committee = team(committee)
    resource = drafted(officer, committee)

    with pytest.raises(BadData):
        operations.submit_resource(resource.pk, by=officer)
    operations.add_file(resource.pk, upload(), "fr", by=officer)
    operations.submit_resource(resource.pk, by=officer)
    operations.send_back_resource(resource.pk, "Une version anglaise ?", by=colleague)
    resource.refresh_from_db()
    back = (resource.state, resource.review_note)
    operations.submit_resource(resource.pk, by=officer)
    shown = operations.publish_resource(resource.pk, by=colleague)
    operations.retain_resource(resource.pk, by=colleague)
    on_shelf = queries.public_one(resource.code)
    operations.retire_resource(resource.pk, by=officer)

    assert (back, shown.review_note) == (("returned", "Une version anglaise ?"), "")
    assert (on_shelf, queries.public_one(resource.code)) == (resource, None)
    assert set(Notification.objects.values_list("person__name", "kind")) == {
        (colleague.name, "resource_submitted"),
        (officer.name, "resource_sent_back"),
    }


@pytest.mark.parametrize("step", ["publish", "send_back", "retain"])
def test_nobody_reads_over_what_they_proposed(step):
    officer, committee = team()
    resource = drafted(officer, committee)
    operations.add_file(resource.pk, upload(), "fr", by=officer)
    operations.submit_resource(resource.pk, by=officer)
    if step == "retain":
        operations.publish_resource(resource.pk, by=team(committee)[0])
    before = Resource.rows.get().state

    with pytest.raises(NotAllowed):
        getattr(operations, f"{step}_resource")(resource.pk, *(["Non."] if step == "send_back" else []), by=officer)

    assert Resource.rows.get().state == before


def test_a_draft_that_nobody_proposed_is_not_published():
    officer, committee = team()
    resource = drafted(officer, committee)
    operations.add_file(resource.pk, upload(), "fr", by=officer)

    with pytest.raises(WrongState):
        operations.publish_resource(resource.pk, by=officer)

    assert queries.public_one(resource.code) is None


def test_the_newest_version_of_each_language_is_the_one_in_use():
    officer, committee = team()
    resource = drafted(officer, committee)

    for name, language in (("un.csv", "fr"), ("deux.csv", "fr"), ("one.csv", "en")):
        operations.add_file(resource.pk, upload(name), language, by=officer)

    assert [(kept.language, kept.number, kept.file.label) for kept in queries.in_use(resource)] == [
        ("en", 1, "one.csv"),
        ("fr", 2, "deux.csv"),
    ]
    assert len(queries.files_of(resource)) == 3


def test_only_the_team_of_its_committee_keeps_it():
    officer, committee = team()
    resource = drafted(officer, committee)
    other, _elsewhere = team(OrganisationFactory(committee=True, code="o-other"))

    for by in (other, PersonFactory()):
        for act in (
            lambda by: drafted(by, committee),
            lambda by: operations.change_resource(resource.pk, by=by, name={"fr": "Autre"}),
            lambda by: operations.add_file(resource.pk, upload(), "fr", by=by),
            lambda by: operations.submit_resource(resource.pk, by=by),
            lambda by: operations.publish_resource(resource.pk, by=by),
        ):
            with pytest.raises(NotAllowed):
                act(by)

    resource.refresh_from_db()
    assert (Resource.rows.count(), resource.name, resource.files.count()) == (1, {"fr": "Guide"}, 0)


@pytest.mark.parametrize("wrong", [{"kind": "joke"}, {"audience": "cats"}, {"rights": "mine"}, {"name": {}}])
def test_what_is_said_of_it_is_checked(wrong):
    officer, committee = team()

    with pytest.raises(BadData):
        drafted(officer, committee, **wrong)

    assert Resource.rows.count() == 0


def test_what_is_off_the_shelf_no_longer_changes():
    officer, committee = team()
    resource = ResourceFactory(committee=committee, state="retired")

    with pytest.raises(WrongState):
        operations.change_resource(resource.pk, by=officer, name={"fr": "Autre"})

    resource.refresh_from_db()
    assert resource.name["fr"] == "Grille d’autodiagnostic"


def test_the_shelf_is_narrowed_and_searched():
    service = ServiceFactory(code="logement")
    tool = ResourceFactory()
    lessons = ResourceFactory(kind="lessons", name={"fr": "Leçons du séminaire"}, audience="elected")
    lessons.services.add(service)
    ResourceFactory(state="draft")

    asked = [{}, {"kind": "lessons"}, {"audience": "elected"}, {"service": "logement"}, {"language": "en"}]

    shown = [[row.pk for row in queries.shelf(queries.Filters.read(one))] for one in asked]
    assert shown == [[tool.pk, lessons.pk], [lessons.pk], [lessons.pk], [lessons.pk], []]
    assert (queries.named("lecon séminaire"[:5]), queries.named("")) == ([lessons], [])


def test_services_are_loaded_from_their_file_twice_is_once(capsys):
    call_command("library", "load", str(SERVICES))
    before = Service.objects.count()
    for _twice in range(2):
        call_command("library", "load", str(SERVICES), write=True)

    assert (before, Service.objects.count()) == (0, 12)
    assert capsys.readouterr().out.splitlines() == [
        "12 services would be loaded (nothing written).",
        "12 services loaded.",
        "12 services loaded.",
    ]


def test_a_house_without_services_is_told_so_once_loaded_no_more(capsys):
    before = list(no_service())
    call_command("library", "load", str(SERVICES), write=True)
    call_command("invariants")

    assert before == ["No service is loaded: `marelle library load data/library/services.yaml --write`."]
    assert list(no_service()) == []
    assert "library load" not in capsys.readouterr().out


def test_check_says_what_a_new_house_still_lacks(capsys):
    call_command("invariants")

    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("to do")]
    assert lines == [
        "to do   No framework is loaded: `marelle framework load your-framework.yaml --write`.",
        "to do   No service is loaded: `marelle library load data/library/services.yaml --write`.",
    ]


def test_what_is_proposed_is_on_the_page_of_the_day_of_the_others_alone():
    officer, committee = team()
    colleague, _committee = team(committee)
    resource = drafted(officer, committee)
    operations.add_file(resource.pk, upload(), "fr", by=officer)
    operations.submit_resource(resource.pk, by=officer)
    watch = Watch(shared, to_read_over)

    acts = {person.name: dues.read(watch, person, committee) for person in (officer, colleague)}

    assert acts[officer.name] == []
    assert [(act.sentence, act.address) for act in acts[colleague.name]] == [
        ("Relire une ressource\u202f: Guide", f"/bureau/rencontres/ressources/{resource.code}")
    ]


def test_a_list_of_services_that_cannot_be_read_loads_nothing(tmp_path):
    wrong = tmp_path / "services.yaml"
    wrong.write_text("services: [{code: x}]")

    with pytest.raises(Exception, match="services"):
        call_command("library", "load", str(wrong), write=True)

    assert Service.objects.count() == 0
