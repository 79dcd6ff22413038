"""Reports: their agreed steps, what is suggested of an objective, what is missing, what changed since the last one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from marelle.accounts.states import Role
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.plans import figures, reporting
from marelle.plans.models import Rating, Report
from marelle.plans.operations.reports import LONGEST, save_report_field
from marelle.plans.states import REPORT_STEPS, ActionState, Verdict
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.plans import (
    ActionFactory,
    IndicatorFactory,
    ObjectiveFactory,
    RatingFactory,
    ReadingFactory,
    ReportFactory,
)

SUMMER = datetime(2029, 8, 20, 8, tzinfo=UTC)
PLANNED, BEGUN, BLOCKED, DONE, DROPPED = "planned", "in_progress", "blocked", "done", "abandoned"


def test_report_steps_are_the_agreed_ones():
    assert REPORT_STEPS.as_text() == (
        "asked: submit > submitted\nreturned: submit > submitted\nsubmitted: accept > accepted, send_back > returned"
    )


@pytest.mark.parametrize(
    ("states", "shares", "elapsed", "expected"),
    [
        ([], [], None, ""),
        ([], [None], None, ""),
        ([PLANNED], [], None, "no_progress"),
        ([DROPPED], [], None, "no_progress"),
        ([PLANNED], ["0"], None, "no_progress"),
        ([PLANNED], ["0.2"], None, "on_track"),
        ([BEGUN], [None], None, "on_track"),
        ([DONE], [], None, "achieved"),
        ([DONE, DROPPED], ["1"], None, "achieved"),
        ([DONE], ["0.9"], None, "on_track"),
        ([], ["1"], None, "achieved"),
        ([BEGUN, BLOCKED], ["0.9"], None, "held_back"),
        ([BEGUN], ["0.2"], "0.5", "held_back"),
        ([BEGUN], ["0.25"], "0.5", "on_track"),
        ([BEGUN], ["0.1", "0.5", None], "0.5", "on_track"),
    ],
)
def test_suggestion_is_what_the_figures_say(states, shares, elapsed, expected):
    shares = [share and Decimal(share) for share in shares]

    assert figures.suggest(states, shares, elapsed and Decimal(elapsed)) == expected


STATES = st.lists(st.sampled_from(ActionState.values), max_size=6)
SHARES = st.lists(st.none() | st.decimals(0, 1, places=2), max_size=6)


@given(STATES, SHARES, st.randoms())
def test_suggestion_does_not_depend_on_order_nor_on_what_is_unknown(states, shares, chance):
    other = [*shares, None]
    chance.shuffle(other)

    found = figures.suggest(states, shares, Decimal("0.5"))

    assert figures.suggest(states[::-1], other, Decimal("0.5")) == found
    assert found in {*Verdict.values, ""}


@pytest.fixture
def report(db):
    """With one objective, in a running plan."""
    made = ReportFactory()
    ObjectiveFactory(plan=made.plan)
    return made


def editor(report):
    return PersonFactory(roles=[(report.organisation, Role.CITY_EDITOR)])


def save(report, name, value, *, by=None, was="", version=0):
    return save_report_field(report.pk, name, value, was=was, version=version, by=by or editor(report))


def test_rating_of_the_town_is_one_draft_written_field_by_field(report):
    code = report.plan.objectives.get().code

    save(report, f"why.{code}", "Trois rues.")
    save(report, f"verdict.{code}", "on_track")
    save(report, f"verdict.{code}", "achieved", was="on_track")

    assert list(Rating.rows.values_list("by", "verdict", "why")) == [("city", "achieved", "Trois rues.")]


def test_writers_who_meet_are_told_both_texts(report):
    save(report, "highlights", "Trois rues.")

    with pytest.raises(Conflict) as met:
        save(report, "highlights", "Cinq rues.")

    assert (met.value.yours, met.value.theirs) == ("Cinq rues.", "Trois rues.")


@pytest.mark.parametrize(
    ("situation", "name", "value", "belongs", "error"),
    [
        ({}, "highlights", "Oui", False, NotAllowed),
        ({"submitted": True}, "highlights", "Oui", True, WrongState),
        ({"accepted": True}, "highlights", "Oui", True, WrongState),
        ({}, "fingerprint", "Oui", True, BadData),
        ({"yearly": True}, "fairness", "Oui", True, BadData),
        ({}, "highlights", "x" * (LONGEST + 1), True, BadData),
        ({}, "verdict.nowhere", "achieved", True, BadData),
    ],
    ids=["stranger", "handed in", "accepted", "no text", "not asked of a sheet", "too long", "no objective"],
)
def test_field_refuses(db, situation, name, value, belongs, error):
    report = ReportFactory(**situation)
    where = report.organisation if belongs else OrganisationFactory()
    before = Report.rows.values().get()

    with pytest.raises(error):
        save(report, name, value, by=PersonFactory(roles=[(where, Role.CITY_EDITOR)]))

    assert (Report.rows.values().get(), Rating.rows.count()) == (before, 0)


def test_missing_names_each_text_and_each_objective(report):
    code = report.plan.objectives.get().code
    texts = ["highlights", "difficulties", "participation", "fairness", "next_steps"]

    def names():
        again = Report.rows.get(pk=report.pk)
        return [name for name, _sentence in reporting.missing(again, reporting.situation(again))]

    found = [names()]
    save(report, f"why.{code}", "Trois rues.")
    found.append(names())
    save(report, f"verdict.{code}", "not_rated")
    found.append(names())

    assert found == [[*texts, f"verdict.{code}"], [*texts, f"verdict.{code}"], texts]


def test_yearly_sheet_asks_for_two_texts_alone(db):
    sheet = ReportFactory(yearly=True)
    ObjectiveFactory(plan=sheet.plan)

    found = reporting.missing(sheet, reporting.situation(sheet))

    assert [name for name, _sentence in found] == ["highlights", "next_steps"]


def test_what_changed_since_the_last_report_is_told(report):
    objective = report.plan.objectives.get()
    ReportFactory(plan=report.plan, yearly=True, accepted=True, submitted_at=datetime(2028, 1, 20, tzinfo=UTC))
    ActionFactory(objective=objective, state="done", moved_on=date(2027, 6, 1))
    late = ActionFactory(objective=objective, state="blocked", reason="Marché.", moved_on=date(2028, 6, 1))
    for name, on in (("Ancien", 2028), ("Nouveau", 2029)):
        indicator = IndicatorFactory(objective=objective, name=name)
        ReadingFactory(indicator=indicator, recorded_at=datetime(on, 1, 15, tzinfo=UTC))

    [known] = [o for part in reporting.situation(report) for o in part.objectives]

    assert (known.since, known.moved) == (date(2028, 1, 20), [late])
    assert [f.indicator.name for f in known.read] == ["Nouveau"]
    assert known.suggestion == "held_back"


def test_three_ratings_stand_apart(report):
    objective = report.plan.objectives.get()
    for side in ({}, {"children": True}, {"committee": True, "verdict": "achieved"}):
        RatingFactory(report=report, objective=objective, **side)

    [known] = [o for part in reporting.situation(report) for o in part.objectives]

    assert {side: rating.verdict for side, rating in known.ratings.items()} == {
        "city": "on_track",
        "committee": "achieved",
    }
    assert [rating.verdict for rating in known.children] == ["held_back"]


@pytest.mark.parametrize("number", [1, 3])
def test_situation_asks_six_questions_whatever_the_plan(report, number, django_assert_num_queries):
    for _n in range(number - 1):
        ActionFactory(objective=ObjectiveFactory(plan=report.plan))
    fresh = Report.rows.select_related("plan__framework").get(pk=report.pk)

    with django_assert_num_queries(6):
        reporting.situation(fresh)


BROKEN = {
    "one report per plan, kind and year": lambda r: ReportFactory(plan=r.plan),
    "handed in: a date and a fingerprint": lambda r: ReportFactory(state="submitted"),
    "sent back: why": lambda r: ReportFactory(state="returned", submitted_at=SUMMER),
    "accepted: a date": lambda r: ReportFactory(submitted=True, state="accepted"),
    "children have no account": lambda r: RatingFactory(report=r, by="children"),
    "one living rating a side": lambda r: [
        RatingFactory(report=r, objective=r.plan.objectives.get()) for _n in range(2)
    ],
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_database_holds_what_must_always_hold(report, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(report)

    assert (Report.rows.count(), Rating.rows.count()) == (1, 0)
