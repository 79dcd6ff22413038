"""Attacks on published tables: who knows every other child, every base, and the moved counts themselves, learns next to nothing.

Ceilings: specs/disclosure.md, section 15. A rule broken on purpose makes each attack succeed.
"""

import math
from functools import cache

import numpy as np
import pytest

from marelle.consultations import catalogue, cubes, drawing, subtracting, tables
from marelle.consultations.ptable import BROAD, NARROW
from marelle.consultations.tables import Cells, Columns, Noise, protect
from tests.anonymity import reconstructing
from tests.consultations import test_catalogue, test_cubes, test_drawing, test_tables
from tests.scale import scaled

pytestmark = pytest.mark.once
OPTIONS, QUESTIONS = 4, 1500
BROAD_NOISE, NARROW_NOISE = Noise.of(BROAD), Noise.of(NARROW)
NOISES = {"broad": BROAD_NOISE, "narrow": NARROW_NOISE}


class NoNoise:
    """What a freeze would be without its noise."""

    variance = 0.0

    def published(self, children, key):
        return children


def keys(chance, *shape):
    return chance.integers(0, 2**32, shape)


# One child ----------------------------------------------------------------------------------------------------------
def one_child_found(noise, *, trials=200_000):
    """How often the answer of one child is guessed right from the tables of a group with and without this child."""
    chance = np.random.default_rng(5)
    others = chance.integers(20, 60, (trials, OPTIONS))
    answer = chance.integers(0, OPTIONS, trials)
    before, child = keys(chance, trials, OPTIONS), keys(chance, trials)
    mine = np.arange(OPTIONS) == answer[:, None]
    after = (before + np.where(mine, child[:, None], 0)) % 2**32
    gap = noise.published((others + mine).ravel(), after.ravel()) - noise.published(others.ravel(), before.ravel())
    gap = gap.reshape(trials, OPTIONS) + chance.random((trials, OPTIONS)) * 1e-6  # equals are told apart by chance
    return float((gap.argmax(1) == answer).mean())


@pytest.mark.parametrize(("name", "ceiling"), [("broad", 0.375), ("narrow", 0.33)])
def test_answer_of_one_child_is_not_found_by_taking_a_group_from_another(name, ceiling):
    """The two tables must exist: zones and groups that differ by one child are never both told (test_catalogue)."""
    independent = different_tables(NOISES[name])

    assert independent <= ceiling


def different_tables(noise, *, trials=200_000):
    """Every cell moved anew: the child stands in another zone’s table, whose cells hold other children too."""
    chance = np.random.default_rng(6)
    others = chance.integers(20, 60, (trials, OPTIONS))
    answer = chance.integers(0, OPTIONS, trials)
    mine = np.arange(OPTIONS) == answer[:, None]
    first = noise.published((others + mine).ravel(), keys(chance, trials * OPTIONS))
    second = noise.published(others.ravel(), keys(chance, trials * OPTIONS))
    gap = (first - second).reshape(trials, OPTIONS) + chance.random((trials, OPTIONS)) * 1e-6
    return float((gap.argmax(1) == answer).mean())


def test_without_noise_the_answer_of_one_child_is_found():
    assert different_tables(NoNoise(), trials=1000) == 1.0
    assert one_child_found(NoNoise(), trials=1000) == 1.0


def test_two_groups_that_differ_by_one_child_would_give_the_child_away():
    """Cells no child joined keep their key and their noise: this is why such groups are never both told."""
    assert one_child_found(BROAD_NOISE) > 0.5


# Unanimity ----------------------------------------------------------------------------------------------------------
def told(children, key, noise, options=2):
    """The shares told of columns of so many cells."""
    each = len(children) // options
    how = Columns(
        narrow=np.full(each, noise is NARROW_NOISE),
        weighted=np.full(each, False),
        counted=np.full(each, True),
        design=np.ones(each),
        outside=np.zeros(each, np.int64),
        outside_key=np.zeros(each, np.int64),
    )
    return protect(
        Cells(np.arange(0, len(children), options), children, key, children * 1000), how, BROAD_NOISE, NARROW_NOISE
    )


@pytest.mark.parametrize("name", NOISES)
def test_children_all_of_one_mind_are_never_told_to_be(name):
    chance = np.random.default_rng(7)
    sizes = np.repeat(np.arange(30, 3000), 4)
    children = np.column_stack([sizes, np.zeros_like(sizes)]).ravel()
    key = np.where(children > 0, keys(chance, len(children)), 0)

    found = told(children, key, NOISES[name])

    assert np.isnan(found.share).all() and (found.count == -1).all()


