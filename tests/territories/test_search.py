"""The words of the type-ahead, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.territories.search import Entry, Index, beginnings, readings, spellings, tails


def entry(pk: int, name: str, **values) -> Entry:
    return Entry(pk=pk, kind=values.pop("kind", "commune"), names=(name,), codes=values.pop("codes", ()), **values)


INDEX = Index(
    [
        entry(1, "Strasbourg", codes=("67482", "67000")),
        entry(2, "Saint-Étienne", codes=("42218",), around=(90,)),
        entry(3, "Le Havre"),
        entry(4, "L'Haÿ-les-Roses"),
        entry(5, "Saint-Étienne-du-Rouvray", around=(91,)),
        entry(6, "Val-Saint-Étienne", former_names=("Vieux-Bourg",)),
        entry(7, "Strasbourg", kind="intercommunality"),
    ],
    {90: ("Loire", "42"), 91: ("Seine-Maritime", "76")},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("st etienne", [2, 5, 6]),
        ("st", [2, 5, 6, 1, 7]),
        ("str", [1, 7]),
        ("etienne", [2, 5, 6]),
        ("havre", [3]),
        ("LE HAVRE", [3]),
        ("lhay", [4]),
        ("l'hay", [4]),
        ("les roses", [4]),
        ("étienne 76", [5]),
        ("st etienne seine maritime", [5]),
        ("rouvray saint", [5]),
        ("vieux bourg", [6]),
        ("67 000", [1]),
        ("6748", [1]),
        ("zzz", []),
        ("", []),
    ],
)
def test_find_gives_best_first(text, expected):
    assert INDEX.find(text) == expected


def test_find_keeps_to_kinds():
    assert INDEX.find("strasbourg", kinds=["intercommunality"]) == [7]
    assert INDEX.find("strasbourg", kinds=[]) == []


@given(text=st.text())
def test_find_never_fails_and_never_repeats(text):
    found = INDEX.find(text)

    assert len(found) == len(set(found)) <= 7


@given(text=st.text(alphabet="saintroubgehvl éèœÿ-'"))
def test_find_is_blind_to_case(text):
    assert INDEX.find(text.upper()) == INDEX.find(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("St-Étienne", ["saint etienne"]),
        ("st", ["saint", "st"]),
        ("st ", ["saint"]),
        ("mont ste", ["mont sainte", "mont ste"]),
        ("200 054 781", ["200054781", "200 054 781"]),
    ],
)
def test_readings_begin_with_the_likeliest(text, expected):
    assert readings(text) == expected


def test_names_are_found_by_each_of_their_words():
    assert spellings("L'Haÿ-les-Roses") == {"l hay les roses", "lhay les roses"}
    assert beginnings("le havre") == ["le havre", "havre"]
    assert beginnings("la") == ["la"]
    assert tails("saint etienne du rouvray") == ["etienne du rouvray", "du rouvray", "rouvray"]
