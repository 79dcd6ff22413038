"""Fault experiment F15: the mail server is down for a day. A real one, on this machine, that refuses connections."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marelle.accounts.states import Role
from marelle.base import outbox
from marelle.base.models import Letter, LetterState
from marelle.events.operations import registrations
from marelle.events.operations.registrations import Coming
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import IN_TIME, OccurrenceFactory
from tests.faults.mail_server import MailServer
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
EVERY = timedelta(minutes=10)  # between two looks of the worker, in this day that passes quickly
DAY = timedelta(hours=24)


@pytest.fixture
def server(settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def come(webinar, number):
    return registrations.register(webinar.pk, Coming(email=f"p{number}@ville.example", name=f"P{number}"), at=IN_TIME)


def test_a_day_without_mail_loses_no_letter_and_changes_no_order(server):
    webinar, begun = OccurrenceFactory(), timezone.now() + timedelta(hours=1)
    server.down()

    sent, looks, people = 0, 0, 0
    while looks * EVERY < DAY:
        if looks % 12 == 0:  # people go on registering: one every two hours
            come(webinar, people)
            people += 1
        sent += outbox.send_waiting(at=begun + looks * EVERY)
        looks += 1
    waiting = list(Letter.objects.values_list("state", "tries", "last_error").distinct())
    server.up()
    while outbox.send_waiting(limit=5, at=begun + looks * EVERY):
        looks += 1

    assert (sent, waiting) == (0, [("waiting", 0, "")])
    assert server.readers == [f"p{number}@ville.example" for number in range(people)]
    assert {*Letter.objects.values_list("state", "tries")} == {("sent", 1)}
    assert (people, outbox.down_since()) == (12, None)


def test_a_server_that_does_not_answer_is_left_in_peace_for_a_minute(server):
    webinar, at = OccurrenceFactory(), timezone.now() + timedelta(hours=1)
    come(webinar, 1)
    server.down()
    outbox.send_waiting(at=at)
    server.up()

    soon = outbox.send_waiting(at=at + timedelta(seconds=59))
    later = outbox.send_waiting(at=at + timedelta(seconds=61))

    assert (soon, later) == (0, 1)


def test_the_office_is_told_that_letters_wait_and_that_they_left(client, server):
    officer = PersonFactory(roles=[(OrganisationFactory(committee=True), Role.PROGRAMME_OFFICER)], application=True)
    sign_in(client, officer)
    webinar, at = OccurrenceFactory(), timezone.now() + timedelta(hours=1)
    come(webinar, 1)
    come(webinar, 2)
    server.down()
    outbox.send_waiting(at=at)

    def told():
        today, house = (client.get(address).content.decode() for address in ("/bureau/", "/bureau/maison"))
        return ["il ne répond pas, des lettres attendent" in today, "2 lettres attendent" in house]

    while_down = told()
    server.up()
    outbox.send_waiting(at=at + timedelta(minutes=2))

    assert (while_down, told()) == ([True, True], [False, False])


def test_a_reader_the_server_refuses_does_not_hold_up_the_others(server, settings):
    """A fault of one letter is its own: it alone waits, is counted, and is listed once given up."""
    webinar, at = OccurrenceFactory(), timezone.now() + timedelta(hours=1)
    for number in range(3):
        come(webinar, number)
    broken = Letter.objects.order_by("pk").first()
    Letter.objects.filter(pk=broken.pk).update(subject="deux\nlignes")  # no mail can be made of it

    sent = [outbox.send_waiting(at=at + n * timedelta(hours=1)) for n in range(6)]

    broken.refresh_from_db()
    assert (sent, broken.state, broken.tries) == ([2, 0, 0, 0, 0, 0], LetterState.PARKED, 5)
    assert server.readers == ["p1@ville.example", "p2@ville.example"]
