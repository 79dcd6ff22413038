"""What a question changes most with: told of a thousand children at least, rounded, coded, of groups that have a column."""

from dataclasses import replace

import numpy as np
import pytest

from marelle.consultations import catalogue, cubes, freezing, scores
from marelle.consultations.associating import NOT_SHOWN, Association, Published, Sums, Tried, settled, tried
from marelle.consultations.items import Item
from marelle.consultations.questionnaires import Option, Question
from tests.consultations.test_freezing import ASKED, ITEMS, SECRET, chain, sheet
from tests.consultations.test_freezing_scores import SCORED

pytestmark = pytest.mark.once
TWO = tuple(Option(name, {}) for name in ("oui", "non"))
SAFE = Item("safe", Question("safe", "one", {}, options=TWO, has_dont_know=False))


def sums(*cells):
    """Cells of (site, group, item, code, children), each child counting once."""
    known = [np.array(each, np.int64) for each in zip(*cells, strict=True)]
    return Sums(*known, weight=1000 * known[-1])


def told(*yes, base=500):
    """A column of each group, as published: the percentage of yes."""
    return {"safe": {group: Published(base, {"oui": each, "non": 100 - each}) for group, each in enumerate(yes)}}


def four(yes, no, other_yes, other_no):
    """Two groups on ten sites, which differ a little."""
    counts = [(0, 1, yes), (0, 2, no), (1, 1, other_yes), (1, 2, other_no)]
    moved = [(-1) ** site * (3 if code == 1 else 1) for site in range(10) for code in (1, 2)]
    return [
        (site, group, 0, code, n // 10 + moved[2 * site + code - 1])
        for group, code, n in counts
        for site in range(10)
        if n
    ]


def test_strength_is_cramer_s_and_chance_nearly_none():
    (found,) = tried("age", sums(*four(300, 200, 200, 300)), [SAFE], told(60, 40))

    assert (found.question, found.axis, found.strength) == ("safe", "age", 0.2)  # phi = (900 - 400) / 2500
    assert found.chance < 1e-6


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (four(300, 200, 200, 290), told(60, 40)),  # 990 children
        (four(600, 400, 400, 600), told(60)),  # one group has a column
        (four(600, 400, 400, 600), {}),
        (four(1000, 0, 1000, 0), told(99, 99)),  # all said the same
    ],
    ids=["under a thousand", "one group", "no group", "one answer"],
)
def test_nothing_is_told_where_nothing_may_be(cells, columns):
    assert tried("age", sums(*cells), [SAFE], columns) == []


def test_a_group_without_a_column_is_left_out():
    cells = [*four(300, 200, 200, 300), *((site, 2, 0, 1, 90) for site in range(10))]

    (found,) = tried("age", sums(*cells), [SAFE], told(60, 40))

    assert found.strength == 0.2


@pytest.mark.parametrize("yes", [15, 22, 30])
def test_a_small_group_tells_nothing_its_column_does_not(yes):
    """Of true counts, 30 children among 1,000 would give their answers back to the nearest child."""
    cells = [*four(480, 490, 0, 0), (0, 1, 0, 1, yes), (1, 1, 0, 2, 30 - yes)]
    columns = {"safe": {0: Published(970, {"oui": 49, "non": 51}), 1: Published(30, {"oui": 60, "non": 40})}}

    (found,) = tried("age", sums(*cells), [SAFE], columns)

    assert found.strength == 0.04


def test_that_every_child_of_a_group_answered_alike_is_not_told():
    cells = [*four(600, 0, 0, 600), (0, 0, 0, 2, 1), (1, 1, 0, 1, 1)]

    (found,) = tried("age", sums(*cells), [SAFE], told(100, 0))

    assert found.strength == 0.95


HOURS = Item("safe", Question("safe", "integer", {}, start=0, end=1))


def ranked(*columns):
    """Columns of answers in order: zero, one, and who does not know; each worth so many children."""
    known = [({"0": zero, "1": one, "dk": 100 - zero - one}, worth) for zero, one, worth in columns]
    return {"safe": {group: Published(500, said, worth) for group, (said, worth) in enumerate(known)}}


@pytest.mark.parametrize(
    ("columns", "p"),
    [
        (ranked((52, 48, 500), (48, 52, 500)), 0.2063),  # by hand in test_estimates
        (ranked((26, 24, 1000), (48, 52, 500)), 0.2063),  # half of a thousand do not know: as five hundred
    ],
)
def test_answers_in_order_are_weighed_by_ranks_from_what_is_published(columns, p):
    (found,) = tried("age", sums(*four(300, 200, 200, 300)), [HOURS], columns)
    (other,) = tried("age", sums(*four(400, 100, 100, 400)), [HOURS], columns)

    assert found.ranks == pytest.approx(p, rel=0.01)
    assert other.ranks == found.ranks  # true sums move nothing


