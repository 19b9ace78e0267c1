"""What the learned reader marks, one by one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from linter.text.learned.words import cut


def words(text):
    return [text[a:b] for a, b in cut(text)]


def test_words_figures_signs_and_line_ends():
    assert words("L'IRM de Jean-Marc, 47 ans.\nOK") == [
        "L'", "IRM", "de", "Jean-Marc", ",", "47", "ans", ".", "\n", "OK",
    ]  # fmt: skip


def test_english_possessive_stands_apart():
    assert words("Farah's mum") == ["Farah", "'s", "mum"]


@given(st.text())
def test_marks_lie_in_order_and_hold_no_blank(text):
    ranges = cut(text)
    assert all(a < b for a, b in ranges)
    assert all(x[1] <= y[0] for x, y in pairwise(ranges))
    assert all(text[a:b] == "\n" or not text[a:b].isspace() for a, b in ranges)
