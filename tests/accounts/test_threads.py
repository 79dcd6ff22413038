"""Conversations: who reads and writes them, who is told, what is corrected, what one letter gathers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.accounts import threads
from marelle.accounts.models import Message, Notification, Person, ThreadReading
from marelle.accounts.notifications import write_digests
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed
from marelle.base.models import Letter
from tests.factories.accounts import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC)
TABLE = "trial.table:t1"
CANARY = "kqzconversation"


@pytest.fixture(autouse=True)
def on_monday():
    with clock.at(MONDAY):
        yield


@pytest.fixture
def town():
    return OrganisationFactory(code="61001")


@pytest.fixture
def people(town):
    """Three members of a table in the same town; Bo reads and does not write; Zoé is a colleague, not a member."""
    names = ("Aya Préau", "Aya Préau-Cour", "Bo", "Zoé")
    found = {name: PersonFactory(name=name) for name in names}
    for person in found.values():
        MembershipFactory(person=person, organisation=town)
    members = [found[name] for name in names[:3]]
    before = dict(threads._kinds)
    threads.register(
        "trial.table",
        may_read=lambda person, code: code == "t1" and person in members,
        may_write=lambda person, code: person.name != "Bo",
        members=lambda code: [(person, "/espace/61001/table") for person in members],
        title=lambda code: "La table",
    )
    yield found
    threads._kinds.clear()
    threads._kinds.update(before)


def told():
    rows = Notification.objects.order_by("person__name", "pk").values_list("person__name", "kind", "sentence")
    return [tuple(row) for row in rows]


def test_who_is_named_is_told_by_name_the_others_in_one_line(people):
    message = threads.say(TABLE, "@aya preau-cour, venez-vous ?", by=people["Aya Préau"])

    assert list(message.mentions.all()) == [people["Aya Préau-Cour"]]
    assert told() == [
        ("Aya Préau-Cour", "thread_mention", "Aya Préau s’adresse à vous dans «\u202fLa table\u202f»."),
        ("Bo", "thread_message", "Nouveaux messages dans «\u202fLa table\u202f»."),
    ]


def test_somebody_who_is_no_member_is_not_told(people):
    threads.say(TABLE, "@Zoé, viens !", by=people["Aya Préau"])

    assert {name for name, _kind, _sentence in told()} == {"Aya Préau-Cour", "Bo"}


def test_one_letter_gathers_what_was_not_read(people):
    for minute in range(3):
        with clock.at(MONDAY + timedelta(minutes=minute)):
            threads.say(TABLE, f"Message {minute}", by=people["Aya Préau"])

    write_digests(MONDAY + timedelta(days=1))

    letters = Letter.objects.filter(address=people["Bo"].email)
    assert [letter.text.count("La table") for letter in letters] == [1]


@pytest.mark.parametrize("name", ["Bo", "Zoé"])
def test_say_refuses(people, name):
    with pytest.raises(NotAllowed):
        threads.say(TABLE, "Bonjour", by=people[name])

    assert (Message.objects.count(), told()) == (0, [])


@pytest.mark.parametrize("text", ["", "  \n ", "a" * 5001])
def test_say_refuses_nothing_and_too_much(people, text):
    with pytest.raises(BadData):
        threads.say(TABLE, text, by=people["Aya Préau"])

    assert Message.objects.count() == 0


@pytest.mark.parametrize("reference", [TABLE, "trial.table:t2", "nobody.knows:t1"])
def test_nobody_else_reads(people, reference):
    threads.say(TABLE, CANARY, by=people["Aya Préau"])

    with pytest.raises(NotAllowed):
        threads.read(reference, people["Zoé"])

    assert ThreadReading.objects.filter(person=people["Zoé"]).count() == 0
    assert Notification.objects.filter(person=people["Zoé"]).count() == 0


def test_who_is_disabled_reads_nothing(people):
    people["Bo"].is_active = False

    assert threads.may_read(TABLE, people["Bo"]) is False


def test_a_message_is_corrected_for_a_quarter_of_an_hour(people):
    message = threads.say(TABLE, "Jeudi", by=people["Aya Préau"])
    Notification.objects.all().delete()

    with clock.at(MONDAY + timedelta(minutes=14, seconds=59)):
        threads.correct(message.pk, "Vendredi, @Bo", by=people["Aya Préau"])

    message.refresh_from_db()
    assert (message.text, message.edited_at) == ("Vendredi, @Bo", MONDAY + timedelta(minutes=14, seconds=59))
    assert [(name, kind) for name, kind, _sentence in told()] == [("Bo", "thread_mention")]


@pytest.mark.parametrize(
    ("minutes", "name", "error"),
    [(15, "Aya Préau", Closed), (1, "Aya Préau-Cour", NotAllowed), (1, "Zoé", NotAllowed)],
    ids=["too late", "another member", "a stranger"],
)
def test_correct_refuses(people, minutes, name, error):
    message = threads.say(TABLE, "Jeudi", by=people["Aya Préau"])

    with clock.at(MONDAY + timedelta(minutes=minutes)), pytest.raises(error):
        threads.correct(message.pk, "Vendredi", by=people[name])

    message.refresh_from_db()
    assert (message.text, message.edited_at) == ("Jeudi", None)


def test_unread_counts_what_others_said_since(people, django_assert_num_queries):
    aya, bo = people["Aya Préau"], people["Bo"]
    threads.say(TABLE, "Un", by=aya)
    threads.read(TABLE, bo)
    with clock.at(MONDAY + timedelta(minutes=1)):
        threads.say(TABLE, "Deux", by=aya)

    with django_assert_num_queries(1):
        found = threads.unread([TABLE, "trial.table:t2"], bo)

    assert found == {TABLE: 1, "trial.table:t2": 0}
    assert threads.unread([TABLE], aya) == {TABLE: 0}
    assert threads.unread([TABLE], people["Aya Préau-Cour"]) == {TABLE: 2}


def test_read_nothing_waits_any_more(people):
    aya, bo = people["Aya Préau"], people["Bo"]
    message = threads.say(TABLE, "Jeudi ?", by=aya)
    said = [[one.text for one in threads.read(TABLE, bo)]]
    with clock.at(MONDAY + timedelta(minutes=1)):
        threads.correct(message.pk, "@Bo, jeudi ?", by=aya)
        waiting = Notification.objects.filter(person=bo, read_at=None).count()
        said.append([one.text for one in threads.read(TABLE, bo)])

    assert (said, waiting) == ([["Jeudi ?"], ["@Bo, jeudi ?"]], 1)
    assert Notification.objects.filter(person=bo, read_at=None).count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_reading_again_writes_nothing(people, count, django_assert_num_queries):
    for _number in range(count):
        threads.say(TABLE, "@Bo ?", by=people["Aya Préau"])
    threads.read(TABLE, people["Bo"])

    with django_assert_num_queries(1):
        found = threads.read(TABLE, people["Bo"])

    assert len(found) == count


def test_who_leaves_is_told_nothing_any_more(people):
    threads.say(TABLE, "@Bo ?", by=people["Aya Préau"])

    threads.leave(TABLE, people["Bo"])

    assert Notification.objects.filter(person=people["Bo"]).count() == 0


@given(st.text(max_size=80), st.sampled_from(["Aya Préau", "Bo", "Œuvre d’Été"]))
def test_a_whole_name_after_an_at_is_found_whatever_surrounds_it(words, name):
    person = Person(pk=1, name=name)

    assert threads._named(f"{words} @{name} ! {words}", [person]) == [person]


def test_message_is_corrected_no_sooner_than_it_was_written(people):
    """A clock may be put back; the database refuses to hold it the other way round."""
    ana, at = people["Aya Préau"], datetime(2028, 5, 10, 9, tzinfo=UTC)
    with clock.at(at):
        message = threads.say(TABLE, "Bonjour", by=ana)

    with clock.at(at - timedelta(hours=1)):
        corrected = threads.correct(message.pk, "Bonsoir", by=ana)

    assert (corrected.text, corrected.edited_at) == ("Bonsoir", at)
