"""Fault experiment F13: the worker is killed (-9) while it draws the PDF of a report that was handed in.

Begun again, the report has one document, with one file and one line of the journal; what a death left on disk without a
row is swept an hour later. Taking the text document or an evaluation away writes nothing: there is nothing to cut in two.
"""

import os
import random
import time
from pathlib import Path

import pytest
from django.conf import settings

from marelle.accounts import files
from marelle.accounts.models import File, JournalContent
from marelle.base import clock
from marelle.base.models import Job, JobState
from marelle.mandates.operations.reports import submit_report
from marelle.mandates.registered.reports import changed_since
from tests.faults.living_worker import a_minute_passes, killed_when, wait_until, worker
from tests.mandates.reports_scene import SUMMER, lead_of, written
from tests.scale import SEED, scaled

pytestmark = pytest.mark.django_db(transaction=True)
REPORTS = scaled(20)
KILLS = 3  # of one report: a job is parked after five tries
WITHIN = 60.0  # seconds


def test_killing_the_worker_leaves_one_document_of_a_report():
    chance, killed, places = random.Random(SEED), 0, set()
    for number in range(1, REPORTS + 1):
        with clock.at(SUMMER):
            report = written()
            submit_report(report.pk, by=lead_of(report))
        job = Job.objects.filter(task="draw_report", key__contains=report.code)
        for tries in range(1, KILLS + 1):
            with worker() as pid:
                wait_until(lambda tries=tries: job.filter(tries=tries).exists(), pid, WITHIN)
                time.sleep(chance.uniform(0, 0.15))
            if job.get().state == JobState.DONE:  # quicker than its death
                break
            killed += 1
            a_minute_passes()
        killed_when(lambda: job.get().state == JobState.DONE, within=WITHIN)
        report.refresh_from_db()
        drawn = File.rows.filter(organisation=report.organisation, label=f"{report}.pdf")

        assert list(drawn.values_list("pk", "place")) == [(report.document_id, report.document.place)]
        assert JournalContent.objects.filter(verb="file_added").count() == number
        places.add(report.document.place)

    assert killed >= REPORTS  # else nothing was shown
    assert left_an_hour_later() == places
    assert list(changed_since()) == []


def left_an_hour_later() -> set[str]:
    """What lies on disk once what has no row is swept."""
    place, before = Path(settings.FILES_ROOT), time.time() - files.SWEPT_AFTER - 1
    for path in place.glob("*/*"):
        os.utime(path, (before, before))
    files.sweep()
    return {f"{path.parent.name}/{path.name}" for path in place.glob("*/*")}
