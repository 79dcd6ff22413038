"""Fault experiment: the worker is killed (-9) while it takes a night's figures. Begun again, each figure is there once."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from marelle.base import clock
from marelle.base.models import Job
from marelle.mandates.models import Night, Standing
from marelle.mandates.operations.snapshots import forget, take_night
from marelle.plans.models import Reading
from tests.faults.living_server import kill
from tests.faults.mail_server import MailServer
from tests.faults.test_kill_worker import a_minute_passes, wait_until, worker
from tests.mandates.snapshots_scene import rows, twelve_cities

pytestmark = pytest.mark.django_db(transaction=True)
READ = datetime(2026, 10, 1, 9, tzinfo=UTC)


def test_killing_the_worker_in_a_night_leaves_each_figure_once(tmp_path):
    twelve_cities()
    Reading.objects.update(recorded_at=READ)
    Reading.objects.exclude(verified_at=None).update(verified_at=READ)
    yesterday = clock.today() - timedelta(days=1)
    take_night(yesterday)
    agreed = rows()
    forget(yesterday)

    with MailServer() as mail:
        with worker(mail, tmp_path) as process:
            wait_until(lambda: Standing.objects.exists(), process, tmp_path)
            with suppress(ProcessLookupError):
                kill(process.pid)
        a_minute_passes()
        with worker(mail, tmp_path) as process:
            wait_until(lambda: Night.objects.filter(on=yesterday).exclude(ended_at=None).exists(), process, tmp_path)

    assert rows() == agreed
    assert Night.objects.count() == 1
    assert Job.objects.filter(task="take_nights").count() == 1
