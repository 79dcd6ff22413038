"""Fault experiment F13: the worker is killed (-9) while it invites a whole network and sends the letters.

The rule, of `base.outbox`: a letter's try is counted before it is sent, and it is told as sent once the mail server has
taken it. A death between the two leaves that one letter to be sent again, under the same Message-ID, ninety seconds later:
every reader has it, and whoever has it twice can tell. No other letter leaves twice.
"""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.conf import settings

from marelle.accounts.states import Role
from marelle.base.models import Job, JobState, Letter
from marelle.events.models import Invitation
from marelle.events.operations import invitations
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import EventFactory, OccurrenceFactory
from tests.factories.mandates import CallFactory, MandateFactory
from tests.faults.living_server import ROOT, address_of_database, kill
from tests.faults.living_worker import a_minute_passes, check_sent_once, told
from tests.faults.mail_server import MailServer
from tests.scale import scaled

pytestmark = pytest.mark.django_db(transaction=True)
CITIES = scaled(1000, least=200)
GIVES_UP = 60.0 + CITIES / 5  # seconds
KIND = "gathering_invitation"


@contextmanager
def worker(mail, place):
    """`marelle worker`, over the database of this test; killed at the end."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marelle.config.settings",
        "MARELLE_MODE": "test",
        "MARELLE_DATA": str(settings.DATA),
        "DATABASE_URL": address_of_database(),
        "MARELLE_LOG_LEVEL": "ERROR",
        "MARELLE_MAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "MARELLE_MAIL_HOST": "127.0.0.1",
        "MARELLE_MAIL_PORT": str(mail.port),
        "PYTHONPATH": str(ROOT),
    }
    with (place / "worker.log").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "marelle.config.command", "worker"],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield process
    finally:
        kill(process.pid)
        process.wait(10)


def wait_until(true, process, place):
    """Until something is so. Raises RuntimeError with what the worker said when it ends by itself, or for too long."""
    until = time.monotonic() + GIVES_UP
    while not true():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the worker stopped: {(place / 'worker.log').read_text()[-3000:]}")
        time.sleep(0.02)


@pytest.fixture
def press():
    """A network of towns, each with somebody who writes for it, and an officer who invites it whole."""
    house = OrganisationFactory(committee=True)
    officer = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])
    event = EventFactory(gathering=True, committee=house, registration_closes_at=None)
    OccurrenceFactory(event=event)
    call = CallFactory(committee=house)
    for _town in range(CITIES):
        town = OrganisationFactory()
        MandateFactory(agreement__application__organisation=town, agreement__application__call=call)
        PersonFactory(roles=[(town, Role.CITY_EDITOR)])
    return lambda: invitations.ask_to_invite(event.pk, by=officer)


def test_killing_the_worker_leaves_each_invitation_sent(press, tmp_path):
    """trust F13. Killed in the job, then twice among the letters; begun again each time."""
    press()
    milestones = [
        lambda: Invitation.rows.count() >= CITIES // 4,
        lambda: told(KIND) >= CITIES // 4,
        lambda: told(KIND) >= CITIES // 2,
        lambda: told(KIND) == CITIES,
    ]

    states = []
    with MailServer(slow=0.01) as mail:
        for reached in milestones:
            with worker(mail, tmp_path) as process:
                wait_until(reached, process, tmp_path)
            states.append((Invitation.rows.count(), told(KIND)))
            a_minute_passes()

    assert CITIES // 4 <= states[0][0] < CITIES  # the job was cut, and so were the letters
    assert [0 < left < CITIES for _invited, left in states[1:3]] == [True, True]
    assert (Invitation.rows.count(), Letter.objects.filter(kind=KIND).count()) == (CITIES, CITIES)
    check_sent_once(mail, KIND, kills=3)
    assert Job.objects.get(task="invite_network").state == JobState.DONE
