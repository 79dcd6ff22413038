"""Words brought to their stems: forms of one word meet, others do not."""

import pytest

from marelle.library.stems import asked, stem, stems, weights

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", "ecole ecoles"),
        ("fr", "educateur educatrice educateurs education educatif educative"),
        ("fr", "jeu jeux"),
        ("fr", "hopital hopitaux"),
        ("fr", "tuteur tuteurs"),
        ("fr", "journal journaux"),
        ("fr", "tuyau tuyaux"),
        ("fr", "bail baux"),
        ("fr", "niveau niveaux"),
        ("en", "tooth teeth"),
        ("en", "study studies studied"),
        ("en", "life lives"),
        ("en", "family families"),
        ("en", "supply supplies supplied"),
        ("fr", "accompagnement accompagner accompagnee"),
        ("fr", "animation animateur animatrice"),
        ("en", "child children"),
        ("en", "school schools"),
        ("en", "city cities"),
        ("en", "guardian guardians"),
        ("en", "educate education educated educator"),
        ("en", "play plays played playing"),
    ],
)
def test_forms_of_a_word_have_one_stem(language, forms):
    found = {stem(word, language) for word in forms.split()}

    assert len(found) == 1, found


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "ecole eco eau"), ("en", "school child class"), ("fr", "rue roue")]
)
def test_different_words_keep_their_own(language, words):
    found = [stem(word, language) for word in words.split()]

    assert len(set(found)) == len(found)


def test_accents_capitals_and_empty_words_are_left_out():
    assert list(stems("L’École et la cour de l’ÉCOLE", "fr")) == [
        stem("ecole", "fr"),
        stem("cour", "fr"),
        stem("ecole", "fr"),
    ]


def test_what_is_typed_has_its_stems_in_both_languages():
    assert asked("les écoles of children") == [
        sorted({stem("ecoles", "fr"), stem("ecoles", "en"), "ecoles"}),
        ["child", "children"],
    ]


def test_a_word_weighs_no_more_than_the_most():
    assert weights([("rue rue rue", 8), ("cour", 1)], "fr", most=20) == {"rue": 20, "cour": 1} | {stem("rue", "fr"): 20}
