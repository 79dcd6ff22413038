from datetime import date

import pytest

from marelle.plans import periods


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-S2", date(2027, 7, 1), date(2027, 12, 31)),
        ("2027-Q3", date(2027, 7, 1), date(2027, 9, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-09-14", date(2027, 9, 14), date(2027, 9, 14)),
    ],
)
def test_days_of_a_period(period, first, last):
    assert periods.days_of(period) == (first, last)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "27",
        "2027-S3",
        "2027-S0",
        "2027-Q5",
        "2027-13",
        "2027-00",
        "2027-02-30",
        "1899",
        "2101",
        "2027-",
        "2027\n",
        "٢٠٢٧",
    ],
)
def test_what_is_no_period_is_refused(words):
    with pytest.raises(ValueError):
        periods.days_of(words)


def test_period_is_over_the_day_after_its_last():
    assert [periods.is_over("2027-Q3", date(2027, month, day)) for month, day in ((9, 30), (10, 1))] == [False, True]


def test_year_before_is_the_last_whole_one():
    assert periods.year_before(date(2028, 1, 1)) == "2027"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2027", "2027"),
        ("2027-S1", "1er semestre 2027"),
        ("2027-Q4", "4e trimestre 2027"),
        ("2027-09", "septembre 2027"),
        ("2027-09-14", "14 septembre 2027"),
    ],
)
def test_period_is_told_as_one_says_it(period, words):
    assert periods.in_words(period) == words
