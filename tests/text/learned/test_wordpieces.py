"""Words cut into the pieces that the encoder knows."""

import pytest

from linter.text.learned.wordpieces import SIGNS, WordPieces

NAMES = ("[UNK]", "[CLS]", "[SEP]", "pale", "pa", "p", "##le", "##l", "##e", "##tte", "!")


@pytest.fixture(scope="module")
def cut():
    return WordPieces(NAMES)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("pale", ["pale"]),
        ("Pâle", ["pale"]),
        ("PÂLE", ["pale"]),
        ("palette", ["pale", "##tte"]),
        ("pal", ["pa", "##l"]),
        ("!", ["!"]),
        ("zébu", ["[UNK]"]),
        ("pz", ["[UNK]"]),
        ("", []),
        ("\n", []),
        ("\u0301", []),
        ("p" + "l" * 500, ["p", *["##l"] * 59]),
    ],
)
def test_the_longest_known_pieces(cut, word, pieces):
    assert [NAMES[row] for row in cut.ids(word)] == pieces


def test_signs_share_rows_of_their_own(cut):
    (row,) = cut.ids("😂")
    assert len(NAMES) <= row < len(NAMES) + SIGNS
    assert cut.ids("\ud83d") == cut.ids("\ud83d")
