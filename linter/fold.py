"""Keys of words: lower case without accents, the form in which every list is looked up."""

import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "’": "'"})


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The key of a word: lower case, no accents, straight apostrophe. `fold("Œdème") == "oedeme"`."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.lower().translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c))


def fold_same_length(text: str) -> str:
    """Lower case without accents, one character for one: offsets stay what they were."""
    if text.isascii():
        return text.lower()
    return "".join(c if c.isascii() else _fold_char(c) for c in text).lower()


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    plain = "".join(
        c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c)
    ).lower()
    return plain if len(plain) == 1 else char
