"""Fault experiment F15, the rest of it: the mail server is slow, hangs, cuts the line once it has a letter, or refuses.

The rule, of `base.outbox`: a letter whose fate the server did not tell is sent again, under the same Message-ID. Nothing
in SMTP says whether it was taken: so each silence may make one letter come twice, and silences are made few. After one,
no letter is tried for as long as the trouble has lasted: a day of it is under thirty letters in doubt, whatever waits.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from marelle.base import outbox
from marelle.base.models import Letter, LetterState
from marelle.events.operations import registrations
from marelle.events.operations.registrations import Coming
from tests.base.threads import at_once
from tests.factories.events import IN_TIME, OccurrenceFactory
from tests.faults.mail_server import MailServer
from tests.scale import scaled

pytestmark = pytest.mark.django_db
EVERY = timedelta(minutes=10)  # between two looks of the worker, in these days that pass quickly
DAY = timedelta(hours=24)
LETTERS = scaled(1000, least=40)


@pytest.fixture
def server(settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.5
        yield server


def wait(number=LETTERS):
    """Letters that wait; who they are for."""
    now, readers = timezone.now(), [f"p{n}@ville.example" for n in range(number)]
    Letter.objects.bulk_create(
        Letter(
            key=reader, kind="trial", address=reader, subject="Essai", text="Bonjour\n", written_at=now, not_before=now
        )
        for reader in readers
    )
    return readers


def look(begun, until, *, every=EVERY):
    """The worker's looks from one moment to another; how many letters were told as sent."""
    sent, at = 0, begun
    while at < until:
        sent += outbox.send_waiting(at=at)
        at += every
    return sent


def states():
    return dict(Counter(Letter.objects.values_list("state", "tries")))


def test_line_cut_after_a_letter_makes_that_one_come_twice_and_no_other(server):
    """trust F15."""
    readers, at = wait(), timezone.now() + timedelta(minutes=1)
    server.cuts = 1

    first = outbox.send_waiting(at=at)
    in_doubt = states()
    sent = look(at + timedelta(minutes=1), at + timedelta(hours=1), every=timedelta(minutes=1))

    assert (first, in_doubt) == (0, {("waiting", 1): 1, ("waiting", 0): LETTERS - 1})
    assert (sent, states()) == (LETTERS, {("sent", 1): LETTERS - 1, ("sent", 2): 1})
    assert Counter(server.readers) == Counter(readers) + Counter([readers[0]])
    assert len({message["Message-ID"] for message in server.messages}) == LETTERS


def test_a_day_of_lines_cut_puts_few_letters_in_doubt_and_loses_none(server):
    """trust F15."""
    readers, at = wait(), timezone.now() + timedelta(minutes=1)
    server.cuts = 10**6

    sent = look(at, at + DAY)
    doubtful, since = len(server.received), outbox.down_since()
    server.cuts = 0
    look(at + DAY, at + DAY + timedelta(hours=3), every=timedelta(minutes=1))

    assert (sent, doubtful) == (0, 27)  # 0, 10, 20, 40 and 80 minutes, then each hour and its ten minutes
    assert since == at.replace(microsecond=0)
    assert Counter(server.readers) == Counter(readers) + Counter(readers[:27])  # nobody three times
    assert states() == {("sent", 1): LETTERS - 27, ("sent", 2): 27}
    assert outbox.down_since() is None


def test_server_that_hangs_is_left_in_peace_and_no_page_asks_it_anything(server):
    webinar = OccurrenceFactory()
    server.hangs = True
    for number in range(3):
        registrations.register(webinar.pk, Coming(email=f"p{number}@ville.example", name="P"), at=IN_TIME)
    asked_by_pages, at = server.calls, timezone.now() + timedelta(minutes=1)

    looks = [outbox.send_waiting(at=at + timedelta(seconds=n)) for n in range(5)]
    asked = server.calls
    server.hangs = False
    sent = look(at + timedelta(minutes=3), at + timedelta(minutes=4))

    assert (asked_by_pages, looks, asked) == (0, [0] * 5, 1)
    assert (sent, sorted(server.readers)) == (3, [f"p{number}@ville.example" for number in range(3)])


def test_slow_server_leaves_the_worker_its_time(server, monkeypatch):
    """A look ends though letters wait: jobs, rounds and the sign of life have their turn."""
    readers = wait(12)
    server.slow = 0.05
    monkeypatch.setattr(outbox, "LONG_ENOUGH", timedelta(seconds=0.2))

    looks = []
    while len(server.received) < len(readers):
        looks.append(outbox.send_waiting())

    assert (sum(looks), max(looks) <= 5, server.readers) == (12, True, readers)


@pytest.mark.django_db(transaction=True)
def test_two_workers_before_a_slow_server_send_each_letter_once(server, monkeypatch):
    """A letter is held from the moment it is taken, not from the beginning of the look."""
    readers = wait(8)
    server.slow = 0.15
    monkeypatch.setattr(outbox, "HELD", timedelta(seconds=0.5))

    def work(number):
        return sum(outbox.send_waiting() for _look in range(6))

    sent = at_once(work, 2)

    assert (sum(sent), sorted(server.readers)) == (8, sorted(readers))
    assert states() == {("sent", 1): 8}


@pytest.mark.parametrize(
    ("answer", "last", "tries"),
    [("451 come back later", "sent", 2), ("550 nobody here", "parked", 5)],
    ids=["for now", "for good"],
)
def test_reader_refused_waits_or_is_given_up_and_nobody_else_waits(server, answer, last, tries):
    readers, at = wait(4), timezone.now() + timedelta(minutes=1)
    server.refuses = {readers[0]: answer}

    first = outbox.send_waiting(at=at)
    if answer.startswith("4"):
        server.refuses = {}
    look(at + EVERY, at + 12 * EVERY)

    assert (first, Letter.objects.get(address=readers[0]).state) == (3, last)
    assert states() == {("sent", 1): 3, (last, tries): 1}
    assert list(Letter.objects.filter(state=LetterState.PARKED).values_list("address", flat=True)) == (
        [readers[0]] if last == "parked" else []
    )
    assert outbox.down_since() is None
