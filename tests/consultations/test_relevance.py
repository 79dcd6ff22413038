"""The small language that says when a question is put."""

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marelle.consultations.conditions import predicate, references
from marelle.consultations.questionnaires import Option, Question
from marelle.consultations.relevance import WHY, Scope, Unreadable, parse, scopes
from tests.scale import SEED, scaled

pytestmark = pytest.mark.once
STRINGS = scaled(100_000)
PLACES = Question("places", "many", {}, options=(Option("ecole", {}), Option("parc", {}), Option("rue", {})))
SAFE = Question("safe", "one", {}, options=(Option("oui", {}), Option("non", {}), Option("1", {})))
HOURS = Question("hours", "integer", {}, start=0, end=10)
WORDS = Question("words", "text", {})
NOTE = Question("hello", "note", {})
BEFORE = {q.name: q for q in (PLACES, SAFE, HOURS, WORDS, NOTE)}
SCOPE = Scope(BEFORE, after=frozenset({"later"}), elsewhere=frozenset({"far"}), own="me")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("${safe} = 'oui'", ["=", "safe", "oui"]),
        ('${safe} != "non"', ["!=", "safe", "non"]),
        ("'oui' = ${safe}", ["=", "safe", "oui"]),
        ("${safe} = 1", ["=", "safe", "1"]),
        ("3 <= ${hours}", [">=", "hours", 3]),
        ("${hours} > 2.5", [">", "hours", 2.5]),
        ("${hours} < -1", ["<", "hours", -1]),
        ("selected(${places}, 'parc')", ["has", "places", "parc"]),
        ("${places} = ''", ["empty", "places"]),
        ("${safe} != ''", ["filled", "safe"]),
        ("not(${safe} = 'oui')", ["not", ["=", "safe", "oui"]]),
        ("${age_band} = '12_14' and ${gender} = 'girl'", ["and", ["=", "age_band", "12_14"], ["=", "gender", "girl"]]),
        (
            "${hours} = 1 or ${hours} = 2 and ${safe} = 'oui'",
            ["or", ["=", "hours", 1], ["and", ["=", "hours", 2], ["=", "safe", "oui"]]],
        ),
        (
            "(${hours} = 1 or ${hours} = 2) and ${safe} = 'oui'",
            ["and", ["or", ["=", "hours", 1], ["=", "hours", 2]], ["=", "safe", "oui"]],
        ),
    ],
)
def test_expression_is_read(text, tree):
    assert parse(text, SCOPE) == tree


@pytest.mark.parametrize(
    ("text", "why", "what"),
    [
        ("${words} = ''", "free_text", "words"),
        ("${hello} = 'x'", "not_answered", "hello"),
        ("${later} = 'x'", "forward", "later"),
        ("${far} = 'x'", "other_part", "far"),
        ("${me} = 'x'", "itself", "me"),
        ("${nobody} = 'x'", "unknown_question", "nobody"),
        ("${places} = 'parc'", "needs_selected", "places"),
        ("selected(${safe}, 'oui')", "needs_many", "safe"),
        ("selected(${places}, 'mer')", "unknown_option", "places: mer"),
        ("${safe} = 'peut-être'", "unknown_option", "safe: peut-être"),
        ("${gender} = 'no'", "unknown_option", "gender: no"),
        ("${hours} = '3'", "needs_number", "hours"),
        ("${safe} < 3", "needs_integer", "safe"),
        ("1 = 1", "needs_literal", ""),
        ("${hours} = ${hours}", "needs_literal", ""),
        ("${hours} = 1 OR ${hours} = 2", "syntax", "OR ${hours} = 2"),
        ("${hours} + 1 = 2", "syntax", "+ 1 = 2"),
        ("count-selected(${places}) > 1", "syntax", "count-selected(${pla"),
        (". > 3", "syntax", ". > 3"),
        ("../hours = 3", "syntax", "../hours = 3"),
        ("jr:choice-name(${safe}, '${safe}')", "syntax", "jr:choice-name(${saf"),
        ("${Hours} = 3", "syntax", "Hours} = 3"),
        ("${hours} = ", "syntax", ""),
        ("", "syntax", ""),
        ("(" * 9 + "${hours} = 1" + ")" * 9, "too_deep", "9"),
        (" or ".join(["${hours}=1"] * 21), "too_many_tests", "21"),
        ("${hours} = 1" + " " * 500, "too_long", "512"),
    ],
)
def test_expression_is_refused_with_what_is_wrong(text, why, what):
    with pytest.raises(Unreadable) as refused:
        parse(text, SCOPE)

    assert (refused.value.why, refused.value.what) == (why, what)


