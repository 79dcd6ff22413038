"""Design effects, differences, ratios and associations, beside figures worked by hand or printed in tables."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.consultations.estimates import (
    Ratio,
    association_classes,
    cluster_design,
    cramer,
    differ,
    f_tail,
    incomplete_beta,
    interval_design,
    kish,
    mean_of,
    quantile,
    ranks_differ,
    rao_scott,
    rao_scott_of_sums,
    risk_ratio,
    t_quantile,
    t_tail,
    total_of,
)
from marelle.consultations.tables import wilson

pytestmark = pytest.mark.once


# Weights and sites ---------------------------------------------------------------------------------------------------
def test_kish_is_exact_on_whole_thousandths():
    assert kish(4, 4000, 4_000_000) == 1.0
    assert kish(2, 2000, 500**2 + 1500**2) == 1.25
    assert kish(0, 0, 0) == 1.0


def test_share_and_its_variance_between_two_sites():
    # p = 3/4. z = (y - p)/4: site a holds two ones, u = 2 × 1/16; site b a one and a zero, u = 1/16 - 3/16.
    # Mean u = 0; variance = 2/1 × (1/64 + 1/64).
    found = mean_of([1, 1, 1, 0], [1, 1, 1, 1], ["a", "a", "b", "b"])

    assert (found.value, found.variance, found.error, found.sites) == (0.75, 0.0625, 0.25, 2)


def test_design_effect_of_two_sites():
    assert cluster_design([1, 1, 1, 0], [1, 1, 1, 1], ["a", "a", "b", "b"]) == pytest.approx(4 / 3)  # .0625 / (.1875/4)


def test_total_and_its_variance_between_two_sites():
    found = total_of([1, 1, 1, 0], [2, 2, 2, 2], ["a", "a", "b", "b"])  # sums 4 and 2, mean 3: 2 × (1 + 1)

    assert (found.value, found.variance) == (6, 4)


def test_weights_move_the_share():
    assert mean_of([1, 0], [3, 1], [1, 2]).value == 0.75


@pytest.mark.parametrize(
    ("outcome", "site"), [([1, 0, 1], [1, 1, 1]), ([1, 1, 1], [1, 2, 3]), ([0, 0, 0], [1, 2, 3])],
    ids=["one site", "all", "none"],
)  # fmt: skip
def test_design_effect_is_unknown_where_nothing_can_be_told(outcome, site):
    assert cluster_design(outcome, [1, 1, 1], site) is None


def test_children_alone_at_their_site_are_a_simple_sample():
    outcome = [1, 0, 0, 1, 1, 0, 1, 1]

    assert cluster_design(outcome, np.ones(8), range(8)) == pytest.approx(8 / 7)


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0.3, 3), st.integers(0, 4)), min_size=5), st.floats(0.01, 100))
def test_variance_forgets_the_scale_of_weights_the_order_and_the_names_of_sites(rows, times):
    y, w, site = (np.array(column) for column in zip(*rows, strict=True))

    found, moved = mean_of(y, w, site), mean_of(y[::-1], times * w[::-1], [f"site {-s}" for s in site[::-1]])

    assert (moved.value, moved.sites) == (pytest.approx(found.value), found.sites)
    assert moved.variance == (None if found.variance is None else pytest.approx(found.variance, abs=1e-12))


def test_design_of_an_interval_is_the_larger_one():
    assert interval_design(1.4, 2.5, 60) == 2.5
    assert interval_design(2.5, 1.4, 60) == 2.5
    assert interval_design(1.4, None, 1) == 1.4


def test_few_sites_widen_an_interval_as_student_s_quantile_does():
    n, p, t = 400, 0.3, 2.262157162798  # nine degrees, printed tables

    low, high = wilson(np.array([p]), np.array([n / interval_design(1.0, 2.0, 10)]))

    e = n / 2
    centre = (p + t * t / (2 * e)) / (1 + t * t / e)
    half = t / (1 + t * t / e) * math.sqrt(p * (1 - p) / e + t * t / (4 * e * e))
    assert (low[0], high[0]) == (pytest.approx(centre - half, abs=1e-9), pytest.approx(centre + half, abs=1e-9))


# Laws ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("degrees", "printed"),
    [
        (1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (5, 2.5706), (6, 2.4469), (7, 2.3646), (8, 2.3060),
        (9, 2.2622), (10, 2.2281), (15, 2.1314), (20, 2.0860), (25, 2.0595), (30, 2.0423), (40, 2.0211),
        (50, 2.0086), (60, 2.0003), (120, 1.9799),
    ],
)  # fmt: skip
def test_student_quantiles_are_those_of_printed_tables(degrees, printed):
    assert round(t_quantile(degrees), 4) == printed


def test_student_quantiles_that_have_a_closed_form():
    for p in (0.6, 0.9, 0.975, 0.995):
        alpha = 4 * p * (1 - p)
        assert t_quantile(1, p) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-12)
        assert t_quantile(2, p) == pytest.approx((2 * p - 1) * math.sqrt(2 / alpha), rel=1e-12)
        cosine = math.cos(math.acos(math.sqrt(alpha)) / 3) / math.sqrt(alpha)
        assert t_quantile(4, p) == pytest.approx(2 * math.sqrt(cosine - 1), rel=1e-12)


@pytest.mark.parametrize(("degrees", "probability"), [(0, 0.975), (5, 1.0), (5, 0.4)])
def test_quantile_that_is_none_is_refused(degrees, probability):
    with pytest.raises(ValueError, match="No quantile of Student's law"):
        t_quantile(degrees, probability)


def test_quantile_of_many_sites_is_the_normal_one():
    assert (quantile(60), quantile(59)) == (1.959963984540054, t_quantile(58))
    assert round(quantile(59), 4) == 2.0017


@given(st.floats(0.001, 0.999), st.integers(1, 12), st.integers(1, 12))
def test_incomplete_beta_of_whole_parameters_is_a_binomial_sum(x, a, b):
    n = a + b - 1
    binomial = math.fsum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))

    assert incomplete_beta(x, a, b) == pytest.approx(binomial, rel=1e-11, abs=1e-15)


def test_tails_of_f_and_student_agree():
    assert f_tail(2.5**2, 1, 7) == pytest.approx(2 * t_tail(2.5, 7), rel=1e-13)
    assert [round(f_tail(value, 3, 10), 3) for value in (3.7083, 6.5523)] == [0.05, 0.01]  # printed tables
    assert (f_tail(0, 3, 10), incomplete_beta(0, 1, 1)) == (1.0, 0.0)


# Comparisons ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "second", "said"), [(0.50, 0.40, 0), (0.50, 0.37, 0), (0.50, 0.36, 1), (0.36, 0.50, -1)]
)
def test_groups_differ_only_beyond_noise(first, second, said):
    assert differ(first, second, (0.0025, 0.0025)) == said  # z √.005 = .1386


def test_risk_ratio_as_by_hand():
    # .54 / .20 = 2.7; se² = .46/(.54 × 500) + .8/(.2 × 400) = .0117037; exp(ln 2.7 ± 1.96 × .108184) = 2.184, 3.338
    assert risk_ratio(0.54, 0.20, (500, 400)) == Ratio(2.7, 2.2, 3.3)
    assert risk_ratio(0.20, 0.54, (400, 500)) == Ratio(0.4, 0.3, 0.5)


@pytest.mark.parametrize(("first", "second"), [(None, 0.2), (0.2, None), (0.0, 0.2), (0.2, 0.0), (1.0, 0.2)])
def test_no_ratio_from_a_coded_share(first, second):
    assert risk_ratio(first, second, (500, 400)) is None


# Associations --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ([[10, 0], [0, 10]], 1.0),
        ([[10, 20], [20, 40]], 0.0),
        ([[30, 20], [20, 30]], 0.2),  # phi = (900 - 400) / 2500
        ([[30, 20, 0], [20, 30, 0]], 0.2),  # a column nobody chose
        ([[21, 20], [20, 20]], 0.01),
        ([[10, 20]], None),
        ([[0, 0], [0, 0]], None),
    ],
)
def test_cramer_is_rounded_to_a_hundredth(counts, printed):
    assert cramer(counts) == printed


def two_by_two(a, b, c, d):
    """Sheets of a two by two table, each its own site."""
    row = [0] * (a + b) + [1] * (c + d)
    column = [0] * a + [1] * b + [0] * c + [1] * d
    return np.array(row), np.array(column), np.ones(len(row)), np.arange(len(row))


def test_test_of_a_simple_sample_is_near_pearson_s():
    row, column, weights, site = two_by_two(320, 280, 280, 320)  # X² = 1200 × (40/600)² = 5.333, p = .0209

    assert rao_scott(row, column, weights, site) == pytest.approx(0.0209, abs=0.0004)


def test_test_of_a_few_sites_is_that_of_r():
    row, column, weights, site = two_by_two(320, 280, 280, 320)

    found = rao_scott(row, column, weights, site // 90)  # fourteen sites; figure of svychisq, R survey 4.1-1

    assert found == pytest.approx(0.804142574383, abs=1e-11)


def test_sheets_that_came_twice_by_site_prove_no_more_than_once():
    row, column, weights, site = two_by_two(320, 280, 280, 320)
    alone = rao_scott(row, column, weights, site)

    doubled = rao_scott(np.tile(row, 2), np.tile(column, 2), np.tile(weights, 2), np.tile(site, 2))

    assert doubled == pytest.approx(alone, rel=1e-9)


def test_test_forgets_the_order_of_sheets_and_the_scale_of_weights():
    row, column, weights, site = two_by_two(300, 250, 230, 260)
    mixed = np.random.default_rng(1).permutation(len(row))

    assert rao_scott(row[mixed], column[mixed], 7 * weights, site[mixed] % 1000) == pytest.approx(
        rao_scott(row, column, weights, site % 1000), rel=1e-9
    )


@pytest.mark.parametrize(
    ("sheets", "site"), [((250, 250, 250, 249), None), ((600, 0, 600, 0), None), ((300, 300, 300, 300), 1)],
    ids=["under a thousand", "one answer", "one site"],
)  # fmt: skip
def test_association_is_not_told_where_nothing_can_be(sheets, site):
    row, column, weights, sites = two_by_two(*sheets)

    assert rao_scott(row, column, weights, sites if site is None else np.ones(len(row))) is None


def test_association_is_not_told_where_every_site_is_the_whole_in_small():
    assert rao_scott_of_sums([[[30, 20], [20, 30]]] * 10, 1000) is None


@pytest.mark.parametrize(
    ("shares", "worth", "p"),
    [
        # mean ranks .49 and .51; between 2 × 500 × .01² = .1, within 1000 × .25 × .2496 / 998 = .062525; t = √1.5994 = 1.2647
        ([[52, 48], [48, 52]], [500, 500], 0.2063),
        ([[52, 48], [48, 52]], [1500, 1500], 0.0285),  # t = 2.1913 with 2998 degrees
        # everyone .35 .3 .35: ranks .175 .5 .825; means .4675 and .5325; between 1000 × .0325² = 1.05625, within .07288125 × 1000/998
        ([[40, 30, 30], [30, 30, 40]], [500, 500], 0.000152),  # t = 3.8030
        ([[40, 20, 40], [30, 40, 30]], [500, 500], 1.0),  # spread otherwise, no further along
    ],
)
def test_ranks_of_published_shares_as_by_hand(shares, worth, p):
    assert ranks_differ(shares, [500, 500], worth) == pytest.approx(p, rel=0.01)


def test_a_group_worth_nothing_says_nothing():
    two = ranks_differ([[52, 48], [48, 52]], [500, 500], [500, 500])

    assert ranks_differ([[0, 0], [52, 48], [48, 52], [10, 90]], [500] * 4, [500, 500, 500, 0]) == two


@pytest.mark.parametrize("shares", [[[60, 40]], [[0, 100], [0, 100]], [[0, 0], [60, 40]]], ids=["one group", "one answer", "all coded"])  # fmt: skip
def test_ranks_are_not_told_where_nothing_can_be(shares):
    assert ranks_differ(shares, [500] * len(shares), [500] * len(shares)) is None


def test_classes_are_holm_s():
    # sorted .0001 .004 .012 .04: times 4, 3, 2, 1 = .0004 .012 .024 .04
    assert association_classes([0.04, 0.0001, 0.012, 0.004]) == [0.05, 0.001, 0.05, 0.05]
    assert association_classes([0.02, 0.019, 0.03]) == [None, None, None]  # .057, then never below it
    assert association_classes([0.001]) == [0.01]
    assert association_classes([]) == []
