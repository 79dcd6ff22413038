"""A real worker before the tests' own database, which a test may kill: a process of its own, begun where the test stands.

It is forked, so that it starts at once and keeps the clock the test holds; `test_kill_worker` starts the command itself.
"""

import hashlib
import os
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from marelle.base.models import Job, JobState, Letter, LetterState
from tests.faults.living_server import kill
from tests.faults.mail_server import MailServer


@contextmanager
def worker() -> Iterator[int]:
    """`marelle worker`; killed (-9) at the end, wherever it is."""
    connections.close_all()  # a connection is never shared by two processes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later: other threads stay behind
        pid = os.fork()
    if pid == 0:
        try:
            call_command("worker")
        finally:
            os._exit(1)
    try:
        yield pid
    finally:
        kill(pid)
        os.waitpid(pid, 0)


def killed_when(true: Callable[[], bool], *, within: float) -> None:
    """Let a worker work until something is so, then kill it. What it held is free again a moment later."""
    with worker() as pid:
        wait_until(true, pid, within)
    a_minute_passes()


def wait_until(true: Callable[[], bool], pid: int, within: float) -> None:
    """Raises RuntimeError when the worker ends by itself, or for too long."""
    until = time.monotonic() + within
    while not true():
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) or time.monotonic() > until:
            waits = [
                *Letter.objects.values_list("kind", "state", "last_error").distinct(),
                *Job.objects.values_list("task", "state", "last_error"),
            ]
            raise RuntimeError(f"the worker stopped, or takes too long: {waits}")
        time.sleep(0.005)


def a_minute_passes() -> None:
    """What a dead worker held is free again: a minute is not waited for, the moments are moved back."""
    before = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(state=JobState.RUNNING).update(lease_until=before)
    Letter.objects.filter(state=LetterState.WAITING).update(not_before=before)


def told(kind: str) -> int:
    """Letters of a kind told as sent; the worker sends others too."""
    return Letter.objects.filter(kind=kind, state=LetterState.SENT).count()


def taken(mail: MailServer, kind: str) -> list[tuple[str, str]]:
    """To whom letters of a kind went, as often as the mail server took one, with the name each bore."""
    keys = Letter.objects.filter(kind=kind).values_list("key", flat=True)
    names = {f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}" for key in keys}
    found = [(str(message["To"]), str(message["Message-ID"])) for message in mail.messages]
    return [(reader, name) for reader, name in found if name.partition("@")[0] in names]


def check_sent_once(mail: MailServer, kind: str, *, kills: int) -> None:
    """Every letter was taken under one name; twice none but those in the worker's hands when it died, one a death."""
    took = taken(mail, kind)
    letters = Letter.objects.filter(kind=kind)
    cut = set(letters.filter(tries__gt=1).values_list("address", flat=True))
    twice = {reader for (reader, _name), times in Counter(took).items() if times > 1}
    assert set(letters.values_list("state", flat=True)) == {LetterState.SENT}
    assert {reader for reader, _name in took} == set(letters.values_list("address", flat=True))
    assert len(set(took)) == letters.count()
    assert len(took) == letters.count() + len(twice)
    assert twice <= cut
    assert len(cut) <= kills


@pytest.fixture
def mail(settings) -> Iterator[MailServer]:
    """A mail server that takes its time, so that a worker dies among the letters."""
    with MailServer(slow=0.01) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
