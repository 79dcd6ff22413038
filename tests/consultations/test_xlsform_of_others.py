"""Workbooks in the styles of others, written for this test: they load, or are refused for the right reason at the right cell."""

import pytest

from marelle.consultations.xlsform import read_workbook
from tests.consultations.workbooks import workbook

EN = "label::English (en)"
YES_NO = [("list_name", "name", EN), ("yes_no", "yes", "Yes"), ("yes_no", "no", "No")]

HOUSEHOLD = workbook(
    [
        (
            "type",
            "name",
            EN,
            "hint::English (en)",
            "required",
            "constraint",
            "constraint_message",
            "relevant",
            "calculation",
            "repeat_count",
        ),
        ("start", "start"),
        ("end", "end"),
        ("deviceid", "device"),
        ("begin_group", "household", "Household"),
        ("text", "head", "Name of the head", "As on the card", "yes"),
        ("integer", "members", "How many live here?", None, "yes", ". > 0 and . < 30", "Between 1 and 30"),
        ("begin_repeat", "member", "Member", None, None, None, None, None, None, "${members}"),
        ("date", "born", "Date of birth"),
        ("end_repeat",),
        ("calculate", "adults", None, None, None, None, None, None, "${members} - 1"),
        ("end_group",),
        ("geopoint", "place", "Where?"),
    ],
    YES_NO,
)
SCHOOLS = workbook(
    [
        ("type", "name", EN, "choice_filter", "appearance"),
        ("select_one region", "region", "Region", None, "minimal"),
        ("select_one town", "town", "Town", "region=${region}", "minimal autocomplete"),
        ("select_one_external school", "school", "School"),
        ("select_one_from_file teachers.csv", "teacher", "Teacher"),
    ],
    [("list_name", "name", EN, "region"), ("region", "north", "North"), ("region", "south", "South"), ("town", "a", "A", "north"), ("town", "b", "B", "south")],
    external_choices=[("list_name", "name", "label"), ("school", "s1", "School 1")],
)  # fmt: skip
WELL_BEING = workbook(
    [
        ("type", "name", "label", "parameters"),
        ("range", "mood", "How do you feel?", "start=0 end=10 step=1"),
        ("rank", "wishes", "Rank your wishes"),
        ("rank yes_no", "ranked", "Rank these"),
        ("select_multiple yes_no or_other", "likes", "What do you like?"),
        ("image", "drawing", "Draw it"),
        ("audio", "voice", "Say it"),
    ],
    [("list_name", "name", "label"), ("yes_no", "yes", "Yes"), ("yes_no", "no", "No")],
)
OLD_LABELS = workbook(
    [("type", "name", "label", "media::image", "media::audio"), ("select_one yes_no", "reads", "Aimes-tu lire ?", "livre.png", "livre.mp3"), ("note", "bye", "Merci !")],
    [("list name", "name", "label", "image"), ("yes_no", "1", "Oui", "oui.png"), ("yes_no", "0", "Non")],
)  # fmt: skip
CAPITALS = workbook(
    [
        ("type", "name", EN, "relevant"),
        ("select_one yes_no", "Q1", "Do you read?"),
        ("select_one yes_no", "q-2", "Often?", "${Q1} = 'yes'"),
    ],
    YES_NO,
)
BROKEN = workbook(
    [
        ("type", "name", EN, "relevant"),
        ("select_one yes_no", "one", "One?"),
        ("select_one yes_no", "two", "Two?", "${oen} = 'yes'"),
        ("select_one yes_no", "three", "Three?", "{one} = 'yes'"),
        ("select_one yes_no", "four", "Four?", "$one = 'yes'"),
        ("select_one yse_no", "five", "Five?"),
        ("select_one yes_no", "one", "One again?"),
    ],
    YES_NO,
)
EXPRESSIONS = workbook(
    [
        ("type", "name", EN, "relevant"),
        ("select_one yes_no", "one", "One?"),
        ("select_one yes_no", "two", "Two?", "count-selected(${one}) > 1"),
        ("select_one yes_no", "three", "Three?", "/data/one = 'yes'"),
        ("select_one yes_no", "four", "Four?", "if(${one} = 'yes', true(), false())"),
        ("select_one yes_no", "five", "Five?", "${one}='yes' and ${two}!='no'"),
        ("select_one yes_no", "six", "Six?", "today() > '2026-01-01'"),
    ],
    YES_NO,
)
BARE_LANGUAGES = workbook(
    [("type", "name", "label::English", "label::Français"), ("select_one yes_no", "q1", "Do you read?", "Lis-tu ?")],
    [
        ("list_name", "name", "label::English", "label::Français"),
        ("yes_no", "yes", "Yes", "Oui"),
        ("yes_no", "no", "No", "Non"),
    ],
)
SPOKEN_BACK = workbook(
    [("type", "name", EN, "default", "media::video::English (en)"), ("select_one yes_no", "q1", "Do you read?", "yes"), ("select_one yes_no", "q2", "You said ${q1}. Sure?", None, "sure.mp4")],
    YES_NO,
)  # fmt: skip
ENTITIES = workbook(
    [("type", "name", EN, "save_to"), ("select_one yes_no", "q1", "Do you read?", "reads")],
    YES_NO,
    entities=[("list_name", "label"), ("readers", "Reader")],
)
SWAPPED = workbook(
    [("question", "variable", "text"), ("select_one yes_no", "q1", "Do you read?")],
    YES_NO,
)
DEVICE = workbook(
    [("type", "name", EN), ("today", "today"), ("username", "username"), ("phonenumber", "phone"), ("email", "email"), ("audit", "audit"), ("barcode", "card", "Scan"), ("acknowledge", "ok", "I agree"), ("decimal", "weight", "Weight"), ("select_one yes_no", "q1", "Do you read?")],
    YES_NO,
)  # fmt: skip

