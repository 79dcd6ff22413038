"""Scores: a declaration is checked against the questionnaire, then whole numbers, by hand."""

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marelle.consultations.questionnaires import BANDS, Option, Part, Question, Questionnaire
from marelle.consultations.scores import BadScore, cumulated, cumulation, load

pytestmark = pytest.mark.once
SPECIFIED = """
score: material_deprivation
items: [q031, q032, q033, q034, q035, q036]
recode: {q031: {1: 0, 2: 1}, default: {1: 1, 2: 0}}
min_answered: 0.75
prorate: true
cutoff: 3
bands: [[0, 0, none], [1, 2, some], [3, 6, in_situation]]
sensitive: false
"""
DECLARED = yaml.safe_load(SPECIFIED)
SHORT = {
    "score": "lack", "items": ["q031", "q032"], "recode": {"default": {1: 1, 2: 0}}, "min_answered": 0.5,
    "prorate": False, "cutoff": 1, "bands": [[0, 0, "none"], [1, 2, "some"]], "sensitive": False,
}  # fmt: skip


def question(name, kind="one", options=2, **more):
    return Question(name, kind, {}, options=tuple(Option(f"o{n}", {}) for n in range(1, options + 1)), **more)


QUESTIONNAIRE = Questionnaire(
    {},
    ("fr",),
    (
        Part(
            "home",
            {},
            (
                *(question(f"q03{n}") for n in range(1, 7)),
                question("three", options=3),
                question("elder", bands=("12_14", "15_18")),
                question("secret", sensitive=True),
                question("where", kind="many", options=2),
                question("stars", kind="integer", options=0, start=0, end=2),
            ),
        ),
        Part("school", {}, (question("lessons"),)),
    ),
)
SCORE = load(DECLARED, QUESTIONNAIRE)


def scored(*sheets, score=SCORE):
    columns = np.array(sheets, np.uint8).T
    return score.of_sheets(dict(zip(score.points, columns, strict=True)))


# Worked out ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sheet", "points", "code", "in_situation"),
    [
        ([1, 2, 2, 2, 2, 2], 0, 1, False),  # q031 is turned round
        ([2, 2, 2, 2, 2, 2], 1, 2, False),
        ([1, 1, 1, 2, 2, 2], 2, 2, False),
        ([2, 1, 1, 2, 2, 2], 3, 3, True),
        ([2, 1, 1, 1, 1, 1], 6, 3, True),
        ([2, 1, 2, 2, 2, 250], 2, 2, False),  # 2 of 5: 24 + 5 over 10
        ([2, 1, 1, 2, 2, 251], 4, 3, True),  # 3 of 5: 36 + 5 over 10
        ([2, 2, 2, 2, 252, 2], 1, 2, False),  # 1 of 5: 12 + 5 over 10
        ([250, 1, 1, 2, 252, 2], -1, 250, False),  # 4 of 6: two thirds, under three quarters
        ([250, 251, 252, 250, 250, 250], -1, 250, False),
        ([0, 1, 2, 2, 2, 250], 1, 2, False),  # 4 of the 5 asked; 1 of 4: 10 + 4 over 8
        ([0, 1, 1, 2, 2, 250], 3, 3, True),  # 2 of 4, of 5 at most: 2.5 goes upwards
        ([0, 1, 0, 0, 0, 0], 1, 2, False),  # the only one asked
        ([0, 0, 0, 0, 0, 0], -1, 0, False),
    ],
)
def test_score_of_one_child_as_by_hand(sheet, points, code, in_situation):
    found = scored(sheet)

    assert (found.points.tolist(), found.codes.tolist(), found.in_situation.tolist()) == (
        [points], [code], [in_situation],
    )  # fmt: skip
    assert found.codes.dtype == np.uint8


def test_without_carrying_over_points_stand_as_they_are():
    score = load(DECLARED | {"prorate": False}, QUESTIONNAIRE)

    assert scored([2, 1, 1, 2, 2, 251], [2, 1, 2, 2, 2, 250], score=score).points.tolist() == [3, 2]


def test_share_of_answers_asked_for_is_enough_when_just_met():
    assert scored([1, 250], [252, 250], score=load(SHORT, QUESTIONNAIRE)).points.tolist() == [1, -1]


def test_questions_of_several_answers_and_numbers_give_points():
    said = SHORT | {
        "items": ["where.o1", "stars"], "recode": {"where.o1": {1: 2, 2: 0}, "stars": {1: 0, 2: 1, 3: 3}},
        "bands": [[0, 2, "low"], [3, 5, "high"]], "cutoff": 3,
    }  # fmt: skip
    score = load(said, QUESTIONNAIRE)

    assert scored([1, 3], [2, 2], [1, 2], score=score).points.tolist() == [5, 1, 3]


def test_score_is_a_question_whose_options_are_its_bands():
    item = SCORE.item

    assert (item.name, item.options) == ("material_deprivation", ("none", "some", "in_situation"))
    assert [item.row_of(code) for code in (0, 1, 2, 3, 250, 251)] == [None, 0, 1, 2, None, None]
    assert (item.question.sensitive, item.question.bands) == (False, BANDS)


answer = st.sampled_from([0, 1, 2, 250, 251, 252])
sheets = st.lists(st.lists(answer, min_size=6, max_size=6), min_size=1, max_size=30)


@given(sheets)
def test_every_sheet_falls_in_one_band_or_none(drawn):
    found = scored(*drawn)

    for sheet, points, code, inside in zip(drawn, found.points, found.codes, found.in_situation, strict=True):
        if code in (0, 250):
            assert (points, inside, code == 0) == (-1, False, not any(sheet))
        else:
            band = SCORE.bands[code - 1]
            assert band.low <= points <= band.high <= 6 and inside == (points >= 3)


