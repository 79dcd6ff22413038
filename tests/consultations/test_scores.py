"""Scores: what is declared is checked against the questions, then whole numbers, by hand, whatever works them out."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marelle.consultations import cubes, questionnaires, scores
from marelle.consultations.exports import texts
from marelle.consultations.questionnaires import (
    BANDS,
    Band,
    Cumulation,
    Option,
    Part,
    Question,
    Questionnaire,
    Score,
)
from tests.consultations import plain_scores
from tests.consultations.test_cubes import ON_SPARK, spark

pytestmark = pytest.mark.once
YES, NO = {"o1": 1, "o2": 0}, {"o1": 0, "o2": 1}
SIX = [f"q03{n}" for n in range(1, 7)]


def question(name, kind="one", options=2, **more):
    return Question(name, kind, {}, options=tuple(Option(f"o{n}", {}) for n in range(1, options + 1)), **more)


def bands(*ends):
    """Bands that begin at 0 and end there: named b0, b1…"""
    lows = [0, *(end + 1 for end in ends[:-1])]
    return tuple(Band(f"b{n}", low, high) for n, (low, high) in enumerate(zip(lows, ends, strict=True)))


HOME = Part(
    "home",
    {},
    (
        *(question(name) for name in SIX),
        question("three", options=3),
        question("elder", bands=("12_14", "15_18")),
        question("secret", sensitive=True),
        question("where", kind="many", options=2),
        question("stars", kind="integer", options=0, start=0, end=2),
    ),
)
ASKED = Questionnaire({}, ("fr",), (HOME, Part("school", {}, (question("lessons"),))))
# the example of specs/disclosure.md, section 10: the first question is turned round
SPECIFIED = Score(
    "material_deprivation", {}, {"q031": NO} | dict.fromkeys(SIX[1:], YES), "0.75", True, 3, bands(0, 2, 6)
)
POINTS = replace(SPECIFIED, name="points", bands=bands(*range(7)))  # a band a point: its code is the score and one
SHORT = Score("lack", {}, {"q031": YES, "q032": YES}, "0.5", False, 1, bands(0, 2))


def having(*declared, cumulations=()):
    return replace(ASKED, scores=declared, cumulations=cumulations)


@pytest.fixture(scope="module", params=["duckdb", "numpy", ON_SPARK])
def scored(request, tmp_path_factory):
    """Codes of every score of some sheets, each a list of answers to the items of the first score, or by item."""
    place = tmp_path_factory.mktemp("scores")
    engine = {"duckdb": cubes.connect, "spark": spark}.get(request.param, lambda: None)()

    def worked(sheets, *declared, cumulations=()):
        asked = having(*declared, cumulations=cumulations)
        known = {each.name: each.scores for each in cumulations}
        names = list(declared[0].points)
        sheets = [sheet if isinstance(sheet, dict) else dict(zip(names, sheet, strict=True)) for sheet in sheets]
        every = [name for score in declared for name in score.points]
        columns = {name: np.array([sheet.get(name, 0) for sheet in sheets], np.uint8) for name in every}
        columns["key"] = np.zeros(len(sheets), np.uint32)
        found = (
            cubes.scored(engine, place, columns, scores.recipes(asked), known)
            if engine
            else plain_scores.scored(columns, scores.recipes(asked), known)
        )
        assert list(place.iterdir()) == []
        assert {code.dtype for code in found.values()} == {np.dtype(np.uint8)}
        return {name: codes.tolist() for name, codes in found.items()}

    return worked


# Worked out ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sheet", "points", "code"),
    [
        ([1, 2, 2, 2, 2, 2], 0, 1),  # q031 is turned round
        ([2, 2, 2, 2, 2, 2], 1, 2),
        ([1, 1, 1, 2, 2, 2], 2, 2),
        ([2, 1, 1, 2, 2, 2], 3, 3),
        ([2, 1, 1, 1, 1, 1], 6, 3),
        ([2, 1, 2, 2, 2, 250], 2, 2),  # 2 of 5: 24 + 5 over 10
        ([2, 1, 1, 2, 2, 251], 4, 3),  # 3 of 5: 36 + 5 over 10
        ([2, 2, 2, 2, 252, 2], 1, 2),  # 1 of 5: 12 + 5 over 10
        ([250, 1, 1, 2, 252, 2], None, 250),  # 4 of 6: two thirds, under three quarters
        ([250, 251, 252, 250, 250, 250], None, 250),
        ([0, 1, 2, 2, 2, 250], 1, 2),  # 4 of the 5 asked; 1 of 4: 10 + 4 over 8
        ([0, 1, 1, 2, 2, 250], 3, 3),  # 2 of 4, of 5 at most: 2.5 goes upwards
        ([0, 1, 0, 0, 0, 0], 1, 2),  # the only one asked
        ([0, 0, 0, 0, 0, 0], None, 0),
    ],
)
def test_score_of_one_child_as_by_hand(scored, sheet, points, code):
    found = scored([sheet], SPECIFIED, POINTS)

    assert found == {"material_deprivation": [code], "points": [code if points is None else points + 1]}


def test_without_carrying_over_points_stand_as_they_are(scored):
    found = scored([[2, 1, 1, 2, 2, 251], [2, 1, 2, 2, 2, 250]], replace(POINTS, prorate=False))

    assert found == {"points": [4, 3]}


def test_share_of_answers_asked_for_is_enough_when_just_met(scored):
    assert scored([[1, 250], [252, 250]], SHORT) == {"lack": [2, 250]}


def test_questions_of_several_answers_and_numbers_give_points(scored):
    points = {"where.o1": {"yes": 2, "no": 0}, "stars": {"0": 0, "1": 1, "2": 3}}
    score = replace(SHORT, points=points, bands=bands(*range(6)))

    assert scored([[1, 3], [2, 2], [1, 2]], score) == {"lack": [6, 2, 4]}


answer = st.sampled_from([0, 1, 2, 250, 251, 252])
sheets = st.lists(st.lists(answer, min_size=6, max_size=6), min_size=1, max_size=30)
slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@slow
@given(sheets)
def test_every_engine_says_what_numpy_says(scored, drawn):
    both = (Cumulation("both", {}, ("material_deprivation", "lack")),)
    asked = having(SPECIFIED, SHORT, cumulations=both)
    columns = {name: np.array([sheet[n] for sheet in drawn], np.uint8) for n, name in enumerate(SIX)}

    plain = plain_scores.scored(columns, scores.recipes(asked), {"both": both[0].scores})

    assert scored(drawn, SPECIFIED, SHORT, cumulations=both) == {name: c.tolist() for name, c in plain.items()}
    assert set(plain["material_deprivation"]) <= {0, 1, 2, 3, 250} and set(plain["both"]) <= {0, 1, 2, 3, 250}


@slow
@given(sheets, st.permutations(range(6)))
def test_order_of_sheets_and_of_items_does_not_matter(scored, drawn, order):
    items = [SIX[n] for n in order]
    other = replace(SPECIFIED, points={name: SPECIFIED.points[name] for name in items})

    found = scored([[sheet[n] for n in order] for sheet in drawn[::-1]], other)

    assert found["material_deprivation"] == scored(drawn, SPECIFIED)["material_deprivation"][::-1]


def test_a_questionnaire_without_scores_has_no_more_columns(tmp_path):
    assert cubes.scored(None, tmp_path, {"key": []}, scores.recipes(ASKED), {}) == {}


# Several together ----------------------------------------------------------------------------------------------------
def test_deprivations_are_counted_only_where_every_score_is_known(scored):
    other = replace(SPECIFIED, name="other", points={"where.o1": {"yes": 1, "no": 0}}, cutoff=1, bands=bands(0, 1))
    all_six, none, told = (
        dict(zip(SIX, [2, 1, 1, 1, 1, 1], strict=True)),
        dict(zip(SIX, [1] + [2] * 5, strict=True)),
        "where.o1",
    )
    drawn = [all_six | {told: 1}, none | {told: 2}, all_six | {told: 2}, all_six | {told: 250}, {told: 250}]

    found = scored(drawn, SPECIFIED, other, cumulations=(Cumulation("both", {}, ("material_deprivation", "other")),))

    assert found["both"] == [3, 1, 2, 250, 0]


# Told as questions ---------------------------------------------------------------------------------------------------
def test_score_is_a_question_whose_options_are_its_bands():
    item = scores.counted(having(SPECIFIED))[-1]

    assert (item.name, item.question.kind, item.options) == ("material_deprivation", "score", ("b0", "b1", "b2"))
    assert [item.row_of(code) for code in (0, 1, 2, 3, 250, 251)] == [None, 0, 1, 2, None, None]
    assert (item.question.sensitive, item.question.bands) == (False, BANDS)


def test_scores_close_the_part_their_questions_are_in():
    school = Score("lost", {}, {"lessons": YES}, "1", False, 1, bands(0, 1))
    asked = having(SPECIFIED, school, cumulations=(Cumulation("both", {}, ("material_deprivation", "lost")),))

    found = [(part.name, question.name) for part, question in scores.tabled(asked)]

    assert found[10:] == [("home", "stars"), ("home", "material_deprivation"), ("school", "lessons"), ("school", "lost"), ("school", "both")]  # fmt: skip
    assert [item.name for item in scores.counted(asked)][-3:] == ["material_deprivation", "lost", "both"]


def test_number_of_deprivations_is_told_of_the_ages_every_score_was_asked_of_and_sensitive_as_one_of_them():
    elder = replace(SHORT, name="elder_lack", points={"elder": YES}, bands=bands(0, 1))
    secret = replace(elder, name="secret_lack", points={"secret": YES}, sensitive=True)
    both = Cumulation("deprivations", {}, ("elder_lack", "secret_lack"))

    found = scores.counted(having(elder, secret, cumulations=(both,)))[-1]

    assert (found.options, found.question.sensitive) == (("0", "1", "2"), True)
    assert found.question.bands == ("12_14", "15_18")


def test_what_is_declared_is_part_of_the_questionnaire_and_is_read_again():
    asked = having(
        SPECIFIED, SHORT, cumulations=(Cumulation("both", {"fr": "Deux"}, ("material_deprivation", "lack")),)
    )

    again = questionnaires.read(asked.canonical)

    assert (again.canonical, again.scores[1], again.cumulations) == (asked.canonical, SHORT, asked.cumulations)
    assert (
        len({each.content_hash for each in (ASKED, asked, having(SPECIFIED), having(replace(SPECIFIED, cutoff=1)))})
        == 4
    )
    assert scores.recipes(again) == scores.recipes(asked)
    assert scores.recipes(asked)[0].least == Fraction(3, 4)


def test_the_list_of_questions_says_the_bands_of_a_score():
    asked = having(
        replace(SHORT, label={"fr": "Manques"}, bands=(Band("none", 0, 0, {"fr": "Aucun"}), Band("some", 1, 2)))
    )

    found = [line.strip() for line in texts.questions(asked) if ",lack," in line]

    assert found == ["home,lack,score,no,none,Manques,Aucun", "home,lack,score,no,some,Manques,some"]


# What may be wrong ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"points": {}}, [("score", "", "score_empty")]),
        ({"points": {"q031": YES, "nowhere": YES}}, [("item", "nowhere", "score_item")]),
        ({"points": {"q031": YES, "where": YES}}, [("item", "where", "score_item")]),
        ({"points": {"q031": YES, "lessons": YES}}, [("item", "lessons", "score_apart")]),
        ({"points": {"q031": YES, "elder": YES}}, [("item", "elder", "score_apart")]),
        ({"points": {"q031": YES, "secret": YES}}, [("score", "", "score_sensitive")]),
        ({"points": {"q031": YES, "three": YES}}, [("item", "three", "score_no_points")]),
        ({"points": {"q031": YES | {"o3": 0}, "q032": YES}}, [("item", "q031", "score_answer")]),
        ({"points": {"q031": YES, "q032": {"o1": 0, "o2": 0}}}, [("item", "q032", "score_nothing")]),
        ({"bands": (Band("none", 0, 0), Band("some", 2, 2))}, [("band", "some", "score_band")]),
        ({"bands": (Band("none", 0, 0), Band("some", 1, 3))}, [("band", "some", "score_top")]),
        ({"bands": (Band("all", 0, 2),)}, [("score", "", "score_bands")]),
        ({"cutoff": 2}, [("score", "", "score_cutoff")]),
        ({"cutoff": 0}, [("score", "", "score_cutoff")]),
    ],
)  # fmt: skip
def test_declaration_that_cannot_be_worked_out_is_refused(changed, found):
    wrong = having(replace(SHORT, **changed))

    assert [(fault.line, fault.name, fault.code) for fault in scores.faults(wrong)] == found
    assert list(scores.faults(having(SHORT, SPECIFIED))) == []


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("lack", "nothing"), [("item", "nothing", "cumulation_item")]),
        (("lack",), [("score", "", "cumulation_few")]),
        (("young", "old"), [("score", "", "cumulation_ages")]),
        (("lack", "old"), []),
    ],
)
def test_cumulation_counts_scores_that_some_children_all_have(names, found):
    parts = (replace(HOME, questions=(*HOME.questions, question("younger", bands=("6_8",)))),)
    young = replace(SHORT, name="young", points={"younger": YES}, bands=bands(0, 1))
    old = replace(SHORT, name="old", points={"elder": YES}, bands=bands(0, 1))
    asked = replace(having(SHORT, young, old, cumulations=(Cumulation("both", {}, names),)), parts=parts)

    assert [(fault.line, fault.name, fault.code) for fault in scores.faults(asked)] == found