REFUSED = {
    "household": (HOUSEHOLD, "A2 stamp, A3 stamp, A4 identity, A6 text, E6 required, A7 no_steps, E7 required, F7 constraint, A8 repeat, J8 repeat, A9 moment, A10 repeat, A11 calculation, I11 calculation, A13 place"),
    "cascading lists": (SCHOOLS, "D3 choice_filter, A4 outside_list, A5 outside_list, external_choices!A1 sheet"),
    "ranges and voices": (WELL_BEING, "A2 range, A3 rank, A4 rank, A5 or_other, A6 sent_file, A7 sent_file"),
    "names with capitals": (CAPITALS, "B2 name, B3 name, D3 relevant_syntax"),
    "broken references": (BROKEN, "D3 relevant_unknown_question, D4 relevant_syntax, D5 relevant_syntax, A6 no_list, B7 same_name"),
    "expressions": (EXPRESSIONS, "D3 relevant_syntax, D4 relevant_syntax, D5 relevant_syntax, D7 relevant_syntax"),
    "languages without a code": (BARE_LANGUAGES, "C1 language, D1 language, choices!C1 language, choices!D1 language"),
    "answers said back": (SPOKEN_BACK, "D2 default, C3 piped, E3 column"),
    "entities": (ENTITIES, "D2 column, entities!A1 sheet"),
    "columns of another house": (SWAPPED, "A1 no_column, A1 no_column"),
    "what tells who answers": (DEVICE, "A2 stamp, A3 identity, A4 identity, A5 identity, A6 stamp, A7 barcode, A8 acknowledge, A9 decimal"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_of_others_is_refused_for_the_right_reason(name):
    content, expected = REFUSED[name]
    wanted = [said if "!" in said else f"survey!{said}" for said in expected.split(", ")]

    read = read_workbook(content)

    assert [f"{fault.sheet}!{fault.cell} {fault.code}" for fault in read.faults] == wanted
    assert read.questionnaire is None


def test_a_form_of_before_languages_is_read_in_french():
    read = read_workbook(OLD_LABELS)

    first, last = read.questionnaire.part("all").questions
    assert (first.label, first.image, first.audio) == (
        {"fr": "Aimes-tu lire ?"},
        "livre.png",
        {"": {"fr": "livre.mp3"}},
    )
    assert [option.name for option in first.options] == ["1", "0"]
    assert (last.name, last.kind) == ("bye", "note")


def test_a_form_of_another_language_is_read_and_asks_for_french():
    content = workbook([("type", "name", EN), ("select_one yes_no", "q1", "Do you read?")], YES_NO)

    read = read_workbook(content)

    assert read.questionnaire.languages == ("en",)
    assert [todo.kind for todo in read.todos if todo.kind == "french"] == ["french"]
