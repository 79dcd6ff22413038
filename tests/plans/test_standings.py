"""What a plan showed as a day ended: midnight in Paris belongs to the day that begins."""

from datetime import UTC, date, datetime

import pytest

from marelle.plans.standings import shown_on
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory, ReadingFactory

pytestmark = pytest.mark.django_db
DAY, NEXT = date(2028, 4, 3), date(2028, 4, 4)
BEFORE, MIDNIGHT = (datetime(2028, 4, 3, 21, 59, tzinfo=UTC), datetime(2028, 4, 3, 22, tzinfo=UTC))  # 24:00 in Paris


@pytest.fixture
def objective():
    return ObjectiveFactory(plan=PlanFactory(running=True))


def values(objective, day):
    """The value and the level of proof of each indicator."""
    [shown] = shown_on([objective.plan_id], day)[objective.plan_id].values()
    return [(m.known and int(m.known.value), m.proof) for m in shown.measured]


@pytest.mark.parametrize(("recorded_at", "found"), [(BEFORE, 40), (MIDNIGHT, None)])
def test_reading_counts_from_the_day_it_was_recorded(objective, recorded_at, found):
    ReadingFactory(indicator=IndicatorFactory(objective=objective), value=40, recorded_at=recorded_at)

    assert (values(objective, DAY), values(objective, NEXT)) == ([(found, "declared")], [(40, "declared")])


@pytest.mark.parametrize(("replaced_at", "found"), [(BEFORE, 50), (MIDNIGHT, 40)])
def test_corrected_reading_counts_until_the_day_of_its_correction(objective, replaced_at, found):
    indicator = IndicatorFactory(objective=objective)
    first = datetime(2028, 4, 1, 9, tzinfo=UTC)
    ReadingFactory(indicator=indicator, value=40, recorded_at=first, replaced_at=replaced_at)
    ReadingFactory(indicator=indicator, value=50, recorded_at=replaced_at)

    assert (values(objective, DAY), values(objective, NEXT)) == ([(found, "declared")], [(50, "declared")])


@pytest.mark.parametrize(("verified_at", "proof"), [(BEFORE, "verified"), (MIDNIGHT, "declared")])
def test_reading_is_verified_from_the_day_somebody_did_so(objective, verified_at, proof):
    first = datetime(2028, 4, 1, 9, tzinfo=UTC)
    ReadingFactory(
        indicator=IndicatorFactory(objective=objective), value=40, recorded_at=first, verified_at=verified_at
    )

    assert (values(objective, DAY), values(objective, NEXT)) == ([(40, proof)], [(40, "verified")])


def test_group_s_reading_is_never_that_of_everyone(objective):
    first = datetime(2028, 4, 1, 9, tzinfo=UTC)
    ReadingFactory(indicator=IndicatorFactory(objective=objective), breakdown="district:Marais", recorded_at=first)

    assert values(objective, DAY) == [(None, "declared")]


def test_action_is_done_from_its_day_or_before_it_came_here(objective):
    for moved_on in (None, DAY, NEXT):
        ActionFactory(objective=objective, state="done", moved_on=moved_on)
    ActionFactory(objective=objective, state="in_progress", moved_on=DAY)

    counted = [[*shown_on([objective.plan_id], day)[objective.plan_id].values()] for day in (DAY, NEXT)]

    assert [[(s.actions, s.done) for s in found] for found in counted] == [[(4, 2)], [(4, 3)]]