# Everything a town tells ---------------------------------------------------------------------------------------------
def solved(noise, children, *, ages, seed=9):
    """Share of true cells found by least squares over all that a town tells, its bases known; standard error left."""
    chance = np.random.default_rng(seed)
    sizes = np.full(ages, children // ages)
    shares = chance.dirichlet(np.ones(OPTIONS) * 2, QUESTIONS)
    true = np.stack([chance.multinomial(size, shares) for size in sizes], axis=1)  # questions × ages × options
    sheet_keys = [[keys(chance, n) for n in row] for row in true.reshape(-1, OPTIONS)]
    by_cell = np.array([[int(k.sum() % 2**32) for k in row] for row in sheet_keys]).reshape(true.shape)
    seen = noise.published(true.ravel(), by_cell.ravel()).reshape(true.shape)
    together = noise.published(true.sum(1).ravel(), (by_cell.sum(1) % 2**32).ravel()).reshape(QUESTIONS, OPTIONS)
    known = np.broadcast_to(sizes, (QUESTIONS, ages))
    guess = least_squares(seen, together, known, ages)
    left = guess - true
    return float((np.rint(guess) == true).mean()), float(left.std())


def least_squares(seen, together, known, ages):
    """Cells that fit best what is told, sums over options being known exactly."""
    cells = ages * OPTIONS
    single = np.eye(cells)
    sums = np.tile(np.eye(OPTIONS), ages) if ages > 1 else np.zeros((0, cells))
    bases = np.kron(np.eye(ages), np.ones(OPTIONS)) * 1e4  # as good as certain
    matrix = np.vstack([single, sums, bases])
    right = [seen.reshape(len(seen), -1), *([together] if ages > 1 else []), known * 1e4]
    return np.linalg.lstsq(matrix, np.hstack(right).T, rcond=None)[0].T.reshape(seen.shape)


@pytest.mark.parametrize("children", [60, 200, 1000])
@pytest.mark.parametrize(
    ("name", "ages", "ceiling", "floor"),
    [("broad", 1, 0.35, 1.1), ("narrow", 1, 0.23, 1.85), ("narrow", 2, 0.24, 1.85)],
)
def test_least_squares_over_all_a_town_tells_finds_few_cells(children, name, ages, ceiling, floor):
    exact, left = solved(NOISES[name], children, ages=ages)

    assert exact <= ceiling
    assert left >= floor


def test_without_noise_least_squares_finds_every_cell():
    assert solved(NoNoise(), 200, ages=2)[0] == 1.0


# Averages over what a town tells ---------------------------------------------------------------------------------------
def estimates_of_a_town(noise, *, children=400, freezes=1, seed=19):
    """Each way to find the cells of everybody: (standard error left, share found): own table, ages or genders added, averages."""
    chance = np.random.default_rng(seed)
    shares = chance.dirichlet(np.ones(OPTIONS) * 2, QUESTIONS) * 0.6 + 0.1
    slots = [chance.multinomial(children // 8, shares) for _slot in range(8)]  # four ages, two genders
    true = np.stack(slots, axis=1).reshape(QUESTIONS, 4, 2, OPTIONS)
    told = np.mean([tables_of_a_town(noise, true, keys(chance, *true.shape)) for _freeze in range(freezes)], axis=0)
    own, ages, genders = told
    ways = {"own": own, "ages": ages, "genders": genders, "two": (own + genders) / 2, "three": told.mean(0)}
    ways["least squares"] = (
        own * 4 + genders * 2 + ages
    ) / 7  # noise of one cell, of two, of four: as sure as 4, 2 and 1
    errors = {
        name: guess - (guess.sum(1, keepdims=True) - children) / OPTIONS - true.sum((1, 2))
        for name, guess in ways.items()
    }
    return {name: (float(error.std()), float((np.rint(error) == 0).mean())) for name, error in errors.items()}


def tables_of_a_town(noise, true, by_cell):
    """The cells of everybody as told, as ages told add up to, as genders do."""
    told = []
    for axes in ((1, 2), (2,), (1,)):
        children, key = true.sum(axes), by_cell.sum(axes) % 2**32
        told.append(noise.published(children.ravel(), key.ravel()).reshape(QUESTIONS, -1, OPTIONS).sum(1))
    return np.array(told)


@pytest.mark.parametrize("name", NOISES)
def test_no_average_over_the_tables_of_a_town_beats_least_squares(name):
    errors = estimates_of_a_town(NOISES[name])

    left, exact = errors.pop("least squares")
    assert {way: found for way, found in errors.items() if found[0] < left or found[1] > exact + 0.01} == {}
    assert left >= {"broad": 1.1, "narrow": 1.85}[name]
    assert exact <= {"broad": 0.35, "narrow": 0.24}[name]


def test_without_noise_every_average_finds_every_cell():
    assert set(estimates_of_a_town(NoNoise()).values()) == {(0.0, 1.0)}


def test_second_freeze_of_the_same_sheets_would_tell_too_much():
    """Why there is one freeze of a collection at town level (R5): two draws of noise are averaged, four still better."""
    twice, often = (estimates_of_a_town(NARROW_NOISE, freezes=n)["least squares"] for n in (2, 4))

    assert twice[0] < 1.85 and twice[1] > 0.24
    assert often[0] < 1.0 and often[1] > 0.35


def test_second_freeze_under_the_same_secret_would_give_a_late_child_away():
    """The cells a late child did not join would say the same twice."""
    assert one_child_found(NARROW_NOISE) > 0.5


# Everything that is published ------------------------------------------------------------------------------------------
SEEDS = range(1, 1 + scaled(5))
NOISY, QUIET = {True: NARROW.variance, False: BROAD.variance}, {True: 0.05, False: 0.05}  # towns, and larger zones


def unprotected():
    """No floor, no small group withheld, no zone weighed against another, no share coded or rounded to a whole per cent."""
    patch = pytest.MonkeyPatch()
    for module in (catalogue, drawing, subtracting):
        patch.setattr(module, "COLUMN_FLOOR", 1)
    patch.setattr(catalogue, "ZONE_FLOOR", 1)
    patch.setattr(tables, "CODED", ((math.inf, 0),))
    patch.setattr(tables, "FINE", 1)
    return patch


@cache
def edition(seed, *, protected=True):
    """Children, what is published of them, and of it crossed."""
    children = reconstructing.drawn(seed)
    return children, *reconstructing.published(children, seed=seed, protected=protected)


@cache
def edition_without_protection():
    patch = unprotected()
    try:
        return edition(1, protected=False)
    finally:
        patch.undo()


def commonest(children):
    """How often the answer of a child is the one given most often, question by question."""
    said = children.said[children.attacked][:, reconstructing.SIXTHS]
    return float(np.mean([np.bincount(answers).max() / len(said) for answers in said.T]))


@pytest.mark.parametrize("seed", SEEDS)
def test_records_made_again_from_all_that_is_published_name_nobody(seed):
    children, told, crossed = edition(seed)

    found = reconstructing.confirmed(children, told, crossed, NOISY)

    assert found.size >= 10_000
    assert found.mean() <= commonest(children) + 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_sixth_answer_of_a_child_of_whom_five_are_known_is_not_guessed(seed):
    children, told, crossed = edition(seed)

    found = reconstructing.guessed(children, told, crossed)

    assert found.size >= 10_000
    assert found.mean() <= commonest(children) + 0.02


def test_without_protection_both_attacks_find_children():
    children, told, crossed = edition_without_protection()

    assert reconstructing.confirmed(children, told, crossed, QUIET).mean() >= commonest(children) + 0.035
    assert reconstructing.guessed(children, told, crossed).mean() >= commonest(children) + 0.03


# Intervals -----------------------------------------------------------------------------------------------------------
def covered(noise, children, share, options, *, trials=scaled(40_000, least=8_000)):
    """How often the interval told holds the share of all, where a number is told; how often one is."""
    chance = np.random.default_rng([children, options])
    true = chance.multinomial(children, [share, *[(1 - share) / (options - 1)] * (options - 1)], trials).ravel()
    found = told(true, np.where(true > 0, keys(chance, len(true)), 0), noise, options)
    low, high = found.low[::options], found.high[::options]
    numbers = ~np.isnan(low)
    return float(((low[numbers] <= 100 * share) & (100 * share <= high[numbers])).mean()), float(numbers.mean())


@pytest.mark.parametrize("children", [60, 100, 200, 500, 900, 1000, 3000])
@pytest.mark.parametrize("options", [2, 3, 4, 5])
@pytest.mark.parametrize("name", NOISES)
def test_intervals_hold_what_they_promise(name, options, children):
    """Where a number is told 99 times of 100 at least: a share near a bound is told only when it looks far from it."""
    found = {share: covered(NOISES[name], children, share, options) for share in (0.05, 0.1, 0.23, 0.235, 0.37, 0.5)}

    held = {share: hold for share, (hold, numbers) in found.items() if numbers >= 0.99}
    assert {0.23, 0.235, 0.37, 0.5} <= held.keys()
    assert {share: hold for share, hold in held.items() if not 0.94 <= hold <= 0.975} == {}


@pytest.mark.parametrize("options", [2, 3, 4, 5])
@pytest.mark.parametrize("name", NOISES)
def test_intervals_of_thirty_children_hold_too(name, options):
    for share in (0.37, 0.5):
        assert covered(NOISES[name], 30, share, options)[0] >= 0.94


def test_ends_in_whole_per_cents_would_hold_more_or_less_than_they_promise(monkeypatch):
    monkeypatch.setattr(tables, "ENDS", 1)

    assert covered(BROAD_NOISE, 900, 0.23, 4)[0] > 0.975


# Broken on purpose ---------------------------------------------------------------------------------------------------
def test_zones_that_are_not_weighed_against_one_another_are_caught(monkeypatch):
    monkeypatch.setattr(catalogue, "_without_differences", lambda zones, counts: zones)

    with pytest.raises(AssertionError):
        test_catalogue.test_no_two_zones_told_differ_by_a_few_children_in_any_group()


def test_small_group_left_visible_is_caught(monkeypatch):
    real = catalogue.withheld
    monkeypatch.setattr(catalogue, "withheld", lambda sizes, families, floor: real(sizes, [], floor))

    with pytest.raises(AssertionError):
        test_drawing.test_no_group_told_beside_its_total_leaves_a_few_children()
    with pytest.raises(AssertionError):
        test_catalogue.test_genders_are_told_when_none_is_found_by_taking_the_others_away((60, 60, 20, 9), ())


def test_group_that_forgets_what_it_is_a_part_of_is_caught(monkeypatch):
    monkeypatch.setattr(drawing, "_families", lambda counted: [])

    with pytest.raises(AssertionError):
        test_drawing.test_no_group_told_beside_its_total_leaves_a_few_children()


def test_bound_that_takes_its_own_key_is_caught(monkeypatch):
    monkeypatch.setattr(tables, "ABOVE", "left")  # key <= bound

    with pytest.raises(AssertionError):
        test_tables.test_key_on_a_bound_takes_what_comes_after_it()


def test_keys_put_together_by_exclusive_or_are_caught(monkeypatch, tmp_path):
    def by_exclusive_or(rows, *by):
        sums = {name: rows[name].sum().cast("int64") for name in ("n", "w", "w2")}
        return rows.group_by(*by).agg(**sums, ck=rows.ck.bit_xor().cast("int64")).order_by(*by)

    monkeypatch.setattr(cubes, "_count", by_exclusive_or)

    with pytest.raises(AssertionError):
        test_cubes.test_keys_are_added_modulo_two_to_the_thirty_second(cubes.connect(threads=1), tmp_path)


def test_floors_asked_of_moved_counts_are_caught(monkeypatch):
    def moved(counted):
        seen = NARROW_NOISE.published(counted.n.ravel(), counted.key.ravel()).reshape(counted.n.shape)
        return np.add.reduceat(seen, counted.starts, axis=1)

    monkeypatch.setattr(drawing.Counted, "base", property(moved))

    with pytest.raises(AssertionError):
        test_drawing.test_floor_is_asked_of_the_children_there_are_not_of_those_that_noise_makes()


class Shared(drawing.Counted):
    """Cells whose weights are numbers with a point: what one child weighs, and not thousandths of it."""

    def __init__(self, groups, asked):
        super().__init__(groups, asked)
        self.weight = self.weight.astype(float)

    def add(self, group, rows):
        super().add(group, [(q, code, n, weight / 1000, squares, key) for q, code, n, weight, squares, key in rows])


def test_weights_with_a_point_are_caught():
    """In thousandths every engine adds the same bytes; with a point the order of sheets changes the last of them."""
    with pytest.raises(AssertionError):
        test_drawing.test_weights_and_keys_are_whole_so_that_no_order_changes_a_byte(counts=Shared)


def test_weights_counted_with_a_point_are_caught(monkeypatch, tmp_path):
    real = cubes._sheets
    light = lambda rows, **codes: (each := real(rows, **codes)).mutate(w=each.w.cast("float64") / 1000)  # noqa: E731
    monkeypatch.setattr(cubes, "_sheets", light)

    with pytest.raises(AssertionError):
        test_cubes.test_cube_has_the_rows_and_the_bytes_of_plain_loops(cubes.connect(threads=2), tmp_path)
