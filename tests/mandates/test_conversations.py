"""What is said of an application: with its city, and among the committee alone. Who reads it, who is told."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import threads
from marelle.accounts.models import File, Message, Notification
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed
from marelle.mandates.operations import reviews
from marelle.mandates.queries import conversations
from marelle.mandates.states import ApplicationState
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def house():
    return committee()


def works_for(application, role):
    person = PersonFactory(name=f"Personne {role}")
    MembershipFactory(person=person, organisation=application.organisation, role=role)
    return person


def with_city(application):
    return conversations.reference_with_city(application)


def notes(application):
    return conversations.reference_internal(application)


def waiting():
    """Who is told of something not read yet, in which words, and where."""
    rows = Notification.objects.filter(read_at=None).order_by("pk")
    return list(rows.values_list("person__name", "sentence", "address"))


# With the city -------------------------------------------------------------------------------------------------------
def test_city_asks_before_it_hands_in_and_the_team_answers(house):
    application = ApplicationFactory()
    editor, officer = works_for(application, Role.CITY_EDITOR), works_as(Role.PROGRAMME_OFFICER, house)
    city = application.organisation

    threads.say(with_city(application), "Faut-il un vote avant le dépôt ?", by=editor)
    asked = waiting()
    with clock.at(IN_TIME + timedelta(hours=1)):
        threads.say(with_city(application), "Non, après.", by=officer)
    answered = waiting()
    read = [message.text for message in threads.read(with_city(application), editor)]

    sentence = f"Nouveaux messages dans «\u202fCandidature de {city}\u202f»."
    assert asked == [(officer.name, sentence, f"/bureau/candidatures/{application.code}/echanges")]
    assert answered == [(editor.name, sentence, f"/espace/{city.code}/candidature/echanges")]
    assert read == ["Faut-il un vote avant le dépôt ?", "Non, après."]
    assert waiting() == []


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.PROGRAMME_OFFICER, True, True),
        (Role.PROGRAMME_ADMINISTRATOR, True, True),
        (Role.REVIEWER, False, False),
        (Role.COMMISSION_MEMBER, False, False),
        (Role.BOARD_MEMBER, False, False),
        (Role.ANALYST, False, False),
    ],
)
def test_committee_s_programme_team_alone_talks_with_the_city(house, role, reads, writes):
    application, person = ApplicationFactory(submitted=True), works_as(role, house)

    found = [threads.may_read(with_city(application), person), threads.may_write(with_city(application), person)]

    assert found == [reads, writes]


@pytest.mark.parametrize(
    ("role", "writes"), [(Role.CITY_READER, False), (Role.CITY_EDITOR, True), (Role.ELECTED_LEAD, True)]
)
def test_whole_city_reads_and_who_writes_for_it_answers(role, writes):
    application = ApplicationFactory(submitted=True)
    person = works_for(application, role)

    assert threads.may_read(with_city(application), person)
    assert threads.may_write(with_city(application), person) == writes


def test_officer_of_the_committee_who_sits_in_the_city_speaks_for_the_city_alone(house):
    application = ApplicationFactory(submitted=True)
    both = works_for(application, Role.CITY_EDITOR)
    MembershipFactory(person=both, organisation=house, role=Role.PROGRAMME_OFFICER)

    addresses = [address for person, address in conversations.told_with_city(application) if person == both]

    assert addresses == [f"/espace/{application.organisation.code}/candidature/echanges"]
    assert not threads.may_read(notes(application), both)


@pytest.mark.parametrize("state", [ApplicationState.WITHDRAWN, ApplicationState.LAPSED])
def test_nothing_is_added_to_an_application_that_ended_and_what_was_said_stays(house, state):
    application, officer = ApplicationFactory(), works_as(Role.PROGRAMME_OFFICER, house)
    threads.say(with_city(application), "Bonjour.", by=officer)
    type(application).rows.filter(pk=application.pk).update(state=state)

    with pytest.raises(NotAllowed):
        threads.say(with_city(application), "Encore ?", by=officer)

    assert [message.text for message in threads.read(with_city(application), officer)] == ["Bonjour."]


# A file joined to a message ------------------------------------------------------------------------------------------
def csv(name="budget.csv", text=b"poste,euros\nrue,1\n"):
    return SimpleUploadedFile(name, text)


def test_file_joined_to_a_message_is_the_conversation_s_and_no_one_else_s(house):
    application = ApplicationFactory(submitted=True)
    editor, officer = works_for(application, Role.CITY_EDITOR), works_as(Role.PROGRAMME_OFFICER, house)
    reader = works_as(Role.REVIEWER, house)

    message = threads.say(with_city(application), "Le budget.", by=editor, upload=csv())

    assert message.file.organisation == application.organisation
    assert list(threads.files_of(with_city(application), officer)) == [message.file]
    assert not File.objects.visible_to(editor).filter(pk=message.file_id).exists()  # nowhere but with its message
    with pytest.raises(NotAllowed):
        threads.files_of(with_city(application), reader)


def test_file_of_the_team_is_the_committee_s(house):
    application, officer = ApplicationFactory(submitted=True), works_as(Role.PROGRAMME_OFFICER, house)

    message = threads.say(with_city(application), "Un modèle.", by=officer, upload=csv())

    assert message.file.organisation == house


def test_file_that_is_refused_takes_its_message_with_it(house):
    application, officer = ApplicationFactory(submitted=True), works_as(Role.PROGRAMME_OFFICER, house)

    with pytest.raises(BadData):
        threads.say(with_city(application), "Un modèle.", by=officer, upload=csv("modele.exe", b"MZ"))

    assert (Message.objects.count(), File.rows.count()) == (0, 0)


def test_internal_notes_take_no_file(house):
    application, officer = ApplicationFactory(submitted=True), works_as(Role.PROGRAMME_OFFICER, house)

    with pytest.raises(NotAllowed):
        threads.say(notes(application), "Une note.", by=officer, upload=csv())

    assert (Message.objects.count(), File.rows.count()) == (0, 0)


# Among the committee -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "handed_in", "with_opinion"),
    [
        (Role.PROGRAMME_OFFICER, True, True),
        (Role.PROGRAMME_ADMINISTRATOR, True, True),
        (Role.COMMISSION_MEMBER, False, True),
        (Role.BOARD_MEMBER, False, True),
        (Role.REVIEWER, False, False),
        (Role.ANALYST, False, False),
    ],
)
def test_notes_are_read_by_those_who_may_open_the_application(house, role, handed_in, with_opinion):
    application, person = ApplicationFactory(submitted=True), works_as(role, house)

    before = threads.may_read(notes(application), person)
    type(application).rows.filter(pk=application.pk).update(opinion="favourable")
    after = threads.may_read(notes(application), person)

    assert (before, after) == (handed_in, with_opinion)


def test_notes_do_not_exist_for_the_city(house):
    application = ApplicationFactory(submitted=True)
    officer = works_as(Role.PROGRAMME_OFFICER, house)
    people = [works_for(application, role) for role in (Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD)]

    threads.say(notes(application), "Budget à vérifier.", by=officer)

    assert [threads.may_read(notes(application), person) for person in people] == [False, False]
    assert not Notification.objects.filter(person__in=people).exists()


def test_officer_who_also_reads_sees_the_notes_once_their_reading_is_finished(house):
    application = ApplicationFactory(admissible=True)
    officer = works_as(Role.PROGRAMME_OFFICER, house)
    MembershipFactory(person=officer, organisation=house, role=Role.REVIEWER)
    colleague = works_as(Role.PROGRAMME_OFFICER, house)
    before = threads.may_read(notes(application), officer)

    review = reviews.assign_reader(application.pk, officer, by=colleague)
    officer.forget_memberships()
    during = threads.may_read(notes(application), officer)
    with clock.at(clock.now() + timedelta(hours=2)):
        type(review).rows.filter(pk=review.pk).update(state="finished", finished_at=clock.now())
        after = threads.may_read(notes(application), officer)

    assert (before, during, after) == (True, False, True)


def test_officer_in_conflict_reads_neither(house):
    application = ApplicationFactory(admissible=True)
    officer = works_as(Role.PROGRAMME_OFFICER, house)
    MembershipFactory(person=officer, organisation=house, role=Role.REVIEWER)
    review = reviews.assign_reader(application.pk, officer, by=works_as(Role.PROGRAMME_OFFICER, house))

    reviews.step_aside(review.pk, by=officer)

    assert not threads.may_read(notes(application), officer)
    assert not threads.may_read(with_city(application), officer)