@given(sheets, st.permutations(range(6)))
def test_order_of_sheets_and_of_items_does_not_matter(drawn, order):
    items = [DECLARED["items"][n] for n in order]
    other = load(DECLARED | {"items": items}, QUESTIONNAIRE)

    found = scored(*[[sheet[n] for n in order] for sheet in drawn[::-1]], score=other)

    assert found.codes.tolist() == scored(*drawn).codes.tolist()[::-1]


# Several together ----------------------------------------------------------------------------------------------------
def test_deprivations_are_counted_only_where_every_score_is_known():
    first = scored([2, 1, 1, 1, 1, 1], [1, 2, 2, 2, 2, 2], [2, 1, 1, 1, 1, 1], [2, 1, 1, 1, 1, 1], [0] * 6)
    second = scored([2, 1, 1, 1, 1, 1], [1, 2, 2, 2, 2, 2], [1, 2, 2, 2, 2, 2], [250] * 6, [250] * 6)

    assert cumulated([first, second]).tolist() == [3, 1, 2, 250, 0]


def test_number_of_deprivations_is_a_question_of_its_own():
    secret = load(
        SHORT | {"items": ["secret"], "bands": [[0, 0, "none"], [1, 1, "some"]], "sensitive": True}, QUESTIONNAIRE
    )

    item = cumulation("deprivations", [SCORE, secret])

    assert (item.options, item.question.sensitive) == (("0", "1", "2"), True)


def test_number_of_deprivations_is_told_of_the_ages_every_score_was_asked_of():
    elder = load(SHORT | {"items": ["elder"], "bands": [[0, 0, "none"], [1, 1, "some"]]}, QUESTIONNAIRE)

    assert cumulation("deprivations", [SCORE, elder]).question.bands == ("12_14", "15_18")


# Declared ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"cutoff": True}, ["“cutoff” is a whole number of 0 or more."]),
        ({"score": False}, ["“score” is a name of letters, figures and underscores."]),
        ({"min_answered": 75}, ["“min_answered” is a share above 0, up to 1."]),
        ({"recode": {"default": {1: -1, 2: 0}}}, ["“recode” is points by option code, whole numbers of 0 or more, by question or by default."]),
        ({"bands": [[0, 2, "all"]]}, ["“bands” is a list of two bands or more, each [lowest, highest, name]."]),
        ({"weight": 2}, ["“weight” is not one of bands, cutoff, items, min_answered, prorate, recode, score, sensitive."]),
        ({"score": "q031"}, ["q031: the questionnaire has a question of this name."]),
        ({"items": ["q031", "nowhere"]}, ["lack: “nowhere” is no question with a table; of several answers, name one: question.option."]),
        ({"items": ["q031", "where"]}, ["lack: “where” is no question with a table; of several answers, name one: question.option."]),
        ({"items": ["q031", "q031"]}, ["lack: “q031” is written twice."]),
        ({"items": ["q031", "lessons"]}, ["lack: “lessons” is not in the same part, or not asked of the same ages, as “q031”."]),
        ({"items": ["q031", "elder"]}, ["lack: “elder” is not in the same part, or not asked of the same ages, as “q031”."]),
        ({"items": ["q031", "secret"]}, ["lack: “secret” is sensitive, so the score is: write sensitive: true."]),
        ({"items": ["q031", "three"]}, ["lack: recode gives no points for option 3 of “three”."]),
        ({"recode": {"default": {1: 1, 2: 0, 3: 0}}}, ["lack: “q031” has no option 3.", "lack: “q032” has no option 3."]),
        ({"recode": {"q031": {1: 1, 2: 0}}}, ["lack: recode says nothing of “q032”, and has no default."]),
        ({"recode": {"default": {1: 1, 2: 0}, "three": {1: 1}}}, ["lack: recode speaks of “three”, which is no item."]),
        ({"recode": {"default": {1: 1, 2: 0}, "q031": {1: 0, 2: 0}}}, ["lack: “q031” never gives a point."]),
        ({"bands": [[0, 0, "none"], [2, 2, "some"]]}, ["lack: the band “some” should begin at 1 and end there or above: scores go from 0 to 2."]),
        ({"bands": [[0, 0, "none"], [1, 3, "some"]]}, ["lack: the last band should end at 2, the highest score."]),
        ({"bands": [[0, 0, "some"], [1, 2, "some"]]}, ["lack: two bands have the same name."]),
        ({"cutoff": 2}, ["lack: cutoff 2 should begin a band, not the first: who is in situation is told by bands."]),
        ({"cutoff": 0}, ["lack: cutoff 0 should begin a band, not the first: who is in situation is told by bands."]),
    ],
)  # fmt: skip
def test_declaration_that_cannot_be_used_is_refused(changed, faults):
    with pytest.raises(BadScore) as refused:
        load(SHORT | changed, QUESTIONNAIRE)

    assert refused.value.faults == faults


def test_declaration_that_lacks_keys_names_each():
    with pytest.raises(BadScore) as refused:
        load({key: value for key, value in SHORT.items() if key not in ("prorate", "bands")}, QUESTIONNAIRE)

    assert refused.value.faults == ["“bands” is missing.", "“prorate” is missing."]


def test_what_is_no_declaration_is_refused():
    with pytest.raises(BadScore) as refused:
        load(["score"], QUESTIONNAIRE)

    assert str(refused.value).startswith("A score is declared by bands, cutoff")
