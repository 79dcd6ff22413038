"""Fault experiment: the worker is killed (-9) while it takes a night's figures. Begun again, each figure is there once."""

from datetime import UTC, datetime

import pytest

from marelle.base import clock
from marelle.base.models import Job
from marelle.mandates.models import Night, Standing
from marelle.mandates.operations.snapshots import PATIENCE, due, forget, take_night
from marelle.plans.models import Reading
from tests.faults.living_worker import killed_when
from tests.mandates.snapshots_scene import rows, twelve_cities

pytestmark = pytest.mark.django_db(transaction=True)
READ = datetime(2026, 10, 1, 9, tzinfo=UTC)
WITHIN = 60.0  # seconds


def test_killing_the_worker_in_a_night_leaves_each_figure_once():
    twelve_cities()
    Reading.objects.update(recorded_at=READ)
    Reading.objects.exclude(verified_at=None).update(verified_at=READ)
    yesterday = due(clock.now() - PATIENCE)[-1]  # the day before, in the hour after midnight
    take_night(yesterday)
    agreed = rows()
    forget(yesterday)

    killed_when(lambda: Standing.objects.exists(), within=WITHIN)
    killed_when(lambda: Night.objects.filter(on=yesterday).exclude(ended_at=None).exists(), within=WITHIN)

    assert rows() == agreed
    assert Night.objects.count() == 1
    assert Job.objects.filter(task="take_nights").count() == 1
