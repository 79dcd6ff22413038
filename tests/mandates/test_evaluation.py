"""The evaluation of a cohort, agreed number by number: three towns, one domain, by hand."""

from datetime import date
from decimal import Decimal

import pytest

from marelle.mandates.evaluation import Books, evaluate

ON = date(2031, 12, 3)


def mandate(town, ends_on=date(2031, 11, 20), state="ended"):
    return {
        "code": f"m-{town}",
        "organisation": town,
        "plan": f"p-{town}",
        "starts_on": date(2025, 11, 20),
        "ends_on": ends_on,
        "state": state,
    }


def indicator(code, town, baseline=None, target=None, direction="higher_is_better", kind="number", definition=""):
    given = {"baseline": baseline, "target": target, "direction": direction, "kind": kind, "definition": definition}
    values = {name: Decimal(v) if isinstance(v, int) else v for name, v in given.items()}
    return {"code": code, "organisation": town, "objective": f"o-{town}", "domain": "education", **values}


def reading(of, value, period="2030", proof="declared", until=None):
    return {
        "code": f"r-{of}-{period}",
        "indicator": of,
        "period": period,
        "until": until or date(int(period[:4]), 12, 31),
        "value": None if value is None else Decimal(value),
        "proof": proof,
    }


def proposal(code, town, received_on, answered_on=None):
    answer = "yes" if answered_on else None
    named = {"code": code, "organisation": town, "answer": answer}
    return named | {"received_on": received_on, "answered_on": answered_on}


def rating(town, by, verdict, report=None):
    named = {"report": report or f"f-{town}", "organisation": town, "objective": f"o-{town}", "domain": "education"}
    return named | {"by": by, "verdict": verdict}


@pytest.fixture
def books():
    """A, B and C end in 2031, D in 2032. C has no final report and knows nothing."""
    towns = ("A", "B", "C", "D")
    return Books(
        mandates=[
            mandate("A"),
            mandate("B", date(2032, 1, 1), "prolonged"),  # its last day is 31 December 2031
            mandate("C"),
            mandate("D", date(2032, 11, 20), "active"),
        ],
        objectives=[{"code": f"o-{t}", "plan": f"p-{t}", "domain": "education"} for t in towns],
        actions=[
            {"code": f"a-{t}{n}", "organisation": t, "objective": f"o-{t}", "domain": "education", "state": state}
            for t, states in (("A", "done done"), ("B", "done blocked"), ("C", "abandoned"), ("D", "done"))
            for n, state in enumerate(states.split())
        ],
        indicators=[
            indicator("A1", "A", 0, 100),
            indicator("A2", "A", 10, 50),
            indicator("A3", "A", 20, 10, "lower_is_better"),
            indicator("B1", "B", 0, 8),
            indicator("C1", "C", 0),
            indicator("C2", "C", 0, 10),
            indicator("D1", "D", 0, 10),
            *(indicator(f"{t}y", t, kind="yes_no", definition="E-I5") for t in towns),
        ],
        readings=[
            reading("A1", 10, "2028"), reading("A1", 50, "2029"), reading("A1", None, "2030"),
            reading("A2", 20, proof="verified"),
            reading("A3", 12, "2030"), reading("A3", 14, "2030-S2"),  # both end on 31 December: the year counts
            reading("B1", 3), reading("C1", 3), reading("D1", 10),
            reading("Ay", 1), reading("By", 0), reading("Dy", 1),
        ],
        reports=[
            {"code": f"f-{t}", "plan": f"p-{t}", "kind": "final"} for t in ("A", "B", "D")
        ] + [{"code": "half-A", "plan": "p-A", "kind": "mid_term"}],
        ratings=[
            rating("A", "city", "achieved"), rating("A", "children", "held_back"), rating("B", "city", "on_track"),
            rating("A", "city", "no_progress", "half-A"), rating("D", "city", "achieved"),
        ],
        proposals=[
            proposal("1", "A", date(2030, 1, 10), date(2030, 4, 10)),  # the last day
            proposal("2", "A", date(2030, 1, 10), date(2030, 4, 11)),
            proposal("3", "B", date(2031, 11, 1)),  # not due on 3 December
            proposal("4", "B", None, date(2030, 4, 11)),  # nobody knows when it came
            proposal("5", "C", date(2031, 1, 1)),
            proposal("6", "C", date(2025, 1, 1)),  # before the mandate
            proposal("7", "D", date(2030, 1, 1)),
        ],
    )  # fmt: skip


