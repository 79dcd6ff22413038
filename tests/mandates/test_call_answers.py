"""Questions about a call answered for everybody: who publishes, who is told, what the public reads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import threads
from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.mandates.models import CallAnswer
from marelle.mandates.operations import call_answers as operations
from marelle.mandates.queries import call_answers as queries
from marelle.mandates.queries import conversations
from tests.factories.accounts import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory, CallFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
VOTE = {"fr": "Faut-il un vote avant le dépôt ?"}
AFTER = {"fr": "Non, après la décision."}


@pytest.fixture(autouse=True)
def in_time(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def officer(call):
    return works_as(Role.PROGRAMME_OFFICER, call.committee)


def published(call, by, **more):
    return operations.publish_answer(call.pk, **({"question": VOTE, "answer": AFTER} | more), by=by)


def read(call):
    return [(told.question, told.answer) for told in queries.told(call)]


def page(client, call):
    return client.get(f"/appels/{call.code}").content.decode()


def test_answer_stands_on_the_page_of_the_call(client, call, officer):
    before = page(client, call)

    published(call, officer)

    assert "Aucune question n’a encore reçu de réponse ici." in before
    assert "Faut-il un vote avant le dépôt" in page(client, call)
    assert read(call) == [("Faut-il un vote avant le dépôt ?", "Non, après la décision.")]


def test_those_who_write_an_application_are_told_once(call, officer):
    writing, handed_in = ApplicationFactory(call=call), ApplicationFactory(call=call, submitted=True)
    people = [PersonFactory(name=name) for name in ("Aya", "Bo")]
    for person, application in zip(people, (writing, handed_in), strict=True):
        MembershipFactory(person=person, organisation=application.organisation, role=Role.CITY_EDITOR)

    published(call, officer)
    published(call, officer, question={"fr": "Et le plan ?"})

    told = list(Notification.objects.values_list("person__name", "sentence", "address"))
    assert told == [
        ("Aya", f"Le comité a répondu à une question sur {call}.", f"/appels/{call.code}#questions"),
    ]


def test_answer_written_anew_takes_the_place_and_keeps_the_file(call, officer):
    old = published(call, officer, upload=SimpleUploadedFile("modele.csv", b"a,b\n1,2\n"))

    new = published(call, officer, answer={"fr": "Oui."}, instead_of=old.code)

    assert read(call) == [("Faut-il un vote avant le dépôt ?", "Oui.")]
    assert new.file == old.file
    with pytest.raises(WrongState):
        published(call, officer, answer={"fr": "Peut-être."}, instead_of=old.code)
    assert CallAnswer.rows.count() == 2


def test_file_of_an_answer_is_anyone_s_until_it_is_taken_off(client, call, officer):
    answer = published(call, officer, upload=SimpleUploadedFile("modele.csv", b"a,b\n1,2\n"))
    address = f"/appels/{call.code}/documents/{answer.file.code}"

    before = client.get(address)
    given = b"".join(before.streaming_content)
    operations.retire_answer(call.pk, answer.code, by=officer)

    assert (before.status_code, given) == (200, b"a,b\n1,2\n")
    assert client.get(address).status_code == 404
    assert read(call) == []
    with pytest.raises(WrongState):
        operations.retire_answer(call.pk, answer.code, by=officer)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMISSION_MEMBER, Role.BOARD_MEMBER, Role.ANALYST])
def test_programme_team_alone_answers(call, role):
    with pytest.raises(NotAllowed):
        published(call, works_as(role, call.committee))

    assert read(call) == []


def test_team_of_another_committee_does_not_answer(call):
    other = works_as(Role.PROGRAMME_ADMINISTRATOR, OrganisationFactory(kind="committee", code="o-autre"))

    with pytest.raises(NotAllowed):
        published(call, other)


@pytest.mark.parametrize(
    ("question", "answer"),
    [({"en": "A vote?"}, {"fr": "Non."}), ({"fr": "Un vote ?"}, {"fr": "  "}), ({"fr": "x" * 5001}, AFTER)],
)
def test_answer_is_whole_in_french(call, officer, question, answer):
    with pytest.raises(BadData):
        published(call, officer, question=question, answer=answer)

    assert read(call) == []


def test_draft_of_a_call_answers_nothing():
    call = CallFactory(draft=True)

    with pytest.raises(WrongState):
        published(call, works_as(Role.PROGRAMME_OFFICER, call.committee))


def test_reader_in_english_reads_french_where_there_is_no_english(client, call, officer):
    published(call, officer, question=VOTE | {"en": "Is a vote needed?"}, answer=AFTER | {"en": "No."})
    published(call, officer, question={"fr": "Et le plan ?"}, answer={"fr": "Quatre pages."})

    shown = client.get(f"/en/appels/{call.code}").content.decode()

    assert "Is a vote needed?" in shown
    assert "Et le plan ?" in shown.replace("\u202f", " ")


# From a city's message -----------------------------------------------------------------------------------------------
def test_message_of_a_city_begins_an_answer_for_those_who_may_read_it(call, officer):
    application = ApplicationFactory(call=call)
    editor = PersonFactory()
    MembershipFactory(person=editor, organisation=application.organisation, role=Role.CITY_EDITOR)
    said = threads.say(conversations.reference_with_city(application), "Un vote ?", by=editor)
    note = threads.say(conversations.reference_with_city(ApplicationFactory()), "Ailleurs ?", by=officer)

    assert queries.asked_in(call, said.code, officer) == "Un vote ?"
    assert queries.asked_in(call, said.code, works_as(Role.REVIEWER, call.committee)) == ""
    assert queries.asked_in(call, note.code, officer) == ""
    assert queries.asked_in(call, "inconnu", officer) == ""
