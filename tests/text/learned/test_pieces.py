"""Words cut into pieces."""

from hypothesis import given
from hypothesis import strategies as st

from linter.text.learned.pieces import Pieces

KNOWN = {
    "▁": -5.0,
    "▁pa": -3.0,
    "lan": -3.0,
    "que": -2.0,
    "▁palan": -4.0,
    "p": -8.0,
    "a": -8.0,
    "l": -8.0,
    "n": -8.0,
}
NAMES = list(KNOWN)


def cut(word):
    return [NAMES[i] for i in Pieces(NAMES, list(KNOWN.values())).ids(word)]


def test_the_likeliest_way_wins():
    assert cut("palanque") == ["▁palan", "que"]


def test_a_rare_word_is_made_of_letters():
    assert cut("nap") == ["▁", "n", "a", "p"]


def test_an_unknown_character_is_left_out():
    assert cut("pa☃lan") == ["▁pa", "lan"]


def test_an_endless_word_is_cut_short():
    assert len(cut("pa" * 5000)) <= 62


@given(st.text(max_size=40))
def test_any_text_has_pieces(word):
    assert all(0 <= i < len(NAMES) for i in Pieces(NAMES, list(KNOWN.values())).ids(word))
