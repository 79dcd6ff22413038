"""While a plan runs: where actions stand, what indicators were; what is refused changes nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Origin
from marelle.plans import following
from marelle.plans.models import Action, Reading
from marelle.plans.operations.running import Typed, move_action, record_reading
from marelle.plans.states import ACTION_STEPS
from tests.factories.accounts import FileFactory, PersonFactory
from tests.factories.framework import IndicatorDefinitionFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def plan():
    return PlanFactory(running=True)


@pytest.fixture
def officer(plan):
    return PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def action(plan):
    return ActionFactory(objective=ObjectiveFactory(plan=plan))


@pytest.fixture
def indicator(plan):
    """Schools with a calmed street, a share of schools."""
    objective = ObjectiveFactory(plan=plan)
    definition = IndicatorDefinitionFactory(
        domain=objective.domain, kind="percent", factor=100, rollup="ratio", breakdowns=["district"]
    )
    return IndicatorFactory(objective=objective, definition=definition)


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


def told():
    rows = Reading.objects.order_by("pk")
    return [(r.period, r.value, r.missing_because, r.replaced_at is None) for r in rows]


def test_action_steps_are_the_agreed_ones():
    assert ACTION_STEPS.as_text() == (
        "blocked: abandon > abandoned, resume > in_progress\n"
        "in_progress: abandon > abandoned, block > blocked, finish > done, postpone > postponed\n"
        "planned: abandon > abandoned, begin > in_progress\n"
        "postponed: abandon > abandoned, resume > in_progress"
    )


def test_reason_is_kept_of_what_is_held_back_alone(action, officer):
    move_action(action.pk, "begin", by=officer, reason="Pour rien.")

    assert (Action.objects.get().state, Action.objects.get().reason) == ("in_progress", "")


def test_action_is_begun_held_back_and_finished(action, officer):
    move_action(action.pk, "begin", by=officer)
    move_action(action.pk, "block", by=officer, reason="  Le marché est à refaire. ")
    held = Action.objects.get()
    move_action(action.pk, "resume", by=officer)
    move_action(action.pk, "finish", by=officer)

    action.refresh_from_db()
    assert (held.state, held.reason, held.moved_on) == ("blocked", "Le marché est à refaire.", date(2028, 4, 3))
    assert (action.state, action.reason, action.version) == ("done", "", 5)
    assert verbs() == ["action_moved"] * 4


@pytest.mark.parametrize(
    ("before", "step"), [("in_progress", "block"), ("in_progress", "postpone"), ("planned", "abandon")]
)
def test_holding_back_asks_why(action, officer, before, step):
    Action.objects.update(state=before)

    with pytest.raises(BadData):
        move_action(action.pk, step, by=officer, reason="  ")

    assert (Action.objects.get().state, verbs()) == (before, [])


def test_reading_of_a_ratio_is_worked_out_from_its_parts(indicator, officer, plan):
    made = record_reading(indicator.pk, Typed("2027", numerator=D(8), denominator=D(40), source="voirie"), by=officer)

    assert (made.value, made.until, made.proof_level) == (D(20), date(2027, 12, 31), "declared")
    assert list(Origin.objects.values_list("kind", "parent", "offspring")) == [
        ("objective", f"plans.objective:{indicator.objective.code}", f"plans.reading:{made.code}")
    ]


@pytest.mark.parametrize(
    ("numerator", "denominator"),
    [(D(8), D(0)), (D(8), D(-40)), (D(-8), D(-40)), (D(8), None), (None, D(40)), (D(99_999_999_999), D("0.001"))],
)
def test_ratio_that_cannot_be_is_refused(indicator, officer, numerator, denominator):
    with pytest.raises(BadData):
        record_reading(indicator.pk, Typed("2027", numerator=numerator, denominator=denominator), by=officer)

    assert (told(), verbs()) == ([], [])


def test_number_too_great_to_be_kept_is_refused(officer, plan):
    own = IndicatorFactory(objective=ObjectiveFactory(plan=plan))

    for value in (D(100_000_000_000), D(-100_000_000_000)):
        with pytest.raises(BadData):
            record_reading(own.pk, Typed("2027", value=value), by=officer)

    assert told() == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "/bureau/", "comptage"])
def test_evidence_is_the_address_of_a_page(indicator, officer, address):
    with pytest.raises(BadData):
        record_reading(indicator.pk, Typed("2027", value=D(20), evidence_address=address), by=officer)

    assert told() == []


def test_period_is_read_from_its_first_day(indicator, officer):
    for period in ("2028-04-03", "2028-04", "2028"):
        record_reading(indicator.pk, Typed(period, value=D(20)), by=officer)
    for period in ("2028-04-04", "2028-05", "2028-Q3", "2029"):
        with pytest.raises(BadData):
            record_reading(indicator.pk, Typed(period, value=D(20)), by=officer)

    assert [period for period, *_rest in told()] == ["2028-04-03", "2028-04", "2028"]


def test_reading_typed_twice_is_one(indicator, officer):
    first = record_reading(indicator.pk, Typed("2027", value=D("20.0"), source="voirie"), by=officer)
    again = record_reading(indicator.pk, Typed("2027", value=D("20"), source="voirie "), by=officer)

    assert first == again
    assert (told(), verbs()) == ([("2027", D(20), "", True)], ["reading_recorded"])


def test_correction_keeps_what_it_replaced(indicator, officer):
    record_reading(indicator.pk, Typed("2027", value=D(20)), by=officer)
    record_reading(indicator.pk, Typed("2027", missing_because="Le comptage était faux."), by=officer)
    record_reading(indicator.pk, Typed("2027", value=D(25)), by=officer)

    assert told() == [
        ("2027", D(20), "", False),
        ("2027", None, "Le comptage était faux.", False),
        ("2027", D(25), "", True),
    ]
    assert verbs() == ["reading_recorded", "reading_corrected", "reading_corrected"]
    assert Origin.objects.filter(withdrawn_at=None).count() == 1


def test_each_district_has_its_own_reading(indicator, officer):
    record_reading(indicator.pk, Typed("2027", value=D(20)), by=officer)
    record_reading(indicator.pk, Typed("2027", value=D(30), breakdown="district:Nord"), by=officer)

    assert [r.breakdown for r in Reading.objects.filter(replaced_at=None).order_by("pk")] == ["", "district:Nord"]


def test_file_or_address_makes_it_evidenced(indicator, officer, plan):
    file = FileFactory(organisation=plan.organisation)
    by_file = record_reading(indicator.pk, Typed("2026", value=D(10), evidence=file), by=officer)
    by_address = record_reading(
        indicator.pk, Typed("2027", value=D(12), evidence_address="https://ville.example/arretes"), by=officer
    )

    assert [by_file.proof_level, by_address.proof_level] == ["evidenced", "evidenced"]


@pytest.mark.parametrize(
    "typed",
    [
        Typed("2027"),
        Typed("2027", value=D(3), missing_because="Les deux"),
        Typed("2029", value=D(3)),
        Typed("2027-13", value=D(3)),
        Typed("2027", value=D(-1)),
        Typed("2027", numerator=D(3)),
        Typed("2027", numerator=D(3), denominator=D(0)),
        Typed("2027", value=D(3), breakdown="sex:F"),
    ],
    ids=["nothing", "both", "to come", "no period", "below nothing", "half a ratio", "of none", "not broken so"],
)
def test_bad_reading_is_refused(indicator, officer, typed):
    with pytest.raises(BadData):
        record_reading(indicator.pk, typed, by=officer)

    assert (told(), verbs()) == ([], [])


def test_yes_or_no_is_nothing_else(indicator, officer):
    indicator.definition.kind = "yes_no"
    indicator.definition.save()

    with pytest.raises(BadData):
        record_reading(indicator.pk, Typed("2027", value=D(2)), by=officer)

    assert record_reading(indicator.pk, Typed("2027", value=D(1)), by=officer).value == 1


@pytest.mark.parametrize("role", [Role.CITY_READER, None])
def test_only_its_writers_follow_a_plan(action, indicator, plan, role):
    other = PersonFactory(roles=[(plan.organisation, role)] if role else [])

    with pytest.raises(NotAllowed):
        move_action(action.pk, "begin", by=other)
    with pytest.raises(NotAllowed):
        record_reading(indicator.pk, Typed("2027", value=D(3)), by=other)

    assert (Action.objects.get().state, told()) == ("planned", [])


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "validated", "adopted", "closed", "evaluated"])
def test_plan_is_followed_while_it_runs(action, indicator, officer, plan, state):
    type(plan).rows.update(state=state)

    with pytest.raises(WrongState):
        move_action(action.pk, "begin", by=officer)
    with pytest.raises(WrongState):
        record_reading(indicator.pk, Typed("2027", value=D(3)), by=officer)

    assert (Action.objects.get().state, told()) == ("planned", [])


def test_thread_shows_a_reading_to_its_town_and_once_the_plan_runs_to_anyone(indicator, officer, plan):
    made = record_reading(indicator.pk, Typed("2027", value=D("20.5")), by=officer)

    own, other = [following.show_readings([made.code], reader)[made.code] for reader in (officer, None)]
    type(plan).rows.update(state="closed")

    assert (own.title, own.sentence) == ("Écoles dont la rue est apaisée (2027)", "20.5 %")
    assert own.address == f"/espace/{plan.organisation.code}/plan/indicateurs/{indicator.code}"
    assert (other.title, other.address) == (own.title, "")
    assert [len(following.show_readings([made.code], reader)) for reader in (officer, None)] == [1, 0]
