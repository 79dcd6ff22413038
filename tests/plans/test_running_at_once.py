"""Two officers write of one period at the same moment: one reading lives, the other is its history, nobody meets an error."""

import threading
from datetime import UTC, datetime
from decimal import Decimal as D

import pytest
from django.db import connection

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Reading
from marelle.plans.operations.running import Typed, record_reading, record_readings
from tests.factories.accounts import PersonFactory
from tests.factories.plans import IndicatorFactory, ObjectiveFactory, PlanFactory

ROUNDS = 2  # of four officers each


def together(*works):
    """Start all at the same moment, each on its own connection; the names of what they raised."""
    start, raised = threading.Barrier(len(works)), []

    def run(work):
        start.wait()
        try:
            with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
                work()
        except Exception as error:
            raised.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.mark.django_db(transaction=True)
def test_readings_of_one_period_written_at_once_follow_one_another():
    plan = PlanFactory(running=True)
    indicator = IndicatorFactory(objective=ObjectiveFactory(plan=plan))
    officer = PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])

    def one(value):
        return lambda: record_reading(indicator.pk, Typed("2027", value=D(value)), by=officer)

    def many(value):
        return lambda: record_readings(plan.pk, [(indicator.pk, Typed("2027", value=D(value)))], by=officer)

    raised = [together(one(4 * n), one(4 * n + 1), many(4 * n + 2), many(4 * n + 3)) for n in range(ROUNDS)]

    rows = Reading.objects.filter(indicator=indicator)
    assert raised == [[]] * ROUNDS
    assert (rows.filter(replaced_at=None).count(), rows.count()) == (1, 4 * ROUNDS)
