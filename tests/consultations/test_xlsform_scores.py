"""The sheet “scores” of a researcher's workbook: what is read of it, what is refused and at which cell, what is left to say."""

import pytest
from django.utils import translation

from marelle.consultations import questionnaires
from marelle.consultations.instruments import translations
from marelle.consultations.questionnaires import Band, Cumulation, Score
from marelle.consultations.xlsform import Fault, read_workbook
from tests.consultations.workbooks import survey, workbook

HEAD = (
    "type",
    "name",
    "label::Français (fr)",
    "points",
    "from",
    "to",
    "min_answered",
    "prorate",
    "cutoff",
    "sensitive",
)
ASKED = survey(
    ("select_one yes_no", "q1", "As-tu un lit ?"), ("select_one yes_no", "q2", "As-tu un manteau ?"),
    ("integer", "q3", "Combien de repas ?", "start=0 end=2"), more=["parameters"],
)  # fmt: skip
LACK = ("score", "lack", "Manques", "yes=0 no=1", None, None, 0.75, "yes", 2, None)
NONE, SOME = ("band", "none", "Aucun", None, 0, 0), ("band", "some", "Un", None, 1, 1)
SEVERAL = ("band", "several", "Plusieurs", None, 2, 4)
Q1, Q2, Q3 = ("item", "q1"), ("item", "q2"), ("item", "q3", None, "0=2, 1=1, 2=0")
WHOLE = (LACK, Q1, Q2, Q3, NONE, SOME, SEVERAL)


def book(*lines, head=HEAD):
    return workbook(ASKED, scores=[head, *lines])


def found(*lines):
    return [(fault.cell, fault.code) for fault in read_workbook(book(*lines)).faults]


def test_a_score_is_read_with_its_items_and_bands_and_is_part_of_the_hash():
    asked = read_workbook(book(*WHOLE)).questionnaire

    yes_no = {"yes": 0, "no": 1}
    bands = (Band("none", 0, 0, {"fr": "Aucun"}), Band("some", 1, 1, {"fr": "Un"}), Band("several", 2, 4, {"fr": "Plusieurs"}))  # fmt: skip
    points = {"q1": yes_no, "q2": yes_no, "q3": {"0": 2, "1": 1, "2": 0}}
    assert asked.scores == (Score("lack", {"fr": "Manques"}, points, "0.75", True, 2, bands),)
    assert questionnaires.read(asked.canonical).canonical == asked.canonical
    assert asked.content_hash != read_workbook(workbook(ASKED)).questionnaire.content_hash


def test_a_cumulation_counts_scores():
    other = ("score", "cold", "Froid", "yes=0 no=1", None, None, 1, None, 1)
    lines = (*WHOLE, other, Q2, NONE, SOME, ("cumulation", "both", "Les deux"), ("item", "lack"), ("item", "cold"))

    read = read_workbook(book(*lines))

    assert (read.faults, read.questionnaire.cumulations) == ([], (Cumulation("both", {"fr": "Les deux"}, ("lack", "cold")),))  # fmt: skip


REFUSED = [
        ([("total", "lack", "Manques")], [("A2", "score_type")]),
        ([Q1, *WHOLE], [("A2", "score_outside")]),
        ([("score", "q1", *LACK[2:]), *WHOLE[1:]], [("B2", "same_name")]),
        ([("score", "gender", *LACK[2:]), *WHOLE[1:]], [("B2", "reserved")]),
        ([("score", "Lack", *LACK[2:]), *WHOLE[1:]], [("B2", "name")]),
        ([("score", None, *LACK[2:]), *WHOLE[1:]], [("B2", "no_name")]),
        ([(*LACK[:2], None, *LACK[3:]), *WHOLE[1:]], [("C2", "no_wording")]),
        ([(*LACK[:3], "yes no", *LACK[4:]), *WHOLE[1:]], [("D2", "score_points_form")]),
        ([(*LACK[:3], None, *LACK[4:]), *WHOLE[1:]], [("D3", "score_points_form"), ("D4", "score_points_form")]),
        ([(*LACK[:6], 75, *LACK[7:]), *WHOLE[1:]], [("G2", "score_share")]),
        ([(*LACK[:7], "maybe", *LACK[8:]), *WHOLE[1:]], [("H2", "yes_no")]),
        ([(*LACK[:8], None), *WHOLE[1:]], [("I2", "score_missing")]),
        ([(*LACK[:8], 3), *WHOLE[1:]], [("I2", "score_cutoff")]),
        ([LACK, Q1, Q1, *WHOLE[2:]], [("B4", "score_twice")]),
        ([LACK, Q1, Q2, ("item", "q4"), *WHOLE[4:]], [("B5", "score_item")]),
        ([LACK, Q1, Q2, ("item", "q3", None, "0=1 1=0"), *WHOLE[4:]], [("D5", "score_no_points")]),
        ([LACK, Q1, Q2, ("item", "q3", None, "0=2 1=1 2=0 3=0"), *WHOLE[4:]], [("D5", "score_answer")]),
        ([*WHOLE[:4], NONE, ("band", "so me", "Un", None, 1, 1), SEVERAL], [("B7", "option_name")]),
        ([*WHOLE[:4], NONE, ("band", "some", None, None, 1, 1), SEVERAL], [("C7", "no_wording")]),
        ([*WHOLE[:4], NONE, SEVERAL], [("E7", "score_band")]),
        ([*WHOLE[:4], NONE, SOME, ("band", "several", "Plusieurs", None, 2, 3)], [("F8", "score_top")]),
        ([*WHOLE, ("cumulation", "both", "Les deux"), ("item", "lack"), SOME], [("A11", "score_part")]),
        ([*WHOLE, ("cumulation", "both", "Les deux"), ("item", "lack")], [("B9", "cumulation_few")]),
        ([*WHOLE, ("cumulation", "both", "Les deux"), ("item", "lack"), ("item", "q1")], [("B11", "cumulation_item")]),
        ([LACK, NONE, SOME], [("B2", "score_empty")]),
        ([LACK, Q1, ("item", "q2", None, "yes=0 no=0"), *WHOLE[3:]], [("D4", "score_nothing")]),
        ([*WHOLE[:4], ("band", "all", "Tous", None, 0, 4)], [("B2", "score_bands")]),
        ([("score", "lieux", *LACK[2:]), *WHOLE[1:]], [("B2", "address")]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "faults"), REFUSED)
