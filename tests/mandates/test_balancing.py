"""Sharing readings out: never somebody in conflict, and as evenly as conflicts let it be."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.mandates.balancing import balanced

pytestmark = pytest.mark.once


def loads_after(shared, loads):
    return {r: n + sum(r in readers for readers in shared.values()) for r, n in loads.items()}


def squares(loads):
    return sum(n * n for n in loads.values())


@st.composite
def calls(draw, most_dossiers=4, most_readers=4):
    """A few dossiers, each with whoever has no conflict with it, and readings given before."""
    readers = draw(st.integers(1, most_readers))
    loads = {reader: draw(st.integers(0, 4)) for reader in range(readers)}
    names = [f"d{n}" for n in range(draw(st.integers(0, most_dossiers)))]
    allowed = {name: draw(st.sets(st.sampled_from(range(readers)))) for name in names}
    return {name: draw(st.integers(1, 3)) for name in names}, allowed, loads


@given(calls(most_dossiers=30, most_readers=8))
def test_balanced_never_gives_a_dossier_to_somebody_in_conflict_nor_twice_to_one(case):
    wanted, allowed, loads = case

    shared = balanced(wanted, allowed, loads)

    assert {d: len(readers) for d, readers in shared.items()} == {d: min(wanted[d], len(allowed[d])) for d in wanted}
    assert [
        d for d, readers in shared.items() if not set(readers) <= allowed[d] or len(set(readers)) < len(readers)
    ] == []


@given(calls())
def test_balanced_is_as_even_as_any_sharing_out_could_be(case):
    """Beside every possible sharing out, written out one by one."""
    wanted, allowed, loads = case
    ways = [list(combinations(sorted(allowed[d]), min(wanted[d], len(allowed[d])))) for d in wanted]

    best = min(squares(loads_after(dict(zip(wanted, way, strict=True)), loads)) for way in product(*ways))

    assert squares(loads_after(balanced(wanted, allowed, loads), loads)) == best


@given(st.integers(0, 60), st.integers(2, 12), st.integers(1, 2), st.integers(0, 3))
def test_without_conflict_two_readers_differ_by_one_reading_at_most(dossiers, readers, each, before):
    loads = dict.fromkeys(range(readers), before)
    wanted = {f"d{n}": each for n in range(dossiers)}

    after = loads_after(balanced(wanted, dict.fromkeys(wanted, set(loads)), loads), loads).values()

    assert max(after) - min(after) in (0, 1)
    assert sum(after) == readers * before + dossiers * each


def test_a_reading_is_passed_along_when_its_reader_has_a_conflict_elsewhere():
    """C may read d3 alone, and B all but d1: the first choices would leave A with two and C with none."""
    allowed = {"d1": {"A"}, "d2": {"A", "B"}, "d3": {"B", "C"}}

    shared = balanced(dict.fromkeys(allowed, 1), allowed, {"A": 0, "B": 0, "C": 0})

    assert shared == {"d1": ["A"], "d2": ["B"], "d3": ["C"]}


def test_who_has_read_much_already_reads_less_now():
    wanted = {f"d{n}": 1 for n in range(3)}

    shared = balanced(wanted, dict.fromkeys(wanted, {"A", "B"}), {"A": 3, "B": 0})

    assert loads_after(shared, {"A": 3, "B": 0}) == {"A": 3, "B": 3}
