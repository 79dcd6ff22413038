import pytest
from hypothesis import given
from hypothesis import strategies as st

from marelle.base.text import ALPHABET, fold, random_id


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("St-Étienne", "saint etienne"),
        ("Sainte-Foy-lès-Lyon", "sainte foy les lyon"),
        ("Ste Foy", "sainte foy"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("ŒUILLY", "oeuilly"),
        ("Straße", "strasse"),
        ("  Nantes  ", "nantes"),
        ("Paris 15e", "paris 15e"),
        ("Costa", "costa"),
        ("", ""),
        ("---", ""),
    ],
)
def test_fold_brings_writings_together(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_fold_twice_is_fold_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdeéèêëàâäîïôöûüçœ ÉÀÇ-'", max_size=30))
def test_fold_ignores_case_and_outer_blanks(text):
    assert fold(f"  {text.upper()} ") == fold(text)


@given(st.text())
def test_fold_leaves_words_apart_by_one_space(text):
    assert fold(text) == " ".join(fold(text).split())


def test_random_id_cannot_be_guessed_nor_misread():
    """trust O9."""
    ids = {random_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert {len(i) for i in ids} == {26}
    assert set("".join(ids)) == set(ALPHABET)
    assert not set("01ilo") & set(ALPHABET)
