"""Weights: raked to known totals, small classes merged, trimmed, kept as whole thousandths."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.consultations.weights import (
    Margin,
    Unrakable,
    calibrated,
    collapse,
    design,
    merged,
    rake,
    spread,
    thousandths,
    trimmed,
)

pytestmark = pytest.mark.once
AGE, SEX = Margin("age", {"young": 60, "old": 40}), Margin("sex", {"girl": 50, "boy": 50})
CLOSE = 1e-9


def total(weights, column, category):
    return math.fsum(w for w, each in zip(weights, column, strict=True) if each == category)


# Raking --------------------------------------------------------------------------------------------------------------
def test_one_margin_is_met_by_dividing():
    weights = rake([AGE], [["young", "young", "old", "young"]])

    assert weights.tolist() == [20, 20, 40, 20]


def test_two_margins_are_met_as_by_hand():
    age, sex = (
        ["young", "young", "old"],
        ["girl", "boy", "boy"],
    )  # one way only: the old are boys, 40; the other boy is 10

    weights = rake([AGE, SEX], [age, sex])

    assert weights == pytest.approx([50, 10, 40], abs=CLOSE)


def test_weights_to_begin_with_keep_their_ratio_in_a_cell():
    weights = rake([AGE], [["young", "young", "old"]], [1, 3, 7])

    assert weights.tolist() == [15, 45, 40]


def test_odds_ratio_of_cells_is_not_touched():
    age = ["young"] * 10 + ["old"] * 10
    sex = ["girl"] * 6 + ["boy"] * 4 + ["girl"] * 3 + ["boy"] * 7

    w = rake([AGE, SEX], [age, sex])

    assert (6 * w[0] * 7 * w[13]) / (4 * w[6] * 3 * w[10]) == pytest.approx(6 * 7 / (4 * 3), rel=CLOSE)


def test_class_that_adds_to_nothing_weighs_nothing():
    weights = rake([Margin("age", {"young": 10, "old": 0})], [["young", "old", "young"]])

    assert weights.tolist() == [5, 0, 5]


@pytest.mark.parametrize(
    ("margins", "columns", "start", "sentence"),
    [
        ([AGE], [["young", "adult"]], None, "age: the category “adult” has no total."),
        ([AGE], [["young", "young"]], None, "age: “old” should add to 40 and has no sheet."),
        ([AGE], [[]], None, "There is no sheet to weigh."),
        ([AGE], [["young", "old"]], [1, 0], "A weight to begin with is a number above 0."),
        ([AGE], [["young", "old"]], [1, math.nan], "A weight to begin with is a number above 0."),
        (
            [AGE, Margin("sex", {"girl": 50, "boy": 51})],
            [["young", "old"], ["girl", "boy"]],
            None,
            "The totals of age add to 100, those of sex to 101.",
        ),
        (
            [Margin("age", {"young": -1, "old": 2})],
            [["young", "old"]],
            None,
            "age: totals are numbers of 0 or more, and not all 0.",
        ),
        (
            [Margin("age", {"young": 100, "old": 0}), SEX],
            [["young", "old"], ["girl", "boy"]],
            None,
            "sex: “boy” should add to 50 and has no sheet.",
        ),
        (
            [AGE, SEX],
            [["young", "old"], ["girl", "boy"]],
            None,
            "These margins cannot all be met: after 1000 rounds a factor is still 0.25 from 1.",
        ),
    ],
    ids=["unknown", "empty", "nobody", "zero", "nan", "totals disagree", "negative", "emptied", "impossible"],
)
def test_what_cannot_be_raked_is_said(margins, columns, start, sentence):
    with pytest.raises(Unrakable) as refused:
        rake(margins, columns, start)

    assert str(refused.value) == sentence


sheets = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.floats(0.2, 5)), min_size=1, max_size=60
).map(lambda drawn: [(a, s, 1.0) for a in "abc" for s in "xy"] + drawn)
shares = st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8))


def margins_of(drawn, people=1000.0):
    first, second = drawn
    return [
        Margin("age", {"a": people * first / 2, "b": people * first / 2, "c": people * (1 - first)}),
        Margin("sex", {"x": people * second, "y": people * (1 - second)}),
    ]


def raked(rows, margins):
    return rake(margins, [[row[0] for row in rows], [row[1] for row in rows]], [row[2] for row in rows])


@given(sheets, shares)
def test_margins_are_met(rows, drawn):
    margins = margins_of(drawn)

    weights = raked(rows, margins)

    for place, margin in enumerate(margins):
        column = [row[place] for row in rows]
        assert {c: total(weights, column, c) for c in margin.totals} == pytest.approx(dict(margin.totals), rel=CLOSE)


@given(sheets, shares, st.floats(0.01, 100))
def test_weights_follow_the_scale_of_the_totals_and_forget_that_of_the_start(rows, drawn, times):
    weights = raked(rows, margins_of(drawn))

    assert raked(rows, margins_of(drawn, 1000 * times)) == pytest.approx(weights * times, rel=CLOSE)
    assert raked([(a, s, w * times) for a, s, w in rows], margins_of(drawn)) == pytest.approx(weights, rel=CLOSE)


@given(sheets, shares, st.randoms(use_true_random=False))
def test_order_of_sheets_and_of_margins_does_not_matter(rows, drawn, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    weights, margins = raked(rows, margins_of(drawn)), margins_of(drawn)

    assert raked([rows[n] for n in order], margins) == pytest.approx(weights[order], rel=CLOSE)
    other = rake(margins[::-1], [[row[1] for row in rows], [row[0] for row in rows]], [row[2] for row in rows])
    assert other == pytest.approx(weights, rel=1e-8)


def test_sheets_are_collapsed_to_their_different_combinations():
    columns = [np.array([1, 0, 1, 1]), np.array([0, 1, 0, 1])]

    cells = collapse([AGE, SEX], columns, np.array([1.0, 2.0, 4.0, 8.0]))

    assert cells.codes.tolist() == [[0, 1], [1, 0], [1, 1]]
    assert (cells.start.tolist(), cells.of_sheet.tolist()) == ([2, 5, 8], [1, 0, 1, 2])


def test_many_combinations_are_collapsed_the_same():
    wide = [Margin(name, dict.fromkeys(map(str, range(1100)), 1.0)) for name in ("commune", "school")]

    cells = collapse(wide, [np.array([1099, 3, 1099]), np.array([1098, 5, 1098])], np.ones(3))

    assert cells.codes.tolist() == [[3, 5], [1099, 1098]]
    assert (cells.start.tolist(), cells.of_sheet.tolist()) == ([1, 2], [1, 0, 1])


# Small classes -------------------------------------------------------------------------------------------------------
SIZES = {"village": 100, "town": 200, "city": 400}
NEIGHBOURS = {"village": "town", "town": "city", "city": "town"}


def places(**sheets):
    return [place for place, count in sheets.items() for _sheet in range(count)]


@pytest.mark.parametrize(
    ("sheets", "totals"),
    [
        ({"village": 30, "town": 30, "city": 30}, SIZES),
        ({"village": 29, "town": 30, "city": 30}, {"town": 300, "city": 400}),
        ({"village": 0, "town": 30, "city": 30}, {"town": 300, "city": 400}),
        ({"village": 12, "town": 10, "city": 30}, {"city": 700}),
        ({"village": 10, "town": 12, "city": 30}, {"city": 700}),
    ],
    ids=["enough", "one too few", "none", "two small ones", "both join the same"],
)
def test_small_class_joins_its_neighbour(sheets, totals):
    margin, column = merged(Margin("size", SIZES, NEIGHBOURS), places(**sheets))

    assert margin.totals == totals
    assert len(column) == sum(sheets.values()) and set(column) <= set(totals)


def test_class_nobody_expects_stays_as_it_is():
    margin = Margin("size", {"village": 0, "town": 200}, {"village": "town"})

    assert merged(margin, places(village=3, town=40))[0].totals == {"village": 0, "town": 200}


def test_small_class_with_nobody_to_join_is_refused():
    with pytest.raises(Unrakable) as refused:
        merged(Margin("sex", {"girl": 50, "other": 2}), ["girl"] * 40 + ["other"])

    assert str(refused.value) == "sex: “other” has fewer than 30 sheets and no neighbour to join."


# Trimming, storing ---------------------------------------------------------------------------------------------------
def test_weights_are_held_between_three_tenths_and_three_times_the_mean():
    weights = np.array([1.0] * 8 + [0.1, 11.9])  # mean 2

    assert trimmed(weights).tolist() == [1.0] * 8 + [0.6, 6.0]


def test_sheet_that_weighs_nothing_stays_so_and_moves_no_bound():
    assert trimmed(np.array([0.0, 0.0, 0.1] + [1.0] * 7 + [0.9])).tolist() == [0, 0, 0.3 * 8 / 9] + [1.0] * 7 + [0.9]


def test_weights_within_bounds_are_raked_and_scaled_alone():
    age = ["young", "young", "old"]

    assert calibrated([AGE], [age]) == pytest.approx([0.9, 0.9, 1.2], abs=CLOSE)


def test_trimmed_weights_still_meet_margins():
    age, sex = ["young"] * 20 + ["old"] * 20, (["girl"] * 19 + ["boy"]) * 2
    untrimmed = rake([AGE, SEX], [age, sex], [1.0] * 39 + [9.0])

    weights = calibrated([AGE, SEX], [age, sex], [1.0] * 39 + [9.0])

    assert np.mean(weights) == pytest.approx(1, abs=CLOSE)
    assert [total(weights, age, "young"), total(weights, sex, "boy")] == pytest.approx([24, 20], abs=1e-8)
    assert np.max(weights) < np.max(untrimmed) / np.mean(untrimmed) - 1


def test_extreme_start_is_trimmed_for_good_where_margins_allow_it():
    weights = calibrated([AGE], [["young"] * 30 + ["old"] * 30], [100.0] + [1.0] * 59)

    assert np.max(weights) == pytest.approx(3, abs=0.01)
    assert total(weights, ["young"] * 30 + ["old"] * 30, "young") == pytest.approx(36, abs=CLOSE)


def test_stored_weights_are_whole_thousandths_halves_upwards():
    assert thousandths(np.array([1, 0.0625, 0.2995, 1.99949])).tolist() == [1000, 63, 300, 1999]


def test_design_effect_of_stored_weights():
    assert design(np.array([1000, 1000, 1000])) == 1.0
    assert design(np.array([500, 1500])) == 1.25  # 2 (0.25 + 2.25) / 4


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ([1000] * 40, {"least": 1.0, "most": 1.0, "trimmed": 0}),
        ([300] * 7 + [3000] * 6 + [1000] * 27, {"least": 0.3, "most": 2.5, "trimmed": 5}),
        ([3400] * 3 + [1000] * 60 + [0] * 2, {"least": 0.0, "most": 3.1, "trimmed": None}),
    ],
    ids=["all alike", "some light", "three heavy, two of no weight"],
)
def test_spread_says_how_far_weights_go_and_counts_nobody_out(stored, told):
    assert spread(np.array(stored)) == told
