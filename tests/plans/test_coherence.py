"""A plan read over by the rules of its framework: what each rule notices, and what it lets pass."""

from datetime import date

import pytest

from marelle.framework.checks import COHERENCE
from marelle.framework.operations import read_framework
from marelle.plans.coherence import CHECKS, Frame, remarks_of
from tests.factories.framework import DEMONSTRATION

pytestmark = pytest.mark.once

SOUND_ACTION = {
    "code": "rue",
    "name": "Fermer la rue de l’école",
    "lead_service": "Voirie",
    "involvement": "consulted",
    "starts_on": "2026-09-01",
    "ends_on": "2032-08-31",
    "budget_eur": 12000,
}
SOUND_INDICATOR = {
    "code": "part",
    "name": "Écoles dont la rue est apaisée",
    "direction": "higher_is_better",
    "baseline": "40.000",
    "baseline_missing_because": "",
    "target": "80.000",
}


def an_action(**said):
    return SOUND_ACTION | said


def an_indicator(**said):
    return SOUND_INDICATOR | said


def an_objective(*, actions=(SOUND_ACTION,), indicators=(SOUND_INDICATOR,), **said):
    sound = {"code": "ecole", "domain": "A", "name": "Aller à l’école sans danger", "recommendations": ["R1"]}
    return sound | {"actions": list(actions), "indicators": list(indicators)} | said


def noticed(rule, *objectives, thresholds=None, reasons=(), **frame):
    """Places that one rule notices in a plan of one domain, A, whose recommendation is R1."""
    rules = [{"rule": rule, "severity": "important", "thresholds": thresholds}]
    frame = {"domains": ["A"], "recommendations": {"R1": "A"}, "levels": ["informed", "consulted", "lead"]} | frame
    content = {"objectives": list(objectives), "reasons": list(reasons)}
    return [remark.place for remark in remarks_of(content, Frame(rules=rules, **frame))]


def test_rules_known_here_are_those_a_framework_may_name():
    assert set(CHECKS) == set(COHERENCE)


def test_a_sound_plan_has_no_remark():
    rules = read_framework(DEMONSTRATION)["coherence"]
    frame = Frame(
        rules, ["A"], {"R1": "A"}, ["informed", "consulted"], starts_on=date(2026, 9, 1), ends_on=date(2032, 9, 1)
    )

    assert len(rules) == 13
    assert remarks_of({"objectives": [an_objective()]}, frame) == []


def test_domain_missing():
    assert noticed("domain_missing", an_objective(), domains=["A", "B"]) == ["domain.B"]


def test_recommendation_not_covered():
    both = {"R1": "A", "R2": "A"}

    assert noticed("recommendation_not_covered", an_objective(), recommendations=both) == ["recommendation.R2"]


def test_objective_without_action():
    assert noticed("objective_without_action", an_objective(), an_objective(code="vide", actions=[])) == [
        "objective.vide"
    ]


def test_objective_without_indicator():
    assert noticed("objective_without_indicator", an_objective(), an_objective(code="vide", indicators=[])) == [
        "objective.vide"
    ]


@pytest.mark.parametrize(
    ("levels", "places"),
    [
        (["", "informed"], ["action.0.involvement"]),
        (["informed", "consulted"], []),
        (["lead"], []),
        ([], []),
    ],
    ids=["informing is not enough", "one is enough", "more than the threshold", "nothing is to be done yet"],
)
def test_children_without_part(levels, places):
    actions = [an_action(code=str(n), involvement=level) for n, level in enumerate(levels)]

    assert noticed("children_without_part", an_objective(actions=actions), thresholds={"level": "consulted"}) == places


def test_children_without_part_looks_at_the_whole_domain():
    mute = an_objective(code="muet", actions=[an_action(involvement="")])

    assert noticed("children_without_part", mute, an_objective(), thresholds={"level": "consulted"}) == []


def test_action_without_lead():
    objective = an_objective(actions=[SOUND_ACTION, an_action(code="cantine", lead_service="")])

    assert noticed("action_without_lead", objective) == ["action.cantine.lead_service"]


@pytest.mark.parametrize(
    ("budgets", "places"),
    [([None, None], ["action.0.budget_eur"]), ([None, 0], []), ([5000], [])],
    ids=["none", "nought is a budget", "one is known"],
)
def test_domain_without_budget(budgets, places):
    actions = [an_action(code=str(n), budget_eur=budget) for n, budget in enumerate(budgets)]

    assert noticed("domain_without_budget", an_objective(actions=actions)) == places


