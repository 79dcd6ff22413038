"""How far targets are: twelve cities agreed number by number, and what holds whatever the numbers."""

from datetime import date
from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.plans.attainment import (
    Aim,
    Attained,
    Degree,
    Known,
    Part,
    Rolled,
    by_proof,
    is_reached,
    of_mandates,
    part_of,
    roll_up,
    share,
    tally,
    value_of,
)

HIGHER, LOWER, NEUTRAL = "higher_is_better", "lower_is_better", "neutral"

# Worked by hand: kind, direction, baseline, target, reading → share. Schools with a calmed street, injured children…
TWELVE_CITIES = {
    "half way": ("percent", HIGHER, 20, 80, 50, "0.5"),
    "there": ("percent", HIGHER, 20, 80, 80, "1"),
    "beyond is there": ("percent", HIGHER, 20, 80, 95, "1"),
    "behind where it began is nowhere": ("percent", HIGHER, 20, 80, 10, "0"),
    "fewer is better: a quarter": ("ratio", LOWER, 12, 4, 10, "0.25"),
    "fewer is better: beyond": ("ratio", LOWER, 12, 4, 3, "1"),
    "fewer is better: worse": ("ratio", LOWER, 12, 4, 15, "0"),
    "a yes was asked, yes": ("yes_no", HIGHER, None, 1, 1, "1"),
    "a yes was asked, no": ("yes_no", HIGHER, None, 1, 0, "0"),
    "two steps of five": ("milestone", HIGHER, None, 5, 2, "0.4"),
    "kept at its level": ("money", HIGHER, 100, 100, 100, "1"),
    "not kept at its level": ("money", HIGHER, 100, 100, 99, "0"),
}
UNKNOWN = {
    "no baseline": ("percent", None, 80, 50),
    "no target": ("percent", 20, None, 50),
    "no reading": ("percent", 20, 80, None),
    "yes or no, no reading": ("yes_no", None, 1, None),
}


def number(value):
    return None if value is None else D(value)


@pytest.mark.parametrize("city", TWELVE_CITIES)
def test_twelve_cities(city):
    kind, direction, baseline, target, reading, expected = TWELVE_CITIES[city]

    found = share(number(reading), Aim(number(baseline), number(target), direction, kind))

    assert found == D(expected)
    assert is_reached(number(reading), Aim(number(baseline), number(target), direction, kind)) == (expected == "1")


@pytest.mark.parametrize("case", UNKNOWN)
def test_unknown_is_not_nothing(case):
    kind, baseline, target, reading = UNKNOWN[case]
    aim = Aim(number(baseline), number(target), HIGHER, kind)

    assert (share(number(reading), aim), is_reached(number(reading), aim)) == (None, None)


numbers = st.decimals(min_value=-10_000, max_value=10_000, places=3, allow_nan=False)
directions = st.sampled_from([HIGHER, LOWER, NEUTRAL])


@given(numbers, numbers, numbers, directions)
def test_share_stays_between_nothing_and_all(baseline, target, reading, direction):
    assert 0 <= share(reading, Aim(baseline, target, direction)) <= 1


@given(numbers, numbers, st.lists(numbers, min_size=2, max_size=6))
def test_nearer_the_target_is_never_less(baseline, target, readings):
    aim = Aim(baseline, target, HIGHER if target >= baseline else LOWER)
    towards = sorted(readings, reverse=target < baseline)

    shares = [share(reading, aim) for reading in towards]

    assert all(before <= after for before, after in pairwise(shares))


@given(numbers, numbers, numbers, st.integers(min_value=1, max_value=1000), directions)
def test_unit_changes_nothing(baseline, target, reading, times, direction):
    """Metres or millimetres: the same share, to the rounding of 28 digits."""
    first = share(reading, Aim(baseline, target, direction))
    other = share(reading * times, Aim(baseline * times, target * times, direction))

    assert abs(first - other) < D("1e-20")


@given(numbers, numbers, numbers)
def test_direction_is_a_mirror(baseline, target, reading):
    """More of a good thing is less of its lack."""
    assert share(reading, Aim(baseline, target, HIGHER)) == share(-reading, Aim(-baseline, -target, LOWER))


@given(numbers, numbers, directions)
def test_target_is_all_of_the_way_and_baseline_none_of_it(baseline, target, direction):
    aim = Aim(baseline, target, direction)

    assert share(target, aim) == 1
    assert share(baseline, aim) == (1 if target == baseline else 0)


