"""The perturbation table, beside the figures of the public reference (R `ptable` 1.0.0.9000, optim = 4)."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marelle.consultations.ptable import BROAD, NARROW, WHOLE, Infeasible, Parameters, reachable, row, table, thresholds
from tests.scale import scaled

pytestmark = pytest.mark.once
REFERENCE = json.loads((Path(__file__).parents[1] / "data" / "ptable_vectors.json").read_text())


@pytest.mark.parametrize("name", ["D2V1js0opt4", "D3V1js0opt4", "D5V3js2opt4", "D8V3js2opt4", "D10V4js2opt4"])
def test_rows_are_the_reference_s(name):
    ours = table(Parameters(*map(int, re.fullmatch(r"D(\d+)V(\d+)js(\d+)opt4", name).groups())))
    theirs = REFERENCE[name]

    pairs = [(ours[i].get(j, 0.0), p) for i, j, p in zip(theirs["i"], theirs["j"], theirs["p"], strict=True) if i]
    assert len(pairs) > 5 and max(abs(mine - other) for mine, other in pairs) < 1e-6


def test_thresholds_of_the_first_row_are_the_stored_ones():
    found = thresholds(row(BROAD, 1))

    assert [target for target, _bound in found] == [0, 3, 4, 5, 6, 7, 8, 9]
    assert [bound for _target, bound in found] == [
        3141700413, 3780275501, 4085968384, 4218013038, 4269478807, 4287578794, 4293322605, WHOLE,
    ]  # fmt: skip


def test_row_where_our_variance_is_the_one_asked_for():
    assert row(Parameters(2, 1), 1) == pytest.approx({0: 0.375, 1: 0.375, 2: 0.125, 3: 0.125}, abs=1e-9)


@pytest.mark.parametrize(
    ("given", "named", "low", "high"),
    [
        ((11, 6, 4), 2, 6, 22),
        ((6, 3, 4), 1, 4, 6),
        ((5, 6, 2), 1, 2, 5),
        ((2, 1.5, 0), 1, 0, 1.2),
        ((3, 1, 2), 1, 2, 3),
    ],
)
def test_table_that_cannot_be_is_refused_by_its_row(given, named, low, high):
    with pytest.raises(Infeasible) as refused:
        table(Parameters(*given))

    found = refused.value
    assert (found.row, found.low, found.high) == (named, pytest.approx(low), pytest.approx(high))
    assert f"Row {named}" in str(found)


def test_least_share_that_stays_is_held_exactly():
    assert row(Parameters(8, 3, 2, stays=0.5), 11)[11] == 0.5
    assert row(Parameters(8, 3, 2, stays=0.1), 11) == row(BROAD, 11)
    with pytest.raises(Infeasible):
        row(Parameters(2, 1, 0, stays=0.9), 2)


@pytest.mark.parametrize("parameters", [BROAD, NARROW, Parameters(2, 1), Parameters(8, 3, 2, 0.4)], ids=str)
def test_noise_has_mean_0_the_variance_and_its_bounds(parameters):
    for count, shares in table(parameters).items():
        check(parameters, count, shares)


@settings(max_examples=scaled(1000), deadline=None, derandomize=True)
@given(st.integers(1, 12), st.floats(0.3, 10), st.integers(0, 4))
def test_any_table_keeps_its_promises_or_is_refused(largest, variance, none_up_to):
    parameters = Parameters(largest, variance, none_up_to)
    for count in range(1, parameters.last_row + 1):
        low, high = reachable([j - count for j in parameters.targets(count)])
        try:
            check(parameters, count, row(parameters, count))
        except Infeasible:
            assert not low + 1e-6 < variance < high - 1e-6


def check(parameters, count, shares):
    noises = {target - count: share for target, share in shares.items()}
    assert abs(sum(shares.values()) - 1) < 1e-12
    assert abs(sum(v * p for v, p in noises.items())) < 1e-10
    assert abs(sum(v * v * p for v, p in noises.items()) - parameters.variance) < 1e-9
    assert all(abs(v) <= parameters.largest for v in noises)
    assert all(target == 0 or target > parameters.none_up_to for target in shares)
    rising = [p for v, p in sorted(noises.items()) if v <= 0]
    assert 0 not in noises or all(left <= right + 1e-12 for left, right in zip(rising, rising[1:], strict=False))