def numbers(books, section):
    return {
        line.key.partition(".")[2]: (line.value, line.known, line.asked)
        for line in evaluate(books, 2031, ON)
        if line.parts[0] == section
    }


def test_cohort_is_of_those_whose_last_day_is_in_the_year(books):
    assert numbers(books, "mandates") == {"evaluated": (3, 3, 3), "ended": (2, 3, 3), "final_report": (2, 3, 3)}


def test_attainment_counts_each_town_once_at_each_level_of_proof(books):
    """Declared: A has 50 % (A1 of 2029) and 80 % (A3), 65 %; B 37.5 %: mean 51.25, shown 51. Verified: A2, 25 %.

    Not known: C1 without target, C2 unread; the yes/no of A, B and C have no target.
    """
    assert numbers(books, "attainment") == {
        "education.declared": (51, 2, 3),
        "education.evidenced": (None, 0, 3),
        "education.verified": (25, 1, 3),
        "education.unknown": (5, 4, 9),
    }


def test_ratings_stand_apart_by_who_says_so(books):
    found = numbers(books, "ratings")

    assert {key: value for key, value in found.items() if value[0]} == {
        "education.city-achieved": (1, 2, 3),
        "education.city-on_track": (1, 2, 3),
        "education.children-held_back": (1, 1, 3),
    }
    assert len(found) == 15


def test_actions_are_counted_by_state(books):
    found = numbers(books, "actions")

    assert {key: value for key, (value, _known, _asked) in found.items()} == {
        "education.planned": 0,
        "education.in_progress": 0,
        "education.blocked": 1,
        "education.postponed": 0,
        "education.done": 3,
        "education.abandoned": 1,
    }
    assert {(known, asked) for _value, known, asked in found.values()} == {(5, 5)}


def test_policies_give_the_share_of_yes_among_the_towns_that_say(books):
    """A yes, B no, C says nothing; D is of another cohort."""
    assert numbers(books, "policies") == {"E-I5": (50, 2, 3)}


def test_proposals_not_due_or_undated_are_left_aside(books):
    """In time: 1. Late: 2, and 5 which nobody answered. 3 is not due, 4 is undated."""
    assert numbers(books, "proposals") == {"received": (5, 5, 5), "answered": (3, 5, 5), "in_time": (33, 3, 5)}


def test_each_number_holds_what_it_was_made_from(books):
    lines = {line.key: line for line in evaluate(books, 2031, ON)}

    inputs = [(i.organisation, i.code, i.value, i.detail) for i in lines["attainment.education.declared"].inputs]
    assert inputs == [
        ("A", "A1", 500_000, "0 → 100 : 50 (2029)"),
        ("A", "A3", 800_000, "20 → 10 : 12 (2030)"),
        ("B", "B1", 375_000, "0 → 8 : 3 (2030)"),
    ]
    assert [i.code for i in lines["attainment.education.unknown"].inputs] == ["C1", "C2", "Ay", "By", "Cy"]
    assert [(i.organisation, i.value) for i in lines["policies.E-I5"].inputs] == [
        ("A", "yes"),
        ("B", "no"),
        ("C", None),
    ]


def test_nobody_in_the_year_gives_nothing_known(books):
    lines = evaluate(books, 2040, ON)

    assert [(line.key, line.value) for line in lines] == [
        ("mandates.evaluated", 0),
        ("mandates.ended", 0),
        ("mandates.final_report", 0),
        ("proposals.received", 0),
        ("proposals.answered", 0),
        ("proposals.in_time", None),
    ]