# Together ------------------------------------------------------------------------------------------------------------
def readings(*values):
    return [Known(number(value), date(2027, 1, day)) for day, value in enumerate(values, start=1)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("sum", Rolled(D(9), 3, 4)), ("mean", Rolled(D(3), 3, 4)), ("max", Rolled(D(5), 3, 4)), ("latest", Rolled(D(1), 3, 4)),
     ("none", Rolled(None, 3, 4))],
)  # fmt: skip
def test_roll_up_by_each_rule_leaves_the_unknown_out(rule, expected):
    assert roll_up(readings(5, 3, 1, None), rule) == expected


def test_roll_up_of_a_ratio_is_made_again_from_its_parts():
    """Two schools of two and eight of forty: ten of forty-two, not the mean of 100 % and 20 %."""
    towns = [
        Known(D(100), date(2027, 1, 1), D(2), D(2)),
        Known(D(20), date(2027, 1, 1), D(8), D(40)),
        Known(None, date(2027, 1, 1)),
        Known(D(50), date(2027, 1, 1)),
    ]

    assert roll_up(towns, "ratio", 100) == Rolled(D(1000) / D(42), 2, 4)


@pytest.mark.parametrize("rule", ["sum", "mean", "max", "latest", "ratio", "none"])
def test_roll_up_of_nothing_known_is_unknown(rule):
    assert roll_up(readings(None, None), rule) == Rolled(None, 0, 2)
    assert roll_up([], rule) == Rolled(None, 0, 0)


def test_roll_up_refuses_a_rule_nobody_wrote():
    with pytest.raises(ValueError, match="median is no rule"):
        roll_up([], "median")


@given(st.lists(numbers, min_size=1, max_size=8), st.sampled_from(["sum", "mean", "max", "latest"]), st.randoms())
def test_roll_up_does_not_look_at_the_order(values, rule, chance):
    held = readings(*values)
    shuffled = list(held)
    chance.shuffle(shuffled)

    assert roll_up(held, rule) == roll_up(shuffled, rule)


@given(st.lists(numbers, min_size=1, max_size=8), st.integers(min_value=1, max_value=5))
def test_unknown_places_move_no_mean(values, unknown):
    known, with_unknown = roll_up(readings(*values), "mean"), roll_up(readings(*values, *[None] * unknown), "mean")

    assert known.value == with_unknown.value
    assert (known.is_whole, with_unknown.is_whole) == (True, False)


def test_what_is_declared_evidenced_and_verified_is_never_mixed():
    shares = [(D("0.5"), "declared"), (D("1"), "declared"), (D("0.2"), "evidenced"), (None, "verified")]

    assert by_proof(shares) == {
        "declared": Attained(D("0.75"), 2),
        "evidenced": Attained(D("0.2"), 1),
        "verified": Attained(None, 0),
    }


@pytest.mark.parametrize(
    ("numerator", "denominator", "factor", "expected"),
    [(8, 40, 100, D(20)), (8, 40, None, D("0.2")), (0, 40, 100, D(0)), (8, 0, 100, None), (8, None, 100, None), (None, 4, 1, None)],
)  # fmt: skip
def test_value_of_a_ratio(numerator, denominator, factor, expected):
    assert value_of(number(numerator), number(denominator), factor) == expected


# From the bottom up --------------------------------------------------------------------------------------------------
RULE_NAMES = ["sum", "mean", "max", "latest", "ratio", "none"]
amounts = st.decimals(min_value=0, max_value=10_000, places=3, allow_nan=False)
known = st.builds(
    lambda value, day, over, under: Known(value, date(2027, 1, day), over, under),
    st.none() | amounts,
    st.integers(min_value=1, max_value=28),
    st.none() | amounts,
    st.none() | amounts,
)
many = st.lists(known, min_size=0, max_size=8)
shares_known = st.tuples(
    st.none() | st.decimals(min_value=0, max_value=1, places=9), st.sampled_from(["declared", "evidenced", "verified"])
)


@given(many, st.randoms(use_true_random=False), st.sampled_from(RULE_NAMES))
def test_roll_up_minds_no_order(places, chance, rule):
    shuffled = list(places)
    chance.shuffle(shuffled)

    assert roll_up(shuffled, rule, 100) == roll_up(places, rule, 100)


@given(many, st.integers(min_value=0, max_value=8), st.sampled_from(RULE_NAMES))
def test_roll_up_through_regions_is_that_of_all_their_places(places, cut, rule):
    north = sum(map(part_of, places[:cut]), Part())
    south = sum(map(part_of, places[cut:]), Part())

    assert (north + south).value(rule, 100) == roll_up(places, rule, 100).value