@pytest.mark.parametrize(
    ("days", "months", "fields"),
    [
        (("2026-09-01", "2032-08-31"), 0, []),
        (("2026-08-31", "2032-09-01"), 0, ["starts_on", "ends_on"]),
        (("2026-08-31", "2032-09-01"), 1, []),
        (("2026-07-31", "2032-10-01"), 1, ["starts_on", "ends_on"]),
        ((None, None), 0, []),
    ],
    ids=["first and last day", "a day before, a day after", "a month let pass", "more than a month", "no date"],
)
def test_dates_outside_mandate(days, months, fields):
    objective = an_objective(actions=[an_action(starts_on=days[0], ends_on=days[1])])
    term = {"starts_on": date(2026, 9, 1), "ends_on": date(2032, 9, 1)}

    assert noticed("dates_outside_mandate", objective, thresholds={"months": months}, **term) == [
        f"action.rue.{name}" for name in fields
    ]


def test_dates_outside_mandate_says_nothing_without_a_mandate():
    objective = an_objective(actions=[an_action(ends_on="2050-01-01")])

    assert noticed("dates_outside_mandate", objective, thresholds={"months": 0}) == []


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ({"baseline": None}, ["indicator.part.baseline"]),
        ({"baseline": None, "baseline_missing_because": "Première enquête en 2027."}, []),
        ({"baseline": "0.000"}, []),
    ],
    ids=["unknown", "unknown, and why", "nought is known"],
)
def test_baseline_unexplained(said, places):
    assert noticed("baseline_unexplained", an_objective(indicators=[an_indicator(**said)])) == places


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "rules"),
    [
        ("higher_is_better", "40", "80", []),
        ("higher_is_better", "40", "30", ["target_against_direction"]),
        ("lower_is_better", "40", "80", ["target_against_direction"]),
        ("lower_is_better", "40", "30", []),
        ("neutral", "40", "30", []),
        ("higher_is_better", "40", "40.000", ["target_equals_baseline"]),
        ("neutral", "40", "40", []),
        ("higher_is_better", None, "30", []),
        ("higher_is_better", "40", None, []),
    ],
)
def test_target_against_direction_or_at_the_baseline(direction, baseline, target, rules):
    objective = an_objective(indicators=[an_indicator(direction=direction, baseline=baseline, target=target)])
    both = ("target_against_direction", "target_equals_baseline")

    assert [rule for rule in both if noticed(rule, objective) == ["indicator.part.target"]] == rules


def test_remarks_come_by_domain_then_by_rule_with_the_reason_of_the_city():
    rules = [{"rule": "action_without_lead", "severity": "advice"}, {"rule": "domain_missing", "severity": "important"}]
    late = an_objective(domain="C", actions=[an_action(lead_service="")])
    said = {"rule": "domain_missing", "place": "domain.B", "said": "L’intercommunalité s’en charge."}
    content = {"objectives": [late], "reasons": [said]}

    found = remarks_of(content, Frame(rules, ["A", "B", "C"]))

    assert [(r.rule["rule"], r.place, r.said) for r in found] == [
        ("domain_missing", "domain.A", ""),
        ("domain_missing", "domain.B", "L’intercommunalité s’en charge."),
        ("action_without_lead", "action.rue.lead_service", ""),
    ]


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ({"yearly_targets": ""}, []),
        ({"yearly_targets": "2027: 40; 2028: 55; 2030: 80"}, []),
        ({"yearly_targets": "2027: 60; 2028: 55"}, ["indicator.part.yearly_targets"]),
        ({"yearly_targets": "2027: 30"}, ["indicator.part.yearly_targets"]),
        ({"yearly_targets": "2030: 81"}, ["indicator.part.yearly_targets"]),
        ({"yearly_targets": "2027: 30", "baseline": None}, []),
        ({"yearly_targets": "2030: 81", "target": None}, []),
        ({"yearly_targets": "2027: 60", "direction": "lower_is_better", "target": "20.000", "baseline": "70.000"}, []),
        ({"yearly_targets": "2027: 10", "direction": "lower_is_better", "target": "20.000", "baseline": "70.000"},
         ["indicator.part.yearly_targets"]),
        ({"yearly_targets": "2027: 60; 2028: 55", "direction": "neutral"}, []),
    ],
)  # fmt: skip
def test_yearly_targets_off_course(said, places):
    assert noticed("yearly_targets_off_course", an_objective(indicators=[an_indicator(**said)])) == places


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("2026: 40; 2032: 80", []),
        ("2025: 40", ["indicator.part.yearly_targets"]),
        ("2033: 80", ["indicator.part.yearly_targets"]),
    ],
)
def test_yearly_targets_outside_mandate(words, places):
    objective = an_objective(indicators=[an_indicator(yearly_targets=words)])
    mandate = {"starts_on": date(2026, 9, 1), "ends_on": date(2033, 1, 1)}

    assert noticed("yearly_targets_outside_mandate", objective, **mandate) == places
    assert noticed("yearly_targets_outside_mandate", objective) == []
