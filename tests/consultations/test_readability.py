"""How hard a wording is to read: counted by hand once, an indicator and nothing more."""

import pytest

from marelle.consultations.questionnaires import Option, Part, Question
from marelle.consultations.readability import Measure, count_syllables, measure, minutes


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("école", 2),
        ("oui", 1),
        ("maison", 2),
        ("parle", 1),
        ("parlent", 1),
        ("le", 1),
        ("protégé", 3),
        ("12", 2),
        ("amitié", 3),
        ("œil", 1),
        ("l’école", 2),
    ],
)
def test_syllables_are_counted_without_the_silent_ending(word, syllables):
    assert count_syllables(word) == syllables


def test_ease_is_kandel_and_moles_s():
    # 7 words, 2 sentences, 8 syllables: 207 - 1.015 × 3.5 - 73.6 × 8 / 7
    assert measure("Tu vas à l’école. Tu aimes lire ?") == Measure(words=7, longest=4, ease=119.3)


def test_a_few_words_have_no_ease():
    assert measure("Et toi ?") == Measure(words=2, longest=2, ease=None)


def test_minutes_count_reading_and_choosing_for_those_who_see_the_question():
    words = " ".join(["mot"] * 56)
    two = tuple(
        Question(f"q{n}", "one", {"fr": words}, options=(Option("a", {"fr": words}),), bands=("9_11",))
        for n in range(2)
    )

    part = Part("rights", {}, two)

    assert round(minutes(part, "9_11"), 2) == round(224 / 112 + 8 / 60, 2)
    assert minutes(part, "12_14") == 0
