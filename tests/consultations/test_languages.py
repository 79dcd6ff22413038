"""The words of the house, on screen and on paper: each language is whole, and says what French says."""

import re

import pytest

from marelle.consultations.languages import FALLS_BACK, NATIVE, PAPER, SCREEN, spoken, words_of

pytestmark = pytest.mark.once
WHOLE = [language for language in NATIVE if language != "fr"]
ALIKE = {"{n} min", "Page {n}", "Pause", "Question", "Page", ""}  # what is written the same in several languages


def facts(text):
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("folder", [SCREEN, PAPER], ids=["screen", "paper"])
@pytest.mark.parametrize("language", WHOLE)
def test_words_of_a_language_are_those_of_french_with_the_same_facts(language, folder):
    french, own = words_of("fr", folder), words_of(language, folder)

    assert spoken(language, folder) == language
    assert list(own) == list(french)
    assert {name: facts(text) for name, text in own.items()} == {name: facts(text) for name, text in french.items()}


@pytest.mark.parametrize("folder", [SCREEN, PAPER], ids=["screen", "paper"])
@pytest.mark.parametrize("language", [each for each in WHOLE if each not in FALLS_BACK])
def test_no_word_of_another_language_is_french(language, folder):
    french, own = words_of("fr", folder), words_of(language, folder)

    assert [name for name, text in own.items() if text == french[name] and text.strip() not in ALIKE] == []


def test_the_month_of_the_answer_has_a_name_or_is_a_figure():
    months = {language: words_of(language)["months"] for language in NATIVE}

    assert {language: text and len(text.split(", ")) for language, text in months.items()} == {
        **dict.fromkeys(NATIVE, 12),
        "ar": "",
    }
