"""Who may help with a need, and why: every term by hand, and nothing true that lowers a score."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.events.figures import Offered, Sought, alikeness, reasons, score
from marelle.library.states import EvidenceLevel

GUARDIANSHIP, HOUSING, RIGHTS = frozenset({"guardianship"}), frozenset({"housing"}), frozenset({"droits"})
NEED = Sought(services=GUARDIANSHIP, domains=RIGHTS, languages=frozenset({"fr"}), population=40_000)
SAME = Offered(services=GUARDIANSHIP)

TABLE = [  # what is offered, the reasons with their points, the sum: written by hand
    ("another subject", Offered(services=HOUSING, languages=frozenset({"fr"}), population=40_000), "", 0),
    ("nothing said", Offered(), "", 0),
    ("same service", SAME, "service 30", 30),
    ("same domain", Offered(domains=RIGHTS), "domain 20", 20),
    ("both", replace(SAME, domains=RIGHTS), "service 30, domain 20", 50),
    ("as large", replace(SAME, population=40_000), "service 30, size 15", 45),
    ("half as large", replace(SAME, population=20_000), "service 30, size 15", 45),
    ("less than half", replace(SAME, population=19_999), "service 30, near_size 8", 38),
    ("four times", replace(SAME, population=160_000), "service 30, near_size 8", 38),
    ("more than four times", replace(SAME, population=160_001), "service 30", 30),
    ("size unknown", replace(SAME, population=None), "service 30", 30),
    ("same language", replace(SAME, languages=frozenset({"fr", "ar"})), "service 30, language 10", 40),
    ("another language", replace(SAME, languages=frozenset({"ar"})), "service 30", 30),
    ("effect told", replace(SAME, effect="told"), "service 30", 30),
    ("effect counted", replace(SAME, effect="counted"), "service 30, counted 5", 35),
    ("effect compared", replace(SAME, effect="compared"), "service 30, compared 10", 40),
    ("effect verified", replace(SAME, effect="verified"), "service 30, verified 15", 45),
    ("retained", replace(SAME, is_retained=True), "service 30, retained 8", 38),
    ("taken up twice", replace(SAME, adoptions=2), "service 30, adopted 6", 36),
    ("taken up by nine", replace(SAME, adoptions=9), "service 30, adopted 12", 42),
    ("has met it", replace(SAME, has_met=True), "service 30, met 20", 50),
    (
        "everything",
        Offered(GUARDIANSHIP, RIGHTS, frozenset({"fr"}), 40_000, "verified", True, 4, True),
        "service 30, domain 20, met 20, size 15, verified 15, adopted 12, language 10, retained 8",
        130,
    ),
]


@pytest.mark.parametrize(("offered", "words", "total"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_reasons_are_the_agreed_ones(offered, words, total):
    found = reasons(NEED, offered)

    assert (", ".join(f"{r.term} {r.points}" for r in found), score(found)) == (words, total)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [(10, 40, 0.25), (40, 10, 0.25), (7, 7, 1.0), (None, 7, None), (7, None, None), (0, 7, None)],
)
def test_alikeness_is_the_smaller_over_the_larger(one, other, ratio):
    assert alikeness(one, other) == ratio


words = st.frozensets(st.sampled_from(["a", "b", "c"]))
offers = st.builds(
    Offered,
    services=words,
    domains=words,
    languages=words,
    population=st.none() | st.integers(0, 3_000_000),
    effect=st.sampled_from(["", *EvidenceLevel.values]),
    is_retained=st.booleans(),
    adoptions=st.integers(0, 20),
    has_met=st.booleans(),
)
needs = st.builds(
    Sought, services=words, domains=words, languages=words, population=st.none() | st.integers(0, 3_000_000)
)


def better(need: Sought, offered: Offered) -> list[Offered]:
    """The same with one more thing true of it."""
    levels = ["", *EvidenceLevel.values]
    return [
        replace(offered, services=offered.services | need.services),
        replace(offered, domains=offered.domains | need.domains),
        replace(offered, languages=offered.languages | need.languages),
        replace(offered, population=need.population or offered.population),
        replace(offered, effect=levels[min(levels.index(offered.effect) + 1, len(levels) - 1)]),
        replace(offered, is_retained=True),
        replace(offered, adoptions=offered.adoptions + 1),
        replace(offered, has_met=True),
    ]


@given(needs, offers)
def test_what_is_true_of_a_practice_never_lowers_its_score(need, offered):
    before = score(reasons(need, offered))

    assert [score(reasons(need, more)) >= before for more in better(need, offered)] == [True] * 8


@given(needs, offers)
def test_every_point_has_its_reason(need, offered):
    found = reasons(need, offered)

    assert all(reason.points > 0 for reason in found)
    assert len({reason.term for reason in found}) == len(found)
    assert bool(found) == bool(need.services & offered.services or need.domains & offered.domains)
