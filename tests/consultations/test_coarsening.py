"""What is said of a child made wider: how few say less, what goes with it, what of it would tell."""

import numpy as np
import pytest

from marelle.consultations import coarsening

pytestmark = pytest.mark.once


def told(*groups):
    """`groups`: (région, age, gender, sheets). What is said, in the same order, and of how many."""
    rows = np.array([group[:3] for group in groups for _sheet in range(group[3])], np.int64)
    return coarsening.told(rows[:, 0], rows[:, 1], rows[:, 2]), rows


def counted(found):
    said = zip(found.region[found.kept], found.age[found.kept], found.gender[found.kept], strict=True)
    counts: dict = {}
    for region, age, gender in said:
        key = (int(region), int(age), int(gender))
        counts[key] = counts.get(key, 0) + 1
    return counts


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([(1, 1, 1, 30)], {(1, 1, 1): 30}),
        ([(1, 1, 1, 29), (1, 2, 1, 500)], {(1, 2, 1): 500}),  # nobody to be with: left out
        ([(1, 1, 1, 15), (1, 2, 1, 15)], {(1, 5, 1): 30}),
        ([(1, 3, 1, 29), (1, 4, 1, 1)], {(1, 6, 1): 30}),
        ([(1, 1, 1, 20), (1, 1, 2, 10)], {(1, 5, 0): 30}),
        ([(1, 1, 1, 20), (1, 4, 2, 10)], {(1, 0, 0): 30}),
        ([(1, 1, 1, 20), (2, 4, 2, 10)], {(0, 0, 0): 30}),
        ([(1, 1, 1, 20), (2, 4, 2, 9)], {}),
    ],
    ids=["thirty", "left out", "two ages", "two older ages", "no gender", "no age", "no région", "nobody"],
)
def test_few_say_less_one_step_at_a_time(groups, said):
    found, _rows = told(*groups)

    assert counted(found) == said


def test_nobody_says_what_fewer_than_thirty_say():
    drawn = np.random.default_rng(2026)
    for _time in range(50):
        sizes = drawn.geometric(0.03, size=5 * 4 * 4)
        groups = [(n // 16 + 1, n // 4 % 4 + 1, n % 4 + 1, int(size)) for n, size in enumerate(sizes)]

        found, rows = told(*groups)

        assert min(counted(found).values()) >= coarsening.FLOOR
        assert (~found.kept).sum() < coarsening.FLOOR
        same = found.kept & (found.region != 0)
        assert (found.region[same] == rows[same, 0]).all()  # wider, never other


def test_weight_of_those_who_say_less_is_their_mean():
    """Weights follow région, age and gender: one's own would tell what is left out."""
    found, _rows = told((1, 1, 1, 20), (1, 2, 1, 10), (1, 3, 1, 30))

    weights = coarsening.weights(found, np.array([900] * 20 + [1800] * 10 + [1100] * 30))

    assert weights.tolist() == [1200] * 30 + [1100] * 30


def test_answers_that_would_tell_the_age_are_left_out():
    """A question put to one of two ages alone: those who say "6 to 11" do not say their answer to it."""
    found, rows = told((1, 1, 1, 20), (1, 2, 1, 10), (1, 2, 2, 30))
    young, all_ages = np.where(rows[:, 1] == 2, 1, 0).astype(np.uint8), np.ones(60, np.uint8)

    untold = coarsening.untold(found, rows[:, 1], {"older": young, "all": all_ages})

    assert untold["older"].tolist() == [True] * 30 + [False] * 30
    assert untold["all"].tolist() == [False] * 60


def test_a_higher_floor_makes_more_sheets_say_less():
    rows = np.repeat([(1, 1, 1), (1, 2, 1), (1, 3, 1)], [70, 40, 100], axis=0)

    found = coarsening.told(rows[:, 0], rows[:, 1], rows[:, 2], floor=100)

    assert counted(found) == {(1, coarsening.YOUNGER, 1): 110, (1, 3, 1): 100}
