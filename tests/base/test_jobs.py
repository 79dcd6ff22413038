"""Long jobs are delivered at least once and have one effect."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from marelle.base import jobs, rounds, stamps
from marelle.base.models import Job, JobState, Stamp
from tests.base.threads import at_once


@pytest.fixture(autouse=True)
def trial_tasks(monkeypatch):
    monkeypatch.setattr(jobs, "_tasks", {})

    @jobs.task("bump")
    def bump(job, name="effects"):
        stamps.bump(name)

    @jobs.task("fail")
    def fail(job):
        raise ZeroDivisionError("division by zero")


def made(task="bump", **fields):
    moment = timezone.now()
    values = {"key": f"{task}:{fields}", "task": task, "created_at": moment, "not_before": moment} | fields
    return Job.objects.create(**values)


def effects():
    return Stamp.objects.filter(name="effects").values_list("value", flat=True).first() or 0


@pytest.mark.django_db(transaction=True)
def test_job_delivered_five_times_at_once_has_one_effect():
    """trust D5, F14."""
    job = made()

    at_once(lambda n: jobs.deliver.func(job.pk), 5)

    job.refresh_from_db()
    assert (effects(), job.state, job.tries) == (1, JobState.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_worker_does_what_was_asked_in_a_transaction():
    with transaction.atomic():
        jobs.enqueue("bump", "a", name="effects")
        inside = effects()
    call_command("worker", once=True, verbosity=0)

    assert (inside, effects(), Job.objects.get().state) == (0, 1, JobState.DONE)


@pytest.mark.django_db(transaction=True)
def test_job_of_an_undone_act_is_never_done():
    """trust D4."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue("bump", "a")
        1 / 0
    call_command("worker", once=True, verbosity=0)

    assert (effects(), Job.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_same_key_is_one_job():
    """trust D5."""
    assert jobs.enqueue("bump", "a").pk == jobs.enqueue("bump", "a").pk
    assert jobs.enqueue("bump", "b").key == "bump:b"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "lease", "tries", "taken"),
    [
        (JobState.WAITING, None, 0, True),
        (JobState.RUNNING, 30, 1, False),
        (JobState.RUNNING, -1, 1, True),
        (JobState.DONE, None, 1, False),
        (JobState.PARKED, None, 5, False),
    ],
    ids=["waiting", "held by another", "left by a dead worker", "done", "parked"],
)
def test_job_is_taken_by_one_worker(state, lease, tries, taken):
    """trust F13."""
    until = None if lease is None else timezone.now() + timedelta(seconds=lease)
    job = made(state=state, lease_until=until, tries=tries)

    jobs.deliver.func(job.pk)

    assert effects() == (1 if taken else 0)


@pytest.mark.django_db
def test_job_that_fails_waits_longer_each_time_then_is_parked():
    """trust F16."""
    job = made("fail")

    seen = []
    for _ in range(6):
        jobs.deliver.func(job.pk)
        job.refresh_from_db()
        seen.append((str(job.state), round((job.not_before - timezone.now()).total_seconds())))
        Job.objects.update(not_before=timezone.now())

    assert seen[:5] == [("waiting", 10), ("waiting", 20), ("waiting", 40), ("waiting", 80), ("parked", 160)]
    assert seen[5][0] == "parked"
    assert (job.tries, job.last_error) == (5, "ZeroDivisionError: division by zero")


@pytest.mark.django_db
def test_job_that_kills_its_worker_is_parked_after_five_tries():
    """trust F13."""
    job = made(state=JobState.RUNNING, tries=5, lease_until=timezone.now() - timedelta(seconds=1))

    jobs.deliver.func(job.pk)

    job.refresh_from_db()
    assert (job.state, effects()) == (JobState.PARKED, 0)


@pytest.mark.django_db(transaction=True)
def test_job_left_by_a_dead_worker_is_taken_up_again():
    """trust F13."""
    made(state=JobState.RUNNING, tries=1, lease_until=timezone.now() - timedelta(seconds=1))
    made(key="young", state=JobState.RUNNING, tries=1, lease_until=timezone.now() + timedelta(seconds=50))

    call_command("worker", once=True, verbosity=0)

    assert effects() == 1
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "running"]


@pytest.mark.django_db
def test_worker_that_lost_its_lease_does_not_undo_what_another_did():
    job = made("fail")
    claimed = jobs._claim(job.pk)
    Job.objects.update(state=JobState.DONE)

    jobs._fail(claimed, ZeroDivisionError())

    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db
def test_job_nobody_knows_is_told():
    job = made("unheard_of")

    jobs.deliver.func(job.pk)

    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.WAITING, "KeyError: 'unheard_of'")


@pytest.mark.django_db
def test_progress_of_a_job_is_told():
    job = made()

    jobs.tell_progress(job, 3, 12)

    job.refresh_from_db()
    assert (job.done, job.total) == (3, 12)


@pytest.mark.django_db
def test_round_that_fails_does_not_stop_the_others(monkeypatch):
    made_rounds = []
    monkeypatch.setattr(rounds, "_rounds", [])

    @rounds.register
    def broken(at):
        raise ZeroDivisionError

    @rounds.register
    def sound(at):
        made_rounds.append(at)

    before = rounds.seconds_since_sign()
    rounds.make(timezone.now())

    assert (before, len(made_rounds)) == (None, 1)
    assert 0 <= rounds.seconds_since_sign() <= 2
