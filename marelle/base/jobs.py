"""Long jobs: each has a natural key, may be delivered twice, and has one effect (trust D5, settled 1).

`django-tasks` carries them to the worker; what it lacks is here: a lease renewed while a job
runs, reclaimed after 60 seconds of silence, five tries with longer and longer waits, then parked.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import task as carried

from marelle.base import rounds
from marelle.base.models import Job, JobState

log = logging.getLogger("marelle.jobs")
LEASE = timedelta(seconds=60)  # settled 1
RENEW_EVERY = 20  # seconds
MAX_TRIES = 5  # settled 1

Work = Callable[..., None]
_tasks: dict[str, Work] = {}


def task(name: str) -> Callable[[Work], Work]:
    """Register `function(job, **arguments)` under a name."""

    def register(function: Work) -> Work:
        _tasks[name] = function
        return function

    return register


def enqueue(name: str, key: str, /, **arguments: Any) -> Job:
    """Ask for a job once per key; it starts after the current transaction."""
    moment = timezone.now()
    job, made = Job.objects.get_or_create(
        key=f"{name}:{key}"[:160],
        defaults={"task": name, "arguments": arguments, "created_at": moment, "not_before": moment},
    )
    if made:
        transaction.on_commit(lambda: deliver.enqueue(job.pk))
    return job


@carried()
def deliver(job_id: int) -> None:
    """Run a job if it is due and nobody else is running it."""
    job = _claim(job_id)
    if job is None:
        return
    try:
        with _lease(job):
            _tasks[job.task](job, **job.arguments)
    except Exception as error:  # whatever it is, the job waits and tells
        log.exception("job=%s failed", job.pk)
        _fail(job, error)
    else:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
            state=JobState.DONE, ended_at=timezone.now(), lease_until=None, last_error=""
        )


def tell_progress(job: Job, done: int, total: int) -> None:
    """Say how far a job is, for the page that watches it."""
    Job.objects.filter(pk=job.pk).update(done=done, total=total)


def reclaim() -> int:
    """Deliver again what is due, or was left by a worker that died; how many."""
    moment = timezone.now()
    left = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=moment)
    due = Job.objects.filter(state=JobState.WAITING, not_before__lt=moment - timedelta(seconds=5))
    keys = [*left.values_list("pk", flat=True), *due.values_list("pk", flat=True)]
    for pk in keys:
        deliver.enqueue(pk)
    return len(keys)


def _claim(job_id: int) -> Job | None:
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        moment = timezone.now()
        if job is None or job.state in (JobState.DONE, JobState.PARKED) or job.not_before > moment:
            return None
        if job.state == JobState.RUNNING and job.lease_until and job.lease_until > moment:
            return None
        if job.tries >= MAX_TRIES:
            job.state = JobState.PARKED
            job.save(update_fields=["state"])
            return None
        job.state, job.tries, job.lease_until = JobState.RUNNING, job.tries + 1, moment + LEASE
        job.save(update_fields=["state", "tries", "lease_until"])
        return job


@contextmanager
def _lease(job: Job) -> Iterator[None]:
    """Renew the lease from a thread while the job runs, and give the worker's sign of life."""
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(RENEW_EVERY):
            rounds.give_sign_of_life()
            Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(lease_until=timezone.now() + LEASE)
        connection.close()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _fail(job: Job, error: Exception) -> None:
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.PARKED if job.tries >= MAX_TRIES else JobState.WAITING,
        not_before=timezone.now() + timedelta(seconds=5 * 2**job.tries),
        lease_until=None,
        last_error=f"{type(error).__name__}: {error}"[:300],
    )