@pytest.mark.parametrize("text", ["(" * 8 + "${hours} = 1" + ")" * 8, " or ".join(["${hours}=1"] * 20)])
def test_longest_expressions_are_read(text):
    assert references(parse(text, SCOPE)) == {"hours"}


@pytest.mark.parametrize(
    ("text", "answers", "is_put"),
    [
        ("${safe} = 'oui'", {"safe": "oui"}, True),
        ("${safe} = 'oui'", {}, False),
        ("${safe} != 'oui'", {"safe": "non"}, True),
        ("${safe} != 'oui'", {}, False),
        ("not(${safe} = 'oui')", {}, True),
        ("${safe} = ''", {}, True),
        ("${safe} != ''", {"safe": "1"}, True),
        ("${safe} != ''", {}, False),
        ("${hours} >= 3", {"hours": 3}, True),
        ("${hours} > 3", {"hours": 3}, False),
        ("${hours} <= 3", {}, False),
        ("${hours} = 0", {"hours": 0}, True),
        ("selected(${places}, 'parc')", {"places": frozenset({"ecole", "parc"})}, True),
        ("selected(${places}, 'rue')", {"places": frozenset({"ecole", "parc"})}, False),
        ("selected(${places}, 'rue')", {}, False),
    ],
)
def test_question_is_put_as_the_specification_says(text, answers, is_put):
    assert predicate(parse(text, SCOPE))(answers) is is_put


def test_what_is_not_conditional_is_always_put():
    assert predicate(None)({}) is True


def test_scope_is_what_stands_before_in_the_same_part():
    found = scopes([("one", [SAFE, HOURS]), ("two", [PLACES])])

    assert (set(found["hours"].before), found["safe"].after, found["safe"].elsewhere) == (
        {"safe"},
        frozenset({"hours"}),
        frozenset({"places"}),
    )


WORDS_OF_THE_LANGUAGE = ["${safe}", "${hours}", "${places}", "${x}", "and", "or", "not(", "selected(", "(", ")", ",", "=", "!=", "<", ">=",
                         "'oui'", "'parc'", "''", "3", "-2.5", " ", "\n", "'", "$", "{", "é", "\u202e", "\x00"]  # fmt: skip

WELL_MADE = [
    "${safe} = 'oui' and ${hours} >= 3", "not( selected( ${places} , 'parc' ) )", "( ${hours} < 2 or ${hours} > 8 ) and ${safe} != 'non'",
    "${gender} = 'girl' or ${age_band} = '12_14' and not( ${places} = '' )", "selected( ${places} , 'ecole' ) or 3 = ${hours}",
]  # fmt: skip


@settings(max_examples=scaled(10_000), deadline=None, derandomize=True)
@given(st.one_of(st.lists(st.sampled_from(WORDS_OF_THE_LANGUAGE), max_size=40).map(" ".join), st.text(max_size=600)))
def test_any_text_is_read_or_refused_with_a_known_reason(text):
    try:
        tree = parse(text, SCOPE)
    except Unreadable as refused:
        assert refused.why in WHY
    else:
        assert json.loads(json.dumps(tree)) == tree
        assert predicate(tree)({}) in (True, False)


def test_no_string_takes_long_nor_ends_otherwise():
    """A hundred thousand strings: well made ones with a piece taken, doubled or moved, and pieces at random."""
    chance, slow, read = random.Random(SEED), [], 0
    for _number in range(STRINGS):
        pieces = chance.choices(WORDS_OF_THE_LANGUAGE, k=chance.randint(0, 30))
        if chance.random() < 0.7:
            pieces = chance.choice(WELL_MADE).split(" ")
            place = chance.randrange(len(pieces))
            pieces[place : place + 1] = chance.choice([[], [pieces[place]] * 2, [chance.choice(WORDS_OF_THE_LANGUAGE)]])
        text = " ".join(pieces)
        began = time.thread_time()
        try:
            parse(text, SCOPE)
            read += 1
        except Unreadable as refused:
            assert refused.why in WHY
        slow += [text] * (time.thread_time() - began > 0.05)

    assert slow == []
    assert read > STRINGS / 100  # some are well made all the same
