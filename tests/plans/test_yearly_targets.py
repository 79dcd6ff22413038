"""What an indicator aims at year by year: written in one line, kept a year a row, carried wherever the indicator goes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Conflict
from marelle.mandates.documents import _more_of_indicator
from marelle.plans import following
from marelle.plans.amendments import differences
from marelle.plans.fields import typed
from marelle.plans.models import Indicator, YearlyTarget
from marelle.plans.operations import amending, writing
from marelle.plans.queries import content
from marelle.web.parts.amendments import Words
from tests.factories.accounts import PersonFactory
from tests.factories.plans import IndicatorFactory, ObjectiveFactory, PlanFactory, ReadingFactory, YearlyTargetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator():
    return IndicatorFactory(objective=ObjectiveFactory(plan=PlanFactory()))


def editor(plan):
    return PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])


def saved(indicator, words, *, was="", version=0):
    plan = indicator.objective.plan
    name = f"indicator.{indicator.code}.yearly_targets"
    return writing.save_plan_field(plan.pk, name, words, was=was, version=version, by=editor(plan))


def rows():
    return list(YearlyTarget.rows.order_by("indicator", "year").values_list("year", "value"))


def test_typed_in_one_line_in_whichever_language_they_are_kept_a_year_a_row(indicator):
    saved(indicator, "2028\u202f: 55,5\u202f; 2027\u202f: 1\u202f040\n2029=60")

    assert rows() == [(2027, Decimal(1040)), (2028, Decimal("55.5")), (2029, Decimal(60))]
    kept = Indicator.objects.get(pk=indicator.pk).yearly_targets
    assert kept == "2027: 1040; 2028: 55.5; 2029: 60"
    with override("fr"):
        assert typed("indicator", "yearly_targets", kept) == (
            "2027\u202f: 1040\u202f; 2028\u202f: 55,5\u202f; 2029\u202f: 60"
        )

    saved(indicator, "", was=kept)

    assert rows() == []


@pytest.mark.parametrize("words", ["40", "2027", "27: 40", "2101: 4", "2027: 40; 2027: 41"])
def test_what_is_no_year_with_its_target_is_refused(indicator, words):
    with pytest.raises(BadData, match="Donnez chaque année une fois, avec sa cible"):
        saved(indicator, words)

    assert rows() == []


def test_two_people_on_the_line_lose_nothing(indicator):
    saved(indicator, "2027: 40")

    with pytest.raises(Conflict) as both:
        saved(indicator, "2027: 45", was="2027: 30", version=7)

    assert (both.value.yours, both.value.theirs) == ("2027: 45", "2027\u202f: 40")
    assert rows() == [(2027, Decimal(40))]


@pytest.mark.parametrize("year", [1899, 2101])
def test_the_database_refuses_a_year_out_of_our_time_or_given_twice(indicator, year):
    YearlyTargetFactory(indicator=indicator, year=2027)

    for wrong in (year, 2027):
        with pytest.raises(IntegrityError), transaction.atomic():
            YearlyTargetFactory(indicator=indicator, year=wrong)


def test_they_are_frozen_with_the_plan_and_compared_in_words(indicator):
    plan = indicator.objective.plan
    older = content(plan)
    del older["objectives"][0]["indicators"][0]["yearly_targets"]  # handed in before they were asked for
    assert differences(older, content(plan)) == []

    saved(indicator, "2027: 40; 2028: 55,5")

    assert content(plan)["objectives"][0]["indicators"][0]["yearly_targets"] == "2027: 40; 2028: 55.5"
    (change,) = differences(older, content(plan))
    with override("fr"):
        line = Words(plan.framework).line(change).fields
        assert [(f.title, f.old, f.new) for f in line] == [
            ("Cibles annuelles", "", "2027\u202f: 40\u202f; 2028\u202f: 55,5")
        ]
        assert _more_of_indicator(Indicator.objects.get()) == (
            f"{indicator.name}\u202f: Cibles annuelles\u202f: 2027\u202f: 40\u202f; 2028\u202f: 55,5"
        )


def test_taken_out_and_put_back_they_are_as_they_were(indicator):
    plan = indicator.objective.plan
    saved(indicator, "2027: 40; 2028: 55")
    before = content(plan)

    writing.remove(plan.pk, f"objective.{indicator.objective.code}", by=editor(plan))
    assert rows() == []
    writing.restore(plan.pk, plan.removals.get().code, by=editor(plan))

    assert content(plan) == before


def test_a_renewal_takes_over_those_of_the_years_to_come():
    plan = PlanFactory(running=True)
    IndicatorFactory(objective=ObjectiveFactory(plan=plan), yearly_targets="2027: 40; 2028: 55; 2030: 80")
    draft = PlanFactory(organisation=plan.organisation, framework=plan.framework)

    with clock.at(datetime(2028, 3, 1, 9, tzinfo=UTC)):
        writing.copy_plan(draft.pk, plan.pk, by=editor(plan))

    assert content(draft)["objectives"][0]["indicators"][0]["yearly_targets"] == "2028: 55; 2030: 80"


def test_a_working_copy_holds_them_and_gives_back_what_was_changed_there():
    plan = PlanFactory(running=True)
    indicator = IndicatorFactory(objective=ObjectiveFactory(plan=plan), yearly_targets="2027: 40")
    by = editor(plan)
    amendment = amending.begin(plan.pk, by=by)
    stand_in = Indicator.objects.get(objective__plan=amendment.copy)
    assert stand_in.yearly_targets == "2027: 40"

    name = f"indicator.{stand_in.code}.yearly_targets"
    writing.save_plan_field(amendment.copy_id, name, "2027: 35; 2028: 60", was="2027: 40", version=0, by=by)
    head = PersonFactory(roles=[(plan.organisation, Role.ELECTED_LEAD)])
    amending.submit(amendment.pk, by=head, why="Une école de plus.")
    amending.accept(amendment.pk, by=PersonFactory())

    assert Indicator.objects.get(pk=indicator.pk).yearly_targets == "2027: 35; 2028: 60"


def test_a_reading_stands_beside_the_target_of_its_year():
    indicator = IndicatorFactory(objective=ObjectiveFactory(plan=PlanFactory(running=True)), yearly_targets="2027: 45")
    ReadingFactory(indicator=indicator, value=40)
    ReadingFactory(indicator=indicator, period="2026", until=date(2026, 12, 31))
    ReadingFactory(indicator=indicator, breakdown="centre")

    assert [(r.period, r.breakdown, r.aimed) for r in following.history(indicator)] == [
        ("2027", "", Decimal(45)), ("2027", "centre", None), ("2026", "", None),
    ]  # fmt: skip
