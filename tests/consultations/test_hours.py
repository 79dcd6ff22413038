"""Hours of the intake: in memory while they last, written apart once over, told by fives."""

from datetime import timedelta

import pytest

from marelle.base import clock
from marelle.consultations.directory import Directory
from marelle.consultations.hours import Hours, within
from marelle.consultations.models import IntakeHour
from marelle.consultations.queries.hours import last_hours
from tests.factories.consultations import IN_TIME, IntakeHourFactory

NINE = int(IN_TIME.timestamp()) // 3600


def test_an_hour_is_handed_over_once_when_it_is_over():
    written = []
    hours = Hours(written.append)
    for hour, status, seconds in (
        (NINE, 201, 0.004),
        (NINE, 201, 0.005),
        (NINE, 201, 0.006),
        (NINE, 503, 9),
        (NINE + 1, 201, 0.5),
    ):
        hours.note(hour, status, seconds)

    hours.write(NINE)
    hours.write(NINE + 1)
    hours.write(NINE + 1)

    assert written == [{(NINE, 201, 5): 2, (NINE, 201, 10): 1, (NINE, 503, 0): 1}]


def test_an_hour_that_could_not_be_written_waits_and_two_days_are_the_most():
    written, away = [], [True]

    def add(lines):
        if away.pop(0):
            raise OSError
        written.append(lines)

    hours = Hours(add)
    for hour in range(NINE, NINE + 60):
        hours.note(hour, 201, 0.001)
    with pytest.raises(OSError):
        hours.write(NINE + 59)
    hours.note(NINE + 58, 201, 0.001)
    away.append(False)
    hours.write(NINE + 59)

    assert [(len(lines), lines[NINE + 12, 201, 5], lines[NINE + 58, 201, 5]) for lines in written] == [(47, 1, 2)]


@pytest.mark.parametrize(
    ("steps", "share", "said"),
    [({5: 19, 100: 1}, 0.95, 5), ({5: 18, 100: 2}, 0.95, 100), ({5: 1, 0: 1}, 0.5, 5), ({5: 1, 0: 9}, 0.5, None)],
)
def test_answers_are_given_within(steps, share, said):
    assert within(steps, share) == said


@pytest.mark.django_db
def test_two_processes_write_the_same_hour_and_two_months_are_kept():
    IntakeHourFactory(hour=IN_TIME - timedelta(days=61))
    IntakeHourFactory(hour=IN_TIME - timedelta(days=59))

    with clock.at(IN_TIME):
        for _process in range(2):
            Directory().add_hours({(NINE, 201, 20): 3, (NINE, 422, 5): 1})

    kept = IntakeHour.objects.order_by("hour", "status").values_list("hour", "status", "within_ms", "answers")
    assert list(kept) == [(IN_TIME - timedelta(days=59), 201, 20, 10), (IN_TIME, 201, 20, 6), (IN_TIME, 422, 5, 2)]


@pytest.mark.django_db
def test_counts_of_an_hour_are_told_by_fives_and_none_under_five(django_assert_num_queries):
    IntakeHourFactory(answers=14)
    IntakeHourFactory(within_ms=200, answers=3)
    IntakeHourFactory(status=200, answers=4)
    IntakeHourFactory(status=503, answers=2)
    IntakeHourFactory(status=409, answers=6)
    IntakeHourFactory(hour=IN_TIME + timedelta(hours=1), answers=4)
    IntakeHourFactory(hour=IN_TIME - timedelta(days=2))

    with django_assert_num_queries(1):
        quiet, busy = last_hours(IN_TIME + timedelta(hours=2))

    told = (busy.at, busy.received, busy.shown, busy.refused, busy.later, busy.failed, busy.half, busy.most)
    assert told == (IN_TIME, 15, None, 5, None, 0, 20, 200)
    assert (quiet.received, quiet.shown, quiet.is_told, quiet.half, quiet.failed) == (None, None, False, None, 0)
