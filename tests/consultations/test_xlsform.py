"""Reading a researcher's workbook: what is read, what is refused and where, what is left to do."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from marelle.consultations import questionnaires
from marelle.consultations.xlsform import Fault, read_workbook
from marelle.consultations.xlsform.faults import SENTENCES
from marelle.consultations.xlsform.lines import ADDRESSES, NAME
from marelle.web.public import urls
from tests.consultations.golden_books import BOOKS, FOLDER, told
from tests.consultations.test_xlsform_of_others import REFUSED
from tests.consultations.test_xlsform_scores import APART
from tests.consultations.test_xlsform_scores import REFUSED as REFUSED_SCORES
from tests.consultations.workbooks import YES_NO, survey, workbook

ASKED = ("select_one yes_no", "q1", "Aimes-tu lire ?")


def faults(content: bytes) -> list[tuple[str, str]]:
    """Where, and what word of ours."""
    return [(f"{fault.sheet}!{fault.cell}", fault.code) for fault in read_workbook(content).faults]


@pytest.mark.parametrize("name", BOOKS)
def test_workbooks_are_read_as_they_were(name):
    with translation.override("en"):
        said = told(BOOKS[name]())

    assert said == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "survey!B3: “lieux” is the address of another page of the results. Rename this question."),
        ("fr", "survey!B3: « lieux » est l’adresse d’une autre page des résultats. Renommez cette question."),
    ],
)
def test_a_question_is_not_called_as_a_page_of_the_results(language, sentence):
    with translation.override(language):
        found = read_workbook(workbook(survey(ASKED, ("select_one yes_no", "lieux", "Où vis-tu ?")))).faults

    assert [str(fault).replace("\u202f", " ") for fault in found] == [sentence]


def test_every_page_beside_those_of_questions_is_kept_for_itself():
    routes = [str(each.pattern) for each in urls.urlpatterns]
    first = [route.partition("consultation/<slug:code>/")[2].partition("/")[0] for route in routes]

    assert {name for name in first if NAME.match(name)} == ADDRESSES


def test_a_questionnaire_keeps_its_hash_whatever_the_workbook_looks_like():
    plain = workbook(survey(ASKED))
    dressed = workbook(
        [
            ("name", "appearance", "type", "label::Français (fr)"),
            (" q1 ", "minimal", ASKED[0], "Aimes-tu  lire ?".replace("  ", " ")),
        ]
    )

    assert read_workbook(plain).questionnaire.content_hash == read_workbook(dressed).questionnaire.content_hash


def test_answers_in_an_order_are_declared_by_their_appearance():
    asked = read_workbook(
        workbook(
            [
                ("name", "appearance", "type", "label::Français (fr)"),
                ("q1", "horizontal likert", "select_one yes_no", "Aimes-tu lire ?"),
                ("q2", "likert", "select_multiple yes_no", "Et là ?"),
            ]
        )
    ).questionnaire

    assert {question.name: question.scale for question in asked.questions()} == {"q1": "likert", "q2": ""}
    assert '"scale"' not in read_workbook(workbook(survey(ASKED))).questionnaire.canonical  # hashes stay


@pytest.mark.parametrize(
    "name", ["large", "bands", "arabic", "groups", "conditions", "kinds", "old_style", "unfinished"]
)
def test_a_questionnaire_is_read_again_from_its_canonical_json(name):
    read = read_workbook(BOOKS[name]()).questionnaire

    again = questionnaires.read(read.canonical)

    assert again.canonical == read.canonical
    assert [question.name for question in again.questions()] == [question.name for question in read.questions()]


def test_faults_are_said_in_french_by_sheet_and_cell():
    with translation.override("fr"):
        found = read_workbook(workbook(survey((*ASKED, "yes"), more=["required"]))).faults

    sentence = "Aucune question n’est obligatoire\u202f: un enfant peut passer chacune d’elles. Videz cette case."
    assert found == [Fault("survey", "D2", sentence, "required")]
    assert str(found[0]) == f"survey!D2: {sentence}"


@pytest.mark.parametrize(
    ("lines", "more", "found"),
    [
        ([("select_one yes_no", "meta", "A")], (), [("survey!B2", "kept")]),
        ([("begin_group", None, "G"), ASKED, ("end_group",)], (), [("survey!B2", "no_name")]),
        (
            [("begin_group", "g", "G"), ASKED, ("end_group",), ("select_one yes_no", "g", "A")],
            (),
            [("survey!B5", "same_name")],
        ),
        ([(*ASKED, "randomize=maybe")], ("parameters",), [("survey!D1", "parameters")]),
    ],
    ids=["a name of XLSForm's", "a group without name", "a group named as a question", "an odd parameter"],
)
def test_what_the_library_alone_refuses_is_said_in_our_words(lines, more, found):
    assert faults(workbook(survey(*lines, more=more))) == found


def test_what_the_library_says_and_we_do_not_know_is_shown_and_counted(caplog):
    settings = [("form_title", "omit_instanceID", "public_key"), ("T", "yes", "abc")]
    read = read_workbook(workbook(survey(ASKED), settings=settings))

    assert [fault.code for fault in read.faults] == ["library"]
    assert read.faults[0].sentence.endswith("Cannot omit instanceID, it is required for encryption.")
    assert read.unmapped == 1
    assert "no sentence of ours" in caplog.text


def test_a_waiver_lets_a_sensitive_question_be_put_to_the_young():
    content = workbook(survey((*ASKED, "yes"), more=["sensitive"]))

    assert faults(content) == [("survey!D2", "sensitive")]
    assert read_workbook(content, waived=True).questionnaire.part("all").questions[0].sensitive is True


@pytest.mark.parametrize(
    "content",
    [b"", b"type,name,label\ntext,q1,A\n", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
    ids=["nothing", "csv", "torn", "xls"],
)
def test_what_is_no_workbook_is_said_in_one_sentence(content):
    assert faults(content) == [("survey!A1", "not_a_workbook")]


def test_a_band_without_words_of_its_own_and_a_language_without_any_are_left_to_do():
    read = read_workbook(
        workbook(
            [
                ("type", "name", "label::Français (fr)", "wording_6_8::العربية (ar)", "media::audio::Français (fr)"),
                (*ASKED, "هل تحب؟", "q1.opus"),
            ],
            [(*YES_NO[0], "label::العربية (ar)"), ("yes_no", "yes", "Oui", "نعم"), ("yes_no", "no", "Non", "لا")],
        )
    )

    assert [(todo.kind, f"{todo.sheet}!{todo.cell}", todo.language) for todo in read.todos] == [
        ("wording", "survey!C2", "ar"),
        ("audio", "choices!A2", "fr"),
        ("audio", "choices!A3", "fr"),
        ("audio_none", "survey!A1", "ar"),
        ("no_parts", "survey!A1", ""),
        ("key_in", "survey!A2", ""),
    ]


def test_marelle_consultation_import_says_faults_on_standard_error(tmp_path):
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(workbook(survey(ASKED)))
    bad.write_bytes(workbook(survey(("geopoint", "q1", "Où ?"), ("select_one nowhere", "q2", "B"))))

    out = call(good)
    with pytest.raises(SystemExit) as end, io.StringIO() as err:
        try:
            call_command("consultation", "import", str(bad), "--dry-run", language="en", stderr=err, no_color=True)
        finally:
            said = err.getvalue()

    assert out.startswith("1 questions, 1 parts, fr: accepted")
    assert end.value.code == 1
    assert said == (
        "survey!A2: A point on a map would identify a child. Take this question away: the place comes with the group.\n"
        "survey!A3: The list “nowhere” is not in the sheet “choices”.\n"
    )


def call(path: Path) -> str:
    with io.StringIO() as out:
        call_command("consultation", "import", str(path), "--dry-run", stdout=out)
        return out.getvalue()


MORE = ("relevant",)
BEFORE = [("select_multiple places", "many", "Où ?"), ("text", "words", "Un mot ?"), ("note", "hello", "Bonjour !")]
PLACES = [*YES_NO, ("places", "school", "École"), ("places", "home", "Maison")]


def asked_if(condition: str) -> bytes:
    """A question put on a condition, after one of each kind."""
    return workbook(survey(*BEFORE, (*ASKED, condition), more=MORE), PLACES)


REFUSED_ALONE = {
    "cell_error": workbook(survey((*ASKED, "#REF!"), more=MORE)),
    "double_column": workbook(survey((*ASKED, "A", "B"), more=["hint::Français (fr)", "hint::Français (fr)"])),
    "no_question": workbook(survey((None, None, None))),
    "no_survey": workbook((), YES_NO),
    "too_long": workbook(survey(*[() if number % 50 else ("note", f"n{number}", "Bonjour") for number in range(5050)])),
    "relevant_free_text": asked_if("${words} = 'a'"),
    "relevant_not_answered": asked_if("${hello} = 'a'"),
    "relevant_needs_selected": asked_if("${many} = 'school'"),
    "relevant_too_deep": asked_if("(" * 9 + "${age_band} = '6_8'" + ")" * 9),
    "relevant_too_many_tests": asked_if(" or ".join(["${gender}=''"] * 21)),
    "relevant_too_long": asked_if("${gender} = ''" + " " * 500 + "or ${gender} = ''"),
    "kept": workbook(survey(("select_one yes_no", "meta", "A"))),
    "address": workbook(survey(("select_one yes_no", "methode", "A"))),
    "parameters": workbook(survey((*ASKED, "randomize=maybe"), more=["parameters"])),
    "not_a_workbook": b"PK\x03\x04 broken",
}


def codes(content: bytes) -> set[str]:
    return {fault.code for fault in read_workbook(content).faults}


@pytest.mark.parametrize("code", REFUSED_ALONE)
def test_what_the_great_workbooks_do_not_hold_is_refused_too(code):
    assert code in codes(REFUSED_ALONE[code])


def test_every_refusal_there_is_a_sentence_for_is_met_by_a_workbook():
    """The two others are the library's own words: shown and counted above, and what it may say of a reference."""
    met = {code for build in BOOKS.values() for code in codes(build())} | set(REFUSED_ALONE)
    met |= {code for content, _expected in REFUSED.values() for code in codes(content)}
    met |= {code for _lines, found in REFUSED_SCORES for _cell, code in found} | {
        code for *_said, code in APART if code
    }
    met |= {"cumulation_ages", "score_worn", "score_many"}

    assert set(SENTENCES) - met == {"library", "reference"}