def test_answers_in_no_order_have_no_ranks_and_a_scale_has():
    scale = Item("safe", replace(SAFE.question, scale="likert"))
    columns = {"safe": {0: Published(500, {"oui": 52, "non": 48}, 500), 1: Published(500, {"oui": 48, "non": 52}, 500)}}

    (bare,), (ordered,) = (tried("age", sums(*four(300, 200, 200, 300)), [item], columns) for item in (SAFE, scale))

    assert (bare.ranks, ordered.ranks) == (None, pytest.approx(0.2063, rel=0.01))


def test_classes_of_ranks_are_holm_s_over_all_ranks():
    weighed = [
        Tried("a", "age", 0.3, 0.5, ranks=0.03), Tried("b", "age", 0.2, 0.5, ranks=0.02),
        Tried("c", "age", 0.1, 0.5, ranks=0.0001), Tried("d", "age", 0.1, 0.5),
    ]  # fmt: skip

    assert {each.question: each.ranks for each in settled(weighed)} == {
        "a": 0.05, "b": 0.05, "c": 0.001, "d": None,  # .03, never under .04; .02 × 2; .0001 × 3
    }  # fmt: skip
    assert settled([Tried("a", "age", 0.3, 0.001, ranks=0.06)]) == [Association("a", "age", 0.3, 0.01, NOT_SHOWN)]


def test_a_question_is_not_weighed_by_itself():
    assert tried("safe", sums(*four(300, 200, 200, 300)), [SAFE], told(60, 40)) == []


def test_classes_are_holm_s_over_all_that_is_weighed():
    weighed = [Tried("b", "age", 0.1, 0.012), Tried("a", "gender", 0.2, 0.0001), Tried("a", "age", 0.3, 0.04)]

    assert settled(weighed) == [
        Association("a", "age", 0.3, 0.05),
        Association("a", "gender", 0.2, 0.001),  # times 3
        Association("b", "age", 0.1, 0.05),  # times 2
    ]


def test_scores_and_what_they_are_made_of_are_kin():
    assert scores.kin(SCORED) == {
        "safe": {"hard", "both"}, "hours": {"hard", "both"}, "sad": {"gloomy", "both"},
        "hard": {"safe", "hours", "both"}, "gloomy": {"sad", "both"}, "both": {"hard", "gloomy", "safe", "hours", "sad"},
    }  # fmt: skip


@pytest.fixture
def drawn(tmp_path):
    """What a freeze of sheets says changes with what, by zone and question."""

    def draw(sheets, asked=ASKED, profiles=()):
        engine, counted = cubes.connect(), scores.counted(asked)
        columns = freezing.responses(sheets, ITEMS, secret=SECRET, freeze="2026-01")
        columns = freezing.scored(engine, tmp_path, columns, asked)
        cubes.write_responses(tmp_path / "responses.parquet", columns)
        cube = cubes.build(engine, tmp_path / "responses.parquet", tmp_path, [item.name for item in counted])
        zones = catalogue.plan(freezing.counts_of(columns), chain)
        rules = freezing.manifest(asked) | {"profiles": list(profiles)}
        told = list(freezing.tell(cube, zones, counted, rules))
        told += freezing.cross(engine, tmp_path, zones, counted, rules)
        found = freezing.associations(told, asked)
        assert all(b"chance" not in each.written and b"tried" not in each.written for each in told)
        return {(zone, one.question, one.axis): one for zone, each in found.items() for one in each}

    return draw


def children(count, **more):
    """Older children feel less safe; girls and boys alike; who feels safe plays outside the longer."""
    ages, genders = ("6_8", "9_11", "12_14", "15_18"), ("girl", "boy")
    towns = np.random.default_rng(1).integers(0, 5, count)
    for n in range(count):
        old, of_age = divmod(n % 4, 2)[0], n // 8 % 10
        safe = 1 if of_age < (4 if old else 8) else 2
        hours = 0 if safe == 2 else 2
        zone = f"commune:44{109 + towns[n]}"
        yield sheet(n, zone=zone, age=ages[n % 4], gender=genders[n // 4 % 2], safe=safe, hours=hours, **more)


def test_what_a_question_changes_with_is_told_of_the_country_by_age_gender_and_the_questions_crossed(drawn):
    found = drawn(list(children(1600)), profiles=["safe"])

    assert {zone for zone, _question, _axis in found} == {"FR"}  # neither towns nor départements
    assert found["FR", "safe", "age"] == Association(
        "safe", "age", 0.42, 0.001
    )  # .8 and .4, each moved a little: (.8-.4)/2/√(.6×.4) is .41
    assert (found["FR", "safe", "gender"].strength, found["FR", "safe", "gender"].below) == (0.0, None)
    assert found["FR", "hours", "safe"].strength == 0.95
    assert not any(axis == "safe" and question == "safe" for _zone, question, axis in found)


def test_under_a_thousand_children_nothing_is_told(drawn):
    assert drawn(list(children(960)), profiles=["safe"]) == {}


def test_a_score_is_not_weighed_by_what_it_is_made_of(drawn):
    found = drawn(list(children(1600, sad=1)), asked=SCORED, profiles=["safe"])

    assert {question for _zone, question, axis in found if axis == "safe"}.isdisjoint({"hard", "both"})
    assert {question for _zone, question, axis in found if axis == "age"} >= {"hard", "safe"}
