"""What each sheet weighs: raked where enough sheets tell, left as it is elsewhere."""

import numpy as np
import pytest

from marelle.consultations import freezing, weighing
from marelle.consultations.weighing import NotMargins, read_margins, weigh

pytestmark = pytest.mark.once


def by_class(weights, column):
    """The mean weight of each class, to the hundredth."""
    classes = np.array(column)
    return {name: round(weights[classes == name].mean() / 1000, 2) for name in dict.fromkeys(column)}


def test_class_that_answered_too_much_weighs_less():
    ages = ["6_8"] * 150 + ["9_11"] * 50

    weights = weigh([["age", "6_8", "500", ""], ["age", "9_11", "500", ""]], {"age": ages})

    assert by_class(weights, ages) == {"6_8": 0.67, "9_11": 2.0}
    assert weights.sum() == pytest.approx(200_000, rel=1e-3)


def test_two_margins_hold_together():
    ages = ["6_8"] * 120 + ["9_11"] * 80
    genders = (["girl"] * 60 + ["boy"] * 60) + (["girl"] * 60 + ["boy"] * 20)

    weights = weigh(
        [
            ["age", "6_8", "50", ""],
            ["age", "9_11", "50", ""],
            ["gender", "girl", "49", ""],
            ["gender", "boy", "51", ""],
        ],
        {"age": ages, "gender": genders},
    )

    of = lambda column, name: weights[np.array(column) == name].sum() / weights.sum()  # noqa: E731
    assert (of(ages, "6_8"), of(genders, "girl")) == (pytest.approx(0.5, abs=1e-3), pytest.approx(0.49, abs=1e-3))


def test_gender_no_census_knows_keeps_its_share():
    genders = ["girl"] * 120 + ["boy"] * 60 + ["other"] * 20

    weights = weigh([["gender", "girl", "100", ""], ["gender", "boy", "100", ""]], {"gender": genders})

    assert by_class(weights, genders) == {"girl": 0.75, "boy": 1.5, "other": 1.0}


def test_class_of_few_is_left_as_it_is_or_joins_its_neighbour():
    regions = ["52"] * 100 + ["24"] * 60 + ["11"] * 10
    rows = [["region", "52", "100", ""], ["region", "24", "100", ""], ["region", "11", "900", ""]]

    alone = weigh(rows, {"region": regions})
    joined = weigh([*rows[:2], ["region", "11", "100", "24"]], {"region": regions})

    assert by_class(alone, regions) == {"52": 0.8, "24": 1.33, "11": 1.0}
    assert by_class(joined, regions) == {"52": 0.57, "24": 1.62, "11": 1.62}


def test_nothing_known_of_anybody_changes_nothing():
    assert set(weigh([["region", "52", "100", ""]], {"region": ["24"] * 50}).tolist()) == {1000}


def test_sheets_are_weighed_by_the_région_of_their_zone():
    columns = {
        "zone": ["commune:44143"] * 60 + ["FR"] * 40 + ["commune:37261"] * 60,
        "age": np.full(160, 2, np.uint8),
        "sex": np.full(160, 1, np.uint8),
    }
    chain = {"commune:44143": ("commune:44143", "region:52", "FR"), "commune:37261": ("region:24", "FR"), "FR": ("FR",)}
    rows = [["region", "52", "300", ""], ["region", "24", "100", ""]]

    found = freezing.weighed(columns, rows, chain.__getitem__)

    assert by_class(found["weight"], columns["zone"]) == {"commune:44143": 1.5, "FR": 1.0, "commune:37261": 0.5}


@pytest.mark.parametrize("mark", [",", ";"])
def test_file_is_read_with_commas_or_semicolons(mark):
    text = "variable,category,total,neighbour\nregion,52,1000,24\n\nage,6_8,500,\n".replace(",", mark)

    assert read_margins(text.encode("utf-8-sig")) == [["region", "52", "1000", "24"], ["age", "6_8", "500", ""]]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a,b\n", 1, "columns"),
        ("variable,category,total\n", 0, "empty"),
        ("", 1, "columns"),
        ("variable,category,total\nheight,12,5\n", 2, "variable"),
        ("variable,category,total\nage,7_9,5\n", 2, "category"),
        ("variable,category,total\nregion,,5\n", 2, "category"),
        ("variable,category,total\nage,6_8,0\n", 2, "total"),
        ("variable,category,total\nage,6_8,many\n", 2, "total"),
        ("variable,category,total\nage,6_8,5\nage,6_8,6\n", 3, "twice"),
        ("variable,category,total\nage,6_8\n", 2, "columns"),
    ],
)
def test_faults_are_told_by_line(text, line, why):
    with pytest.raises(NotMargins) as fault:
        read_margins(text.encode())

    assert (fault.value.line, fault.value.why) == (line, why)


def test_file_that_is_no_text_is_told():
    with pytest.raises(NotMargins) as fault:
        read_margins(b"\xff\xfe\x00")

    assert fault.value.why == "unreadable"
    assert set(weighing.FAULTS) >= {"unreadable", "columns", "empty", "variable", "category", "total", "twice"}