@given(many, st.sampled_from(RULE_NAMES))
def test_an_unknown_place_is_asked_and_changes_nothing_else(places, rule):
    before = roll_up(places, rule, 100)

    after = roll_up([*places, Known(None, date(2029, 1, 1))], rule, 100)

    assert after == Rolled(before.value, before.known, before.asked + 1)


@given(many, st.integers(min_value=1, max_value=1000), st.sampled_from(["sum", "mean", "max", "latest"]))
def test_roll_up_follows_the_unit(places, times, rule):
    other = [Known(None if p.value is None else p.value * times, p.on) for p in places]

    first, scaled = roll_up(places, rule).value, roll_up(other, rule).value

    assert (first is None and scaled is None) or abs(first * times - scaled) < D("1e-15")


@given(many)
def test_roll_up_of_a_ratio_minds_no_unit_of_its_parts(places):
    in_thousands = [
        Known(p.value, p.on, p.numerator and p.numerator * 1000, p.denominator and p.denominator * 1000) for p in places
    ]

    assert roll_up(in_thousands, "ratio", 100) == roll_up(places, "ratio", 100)


@given(many)
def test_roll_up_stays_within_what_was_read(places):
    values = [p.value for p in places if p.value is not None]
    found = {rule: roll_up(places, rule).value for rule in ("sum", "mean", "max", "latest")}

    if not values:
        assert set(found.values()) == {None}
    else:
        assert min(values) - D("1e-20") <= found["mean"] <= max(values) + D("1e-20")
        assert found["max"] == max(values) <= found["sum"]
        assert found["latest"] in values


@given(st.lists(shares_known, max_size=10), st.integers(min_value=0, max_value=10))
def test_tally_of_domains_is_the_tally_of_the_plan(shares, cut):
    whole = tally(shares)

    assert tally(shares[:cut]) + tally(shares[cut:]) == whole
    assert (whole.asked, whole.known + whole.unknown) == (len(shares), len(shares))


@given(st.lists(shares_known, max_size=10), st.integers(min_value=0, max_value=5))
def test_tally_never_counts_the_unknown_as_nothing(shares, unknown):
    without, more = tally(shares), tally([*shares, *[(None, "declared")] * unknown])

    assert dict(more.degrees) == dict(without.degrees)
    assert more.unknown == without.unknown + unknown


@given(st.lists(shares_known, max_size=10))
def test_tally_keeps_within_bounds_at_each_level_of_proof(shares):
    for degree in tally(shares).degrees.values():
        assert degree.share is None or 0 <= degree.share <= 1
        assert degree.percent is None or 0 <= degree.percent <= 100


@given(st.lists(st.lists(shares_known, max_size=6), max_size=6), st.integers(min_value=0, max_value=6))
def test_mandates_of_regions_are_those_of_the_network(plans, cut):
    tallies = [tally(plan) for plan in plans]
    north, south = of_mandates(tallies[:cut]), of_mandates(tallies[cut:])

    assert {proof: north[proof] + south[proof] for proof in north} == of_mandates(tallies)


def test_a_mandate_counts_once_however_long_its_plan():
    """Sixty indicators half way, and a single one reached: the mean of the two mandates is 75 %, not 50.8 %."""
    large, small = tally([(D("0.5"), "declared")] * 60), tally([(D(1), "declared")])

    assert of_mandates([large, small])["declared"] == Degree(2, 1_500_000)
    assert of_mandates([large, small])["declared"].percent == 75


def test_percent_is_rounded_down_so_that_nearly_is_not_there():
    assert [Degree(1, 999_999).percent, Degree(1, 1_000_000).percent, Degree().percent] == [99, 100, None]


@pytest.mark.parametrize("nearly", [D("0.9999996"), D(9_999_999_999) / D(10_000_000_000)])
def test_nearly_reached_is_never_counted_as_reached(nearly):
    plan = tally([(nearly, "declared")])

    assert (plan["declared"].percent, of_mandates([plan])["declared"].percent) == (99, 99)
    assert tally([(D(1), "declared")])["declared"].percent == 100


def test_mean_of_a_plan_nearly_reached_is_not_a_plan_reached():
    plan = tally([(D(1), "declared"), (D(1), "declared"), (D("0.999999"), "declared")])

    assert of_mandates([plan])["declared"] == Degree(1, 999_999)


def test_a_tally_knows_no_other_level_of_proof_so_that_a_template_reads_its_counts():
    with pytest.raises(KeyError):
        tally([])["unknown"]
