"""When results are asked for: six and twelve months later, whatever the month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.base.clock import months_after
from marelle.library.figures import RESULTS_AFTER, next_result, results_due

pytestmark = pytest.mark.once
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_after(day, months, later):
    assert months_after(day, months) == later


@given(day=DAYS, months=st.sampled_from(RESULTS_AFTER))
def test_months_after_keeps_the_month_and_the_day_or_the_last_one(day, months):
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(day=DAYS, away=st.integers(0, 800), told=st.sets(st.sampled_from(RESULTS_AFTER)))
def test_each_result_is_due_from_its_day_until_it_is_given(day, away, told):
    today = day + timedelta(days=away)

    due, following = results_due(day, told, today), next_result(day, told, today)

    for months in RESULTS_AFTER:
        reached = today >= months_after(day, months)
        assert (months in due) == (reached and months not in told)
    waiting = [months_after(day, m) for m in RESULTS_AFTER if m not in told and months_after(day, m) > today]
    assert following == (min(waiting) if waiting else None)