def test_what_is_wrong_is_told_by_row_and_column(lines, faults):
    assert found(*lines) == faults
    assert {fault.sheet for fault in read_workbook(book(*lines)).faults} == {"scores"}


def test_a_sheet_without_its_columns_is_told():
    read = read_workbook(book(("lack", "Manques"), head=HEAD[1:3]))

    assert [(f.sheet, f.cell, f.code) for f in read.faults] == [("scores", "A1", "no_column")]


APART = [
    ("elder", None, "score_apart"),  # asked of other ages
    ("secret", "yes", None),
    ("secret", None, "score_sensitive"),
]


@pytest.mark.parametrize(("item", "sensitive", "code"), APART)
def test_items_are_asked_together_and_a_sensitive_one_makes_the_score_sensitive(item, sensitive, code):
    asked = survey(
        ("select_one yes_no", "q1", "As-tu un lit ?", 12), ("select_one yes_no", "elder", "As-tu un vélo ?", 15),
        ("select_one yes_no", "secret", "As-tu froid ?", 12, "yes"), more=["age_min", "sensitive"],
    )  # fmt: skip
    bands = (NONE, ("band", "some", "Un", None, 1, 2))
    lines = [HEAD, (*LACK[:8], 1, sensitive), Q1, ("item", item), *bands]

    assert [fault.code for fault in read_workbook(workbook(asked, scores=lines)).faults] == ([code] if code else [])


def test_same_answers_are_not_told_in_one_score_after_another():
    """Each score draws its noise anew: of many, the mean would be the truth."""
    bands = (NONE, SOME)
    several = [
        line
        for n in range(3)
        for line in (("score", f"s{n}", "Manques", "yes=0 no=1", None, None, 1, None, 1), Q1, *bands)
    ]

    assert found(*several) == [("B11", "score_worn")]


def test_a_questionnaire_has_ten_scores_at_most():
    asked = survey(*(("select_one yes_no", f"q{n}", f"Question {n} ?") for n in range(11)))
    score = ("yes=0 no=1", None, None, 1, None, 1)
    lines = [line for n in range(11) for line in (("score", f"s{n}", "Manques", *score), ("item", f"q{n}"), NONE, SOME)]

    assert [(f.cell, f.code) for f in read_workbook(workbook(asked, scores=[HEAD, *lines])).faults] == [
        ("B42", "score_many")
    ]


def test_scores_no_child_has_together_are_not_counted_together():
    asked = survey(
        ("select_one yes_no", "young", "As-tu un lit ?", 6, 8), ("select_one yes_no", "elder", "As-tu un vélo ?", 15),
        more=["age_min", "age_max"],
    )  # fmt: skip
    bands = (NONE, SOME)
    one, other = (("score", name, "Manques", "yes=0 no=1", None, None, 1, None, 1) for name in ("one", "other"))
    both = (("cumulation", "both", "Les deux"), ("item", "one"), ("item", "other"))
    lines = [HEAD, one, ("item", "young"), *bands, other, ("item", "elder"), *bands, *both]

    assert [(f.cell, f.code) for f in read_workbook(workbook(asked, scores=lines)).faults] == [("B10", "cumulation_ages")]  # fmt: skip


def test_faults_of_scores_are_said_in_french():
    with translation.override("fr"):
        (fault,) = read_workbook(book(*WHOLE[:4], NONE, SEVERAL)).faults

    sentence = "Cette tranche devrait commencer à 1 et finir là ou au-dessus\u202f: le score va de 0 à 4."
    assert fault == Fault("scores", "E7", sentence, "score_band")


def test_words_a_score_lacks_in_a_language_are_left_to_do_and_translators_read_them():
    content = workbook(
        [(*ASKED[0], "label::English (en)"), *((*line, *[None] * (4 - len(line)), "Text") for line in ASKED[1:])],
        scores=[HEAD, *WHOLE],
    )

    todos = [(todo.cell, todo.language) for todo in read_workbook(content).todos if todo.kind == "score_wording"]

    assert todos == [("C2", "en"), ("C6", "en"), ("C7", "en"), ("C8", "en")]
    changed = translations.changes(content, translations.sheet_for(content, ["en"]))
    assert changed == []
    change = translations.Change(("scores", "", "lack", "label"), "en", "", "Lacks")
    label = read_workbook(translations.merged(content, [change])).questionnaire.scores[0].label
    assert label == {"fr": "Manques", "en": "Lacks"}
