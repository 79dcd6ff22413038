"""Charts over time: where lines go, where they break, what the axes say."""

from datetime import date
from decimal import Decimal as D

import pytest

from marelle.web.parts.charts import Mark, over_time

FROM, MIDDLE, TO = date(2027, 1, 1), date(2028, 1, 1), date(2029, 12, 31)
LEFT, RIGHT, TOP, FOOT = 56, 312, 12, 172  # the edges of the drawing, in its units


def test_values_go_from_foot_to_top_and_days_from_left_to_right():
    chart = over_time([("Relevé", [(FROM, D(0)), (TO, D(100))])], ends=(D(0), D(100)))

    assert chart.traces[0].path == f"M{LEFT} {FOOT}L{RIGHT} {TOP}"
    assert chart.traces[0].last == Mark(RIGHT, TOP)


def test_a_value_that_holds_is_drawn_in_steps_until_the_last_day():
    chart = over_time([("Déclaré", [(FROM, D(0)), (MIDDLE, D(100))])], ends=(D(0), D(100)), holds=True, until=TO)

    assert chart.traces[0].path == f"M{LEFT} {FOOT}H141V{TOP}H{RIGHT}"  # 365 of 1,095 days, on 256 units: 56 + 85


@pytest.mark.parametrize(
    ("holds", "path"), [(False, "M56 172M312 12"), (True, "M56 172H141M312 12")], ids=["readings", "what holds"]
)
def test_a_line_breaks_where_nothing_was_known(holds, path):
    chart = over_time([("", [(FROM, D(0)), (MIDDLE, None), (TO, D(100))])], ends=(D(0), D(100)), holds=holds)

    assert chart.traces[0].path == path


def test_lines_differ_by_more_than_colour():
    points = [(FROM, D(1)), (TO, D(2))]

    chart = over_time([("a", points), ("b", points), ("c", points)])

    assert len({trace.dash for trace in chart.traces}) == 3


def test_an_axis_begins_at_nothing_so_that_a_small_change_does_not_look_large():
    chart = over_time([("", [(FROM, D(98)), (TO, D(100))])], words=lambda value: f"{value:g}")

    assert [level.words for level in chart.levels] == ["0", "50", "100"]
    assert chart.traces[0].marks == [Mark(LEFT, 15), Mark(RIGHT, TOP)]  # 98 % of 160 units


def test_the_target_has_its_own_height_and_stretches_the_axis():
    chart = over_time([("", [(FROM, D(10)), (TO, D(20))])], target=D(40))

    assert (chart.aim, chart.traces[0].last) == (f"M{LEFT} {TOP}H{RIGHT}", Mark(RIGHT, 92))


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2026, 9, 1), date(2032, 9, 1), ["2027", "2028", "2029", "2030", "2031", "2032"]),
        (date(2020, 3, 1), date(2032, 9, 1), ["2021", "2023", "2025", "2027", "2029", "2031"]),
        (date(2027, 2, 1), date(2027, 5, 1), ["02/2027"]),
    ],
    ids=["a mandate", "two mandates", "three months"],
)
def test_years_are_written_under_the_axis_without_touching(first, last, years):
    chart = over_time([("", [(first, D(1)), (last, D(2))])])

    assert [mark.words for mark in chart.years] == years


@pytest.mark.parametrize("points", [[], [(FROM, None)]], ids=["nothing", "unknown"])
def test_nothing_known_is_not_drawn(points):
    assert over_time([("", points)]) is None


def test_one_reading_alone_is_a_point():
    chart = over_time([("", [(FROM, D(5))])])

    assert (chart.traces[0].path, chart.traces[0].marks) == ("M56 12", [Mark(56, 12)])
