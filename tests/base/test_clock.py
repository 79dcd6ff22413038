from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from marelle.base import clock

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def shifted():
    """The demonstration's clock, put back afterwards."""
    clock.start_at(NOON)
    yield
    clock._shift = None


def test_clock_is_held_and_let_go():
    with clock.at(NOON):
        held = (clock.now(), clock.here(), clock.today())
        with clock.at(NOON + timedelta(days=1)):
            deeper = clock.now()
        back = clock.now()

    assert held == (NOON, NOON, date(2026, 5, 4))
    assert (deeper, back) == (NOON + timedelta(days=1), NOON)
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_demonstration_clock_starts_at_its_day_and_ticks(shifted):
    first, second = clock.now(), clock.now()

    assert timedelta() <= first - NOON < timedelta(seconds=5)
    assert second >= first


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 4, 21, 59, tzinfo=UTC), date(2026, 5, 4)),
        (datetime(2026, 5, 4, 22, 0, tzinfo=UTC), date(2026, 5, 5)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_today_is_the_day_in_paris(moment, day):
    with clock.at(moment):
        assert clock.today() == day


@pytest.mark.django_db
def test_deadline_asks_the_database_where_there_is_one_clock_for_all(
    settings, on_postgresql, django_assert_num_queries
):
    """trust D6."""
    settings.CLOCK_FROM_DATABASE = True

    with django_assert_num_queries(1 if on_postgresql else 0):
        moment = clock.now()

    assert abs(moment - timezone.now()) < timedelta(seconds=5)
    assert moment.tzinfo == UTC
