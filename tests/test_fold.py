"""Keys of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.fold import fold, fold_same_length


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Œdème", "oedeme"),
        ("ÉLISE", "elise"),
        ("D’Alembert", "d'alembert"),
        ("Strauß", "strauss"),
        ("Łukasz", "lukasz"),
        ("Çelik", "celik"),
        ("Ælfric", "aelfric"),
        ("naïveté", "naivete"),
        ("", ""),
    ],
)
def test_key(word, key):
    assert fold(word) == key


@given(st.text())
def test_folding_keeps_the_length(text):
    assert len(fold_same_length(text)) == len(text)


@given(st.text(st.sampled_from("aéÉœŒçÇïÎ 'xİßẞŁ")))
def test_folding_twice_changes_nothing(text):
    once = fold(text)
    assert fold(once) == once
    same = fold_same_length(text)
    assert fold_same_length(same) == same
